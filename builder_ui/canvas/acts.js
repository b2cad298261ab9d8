// Everything one can do on the canvas, once: the context menu, the keyboard and the list of keys read this table.
import {
  BoxSelect,
  ClipboardPaste,
  Copy,
  CopyPlus,
  Flag,
  Keyboard,
  Maximize,
  Network,
  Plus,
  Redo2,
  Scissors,
  Search,
  Spline,
  SquarePen,
  StickyNote,
  Trash2,
  Undo2,
} from "lucide-react";
import { useEffect } from "react";
import { pasting, understood, written } from "./clipboard.js";
import { tidy } from "./layout.js";
import {
  GRID,
  act,
  edgeKey,
  free,
  fresh,
  isNode,
  middle,
  page,
  say,
  select,
  selectedIds,
  settle,
  snapped,
  useCanvas,
} from "./store.js";

const get = useCanvas.getState;
const open = (dialog) => useCanvas.setState({ dialog });
const selectedEdges = () => get().edges.filter((edge) => edge.selected);
const selectedNotes = () => get().nodes.filter((node) => node.selected && !isNode(node)).map(({ id }) => id.slice(5));
const one = () => selectedIds().length === 1;
const some = () => selectedIds().length > 0;

// Whether an act may be done now.
export const offered = ({ changes, when }) => !(changes && get().locked) && (!when || when());

// The node that the keyboard stands on.
const focused = () => document.activeElement?.closest(".react-flow__node-flow")?.dataset.id;

const ways = () => selectedIds().some((id) => get().document.views[id].ports.length);

export const ACTS = [
  { id: "pick", keys: ["Space"], when: () => focused(), run: () => select([focused()]) },
  { id: "properties", icon: SquarePen, keys: ["Enter"], about: ["nodes"], when: () => one() || focused(), run: properties },
  { id: "connect", changes: true, icon: Spline, keys: ["c"], about: ["nodes"], when: () => one() && ways(), run: () => open({ kind: "connect", source: selectedIds()[0] }) },
  { id: "start", changes: true, icon: Flag, keys: ["s"], about: ["nodes"], when: () => one() && get().document.start !== selectedIds()[0], run: begin },
  { id: "copy", icon: Copy, keys: ["Mod+c"], about: ["nodes"], when: some, native: true, run: copy },
  { id: "cut", changes: true, icon: Scissors, keys: ["Mod+x"], about: ["nodes"], when: some, native: true, run: () => copy().then(remove) },
  { id: "paste", changes: true, icon: ClipboardPaste, keys: ["Mod+v"], about: ["pane"], native: true, run: pasteFromMenu },
  { id: "duplicate", changes: true, icon: CopyPlus, keys: ["Mod+d"], about: ["nodes"], when: some, run: duplicate },
  { id: "remove", changes: true, icon: Trash2, keys: ["Delete", "Backspace"], about: ["nodes", "edge"], when: () => some() || selectedEdges().length > 0 || selectedNotes().length > 0, run: remove },
  { id: "add", changes: true, icon: Plus, keys: ["a", "/"], about: ["pane"], run: () => document.querySelector(".palette-search input").focus() },
  { id: "note", changes: true, icon: StickyNote, keys: ["n"], about: ["pane"], run: note },
  { id: "all", icon: BoxSelect, keys: ["Mod+a"], about: ["pane"], run: () => select(get().nodes.map(({ id }) => id)) },
  { id: "tidy", changes: true, icon: Network, keys: ["t"], about: ["pane", "nodes"], run: arrange },
  { id: "undo", anywhere: true, changes: true, icon: Undo2, keys: ["Mod+z"], about: ["pane"], run: () => page.act("undo") },
  { id: "redo", anywhere: true, changes: true, icon: Redo2, keys: ["Mod+Shift+z", "Mod+y"], about: ["pane"], run: () => page.act("redo") },
  { id: "find", anywhere: true, icon: Search, keys: ["Mod+f"], about: ["pane"], run: () => open({ kind: "find" }) },
  { id: "fit", icon: Maximize, keys: ["1"], about: ["pane"], run: () => get().flow.fitView({ padding: 0.15, maxZoom: 1, duration: 150 }) },
  { id: "fit_selection", icon: Maximize, keys: ["2"], when: some, run: zoomToSelection },
  { id: "zoom_in", keys: ["+", "="], run: () => get().flow.zoomIn() },
  { id: "zoom_out", keys: ["-"], run: () => get().flow.zoomOut() },
  { id: "zoom_whole", keys: ["0"], run: () => get().flow.zoomTo(1, { duration: 100 }) },
  { id: "move", changes: true, keys: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], run: move },
  { id: "move_far", changes: true, keys: ["Shift+ArrowLeft", "Shift+ArrowRight", "Shift+ArrowUp", "Shift+ArrowDown"], run: move },
  { id: "following", keys: ["Mod+ArrowRight"], when: one, run: () => walk("target", "source") },
  { id: "preceding", keys: ["Mod+ArrowLeft"], when: one, run: () => walk("source", "target") },
  { id: "clear", keys: ["Escape"], run: () => select([]) },
  { id: "keys", icon: Keyboard, keys: ["?"], about: ["pane"], run: () => open({ kind: "keys" }) },
];

export const byId = Object.fromEntries(ACTS.map((entry) => [entry.id, entry]));

