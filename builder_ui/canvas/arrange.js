// Acts that put nodes in their places: tidying, lining up, spreading out, inserting, copying by hand.
import { aligned, distributed } from "./align.js";
import { pasting, understood, written } from "./clipboard.js";
import { moving } from "./document.js";
import { inserting } from "./insert.js";
import { tidy } from "./layout.js";
import { snapped } from "./grid.js";
import { boxOf, sizeOf } from "./shape.js";
import { act, actAll, fresh, select, selectedIds, settle, useCanvas } from "./store.js";

const get = useCanvas.getState;
const GLIDE = 150;

export const chosen = () => get().nodes.filter(({ selected }) => selected);

// What moves by itself glides, so that one sees where it went.
export function glide() {
  const surface = document.querySelector(".canvas-flow");
  surface?.classList.add("gliding");
  setTimeout(() => surface?.classList.remove("gliding"), GLIDE);
}

// Moves nodes and notes to these places {id: [x, y]}.
function moveTo(places) {
  const edits = moving(get().document, places);
  if (edits.length) glide();
  actAll(edits);
}

const boxes = () => Object.fromEntries(chosen().map((node) => [node.id, boxOf(node)]));

export const align = (how) => moveTo(aligned(boxes(), how));
export const distribute = (axis) => moveTo(distributed(boxes(), axis));

// Tidies what is selected, or everything.
export function arrange() {
  // Where the arrow keys have just put something counts already.
  settle();
  const { document, nodes } = get();
  const picked = selectedIds();
  const all = picked.length > 1 ? picked : Object.keys(document.nodes);
  if (!all.length) return;
  // Conversations are read from their start, and ports from top to bottom.
  const ids = all.includes(document.start) ? [document.start, ...all.filter((id) => id !== document.start)] : all;
  const order = ({ source, port }) => document.views[source].ports.findIndex(({ id }) => id === port);
  const ways = Object.values(document.edges).sort((one, other) => order(one) - order(other));
  const measured = Object.fromEntries(nodes.map((node) => [node.id, node.measured]));
  const found = tidy(ids, ways, (id) => measured[id]);
  // The whole stays where it was: its top left corner does not move.
  const corner = (places) => [0, 1].map((axis) => Math.min(...ids.map((id) => places[id][axis])));
  const [old, now] = [snapped(corner(document.nodes)), corner(found)];
  moveTo(Object.fromEntries(ids.map((id) => [id, [found[id][0] + old[0] - now[0], found[id][1] + old[1] - now[1]]])));
}

// Puts a new node of a type into a way, or `id`, which is there already. The edit, null when that cannot be.
export function insertOn(key, type, at, id = fresh(type)) {
  const { document, palette } = get();
  const ports = type ? (palette.find((card) => card.type === type)?.ports ?? []) : document.views[id].ports;
  const place = at && (type ? snapped(at) : at.map(Math.round));
  const edit = inserting(document, key, { id, config: type && { type }, ports, at: place }, (one) => sizeOf(get().nodes.find((node) => node.id === one)));
  if (!edit) return null;
  glide();
  act(edit);
  select([id]);
  return edit;
}

// What the hand moved with Alt stays where it was; copies stand where the hand let go.
export function putCopies(originals) {
  const { nodes, document, languages } = get();
  const now = Object.fromEntries(nodes.map(({ id, position }) => [id, position]));
  const [dx, dy] = ["x", "y"].map((axis) => now[originals[0].id][axis] - originals[0].position[axis]);
  const before = Object.fromEntries(originals.map(({ id, position }) => [id, position]));
  useCanvas.setState({ nodes: nodes.map((node) => (before[node.id] ? { ...node, position: before[node.id] } : node)) });
  if (!dx && !dy) return;
  const copied = understood(written(document, Object.keys(before), languages[0]));
  const corner = ["x", "y"].map((axis) => Math.round(Math.min(...originals.map(({ position }) => position[axis])) + { x: dx, y: dy }[axis]));
  const [edit, ids] = pasting(copied, corner, fresh, languages);
  act(edit);
  select(ids);
}

