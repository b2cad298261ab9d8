// Everything one can do on the canvas, once: the context menu, the keyboard, the toolbars and the list of keys read
// this table. `section` is where the list of keys has it; `row` acts stand side by side in the menu.
import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalDistributeCenter,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalDistributeCenter,
  BoxSelect,
  ClipboardPaste,
  Copy,
  CopyPlus,
  Flag,
  FoldHorizontal,
  Hand,
  Keyboard,
  ListPlus,
  Map as MapIcon,
  Maximize,
  Network,
  PanelLeft,
  Plus,
  Redo2,
  Scan,
  Scissors,
  Search,
  Spline,
  SquarePen,
  StickyNote,
  Trash2,
  Undo2,
  UnfoldHorizontal,
  Workflow,
} from "lucide-react";
import { align, arrange, chosen, distribute } from "./arrange.js";
import { cornerOf, pasting, spanOf, understood, written } from "./clipboard.js";
import { noteId, noteKey, withWidth } from "./document.js";
import { GRID, snapped } from "./grid.js";
import { pointer } from "./hand.js";
import { bridging } from "./insert.js";
import { keep, kept } from "./kept.js";
import { rest, whenAtRest } from "./resting.js";
import { NOTE_BOUNDS, NOTE_HEIGHT, NOTE_WIDTH, WHOLE } from "./shape.js";
import { WIDTH, act, actAll, free, fresh, middle, page, say, select, selectedIds, settle, useCanvas } from "./store.js";

const get = useCanvas.getState;
const open = (dialog) => useCanvas.setState({ dialog });
const selectedEdges = () => get().edges.filter((edge) => edge.selected);
const selectedNotes = () => chosen().map(({ id }) => noteKey(id)).filter((key) => key !== null);
const one = () => selectedIds().length === 1;
const two = () => chosen().length > 1;
const three = () => chosen().length > 2;
export const some = () => chosen().length > 0;

// The flow that a node runs, if it runs one.
export const runs = (id) => (get().document.views[id]?.type === "subflow" ? get().document.views[id].config.flow : "");

// Whether an act may be done now.
export const offered = ({ changes, when }) => !(changes && get().locked) && (!when || when());

// What the keyboard stands on.
const focused = () => document.activeElement?.closest(".react-flow__node")?.dataset.id;

const portsOf = (id) => get().document.views[id].ports;
const ways = () => selectedIds().some((id) => portsOf(id).length);
const waysOn = (id) => Object.entries(get().document.edges).filter(([, { source }]) => source === id);
const onlyEdge = () => (selectedEdges().length === 1 && !some() ? selectedEdges()[0].id : null);

