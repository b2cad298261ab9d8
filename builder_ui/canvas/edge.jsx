// The way from a port to a node: a smooth line, around the nodes where one stands in between.
import { BaseEdge, EdgeLabelRenderer } from "@xyflow/react";
import { memo, useState } from "react";
import { pathOf } from "./routes.js";
import { useCanvas } from "./store.js";
import { laneFor, shortened, useWays } from "./ways.js";

export const Way = memo(function Way({ id, selected, source, sourceHandleId, ...given }) {
  const known = useWays((state) => state.lanes[id]);
  const ends = shortened(given);
  const [path, x, y] = pathOf(ends, laneFor(known, ends));
  const [near, setNear] = useState(false);
  const lit = useCanvas((state) => state.lit.edges.has(id));
  const never = useCanvas((state) => state.never.edges.has(id));
  const locked = useCanvas((state) => state.locked);
  // Of many that are selected together with their nodes, none explains itself.
  const alone = useCanvas((state) => selected && !state.nodes.some((node) => node.selected));
  const shown = near || alone;
  return (
    <g className={`way${selected ? " selected" : ""}${lit ? " lit" : ""}${never ? " never" : ""}`} data-edge={id} onMouseEnter={() => setNear(true)} onMouseLeave={() => setNear(false)}>
      <BaseEdge path={path} interactionWidth={20} />
      {shown && <Title source={source} port={sourceHandleId} x={x} y={y} />}
      {shown && !locked && <Insert id={id} x={x} y={y} />}
    </g>
  );
});

function Title({ source, port, x, y }) {
  const title = useCanvas((state) => state.document.views[source]?.ports.find(({ id }) => id === port)?.title ?? "");
  if (!title) return null;
  return (
    <EdgeLabelRenderer>
      <span className="way-title" style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y - 26}px)` }}>
        {title}
      </span>
    </EdgeLabelRenderer>
  );
}

// The "+" in the middle of a way: what is to stand there?
function Insert({ id, x, y }) {
  const words = useCanvas((state) => state.words);
  const open = (event) => {
    event.stopPropagation();
    useCanvas.setState({ dialog: { kind: "insert", edge: id, x: event.clientX + 12, y: event.clientY - 24 } });
  };
  return (
    <g className="way-insert nopan" role="button" aria-label={words.act_insert} transform={`translate(${x} ${y})`} onClick={open}>
      <circle r={14} className="reach" />
      <circle r={10} />
      <path d="M-5 0h10M0-5v10" />
    </g>
  );
}

export function WayBeingDrawn({ fromX, fromY, toX, toY, connectionStatus }) {
  const [path] = pathOf({ sx: fromX, sy: fromY, tx: toX, ty: toY });
  return <path className={`way-drawn ${connectionStatus ?? ""}`} d={path} />;
}
