// The flow's canvas: palette, surface and what floats above them, as one component for the page.
import "@xyflow/react/dist/style.css";
import "./canvas.css";
import "./node.css";
import "./far.css";
import "./ways.css";
import "./floating.css";
import "./overlay.css";
import "./palette.css";
import { Background, ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { memo, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { glide } from "./arrange.js";
import { AddDialog, ConnectDialog, FollowDialog, InsertDialog } from "./dialogs.jsx";
import { Way } from "./edge.jsx";
import { EmptyHint, StartersDialog } from "./empty.jsx";
import { FarWays } from "./far.jsx";
import { FindDialog } from "./find.jsx";
import { GRID } from "./grid.js";
import { pointer } from "./hand.js";
import { useHeir } from "./heir.js";
import { Icons } from "./icon.jsx";
import { useKeys } from "./keyboard.js";
import { KeysDialog } from "./keys.jsx";
import { useKept } from "./kept.js";
import { Menu } from "./menu.jsx";
import { MiniMap } from "./minimap.jsx";
import { NoteNode, FlowNode } from "./node.jsx";
import { Carried, Guides, SelectionBar } from "./overlay.jsx";
import { Palette } from "./palette.jsx";
import { useRest } from "./resting.js";
import { WHOLE } from "./shape.js";
import {
  MANY,
  READABLE,
  WIDTH,
  act,
  changeEdges,
  light,
  load as takeLoad,
  meet,
  uncover,
  page,
  receive,
  reveal,
  select as selectNodes,
  useCanvas,
} from "./store.js";
import { SURFACE } from "./surface.js";
import { Toolbar } from "./toolbar.jsx";
import { useLongPress } from "./touch.js";

export { SaveMark } from "./savemark.jsx";

const nodeTypes = { flow: FlowNode, note: NoteNode };
const edgeTypes = { way: Way };
// What stands by itself is not rendered again with every step of a drag.
const [Tools, Bar, Lines] = [memo(Toolbar), memo(SelectionBar), memo(Guides)];
const MARGIN = 48;
const NONE = [];
// With the mouse, the ground is moved by the button in the middle; a finger always moves it.
const MIDDLE = [1];

export function Canvas({ load, patches, lit, people, coverage, select, language, theme, icons, onEdit, onSelect, onAct }) {
  const root = useRef(null);
  Object.assign(page, { edit: onEdit, select: onSelect, act: onAct });
  const loaded = useCanvas((state) => state.id !== "");
  const locked = useCanvas((state) => state.locked);
  const slim = useKept((state) => state.slim);

  useLayoutEffect(() => {
    if (load?.id) takeLoad(load);
  }, [load]);
  useLayoutEffect(() => {
    if (!patches?.length) return;
    if (Object.keys(patches.at(-1).change?.places ?? {}).length) glide();
    receive(patches);
  }, [patches]);
  useEffect(() => meet(people ?? NONE), [people]);
  useEffect(() => uncover(coverage), [coverage]);
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
  useRest();
  useNameKept();
  useUnsentWarning();

  return (
    <Icons.Provider value={icons}>
      <ReactFlowProvider>
        <div className={`canvas${locked ? " locked" : slim ? " slim" : ""}`} ref={root}>
          {loaded && !locked && <Palette />}
          {loaded ? <Surface theme={theme} /> : <div className="canvas-flow canvas-empty" aria-busy="true" />}
          {loaded && <Menu />}
          {loaded && <Dialog />}
          <Carried />
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
  const small = useCanvas((state) => state.small);
  const held = useCanvas((state) => state.held);
  const flow = useReactFlow();

  useEffect(() => useCanvas.setState({ flow }), [flow]);
  // A whole flow came into an empty one.
  const count = useRef(nodes.length);
  useEffect(() => {
    if (!count.current && nodes.length > 3) firstView(flow);
    count.current = nodes.length;
  }, [nodes.length]);

  const { hand, map } = useKept();
  const surface = useRef(null);
  useLongPress(surface, touched);
  useHeir(() => surface.current.querySelector(".react-flow__nodes"), id);
  const hints = useMemo(() => hintsOf(words.node_hint), [words]);

  return (
    <div
      className={`canvas-flow${distance && " far"}${small ? " small" : ""}${plain ? ` plain ${distance}` : ""}${held ? " connecting" : ""}${lighting ? " lighting" : ""}`}
      ref={surface}
      onPointerMove={({ clientX: x, clientY: y }) => (pointer.at = { x, y })}
      onPointerLeave={() => (pointer.at = null)}
    >
      <ReactFlow
        key={id}
        colorMode={theme}
        nodes={nodes}
        edges={plain ? NONE : edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        {...SURFACE}
        nodesDraggable={!locked}
        nodesConnectable={!locked}
        edgesReconnectable={!locked}
        selectionOnDrag={!hand}
        panOnDrag={hand || MIDDLE}
        onlyRenderVisibleElements={nodes.length > MANY}
        onInit={firstView}
        aria-label={words.canvas}
        ariaLabelConfig={hints}
      >
        <Background gap={GRID} size={1} />
        {plain && <FarWays />}
        <Lines />
        {map && nodes.length > 3 && <MiniMap theme={theme} />}
      </ReactFlow>
      {!nodes.length && !locked && <EmptyHint />}
      {!locked && <Bar />}
      <Tools />
    </div>
  );
}

// The menu for what a finger was held on.
function touched(element, { x, y }) {
  const node = element.closest(".react-flow__node");
  const way = element.closest(".react-flow__edge");
  if (!node && !way && !element.closest(".react-flow__pane")) return;
  const { nodes } = useCanvas.getState();
  if (node && !nodes.some(({ id, selected }) => selected && id === node.dataset.id)) selectNodes([node.dataset.id]);
  if (way) changeEdges([{ id: way.dataset.id, type: "select", selected: true }]);
  useCanvas.setState({ menu: { x, y, about: node ? "nodes" : way ? "edge" : "pane" } });
}

// A flow opens whole where it can be read so, else where its conversations begin.
function firstView(flow) {
  const { document } = useCanvas.getState();
  const places = Object.values(document.nodes);
  if (!places.length) return;
  const box = globalThis.document.querySelector(".canvas-flow").getBoundingClientRect();
  const [left, right] = [Math.min(...places.map(([x]) => x)), Math.max(...places.map(([x]) => x)) + WIDTH];
  if (box.width / (right - left + 2 * MARGIN) >= READABLE) {
    flow.fitView(WHOLE);
    return;
  }
  const [x, y] = document.nodes[document.start] ?? places[0];
  flow.setViewport({ x: (MARGIN - x) * READABLE, y: box.height / 2 - (y + 64) * READABLE, zoom: READABLE });
}

const hintsOf = (hint) => ({
  "node.a11yDescription.default": hint,
  "node.a11yDescription.keyboardDisabled": hint,
  "edge.a11yDescription.default": hint,
});

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

// The flow's name stands in the page's head, where the page itself renames. While the page is being left that comes too
// late: then the name that somebody is writing goes the way of an edit, which is kept until it has an answer.
function useNameKept() {
  useEffect(() => {
    const leave = () => {
      const field = document.activeElement;
      const name = field?.matches(".top-name") ? field.value.trim() : "";
      if (name && name !== field.defaultValue) act({ op: "set_flow", field: "name", value: name });
    };
    addEventListener("beforeunload", leave, true);
    return () => removeEventListener("beforeunload", leave, true);
  }, []);
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
      return <FollowDialog {...dialog} />;
    case "insert":
      return <InsertDialog {...dialog} />;
    case "add":
      return <AddDialog {...dialog} />;
    case "starters":
      return <StartersDialog />;
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