export const ACTS = [
  { id: "add", section: "make", changes: true, icon: Plus, keys: ["a", "/"], about: ["pane"], run: addSome },
  { id: "insert", section: "make", changes: true, icon: ListPlus, keys: ["i"], about: ["nodes", "edge"], when: () => onlyEdge() || (one() && waysOn(selectedIds()[0]).length), run: insert },
  { id: "connect", section: "make", changes: true, icon: Spline, keys: ["c"], about: ["nodes"], when: () => one() && ways(), run: () => open({ kind: "connect", source: selectedIds()[0] }) },
  { id: "note", section: "make", changes: true, icon: StickyNote, keys: ["n"], about: ["pane"], run: note },
  { id: "start", section: "make", changes: true, icon: Flag, keys: ["s"], about: ["nodes"], when: () => one() && get().document.start !== selectedIds()[0], run: begin },
  { id: "open", section: "make", icon: Workflow, keys: ["o"], about: ["nodes"], when: () => one() && runs(selectedIds()[0]), run: () => page.act(`flow/${runs(selectedIds()[0])}`) },
  { id: "properties", section: "make", icon: SquarePen, keys: ["Enter"], about: ["nodes"], when: () => chosen().length === 1 || focused(), run: properties },

  { id: "undo", section: "edit", anywhere: true, fromField: true, changes: true, icon: Undo2, keys: ["Mod+z"], about: ["pane"], run: () => back("undo") },
  { id: "redo", section: "edit", anywhere: true, fromField: true, changes: true, icon: Redo2, keys: ["Mod+Shift+z", "Mod+y"], about: ["pane"], run: () => back("redo") },
  { id: "cut", section: "edit", changes: true, icon: Scissors, keys: ["Mod+x"], about: ["nodes"], when: some, native: true, run: () => copy().then(remove) },
  { id: "copy", section: "edit", icon: Copy, keys: ["Mod+c"], about: ["nodes"], when: some, native: true, run: copy },
  { id: "paste", section: "edit", changes: true, icon: ClipboardPaste, keys: ["Mod+v"], about: ["pane"], native: true, run: pasteFromMenu },
  { id: "duplicate", section: "edit", changes: true, icon: CopyPlus, keys: ["Mod+d"], about: ["nodes"], when: some, run: duplicate },
  { id: "remove", section: "edit", changes: true, icon: Trash2, keys: ["Delete", "Backspace"], about: ["nodes", "edge"], when: () => some() || selectedEdges().length > 0, run: remove },
  { id: "take_out", section: "edit", changes: true, keys: ["Shift+Delete", "Shift+Backspace"], when: () => one() && bridging(get().document, selectedIds()[0]), run: takeOut },

  { id: "find", section: "select", anywhere: true, fromField: true, icon: Search, keys: ["Mod+f", "Mod+k"], about: ["pane"], run: () => open({ kind: "find" }) },
  { id: "pick", section: "select", keys: ["Space"], when: () => focused(), run: () => select([focused()]) },
  { id: "pick_more", section: "select", keys: ["Shift+Space"], when: () => focused(), run: pickMore },
  { id: "all", section: "select", icon: BoxSelect, keys: ["Mod+a"], about: ["pane"], run: () => select(get().nodes.map(({ id }) => id)) },
  { id: "clear", section: "select", keys: ["Escape"], run: () => select([]) },
  { id: "following", section: "select", keys: ["Mod+ArrowRight"], when: one, run: () => walk("target", "source") },
  { id: "preceding", section: "select", keys: ["Mod+ArrowLeft"], when: one, run: () => walk("source", "target") },

  { id: "align_left", section: "arrange", row: true, changes: true, icon: AlignStartVertical, keys: ["Alt+a"], about: ["nodes"], when: two, run: () => align("left") },
  { id: "align_center", section: "arrange", row: true, changes: true, icon: AlignCenterVertical, keys: ["Alt+h"], about: ["nodes"], when: two, run: () => align("center") },
  { id: "align_right", section: "arrange", row: true, changes: true, icon: AlignEndVertical, keys: ["Alt+d"], about: ["nodes"], when: two, run: () => align("right") },
  { id: "align_top", section: "arrange", row: true, changes: true, icon: AlignStartHorizontal, keys: ["Alt+w"], about: ["nodes"], when: two, run: () => align("top") },
  { id: "align_middle", section: "arrange", row: true, changes: true, icon: AlignCenterHorizontal, keys: ["Alt+v"], about: ["nodes"], when: two, run: () => align("middle") },
  { id: "align_bottom", section: "arrange", row: true, changes: true, icon: AlignEndHorizontal, keys: ["Alt+s"], about: ["nodes"], when: two, run: () => align("bottom") },
  { id: "spread_across", section: "arrange", row: true, changes: true, icon: AlignHorizontalDistributeCenter, keys: ["Alt+Shift+h"], about: ["nodes"], when: three, run: () => distribute("x") },
  { id: "spread_down", section: "arrange", row: true, changes: true, icon: AlignVerticalDistributeCenter, keys: ["Alt+Shift+v"], about: ["nodes"], when: three, run: () => distribute("y") },
  { id: "tidy", section: "arrange", changes: true, icon: Network, keys: ["t"], about: ["pane", "nodes"], run: arrange },
  { id: "move", section: "arrange", changes: true, keys: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], when: some, run: move },
  { id: "move_far", section: "arrange", changes: true, keys: ["Shift+ArrowLeft", "Shift+ArrowRight", "Shift+ArrowUp", "Shift+ArrowDown"], when: some, run: move },
  { id: "wider", section: "arrange", changes: true, icon: UnfoldHorizontal, keys: ["w"], about: ["nodes"], when: () => selectedNotes().length, run: () => widen(2 * GRID) },
  { id: "narrower", section: "arrange", changes: true, icon: FoldHorizontal, keys: ["Shift+w"], about: ["nodes"], when: () => selectedNotes().length, run: () => widen(-2 * GRID) },

  { id: "fit", section: "view", icon: Maximize, keys: ["1"], about: ["pane"], run: () => get().flow.fitView({ ...WHOLE, duration: 150 }) },
  { id: "fit_selection", section: "view", icon: Scan, keys: ["2"], about: ["nodes"], when: some, run: zoomToSelection },
  { id: "zoom_whole", section: "view", keys: ["0"], run: () => get().flow.zoomTo(1, { duration: 100 }) },
  { id: "zoom_in", section: "view", keys: ["+", "="], run: () => get().flow.zoomIn() },
  { id: "zoom_out", section: "view", keys: ["-"], run: () => get().flow.zoomOut() },
  { id: "hand", section: "view", icon: Hand, keys: ["h"], run: () => keep({ hand: !kept().hand }) },
  { id: "minimap", section: "view", icon: MapIcon, keys: ["m"], about: ["pane"], run: () => keep({ map: !kept().map }) },
  { id: "palette", section: "view", icon: PanelLeft, keys: ["p"], about: ["pane"], when: () => !get().locked, run: () => keep({ slim: !kept().slim }) },
  { id: "keys", section: "view", icon: Keyboard, keys: ["?"], about: ["pane"], run: () => open({ kind: "keys" }) },
];

