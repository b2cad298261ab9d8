// Which ways go around nodes, worked out for all of them once the flow has come to rest.
import { create } from "zustand";
import { concerns, routing } from "./routes.js";
import { endsOf } from "./shape.js";
import { isNode, useCanvas } from "./store.js";

// {key: {lane, sx, sy, tx, ty}}: valid while the way's ends are about where they were.
export const useWays = create(() => ({ lanes: {} }));

const REST = 60;
const MOVED = 40;
// Milliseconds that are worked at a time: less than a frame, so that the hand never waits for it.
const SLICE = 6;

let waiting = 0;
// What the lanes were worked out for: the boxes by their nodes, the ways by their keys; and which ways are to be done.
let boxes = new Map();
let ways = new Map();
let due = new Set();

// Finds what has changed since, and whose ways that concerns.
function work() {
  const { nodes, edges } = useCanvas.getState();
  const { lanes } = useWays.getState();
  const there = new Map(nodes.map((node) => [node.id, node]));
  const [standing, led] = [new Map(), new Map()];
  for (const { id, position: { x, y }, measured: { width, height } } of nodes.filter(isNode))
    standing.set(id, [x, y, x + width, y + height, id]);
  for (const edge of edges) {
    const ends = endsOf(edge, there);
    if (ends) led.set(edge.id, { key: edge.id, source: edge.source, target: edge.target, ...shortened(ends) });
  }
  const changed = [...boxesOtherwise(boxes, standing), ...boxesOtherwise(standing, boxes)];
  due = new Set([...led.values()].filter((way) => !alike(way, ways.get(way.key)) || due.has(way.key) || concerned(way, changed, lanes)).map(({ key }) => key));
  [boxes, ways] = [standing, led];
  const kept = [...led.values()].filter(({ key }) => !due.has(key) && lanes[key]).map((way) => ({ ...way, ...lanes[way.key] }));
  if (!due.size && Object.keys(lanes).every((key) => led.has(key))) return;
  const steps = routing([...led.values()].filter(({ key }) => due.has(key)), [...standing.values()], kept);
  const left = Object.fromEntries(Object.entries(lanes).filter(([key]) => led.has(key) && !due.has(key)));
  go(steps, left);
}

function* boxesOtherwise(before, now) {
  for (const [id, box] of before) if (String(box) !== String(now.get(id))) yield box;
}

const alike = (way, before) => before && ["sx", "sy", "tx", "ty", "source", "target"].every((part) => way[part] === before[part]);

const concerned = (way, changed, lanes) => changed.some((box) => concerns(box, way, lanes[way.key]?.lane ?? null));

// Works at the lanes for a while, and then again once the browser has had its turn.
function go(steps, lanes) {
  const until = performance.now() + SLICE;
  do {
    const { value, done } = steps.next();
    if (done) {
      due = new Set();
      useWays.setState({ lanes });
      return;
    }
    const [key, lane] = value;
    if (lane) lanes[key] = lane;
  } while (performance.now() < until);
  waiting = setTimeout(() => go(steps, lanes));
}

useCanvas.subscribe((state, before) => {
  if (state.document === before.document) return;
  clearTimeout(waiting);
  waiting = setTimeout(work, REST);
});

export const shortened = ({ sourceX, sourceY, targetX, targetY }) => ({ sx: sourceX, sy: sourceY, tx: targetX, ty: targetY });

// The lane of a way with these ends, null when it goes straight.
export function laneFor(known, { sx, sy, tx, ty }) {
  if (!known) return null;
  const moved = Math.max(Math.abs(known.sx - sx), Math.abs(known.sy - sy), Math.abs(known.tx - tx), Math.abs(known.ty - ty));
  return moved < MOVED ? known.lane : null;
}