// How a key is written on this machine.
const MAC = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");
const SHOWN = { Mod: MAC ? "⌘" : "Ctrl", Shift: MAC ? "⇧" : "Shift", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Delete: "Del" };
export const writtenKey = (key) => key.split("+").map((part) => SHOWN[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(MAC ? "" : "+");

function properties() {
  if (focused()) select([focused()]);
  page.act("properties");
}

function zoomToSelection() {
  get().flow.fitView({ nodes: selectedIds().map((id) => ({ id })), maxZoom: 1, padding: 0.2, duration: 150 });
}

function begin() {
  act({ op: "set_flow", field: "start", value: selectedIds()[0] });
}

function remove() {
  const nodes = selectedIds();
  const gone = new Set(nodes);
  const edits = nodes.length ? [{ op: "remove", nodes }] : [];
  for (const { source, sourceHandle, target } of selectedEdges())
    if (!gone.has(source) && !gone.has(target)) edits.push({ op: "disconnect", source, port: sourceHandle });
  for (const id of selectedNotes()) edits.push({ op: "remove_note", id });
  if (edits.length) act(edits.length === 1 ? edits[0] : { op: "batch", edits });
  select([]);
}

function note() {
  const id = fresh("note");
  useCanvas.setState({ writing: `note:${id}` });
  act({ op: "note", id, text: "", at: free(middle()) });
}

function arrange() {
  const chosen = selectedIds();
  const { document, nodes } = get();
  const ids = chosen.length > 1 ? chosen : Object.keys(document.nodes);
  if (!ids.length) return;
  const measured = Object.fromEntries(nodes.map((node) => [node.id, node.measured]));
  const found = tidy(ids, Object.values(document.edges), (id) => measured[id]);
  // The whole stays where it was: its top left corner does not move.
  const corner = (places) => [0, 1].map((axis) => Math.min(...ids.map((id) => places[id][axis])));
  const [old, now] = [snapped(corner(document.nodes)), corner(found)];
  const to = {};
  for (const id of ids) {
    const at = [found[id][0] + old[0] - now[0], found[id][1] + old[1] - now[1]];
    if (String(at) !== String(document.nodes[id])) to[id] = at;
  }
  if (Object.keys(to).length) act({ op: "move", to });
}

let settling = 0;

// Arrow keys move what is selected; one edit goes up when the fingers rest.
function move(event) {
  const step = GRID * (event.shiftKey ? 5 : 1);
  const [x, y] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
  useCanvas.setState({
    nodes: get().nodes.map((node) =>
      node.selected ? { ...node, position: { x: node.position.x + x, y: node.position.y + y } } : node,
    ),
  });
  clearTimeout(settling);
  settling = setTimeout(settle, 300);
}

// Goes along an edge to the node that follows or precedes; pressed again it goes around the others there.
function walk(to, from) {
  const [id] = selectedIds();
  const edge = Object.values(get().document.edges).find((way) => way[from] === id);
  if (edge) select([edge[to]], true);
}

// --- Clipboard -------------------------------------------------------------------------------------------------

const SHELF = "parley-copied";
let pasted = 0;

function copied() {
  const text = written(get().document, selectedIds());
  // The browser may refuse the clipboard to a menu; then what was copied last lies here.
  localStorage.setItem(SHELF, text);
  pasted = 0;
  return text;
}

async function copy() {
  const text = copied();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Not allowed, or the page is not served securely: the shelf has it.
  }
}

function paste(text, at) {
  const found = understood(text);
  if (!found) {
    say(get().words.nothing_to_paste);
    return;
  }
  const shift = GRID * 2 * ++pasted;
  const first = Object.values(found.nodes)[0].at;
  const corner = at ?? [first[0] + shift, first[1] + shift];
  const [edit, ids] = pasting(found, at ? free(corner) : snapped(corner), fresh, get().languages);
  act(edit);
  select(ids, !at);
}

async function pasteFromMenu() {
  const { menu, flow } = get();
  const point = menu && flow.screenToFlowPosition({ x: menu.x, y: menu.y });
  let text = "";
  try {
    text = await navigator.clipboard.readText();
  } catch {
    // Not allowed: the shelf has it.
  }
  paste(understood(text) ? text : localStorage.getItem(SHELF), point && [point.x, point.y]);
}

function duplicate() {
  pasted = 0;
  paste(written(get().document, selectedIds()));
}

// --- Keyboard --------------------------------------------------------------------------------------------------

const writes = (element) => element.closest?.("input, textarea, select, [contenteditable=true]") != null;
const elsewhere = (element) => element.closest?.("[role=dialog], [role=menu], [role=listbox]") != null;

const keyOf = (event) => {
  const name = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const shift = event.shiftKey && (name.length > 1 || /[a-z]/.test(name));
  return `${event.metaKey || event.ctrlKey ? "Mod+" : ""}${shift ? "Shift+" : ""}${name}`;
};

const byKey = Object.fromEntries(ACTS.flatMap((entry) => entry.keys.map((key) => [key, entry])));

export function useKeys(root) {
  useEffect(() => {
    const ours = (event) =>
      get().id && !writes(event.target) && !elsewhere(event.target) && !get().dialog && !get().menu;
    // What lies around the canvas has the focus after a click on its ground.
    const onCanvas = ({ target }) => root.current?.contains(target) || target.contains(root.current);
    const press = (event) => {
      const entry = byKey[keyOf(event)];
      if (!entry || entry.native || event.altKey || !ours(event)) return;
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
        if (event.type === "cut") remove();
      } else {
        return;
      }
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    for (const name of ["copy", "cut", "paste"]) document.addEventListener(name, clip);
    return () => {
      document.removeEventListener("keydown", press);
      for (const name of ["copy", "cut", "paste"]) document.removeEventListener(name, clip);
    };
  }, [root]);
}
