// The keys and the clipboard's own events, handed to the acts.
import { useEffect } from "react";
import { ACTS, byId, copied, offered, paste, some } from "./acts.js";
import { useCanvas } from "./store.js";

const get = useCanvas.getState;

const writes = (element) => element.closest?.("input, textarea, select, [contenteditable=true]") ?? null;
// A dialog of the form holds the page back; a click on its ground leaves the focus with the page all the same.
const heldBack = () => document.querySelector("dialog[open]") !== null;
const elsewhere = (element) => element.closest?.("[role=dialog], [role=menu], [role=listbox]") != null;

// With Alt, what a key writes differs by machine; its place does not.
const keyOf = (event) => {
  const plain = event.altKey && /^Key[A-Z]$/.test(event.code) ? event.code.slice(3) : event.key;
  const name = plain === " " ? "Space" : plain.length === 1 ? plain.toLowerCase() : plain;
  const shift = event.shiftKey && (name.length > 1 || /[a-z]/.test(name));
  return `${event.metaKey || event.ctrlKey ? "Mod+" : ""}${event.altKey ? "Alt+" : ""}${shift ? "Shift+" : ""}${name}`;
};

const byKey = Object.fromEntries(ACTS.flatMap((entry) => entry.keys.map((key) => [key, entry])));

// The field that was typed into since the last edit went up: its own undo comes first.
let typing = { field: null, sent: 0 };
const hasOwnUndo = (field) => typing.field === field && typing.sent === get().sent;

export function useKeys(root) {
  useEffect(() => {
    const ours = (event) => get().id && !writes(event.target) && !elsewhere(event.target) && !get().dialog && !get().menu && !heldBack();
    // What lies around the canvas has the focus after a click on its ground.
    const onCanvas = ({ target }) => root.current?.contains(target) || target.contains(root.current);
    const press = (event) => {
      if (event.isComposing) return;
      const entry = byKey[keyOf(event)];
      if (!entry || entry.native) return;
      const field = writes(event.target);
      if (field ? !entry.fromField || elsewhere(field) || (entry.changes && hasOwnUndo(field)) : !ours(event)) return;
      // A button takes its own Enter and space.
      if (!onCanvas(event) && !entry.anywhere) return;
      if (event.target.closest?.("button") && ["Enter", " "].includes(event.key)) return;
      if (event.target.closest?.(".palette") && event.key.startsWith("Arrow")) return;
      if (!offered(entry)) return;
      event.preventDefault();
      entry.run(event);
    };
    const clip = (event) => {
      if (!ours(event) || !onCanvas(event)) return;
      if (event.type !== "copy" && get().locked) return;
      if (event.type === "paste") {
        paste(event.clipboardData.getData("text/plain"));
      } else if (some() && document.getSelection().isCollapsed) {
        event.clipboardData.setData("text/plain", copied());
        if (event.type === "cut") byId.remove.run();
      } else {
        return;
      }
      event.preventDefault();
    };
    const type = ({ target }) => (typing = { field: target, sent: get().sent });
    document.addEventListener("input", type);
    document.addEventListener("keydown", press);
    for (const name of ["copy", "cut", "paste"]) document.addEventListener(name, clip);
    return () => {
      document.removeEventListener("input", type);
      document.removeEventListener("keydown", press);
      for (const name of ["copy", "cut", "paste"]) document.removeEventListener(name, clip);
    };
  }, [root]);
}
