// What the canvas holds between renders, and the conversation with the server about it (`sync.js`).
import { applyEdgeChanges, applyNodeChanges } from "@xyflow/react";
import { create } from "zustand";
export { edgeKey } from "./document.js";
import { bounds } from "./align.js";
import { edgeKey, moving, noteId, refusal } from "./document.js";
import { GRID, snapped } from "./grid.js";
import { placed } from "./layout.js";
import { HEIGHT, NOTE_HEIGHT, NOTE_WIDTH, WIDTH, boxOf, handlesOf, heightOf } from "./shape.js";
export { WIDTH } from "./shape.js";
import { acted, loaded, received, unsynced } from "./sync.js";
import { keepUnsent, unsent } from "./unsent.js";

// The smallest zoom at which texts can be read.
export const READABLE = 0.8;
// Below this zoom words are drawn larger, below the next nodes are only their icon and title, below that one only their
// colour.
const SMALL = 0.72;
const FAR = 0.5;
const DISTANT = 0.22;
// With more nodes than these, only what is in view is drawn, and from far away plainly.
export const MANY = 150;

// How to reach the page; set by the component.
export const page = { edit(edit, number, after, seen) {}, select(ids) {}, act(name) {} };

const unlit = { nodes: new Set(), edges: new Set(), current: "" };

const blank = {
  ...unsynced,
  id: "",
  person: "",
  palette: [],
  languages: [],
  starters: [],
  words: {},
  language: "",
  locked: false,
  nodes: [],
  edges: [],
  problems: {},
  people: {},
  lit: unlit,
  never: { nodes: new Set(), edges: new Set() },
  // How far away one stands: "", "far" or "distant"; and whether so many nodes are there that they are drawn plainly.
  distance: "",
  plain: false,
  small: false,
  menu: null,
  // Whether the hand is drawing a way.
  held: false,
  dialog: null,
  said: "",
  writing: "",
  flow: null,
};

export const useCanvas = create(() => blank);

const { getState: get, setState: set } = useCanvas;

export const fresh = (type) => {
  const random = crypto.getRandomValues(new Uint32Array(1))[0].toString(36).padStart(7, "0");
  return `${type.slice(0, 56)}_${random.slice(-6)}`;
};

// The view of a node that the server has not described yet, from its card in the palette.
function viewOf(id, config) {
  const card = get().palette.find(({ type }) => type === config.type);
  const shown = card ?? { title: config.type, icon: "", group: "do", ports: [] };
  return { ...shown, id, type: config.type, name: config.name ?? "", summary: "", config, texts: {} };
}

export function load({ document, views, marks, palette, languages, starters, words, ...told }) {
  const { id, person, language, locked } = told;
  if (get().id !== id || get().person !== person) {
    set({ ...blank, id, person, people: get().people, flow: get().flow, pending: locked ? [] : unsent(person, id) });
  }
  set({ language, locked, palette, languages, starters, words, problems: marks });
  show(loaded(get(), { ...told, document: { ...document, nodes: placed(document) }, views }, viewOf));
  page.act("loaded");
  sendAgain();
}

// Sends what has no answer yet, each with the one before it that has none either: it is to be done after that.
export function sendAgain() {
  let after = 0;
  for (const { edit, number } of get().pending) {
    page.edit(edit, number, after, get().seq);
    after = number;
  }
}

// Takes what the server applied. `patches` holds the last few, as several may arrive within one render; when
// one has been missed the page is asked for the whole.
export function receive(patches) {
  if (!get().id) return;
  const { seq, problems } = get();
  const next = received(get(), patches, viewOf);
  if (!next) {
    page.act("reload");
    return;
  }
  for (const patch of patches) if (patch.seq > seq) say(patch.said);
  const marks = Object.assign({}, ...patches.filter((patch) => patch.seq > seq).map((patch) => patch.marks));
  if (Object.keys(marks).length) set({ problems: { ...problems, ...marks } });
  show(next);
}

// A finished act of the hand: seen at once, sent as one small edit.
export function act(edit) {
  if (get().locked) return;
  const next = acted(get(), edit, viewOf);
  show(next);
  const { edit: sent, number } = next.pending.at(-1);
  page.edit(sent, number, next.pending.at(-2)?.number ?? 0, next.seq);
}

