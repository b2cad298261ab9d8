// A node put into a way that is there already. Pure.
import { edgeKey } from "./document.js";
import { snap } from "./grid.js";
import { HEIGHT, WIDTH } from "./shape.js";

const GAP = 64;

// The port by which a conversation usually goes on.
const mainPort = (ports) => ports.find(({ optional }) => !optional) ?? ports[0];

// Whether nothing leads to or from a node.
export const unconnected = (document, id) =>
  !Object.values(document.edges).some(({ source, target }) => source === id || target === id);

// The edit that puts a node into the way `key`: a new one ({id, config, ports}) or one that is there ({id, ports}),
// at `at` or halfway. What stands in its way to the right makes room. Null when the node has no way out.
export function inserting(document, key, { id, config, ports, at }, sizeOf = () => ({ width: WIDTH, height: HEIGHT })) {
  const way = document.edges[key];
  const port = mainPort(ports);
  if (!way || !port || way.source === id || way.target === id) return null;
  const [from, to] = [document.nodes[way.source], document.nodes[way.target]];
  const place = at ?? between(from, to);
  const edits = [];
  if (config) edits.push({ op: "add", node: id, config, at: place });
  const moves = room(document, way, id, place, sizeOf);
  if (!config) moves[id] = place;
  if (Object.keys(moves).length) edits.push({ op: "move", to: moves });
  edits.push({ op: "connect", source: way.source, port: way.port, target: id });
  edits.push({ op: "connect", source: id, port: port.id, target: way.target });
  return { op: "batch", edits };
}

function between(from, to) {
  if (to[0] <= from[0]) return [snap((from[0] + to[0]) / 2), snap(Math.max(from[1], to[1]) + 192)];
  return [snap(Math.max(from[0] + WIDTH + GAP, (from[0] + to[0]) / 2)), snap((from[1] + to[1]) / 2)];
}

// Moves the target and what stands right of it, when it would be covered or too close.
function room(document, { source, target }, id, [x, y], sizeOf) {
  const to = {};
  const [left, top] = document.nodes[target];
  const forward = left > document.nodes[source][0];
  const close = left < x + WIDTH + GAP && left + WIDTH > x - GAP;
  const level = Math.abs(top - y) < Math.max(sizeOf(target).height, HEIGHT) + 160;
  if (!forward || !close || !level) return to;
  const shift = snap(x + WIDTH + GAP - left + 8);
  for (const [other, at] of Object.entries(document.nodes))
    if (other !== id && other !== source && at[0] >= left) to[other] = [at[0] + shift, at[1]];
  return to;
}

// Takes a node out of its way: what led to it leads to where its main port went. Null when it leads nowhere.
export function bridging(document, id) {
  const port = mainPort(document.views[id].ports);
  const next = port && document.edges[edgeKey(id, port.id)]?.target;
  if (!next || next === id) return null;
  return Object.values(document.edges)
    .filter(({ source, target }) => target === id && source !== id && source !== next)
    .map((way) => ({ op: "connect", source: way.source, port: way.port, target: next }));
}