export const SECTIONS = ["make", "edit", "select", "arrange", "view"];

// What only the pointer can do, for the list of keys: words, and what is held or pressed.
export const GESTURES = ["box", "more", "pan", "zoom", "copies", "freely", "menu"];

export const byId = Object.fromEntries(ACTS.map((entry) => [entry.id, entry]));

// How a key is written on this machine.
const MAC = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");
const SHOWN = { Mod: MAC ? "⌘" : "Ctrl", Alt: MAC ? "⌥" : "Alt", Shift: MAC ? "⇧" : "Shift", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Delete: "Del" };
export const writtenKey = (key) =>
  (key === "+" ? ["+"] : key.split("+")).map((part) => SHOWN[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(MAC ? "" : "+");

// What has just been done is the first that is taken back.
function back(what) {
  rest();
  page.act(what);
}

function addSome() {
  const { menu } = get();
  const search = document.querySelector(".palette-search input");
  if (search && !menu) search.focus();
  else open({ kind: "add", x: menu?.x ?? pointer.at?.x, y: menu?.y ?? pointer.at?.y });
}

function insert() {
  const edge = onlyEdge();
  const { menu } = get();
  open(edge ? { kind: "insert", edge, x: menu?.x, y: menu?.y } : { kind: "insert", source: selectedIds()[0] });
}

function properties() {
  const id = focused();
  if (id && !chosen().some((node) => node.id === id)) select([id]);
  const [only] = id ? [id] : chosen().map((node) => node.id);
  if (noteKey(only) === null) page.act("properties");
  else if (!get().locked) useCanvas.setState({ writing: only });
}

// The node in focus joins what is selected, or leaves it.
function pickMore() {
  const ids = new Set(chosen().map(({ id }) => id));
  if (!ids.delete(focused())) ids.add(focused());
  select([...ids]);
}

function zoomToSelection() {
  get().flow.fitView({ nodes: chosen().map(({ id }) => ({ id })), maxZoom: 1, padding: 0.2, duration: 150 });
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
  actAll(edits);
  select([]);
}

// Deletes a node and joins what stood before and behind it.
function takeOut() {
  const [id] = selectedIds();
  act({ op: "batch", edits: [...bridging(get().document, id), { op: "remove", nodes: [id] }] });
  select([]);
}

function note() {
  const id = fresh("note");
  useCanvas.setState({ writing: noteId(id) });
  act({ op: "note", id, text: "", at: here(NOTE_WIDTH, NOTE_HEIGHT) });
}

// Where something new of this size goes: under the pointer, else into the middle of the view.
function here(width, height) {
  const { menu, flow } = get();
  const seen = menu ?? pointer.at;
  if (!seen) return free(middle());
  const { x, y } = flow.screenToFlowPosition(seen);
  if (menu) return snapped([x, y]);
  const corner = document.querySelector(".canvas-flow").getBoundingClientRect();
  const seenFrom = flow.screenToFlowPosition({ x: corner.left + GRID, y: corner.top + GRID });
  return snapped([Math.max(seenFrom.x, x - width / 2), Math.max(seenFrom.y, y - height / 2)]);
}

// Arrow keys move what is selected; one edit goes up when the fingers rest.
function move(event) {
  const step = GRID * (event.shiftKey ? 5 : 1);
  const [x, y] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
  useCanvas.setState({
    nodes: get().nodes.map((node) =>
      node.selected ? { ...node, position: { x: node.position.x + x, y: node.position.y + y } } : node,
    ),
  });
  whenAtRest(settle);
}

// Notes grow or shrink by so many pixels; one edit each goes up when the fingers rest.
function widen(by) {
  const [least, most] = NOTE_BOUNDS;
  const changed = (node) => ({ ...node, width: Math.min(most, Math.max(least, node.width + by)), resizing: true });
  useCanvas.setState({ nodes: get().nodes.map((node) => (node.selected && noteKey(node.id) !== null ? changed(node) : node)) });
  whenAtRest(widened);
}

function widened() {
  const { nodes, document } = get();
  const edits = [];
  for (const { id, resizing, width } of nodes) {
    if (!resizing || noteKey(id) === null) continue;
    if (width !== (document.notes[noteKey(id)].width ?? NOTE_WIDTH)) edits.push(withWidth(document, id, width));
  }
  useCanvas.setState({ nodes: nodes.map((node) => (node.resizing ? { ...node, resizing: false } : node)) });
  actAll(edits);
}

// Goes along an edge to the node that follows or precedes; pressed again it goes around the others there.
function walk(to, from) {
  const [id] = selectedIds();
  const edge = Object.values(get().document.edges).find((way) => way[from] === id);
  if (edge) select([edge[to]], true);
}

// --- Clipboard -------------------------------------------------------------------------------------------------

const SHELF = "parley-copied";
// How often the same was pasted, and where: copies do not cover one another.
let pasted = { text: "", count: 0, at: "" };

export function copied() {
  const text = written(get().document, chosen().map(({ id }) => id), get().languages[0]);
  // The browser may refuse the clipboard to a menu; then what was copied last lies here.
  localStorage.setItem(SHELF, text);
  pasted = { text: "", count: 0, at: "" };
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

// Pastes under the pointer, with `beside` next to what was copied, else where it stood or into view.
export function paste(text, { beside = false, corner = null } = {}) {
  const found = understood(text);
  const { words, languages, flow } = get();
  if (!found) {
    say(words.nothing_to_paste);
    return;
  }
  const seen = beside || corner ? null : pointer.at;
  const spot = `${seen?.x},${seen?.y}`;
  pasted = { text, at: spot, count: pasted.text === text && pasted.at === spot ? pasted.count + 1 : 0 };
  const own = cornerOf(found);
  const [width, height] = spanOf(found);
  let at = own;
  if (corner) at = corner;
  else if (seen) {
    const { x, y } = flow.screenToFlowPosition(seen);
    at = [x - (width + WIDTH) / 2, y - (height + 64) / 2];
  } else if (!beside && !inView(own)) {
    const [x, y] = middle();
    at = [x - width / 2, y - height / 2];
  }
  const shift = GRID * 2 * (seen || corner ? pasted.count : pasted.count + 1);
  const [edit, ids] = pasting(found, snapped([at[0] + shift, at[1] + shift]), fresh, languages);
  act(edit);
  select(ids, !seen && !corner);
}

function inView([x, y]) {
  const seen = get().flow.flowToScreenPosition({ x, y });
  const box = document.querySelector(".canvas-flow").getBoundingClientRect();
  return seen.x >= box.left && seen.x < box.right - 80 && seen.y >= box.top && seen.y < box.bottom - 40;
}

async function pasteFromMenu() {
  const { menu, flow } = get();
  const point = menu && flow.screenToFlowPosition(menu);
  let text = "";
  try {
    text = await navigator.clipboard.readText();
  } catch {
    // Not allowed: the shelf has it.
  }
  paste(understood(text) ? text : localStorage.getItem(SHELF), { corner: point && [point.x, point.y] });
}

function duplicate() {
  paste(written(get().document, chosen().map(({ id }) => id), get().languages[0]), { beside: true });
}
