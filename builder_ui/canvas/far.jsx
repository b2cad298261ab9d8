// The ways of a large flow seen from far away: a few lines for the browser to draw instead of a component each.
import { ViewportPortal } from "@xyflow/react";
import { useRef } from "react";
import { pathOf } from "./routes.js";
import { endsOf } from "./shape.js";
import { useCanvas } from "./store.js";
import { laneFor, shortened, useWays } from "./ways.js";

export function FarWays() {
  const nodes = useCanvas((state) => state.nodes);
  const edges = useCanvas((state) => state.edges);
  const lit = useCanvas((state) => state.lit);
  const never = useCanvas((state) => state.never);
  const lanes = useWays((state) => state.lanes);
  const lines = useRef(null);
  lines.current ??= new Lines();
  return (
    <ViewportPortal>
      <svg className="far-ways" aria-hidden="true">
        {lines.current.drawn(nodes, edges, lit, never, lanes).map(([kind, path]) => (
          <path key={kind} className={kind} d={path} />
        ))}
      </svg>
    </ViewportPortal>
  );
}

// One path for each kind of line. What the hand moves is a kind of its own, so that the others need not be drawn anew.
class Lines {
  ways = new Map();
  joined = {};

  drawn(nodes, edges, lit, never, lanes) {
    const there = new Map(nodes.map((node) => [node.id, node]));
    const ways = new Map();
    const kinds = { still: [], moving: [], selected: [], lit: [], never: [] };
    for (const edge of edges) {
      const [source, target] = [there.get(edge.source), there.get(edge.target)];
      const before = this.ways.get(edge.id);
      const known = lanes[edge.id];
      const same = before && before.edge === edge && before.source === source && before.target === target && before.known === known;
      const way = same ? before : { edge, source, target, known, path: "", kind: "" };
      if (!same) {
        const found = endsOf(edge, there);
        const ends = found && shortened(found);
        way.path = ends ? pathOf(ends, laneFor(known, ends))[0] : "";
        const moving = source?.dragging || target?.dragging;
        way.kind = edge.selected ? "selected" : moving ? "moving" : "still";
      }
      ways.set(edge.id, way);
      const told = lit.edges.has(edge.id) ? "lit" : never.edges.has(edge.id) ? "never" : "still";
      kinds[way.kind === "still" ? told : way.kind].push(way.path);
    }
    this.ways = ways;
    return Object.entries(kinds).map(([kind, paths]) => [kind, this.join(kind, paths)]);
  }

  // The same string again where nothing changed.
  join(kind, paths) {
    const before = this.joined[kind];
    const same = before?.paths.length === paths.length && paths.every((path, place) => path === before.paths[place]);
    if (!same) this.joined[kind] = { paths, path: paths.join("") };
    return this.joined[kind].path;
  }
}
