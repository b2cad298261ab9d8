// What React Flow alone costs: as many nodes and edges as the bench's flow, each as plain as can be.
import { ReactFlow, useEdgesState, useNodesState } from "@xyflow/react";
import { createRoot } from "react-dom/client";

const COLUMNS = 25;

function Floor({ size }) {
  const [nodes, , onNodesChange] = useNodesState(
    Array.from({ length: size }, (_, place) => ({
      id: `n${place}`,
      data: { label: `n${place}` },
      position: { x: (place % COLUMNS) * 336, y: Math.floor(place / COLUMNS) * 288 },
      className: "node",
      style: { width: 240, height: 120 },
      sourcePosition: "right",
      targetPosition: "left",
    })),
  );
  const [edges, , onEdgesChange] = useEdgesState(
    nodes.flatMap((_, place) =>
      [1, 2].filter((step) => place + step < size).map((step) => ({ id: `${place}-${step}`, source: `n${place}`, target: `n${place + step}` })),
    ),
  );
  return (
    <ReactFlow nodes={nodes} edges={edges} onNodesChange={onNodesChange} onEdgesChange={onEdgesChange} onlyRenderVisibleElements minZoom={0.1} fitView={location.hash === "#all"} defaultViewport={{ x: 48, y: 48, zoom: 0.55 }} proOptions={{ hideAttribution: true }} />
  );
}

createRoot(document.getElementById("root")).render(<Floor size={Number(new URLSearchParams(location.search).get("size"))} />);
