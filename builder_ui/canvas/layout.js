// Automatic layout, left to right, by dagre.
import dagre from "@dagrejs/dagre";
import { snapped } from "./grid.js";
import { HEIGHT, WIDTH } from "./shape.js";

const SIZE = { width: WIDTH, height: HEIGHT };

// Places for the nodes `ids` as {id: [x, y]}; `size(id)` may tell their true size in pixels.
export function tidy(ids, edges, size = () => SIZE) {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 32, ranksep: 80, ranker: "tight-tree" });
  graph.setDefaultEdgeLabel(() => ({}));
  const chosen = new Set(ids);
  for (const id of ids) graph.setNode(id, { ...SIZE, ...size(id) });
  for (const { source, port, target } of edges)
    if (chosen.has(source) && chosen.has(target)) graph.setEdge(source, target, {}, port);
  dagre.layout(graph);
  return Object.fromEntries(
    ids.map((id) => {
      const { x, y, width, height } = graph.node(id);
      return [id, snapped([x - width / 2, y - height / 2])];
    }),
  );
}

// The places of a document's nodes: those it has, and beneath them a tidy place for each without one.
export function placed({ nodes, edges }) {
  const without = Object.keys(nodes).filter((id) => !nodes[id]);
  if (!without.length) return nodes;
  const known = Object.values(nodes).filter(Boolean);
  const below = known.length ? Math.max(...known.map(([, y]) => y)) + 240 : 0;
  const found = tidy(without, edges);
  for (const id of without) found[id] = [found[id][0], found[id][1] + below];
  return { ...nodes, ...found };
}
