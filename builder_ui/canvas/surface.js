// What the surface does when the hand does something. Said once, outside of any component: were it said anew with each
// step of a drag, every node would be rendered again.
import { ConnectionMode, SelectionMode } from "@xyflow/react";
import { runs } from "./acts.js";
import { WayBeingDrawn } from "./edge.jsx";
import { dragStart, dragStop, dragging } from "./hand.js";
import { act, changeEdges, changeNodes, connect, isConnectable, page, select, stand, useCanvas } from "./store.js";

const KEYS = ["Shift", "Meta", "Control"];
const held = (on) => useCanvas.setState({ held: on });

function openMenu(event, about) {
  event.preventDefault();
  useCanvas.setState({ menu: { x: event.clientX, y: event.clientY, about } });
}

// Let go over nothing, a new way asks what is to follow.
function drawn(event, { isValid, fromHandle, toNode }) {
  held(false);
  if (isValid || toNode || !fromHandle || useCanvas.getState().locked) return;
  const { clientX: x, clientY: y } = event.changedTouches?.[0] ?? event;
  useCanvas.setState({ dialog: { kind: "follow", source: fromHandle.nodeId, port: fromHandle.id, x, y } });
}

function reconnect(edge, { source, sourceHandle, target }) {
  const next = { op: "connect", source, port: sourceHandle, target };
  if (source === edge.source && sourceHandle === edge.sourceHandle) {
    if (target !== edge.target) act(next);
  } else {
    act({ op: "batch", edits: [{ op: "disconnect", source: edge.source, port: edge.sourceHandle }, next] });
  }
}

export const SURFACE = {
  onNodesChange: changeNodes,
  onEdgesChange: changeEdges,
  onNodeDragStart: (event, _, moved) => dragStart(event, moved),
  onSelectionDragStart: dragStart,
  onNodeDrag: dragging,
  onSelectionDrag: dragging,
  onNodeDragStop: dragStop,
  onSelectionDragStop: dragStop,
  onConnect: ({ source, sourceHandle, target }) => connect(source, sourceHandle, target),
  onConnectStart: () => held(true),
  onConnectEnd: drawn,
  onReconnect: reconnect,
  onReconnectStart: () => held(true),
  onReconnectEnd: (_, edge, __, { isValid, toNode }) => {
    held(false);
    if (!isValid && !toNode) act({ op: "disconnect", source: edge.source, port: edge.sourceHandle });
  },
  isValidConnection: isConnectable,
  onMove: (_, { zoom }) => stand(zoom),
  onNodeContextMenu: (event, node) => {
    if (!node.selected) select([node.id]);
    openMenu(event, "nodes");
  },
  onSelectionContextMenu: (event) => openMenu(event, "nodes"),
  onEdgeContextMenu: (event, edge) => {
    changeEdges([{ id: edge.id, type: "select", selected: true }]);
    openMenu(event, "edge");
  },
  onPaneContextMenu: (event) => openMenu(event, "pane"),
  onNodeDoubleClick: (_, { id }) => page.act(runs(id) ? `flow/${runs(id)}` : "properties"),
  connectOnClick: false,
  connectionLineComponent: WayBeingDrawn,
  connectionMode: ConnectionMode.Strict,
  connectionRadius: 32,
  selectionMode: SelectionMode.Partial,
  selectionKeyCode: "Shift",
  multiSelectionKeyCode: KEYS,
  deleteKeyCode: null,
  disableKeyboardA11y: true,
  edgesFocusable: false,
  elevateNodesOnSelect: true,
  panOnScroll: true,
  zoomOnDoubleClick: false,
  zoomActivationKeyCode: KEYS.slice(1),
  minZoom: 0.05,
  maxZoom: 2,
  proOptions: { hideAttribution: true },
};
