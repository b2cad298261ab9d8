// Which ways go around nodes, worked out for all of them once the flow has come to rest.
import { create } from "zustand";
import { routed } from "./routes.js";
import { endsOf } from "./shape.js";
import { isNode, useCanvas } from "./store.js";

// {key: {lane, sx, sy, tx, ty}}: valid while the way's ends are about where they were.
export const useWays = create(() => ({ lanes: {} }));

const REST = 60;
const MOVED = 40;

let waiting = 0;

function work() {
  const { nodes, edges } = useCanvas.getState();
  const there = new Map(nodes.map((node) => [node.id, node]));
  const boxes = nodes
    .filter(isNode)
    .map(({ id, position: { x, y }, measured: { width, height } }) => [x, y, x + width, y + height, id]);
  const ways = edges.flatMap((edge) => {
    const ends = endsOf(edge, there);
    return ends ? [{ key: edge.id, source: edge.source, target: edge.target, ...shortened(ends) }] : [];
  });
  useWays.setState({ lanes: routed(ways, boxes) });
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
