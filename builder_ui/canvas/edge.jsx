// The way from a port to a node: a smooth line, around the nodes when it leads back.
import { BaseEdge, EdgeLabelRenderer, getBezierPath, getSmoothStepPath, Position, useStore } from "@xyflow/react";
import { memo, useState } from "react";
import { useCanvas } from "./store.js";

export function pathOf({ sourceX, sourceY, targetX, targetY }, under) {
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition: Position.Right, targetPosition: Position.Left };
  if (targetX >= sourceX + 24) return getBezierPath({ ...ends, curvature: 0.3 });
  return getSmoothStepPath({ ...ends, borderRadius: 16, offset: 24, centerY: under && under + 24 });
}

// How far down the lower of two nodes reaches.
const footOf = (state, ids) =>
  Math.max(
    ...ids.map((id) => {
      const node = state.nodeLookup.get(id);
      return node ? node.internals.positionAbsolute.y + (node.measured.height ?? 0) : -Infinity;
    }),
  );

export const Way = memo(function Way({ id, selected, source, target, sourceHandleId, ...ends }) {
  const under = useStore((state) => (ends.targetX < ends.sourceX + 24 ? footOf(state, [source, target]) : null));
  const [path, x, y] = pathOf(ends, under);
  const [near, setNear] = useState(false);
  const lit = useCanvas((state) => state.lit.edges.has(id));
  const title = useCanvas((state) => {
    const view = state.document.views[source];
    return view?.ports.find((port) => port.id === sourceHandleId)?.title ?? "";
  });
  return (
    <g className={`way${selected ? " selected" : ""}${lit ? " lit" : ""}`} data-edge={id} onMouseEnter={() => setNear(true)} onMouseLeave={() => setNear(false)}>
      <BaseEdge path={path} interactionWidth={16} />
      {(near || selected) && title && (
        <EdgeLabelRenderer>
          <span className="way-title" style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
            {title}
          </span>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});

export function WayBeingDrawn({ fromX, fromY, toX, toY, connectionStatus }) {
  const [path] = pathOf({ sourceX: fromX, sourceY: fromY, targetX: toX, targetY: toY });
  return <path className={`way-drawn ${connectionStatus ?? ""}`} d={path} />;
}
