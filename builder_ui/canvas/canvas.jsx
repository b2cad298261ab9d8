// The flow's canvas: palette, surface and what floats above them, as one component for the page.
import "@xyflow/react/dist/style.css";
import "./canvas.css";
import "./floating.css";
import "./palette.css";
import { Background, ConnectionMode, MiniMap, ReactFlow, ReactFlowProvider, SelectionMode, useReactFlow } from "@xyflow/react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useKeys } from "./acts.js";
import { ConnectDialog, FindDialog, KeysDialog, QuickAdd } from "./dialogs.jsx";
import { Way, WayBeingDrawn } from "./edge.jsx";
import { FarWays } from "./far.jsx";
import { Icons } from "./icon.jsx";
import { Menu } from "./menu.jsx";
import { NoteNode, FlowNode } from "./node.jsx";
import { DRAGGED, Palette } from "./palette.jsx";
import {
  GRID,
  MANY,
  READABLE,
  WIDTH,
  act,
  add,
  changeEdges,
  changeNodes,
  connect,
  isConnectable,
  light,
  load as takeLoad,
  meet,
  page,
  receive,
  reveal,
  select as selectNodes,
  settle,
  stand,
  useCanvas,
} from "./store.js";
import { Toolbar } from "./toolbar.jsx";

export { SaveMark } from "./savemark.jsx";

const nodeTypes = { flow: FlowNode, note: NoteNode };
const edgeTypes = { way: Way };
const MARGIN = 48;
const NONE = [];

export function Canvas({ load, patches, lit, people, select, language, theme, icons, onEdit, onSelect, onAct }) {
  const root = useRef(null);
  Object.assign(page, { edit: onEdit, select: onSelect, act: onAct });
  const loaded = useCanvas((state) => state.id !== "");
  const locked = useCanvas((state) => state.locked);

  useLayoutEffect(() => {
    if (load?.id) takeLoad(load);
  }, [load]);
  useLayoutEffect(() => {
    if (patches?.length) receive(patches);
  }, [patches]);
  useEffect(() => meet(people ?? NONE), [people]);
  useLit(lit);
  // The words came with the flow.
  const spoken = useCanvas((state) => state.language);
  useEffect(() => {
    if (spoken && language !== spoken) onAct("reload");
  }, [language, spoken]);
  useEffect(() => {
    if (select?.seq) selectNodes(select.ids, select.center);
  }, [select?.seq]);
  useKeys(root);
  useUnsentWarning();

  return (
    <Icons.Provider value={icons}>
      <ReactFlowProvider>
        <div className={`canvas${locked ? " locked" : ""}`} ref={root}>
          {loaded && !locked && <Palette />}
          {loaded ? <Surface theme={theme} /> : <div className="canvas-flow canvas-empty" aria-busy="true" />}
          {loaded && <Menu root={root} />}
          {loaded && <Dialog />}
          <Said />
        </div>
      </ReactFlowProvider>
    </Icons.Provider>
  );
}

