// What an edit of the form goes out from, so that the server can tell whether somebody else was faster at this field.
import { useCanvas } from "../../canvas/canvas/store.js";

// Set while something is being sent: {form, pending} as they were when one began to type, or {held}, the value that
// was put together anew.
let from = {};

export const snapshot = (form) => ({ form, pending: useCanvas.getState().pending });

export function goingOutFrom(seen, send) {
  const outer = from;
  if (!outer.form) from = seen;
  try {
    return send();
  } finally {
    from = outer;
  }
}

export function based(edit, form) {
  if (edit.op === "batch") return { ...edit, edits: edit.edits.map((one) => based(one, form)) };
  // Made by somebody who knows.
  if ("base" in edit) return edit;
  const base = baseOf(edit, from.form ?? form);
  return base === undefined ? edit : { ...edit, base };
}

function baseOf(edit, form) {
  if ((edit.node ?? "") !== form.node) return undefined;
  const own = lastOf(edit, useCanvas.getState().pending) ?? lastOf(edit, from.pending ?? []);
  switch (edit.op) {
    case "set":
      return "held" in from ? from.held : (own?.value ?? form.config?.[edit.field]);
    case "set_flow":
      return "held" in from ? from.held : (own?.value ?? form[edit.field]);
    case "translate":
      return own?.text ?? form.texts?.[edit.language]?.[edit.path] ?? "";
    default:
      return undefined;
  }
}

// The last unanswered edit of the same place: whoever writes on goes out from what they wrote.
function lastOf(edit, pending) {
  const edits = pending.flatMap(({ edit: one }) => (one.op === "batch" ? one.edits : [one]));
  return edits.findLast((one) => ["op", "node", "field", "path", "language"].every((key) => one[key] === edit[key]));
}
