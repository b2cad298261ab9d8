// What the hand is doing right now: carrying a card in, moving nodes along guides, copying them on the way, laying
// one onto an edge. Nothing of it is in the document before the hand lets go.
import { create } from "zustand";
import { bounds, linesOf, snapping } from "./align.js";
import { insertOn, putCopies } from "./arrange.js";
import { GRID } from "./grid.js";
import { unconnected } from "./insert.js";
import { boxOf } from "./shape.js";
import { WIDTH, add, isNode, settle, steady, useCanvas } from "./store.js";

// Apart from the canvas's own state, so that a moving hand redraws nothing but what it holds.
export const useHand = create(() => ({ card: null, x: 0, y: 0, guides: [], copied: [] }));

const REACH = 6;
const SLACK = 5;

// Where the pointer was last seen over the canvas, or null.
export const pointer = { at: null };

const onCanvas = (x, y) => document.elementFromPoint(x, y)?.closest(".canvas-flow") != null;

// --- Edges under the hand --------------------------------------------------------------------------------------

let marked = null;

function mark(way) {
  if (marked === way) return;
  marked?.classList.remove("taking");
  way?.classList.add("taking");
  marked = way;
}

const wayAt = (x, y) => document.elementsFromPoint(x, y).map((one) => one.closest(".way")).find(Boolean) ?? null;

// The marked edge's key; the mark goes.
function taken() {
  const key = marked?.dataset.edge;
  mark(null);
  return key;
}

// --- A card from the palette -----------------------------------------------------------------------------------

// Follows the pointer that went down on a card until it lets go; with the mouse, a finger or a pen.
export function carry(down, card) {
  if (down.button !== 0 || !down.isPrimary || useCanvas.getState().locked) return;
  const { clientX, clientY, pointerId } = down;
  let carrying = false;
  const move = (event) => {
    if (event.pointerId !== pointerId) return;
    const { clientX: x, clientY: y } = event;
    if (!carrying && Math.hypot(x - clientX, y - clientY) < SLACK) return;
    carrying = true;
    event.preventDefault();
    useHand.setState({ card, x, y });
    mark(card.ports.length && onCanvas(x, y) ? wayAt(x, y) : null);
  };
  const end = (event) => {
    if (event.pointerId !== undefined && event.pointerId !== pointerId) return;
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", end);
    removeEventListener("pointercancel", end);
    removeEventListener("keydown", escape, true);
    const key = taken();
    useHand.setState({ card: null });
    if (!carrying) return;
    // Let go over its own card, it would count as a click there.
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, true));
    const { clientX: x, clientY: y, type } = event;
    if (type !== "pointerup" || !onCanvas(x, y)) return;
    const point = useCanvas.getState().flow.screenToFlowPosition({ x, y });
    const at = [point.x - WIDTH / 2, point.y - 24];
    if (key) insertOn(key, card.type, at);
    else add(card.type, at);
  };
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    end({ type: "escape" });
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
  addEventListener("keydown", escape, true);
}

function swallow(event) {
  event.stopPropagation();
  event.preventDefault();
}

// --- Nodes that are there --------------------------------------------------------------------------------------

let lines = null;
let unbound = false;
// The only node that is moved, while nothing leads to or from it.
let single = null;

export function dragStart(event, held) {
  const { nodes, document } = useCanvas.getState();
  const moving = new Set(held.map(({ id }) => id));
  lines = linesOf(nodes.filter(({ id }) => !moving.has(id)).map(boxOf));
  const [first] = held;
  single = held.length === 1 && isNode(first) && document.views[first.id]?.ports.length && unconnected(document, first.id) ? first.id : null;
  useHand.setState({ copied: event.altKey ? nodes.filter(({ id }) => moving.has(id)) : [] });
}

export function dragging(event) {
  unbound = event.ctrlKey || event.metaKey;
  const { clientX: x, clientY: y } = event.touches?.[0] ?? event;
  if (single) mark(wayAt(x, y));
}

export function dragStop() {
  lines = null;
  const { copied } = useHand.getState();
  useHand.setState({ guides: [], copied: [] });
  const key = taken();
  const { nodes, document } = useCanvas.getState();
  if (copied.length) {
    putCopies(copied);
  } else if (single && key) {
    const { position } = nodes.find(({ id }) => id === single);
    const edit = insertOn(key, null, [position.x, position.y], single);
    if (!edit) settle();
  } else {
    settle();
  }
  single = null;
}

// Draws what is moved to the nearest line of another node, else onto the grid.
function guided(changes) {
  if (!lines) return changes;
  const moving = changes.filter(({ type, position }) => type === "position" && position);
  if (!moving.length) return changes;
  const { nodes, flow } = useCanvas.getState();
  const sizes = new Map(nodes.map((node) => [node.id, node]));
  const whole = bounds(moving.map(({ id, position }) => boxOf({ ...sizes.get(id), position })));
  const found = unbound ? { ...whole, guides: [] } : snapping(whole, lines, REACH / flow.getZoom(), GRID);
  useHand.setState({ guides: found.guides });
  const [dx, dy] = [found.x - whole.x, found.y - whole.y];
  return changes.map((change) =>
    change.type === "position" && change.position
      ? { ...change, position: { x: change.position.x + dx, y: change.position.y + dy } }
      : change,
  );
}

steady.by = guided;