function Surface({ theme }) {
  const nodes = useCanvas((state) => state.nodes);
  const edges = useCanvas((state) => state.edges);
  const words = useCanvas((state) => state.words);
  const id = useCanvas((state) => state.id);
  const locked = useCanvas((state) => state.locked);
  const lighting = useCanvas((state) => state.lit.nodes.size > 0);
  const distance = useCanvas((state) => state.distance);
  const plain = useCanvas((state) => state.plain);
  const [held, setHeld] = useState(false);
  const flow = useReactFlow();

  useEffect(() => useCanvas.setState({ flow }), [flow]);

  const drop = (event) => {
    const type = event.dataTransfer.getData(DRAGGED);
    if (!type) return;
    event.preventDefault();
    const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    add(type, [x - WIDTH / 2, y - 24]);
  };
  const openMenu = (event, about) => {
    event.preventDefault();
    useCanvas.setState({ menu: { x: event.clientX, y: event.clientY, about } });
  };
  const drawn = (event, { isValid, fromHandle, toNode }) => {
    setHeld(false);
    if (isValid || toNode || !fromHandle || locked) return;
    const { clientX: x, clientY: y } = event.changedTouches?.[0] ?? event;
    useCanvas.setState({ dialog: { kind: "follow", source: fromHandle.nodeId, port: fromHandle.id, x, y } });
  };

  return (
    <div
      className={`canvas-flow${distance && " far"}${plain ? ` plain ${distance}` : ""}${held ? " connecting" : ""}${lighting ? " lighting" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      }}
      onDrop={drop}
    >
      <ReactFlow
        key={id}
        colorMode={theme}
        nodes={nodes}
        edges={plain ? NONE : edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={changeNodes}
        onEdgesChange={changeEdges}
        onNodeDragStop={settle}
        onSelectionDragStop={settle}
        onConnect={({ source, sourceHandle, target }) => connect(source, sourceHandle, target)}
        onConnectStart={() => setHeld(true)}
        onConnectEnd={drawn}
        onReconnect={reconnect}
        onReconnectStart={() => setHeld(true)}
        onReconnectEnd={(_, edge, __, { isValid, toNode }) => {
          setHeld(false);
          if (!isValid && !toNode) act({ op: "disconnect", source: edge.source, port: edge.sourceHandle });
        }}
        isValidConnection={isConnectable}
        nodesDraggable={!locked}
        nodesConnectable={!locked}
        edgesReconnectable={!locked}
        connectOnClick={false}
        onMove={(_, { zoom }) => stand(zoom)}
        onNodeContextMenu={(event, node) => {
          if (!node.selected) selectNodes([node.id]);
          openMenu(event, "nodes");
        }}
        onSelectionContextMenu={(event) => openMenu(event, "nodes")}
        onEdgeContextMenu={(event, edge) => {
          changeEdges([{ id: edge.id, type: "select", selected: true }]);
          openMenu(event, "edge");
        }}
        onPaneContextMenu={(event) => openMenu(event, "pane")}
        onNodeDoubleClick={() => page.act("properties")}
        connectionLineComponent={WayBeingDrawn}
        connectionMode={ConnectionMode.Strict}
        connectionRadius={24}
        selectionMode={SelectionMode.Partial}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={["Shift", "Meta", "Control"]}
        deleteKeyCode={null}
        disableKeyboardA11y
        edgesFocusable={false}
        elevateNodesOnSelect
        onlyRenderVisibleElements={nodes.length > MANY}
        panOnScroll
        zoomOnDoubleClick={false}
        zoomActivationKeyCode={["Meta", "Control"]}
        snapToGrid
        snapGrid={[GRID, GRID]}
        minZoom={0.1}
        maxZoom={2}
        onInit={firstView}
        proOptions={{ hideAttribution: true }}
        aria-label={words.canvas}
        ariaLabelConfig={{ "node.a11yDescription.default": words.node_hint, "node.a11yDescription.keyboardDisabled": words.node_hint }}
      >
        <Background gap={GRID} size={1} />
        {plain && <FarWays />}
        {nodes.length > 3 && <MiniMap pannable zoomable nodeClassName={groupOf} ariaLabel={words.minimap} />}
      </ReactFlow>
      {!nodes.length && <p className="canvas-hint">{words.empty}</p>}
      <Toolbar />
    </div>
  );
}

// A flow opens whole where it can be read so, else where its conversations begin.
function firstView(flow) {
  const { document } = useCanvas.getState();
  const places = Object.values(document.nodes);
  if (!places.length) return;
  const box = globalThis.document.querySelector(".canvas-flow").getBoundingClientRect();
  const [left, right] = [Math.min(...places.map(([x]) => x)), Math.max(...places.map(([x]) => x)) + WIDTH];
  if (box.width / (right - left + 2 * MARGIN) >= READABLE) {
    flow.fitView({ maxZoom: 1, padding: 0.15 });
    return;
  }
  const [x, y] = document.nodes[document.start] ?? places[0];
  flow.setViewport({ x: (MARGIN - x) * READABLE, y: box.height / 2 - (y + 64) * READABLE, zoom: READABLE });
}

const groupOf = ({ id }) => `group-${useCanvas.getState().document.views[id]?.group ?? "note"}`;

function reconnect(edge, { source, sourceHandle, target }) {
  const next = { op: "connect", source, port: sourceHandle, target };
  if (source === edge.source && sourceHandle === edge.sourceHandle) {
    if (target !== edge.target) act(next);
  } else {
    act({ op: "batch", edits: [{ op: "disconnect", source: edge.source, port: edge.sourceHandle }, next] });
  }
}

// Lights the way a rehearsal took, one step after the other.
function useLit(lit) {
  const before = useRef(0);
  useEffect(() => {
    const visited = lit?.visited ?? [];
    const edges = lit?.edges ?? [];
    const known = Math.min(before.current, visited.length);
    before.current = visited.length;
    const show = (count) => {
      const whole = count === visited.length;
      const shown = new Set(visited.slice(0, count));
      light(
        visited.slice(0, count),
        whole ? edges : edges.filter(({ source, target }) => shown.has(source) && shown.has(target)),
        whole ? (lit?.current ?? "") : visited[count - 1],
      );
    };
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    let count = still || !known ? visited.length : known;
    if (!still && !known && visited.length) count = 1;
    show(count);
    reveal(visited);
    const timer = setInterval(() => (count < visited.length ? show(++count) : clearInterval(timer)), 120);
    return () => clearInterval(timer);
  }, [lit]);
}

function useUnsentWarning() {
  useEffect(() => {
    const warn = (event) => {
      if (useCanvas.getState().pending.length) event.preventDefault();
    };
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, []);
}

function Dialog() {
  const dialog = useCanvas((state) => state.dialog);
  switch (dialog?.kind) {
    case "keys":
      return <KeysDialog />;
    case "connect":
      return <ConnectDialog source={dialog.source} />;
    case "find":
      return <FindDialog />;
    case "follow":
      return <QuickAdd {...dialog} />;
    default:
      return null;
  }
}

function Said() {
  const said = useCanvas((state) => state.said);
  useEffect(() => {
    const timer = setTimeout(() => useCanvas.setState({ said: "" }), 4000);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <div className={`canvas-said${said ? " shown" : ""}`} role="status">
      {said}
    </div>
  );
}