// Makes React Flow's nodes and edges agree with the document. What did not change stays the same object, and a node
// that the hand is moving stays where the hand has it.
function show({ seq, sent, pending, confirmed, failed, document }) {
  const { id: flow, person, pending: waited, document: before, nodes: shown, edges: drawn } = get();
  if (pending !== waited) keepUnsent(person, flow, pending);
  const old = Object.fromEntries(shown.map((node) => [node.id, node]));
  const nodes = Object.entries(document.nodes).map(([id, at]) =>
    movedTo(shaped(old[id], id, document.views[id]), at, before.nodes[id]),
  );
  for (const [id, { at, text, width = NOTE_WIDTH }] of Object.entries(document.notes)) {
    const key = noteId(id);
    // React Flow hides what it does not know the size of, and what is hidden cannot be written on.
    const measured = { width, height: NOTE_HEIGHT };
    const node = old[key] ?? { id: key, type: "note", data: { text }, connectable: false, measured };
    const same = node.data.text === text && (node.resizing || node.width === width);
    nodes.push(movedTo(same ? node : { ...node, data: { text }, width }, at, before.notes[id]?.at));
  }
  const ways = Object.fromEntries(drawn.map((edge) => [edge.id, edge]));
  const edges = Object.entries(document.edges).map(([key, { source, port, target }]) => {
    if (ways[key]?.target === target) return ways[key];
    // Its ends are named by the ports; the line itself is for the eye.
    return { id: key, type: "way", source, sourceHandle: port, target, targetHandle: "in", ariaLabel: null, ariaRole: "presentation", data: {} };
  });
  set({ seq, sent, pending, confirmed, failed, document, nodes, edges });
  stand();
  // What was selected may be gone.
  tellSelection();
}

// React Flow's node for a view: with its size and ports known, it need not be drawn to be measured.
function shaped(node, id, view) {
  if (node?.data.view === view) return node;
  const change = node ? heightOf(view) - heightOf(node.data.view) : 0;
  const height = node ? node.measured.height + change : heightOf(view);
  const measured = { width: WIDTH, height };
  return { ...node, id, type: "flow", data: { view }, measured, handles: handlesOf(view, height) };
}

let measured = new Map();

// Takes in how high a node really is, once it is drawn; of all that are drawn together at once.
export function measure(id, height) {
  if (!height) return;
  if (!measured.size) queueMicrotask(takeHeights);
  measured.set(id, height);
}

function takeHeights() {
  const heights = measured;
  measured = new Map();
  const { nodes } = get();
  const changed = ({ id, measured }) => heights.has(id) && heights.get(id) !== measured.height;
  if (nodes.some(changed)) set({ nodes: nodes.map((node) => (changed(node) ? resized(node, heights.get(node.id)) : node)) });
}

const resized = (node, height) => ({
  ...node,
  measured: { width: WIDTH, height },
  handles: handlesOf(node.data.view, height),
});

// Says from how far away the flow is seen now.
export function stand(zoom = get().flow?.getZoom() ?? 1) {
  const distance = zoom < DISTANT ? "distant" : zoom < FAR ? "far" : "";
  const plain = distance !== "" && get().nodes.length > MANY;
  const small = zoom < SMALL && !distance;
  const { distance: was, plain: wasPlain, small: wasSmall } = get();
  if (distance !== was || plain !== wasPlain || small !== wasSmall) set({ distance, plain, small });
}

// Lights these nodes and ways: [ids], [{source, port}].
export function light(nodes, edges, current) {
  if (!nodes.length && get().lit === unlit) return;
  const ways = new Set(edges.map(({ source, port }) => edgeKey(source, port)));
  set({ lit: nodes.length ? { nodes: new Set(nodes), edges: ways, current } : unlit });
}

function movedTo(node, [x, y], before) {
  if (node.position && before?.[0] === x && before[1] === y) return node;
  return { ...node, position: { x, y } };
}

let told = "";
let telling = 0;

// Tells the page which nodes are selected, once the hand has settled.
function tellSelection() {
  clearTimeout(telling);
  telling = setTimeout(() => {
    const ids = selectedIds();
    if (ids.join() === told) return;
    told = ids.join();
    page.select(ids);
  }, 40);
}

export const isNode = ({ type }) => type === "flow";
export const selectedIds = () => get().nodes.filter((node) => node.selected && isNode(node)).map(({ id }) => id);

// What a drag does to the changes that React Flow reports: guides and the grid; set by the hand.
export const steady = { by: (changes) => changes };

export function changeNodes(reported) {
  const changes = steady.by(reported);
  let nodes = applyNodeChanges(changes, get().nodes);
  const sized = new Set(changes.filter(({ type }) => type === "dimensions").map(({ id }) => id));
  if (sized.size)
    nodes = nodes.map((node) => (sized.has(node.id) && isNode(node) ? resized(node, node.measured.height) : node));
  set({ nodes });
  if (changes.some(({ type }) => type === "select")) tellSelection();
}

export function changeEdges(changes) {
  set({ edges: applyEdgeChanges(changes, get().edges) });
}

// Selects exactly these nodes; `shown` also brings them into view.
export function select(ids, shown = false) {
  const chosen = new Set(ids);
  const { nodes, edges } = get();
  set({
    nodes: nodes.map((node) => (!!node.selected === chosen.has(node.id) ? node : { ...node, selected: chosen.has(node.id) })),
    edges: edges.map((edge) => (edge.selected ? { ...edge, selected: false } : edge)),
  });
  tellSelection();
  if (shown && ids.length) reveal(ids);
}

// Moves the view so that these nodes are seen, as little as that takes.
export function reveal(ids) {
  const { flow, nodes } = get();
  const shown = nodes.filter(({ id }) => ids.includes(id));
  if (!flow || !shown.length) return;
  // React Flow itself does not know a node yet that has just been made.
  const { x, y, width, height } = bounds(shown.map(boxOf));
  const box = globalThis.document.querySelector(".canvas-flow").getBoundingClientRect();
  const start = flow.flowToScreenPosition({ x, y });
  const end = flow.flowToScreenPosition({ x: x + width, y: y + height });
  const seen = start.x >= box.left && end.x <= box.right && start.y >= box.top && end.y <= box.bottom;
  const zoom = flow.getZoom();
  if (shown.length > 1) {
    if (!seen) flow.fitView({ nodes: shown, maxZoom: Math.max(zoom, READABLE), padding: 0.15, duration: 150 });
  } else if (!seen || zoom < READABLE) {
    flow.setCenter(x + width / 2, y + height / 2, { zoom: Math.max(zoom, READABLE), duration: 150 });
  }
}

// Shows what was never rehearsed: {nodes: [ids], edges: [[source, port]]}.
export const uncover = ({ nodes = [], edges = [] } = {}) =>
  set({ never: { nodes: new Set(nodes), edges: new Set(edges.map((way) => edgeKey(...way))) } });

// Shows which nodes others have selected: [{tab, name, colour, ids}].
export function meet(others) {
  const people = {};
  for (const { tab, name, colour, ids } of others)
    for (const id of ids) people[id] = [...(people[id] ?? []), { tab, name, colour }];
  set({ people });
}

// Sends these edits as one; nothing when there are none.
export function actAll(edits) {
  if (edits.length) act(edits.length === 1 ? edits[0] : { op: "batch", edits });
}

// Sends one move for all nodes that no longer stand where the document has them.
export function settle() {
  const { nodes, document } = get();
  actAll(moving(document, Object.fromEntries(nodes.map(({ id, position: { x, y } }) => [id, [Math.round(x), Math.round(y)]]))));
}

export function connect(source, port, target) {
  const why = refusal(get().document, { source, port, target });
  if (!why) act({ op: "connect", source, port, target });
  else if (why !== "already") say(get().words[`refused_${why}`]);
}

export const isConnectable = ({ source, sourceHandle, target }) =>
  ["", "already"].includes(refusal(get().document, { source, port: sourceHandle, target }));

// Adds a node of a type: where the pointer let it go, else after the selected node, else in the middle.
export function add(type, point) {
  const { document } = get();
  const id = fresh(type);
  const edit = { op: "add", node: id, config: { type }, at: point ? snapped(point) : null };
  const [source] = selectedIds();
  const port = !point && source && looseports(document, source)[0];
  edit.at ??= source ? free([document.nodes[source][0] + WIDTH + 80, document.nodes[source][1]]) : free(middle());
  act(port ? { op: "batch", edits: [edit, { op: "connect", source, port: port.id, target: id }] } : edit);
  select([id], !point);
  return id;
}

const looseports = (document, id) => document.views[id].ports.filter((port) => !document.edges[edgeKey(id, port.id)]);

export function middle() {
  const box = globalThis.document.querySelector(".canvas-flow").getBoundingClientRect();
  const { x, y } = get().flow.screenToFlowPosition({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  return [x - WIDTH / 2, y - 48];
}

// The first place at or under `at` where a new node would cover no other.
export function free(at) {
  const [x, start] = snapped(at);
  const { nodes } = get();
  const covered = (y) =>
    nodes.some(({ position, measured }) => {
      const height = measured?.height ?? HEIGHT;
      return Math.abs(position.x - x) < WIDTH + GRID && position.y < y + HEIGHT + GRID && y < position.y + height + GRID;
    });
  let y = start;
  while (covered(y)) y += GRID;
  return [x, y];
}

// Speaks to screen readers and shows a short line on the canvas.
export function say(text) {
  if (text) set({ said: text });
}
