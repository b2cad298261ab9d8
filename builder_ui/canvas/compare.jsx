// Two versions of a flow on two canvases that move together, and what is different between them in words.
import "@xyflow/react/dist/style.css";
import "./compare.css";
import { Background, Handle, Position, ReactFlow } from "@xyflow/react";
import { ChevronDown, ChevronUp, Minus, Pencil, Plus } from "lucide-react";
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { bounds } from "./align.js";
import { noteId } from "./document.js";
import { Icon, Icons } from "./icon.jsx";
import { placed } from "./layout.js";
import { NOTE_WIDTH, WIDTH, boxOf, handlesOf, heightOf } from "./shape.js";

const READABLE = 0.8;
const LEAST = 0.35;
const MARGIN = 32;
const MANY = 150;
// React Flow's own hints, in English, tell how to do what cannot be done here.
const UNTOLD = { "node.a11yDescription.default": "", "node.a11yDescription.keyboardDisabled": "", "edge.a11yDescription.default": "" };
const SIGNS = { added: Plus, removed: Minus, changed: Pencil };

export function Comparison({ sides, leftTitle, rightTitle, theme, icons }) {
  const [viewport, setViewport] = useState({ x: 0, y: 0, zoom: 0.5 });
  const [at, setAt] = useState(-1);
  const root = useRef(null);
  const pointed = sides?.lines?.[at]?.node ?? "";
  const left = useSide(sides?.left, pointed);
  const right = useSide(sides?.right, pointed);
  const lines = sides?.lines ?? [];

  const go = (next) => {
    if (!lines.length) return;
    const place = (next + lines.length) % lines.length;
    setAt(place);
    root.current.querySelector(`[data-line="${place}"]`)?.scrollIntoView({ block: "nearest" });
    const node = [...right.nodes, ...left.nodes].find(({ id }) => id === lines[place].node);
    if (node) setViewport(({ zoom }) => centred(root.current, node, Math.max(zoom, READABLE)));
  };
  // Opens with all of it where that can be read, else at the first difference.
  useLayoutEffect(() => {
    setAt(-1);
    if (!sides?.left) return;
    const all = whole(root.current, [...left.nodes, ...right.nodes]);
    setViewport(all);
    const first = lines.findIndex(({ node }) => node);
    if (all.zoom < LEAST && first >= 0) go(first);
    root.current.focus();
  }, [sides]);

  // In a window of another size the same difference is in the middle, or all of it is seen again.
  const refit = useRef(null);
  refit.current = () => {
    const node = [...right.nodes, ...left.nodes].find(({ id }) => id === pointed);
    if (node) setViewport(({ zoom }) => centred(root.current, node, zoom));
    else setViewport(whole(root.current, [...left.nodes, ...right.nodes]));
  };
  const shown = Boolean(sides?.left);
  useEffect(() => {
    const pane = root.current.querySelector(".compare-pane");
    if (!pane) return;
    let before = "";
    const seen = new ResizeObserver(([{ contentRect }]) => {
      const size = `${contentRect.width} ${contentRect.height}`;
      if (before && before !== size) refit.current();
      before = size;
    });
    seen.observe(pane);
    return () => seen.disconnect();
  }, [shown]);

  useEffect(() => {
    const press = (event) => {
      if (event.target.closest("select, input, textarea, [role=menu]") || event.ctrlKey || event.metaKey || event.altKey) return;
      const step = { ArrowDown: 1, j: 1, n: 1, ArrowUp: -1, k: -1, p: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      go(at < 0 && step < 0 ? lines.length - 1 : at + step);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });

  if (!sides?.left) return <div className="compare-body" aria-busy="true" ref={root} tabIndex={-1} />;
  const { words } = sides;
  const pane = { viewport, setViewport, theme, pick: (node) => go(lines.findIndex((line) => line.node === node)) };
  return (
    <Icons.Provider value={icons}>
      <div className="compare-body" ref={root} tabIndex={-1}>
        <Pane {...pane} {...left} side="left" title={leftTitle} />
        <Pane {...pane} {...right} side="right" title={rightTitle} />
        <aside className="compare-lines">
          <header>
            <h3>{words.changes}</h3>
            <span className="compare-count">{lines.length > 0 && (at < 0 ? lines.length : `${at + 1} / ${lines.length}`)}</span>
            <button type="button" className="icon-button" aria-label={words.previous} title={`${words.previous} (↑)`} disabled={!lines.length} onClick={() => go(at < 0 ? -1 : at - 1)}>
              <ChevronUp size={16} aria-hidden="true" />
            </button>
            <button type="button" className="icon-button" aria-label={words.next} title={`${words.next} (↓)`} disabled={!lines.length} onClick={() => go(at + 1)}>
              <ChevronDown size={16} aria-hidden="true" />
            </button>
          </header>
          {!lines.length && <p className="compare-none">{words.none}</p>}
          <ol>
            {lines.map((line, place) => (
              <Line key={place} {...line} place={place} current={place === at} words={words} pick={() => go(place)} />
            ))}
          </ol>
        </aside>
      </div>
    </Icons.Provider>
  );
}

function Line({ kind, text, details, place, current, words, pick }) {
  const Sign = SIGNS[kind];
  return (
    <li data-line={place}>
      <button type="button" className={`row-button compare-line ${kind}`} aria-current={current || undefined} onClick={pick}>
        <Sign size={16} role="img" aria-label={words[kind]} />
        <span>
          {text}
          {details.map((detail) => (
            <span key={detail} className="compare-detail">
              {detail}
            </span>
          ))}
        </span>
      </button>
    </li>
  );
}

function Pane({ nodes, edges, side, title, viewport, setViewport, theme, pick }) {
  return (
    <section className="compare-pane" aria-label={title} data-side={side}>
      <h3>{title}</h3>
      <ReactFlow
        id={`compare-${side}`}
        colorMode={theme}
        nodes={nodes}
        edges={edges}
        nodeTypes={NODES}
        viewport={viewport}
        onViewportChange={setViewport}
        onNodeClick={(_, { id, data }) => data.mark && pick(id)}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        onlyRenderVisibleElements={nodes.length > MANY}
        panOnScroll
        zoomOnDoubleClick={false}
        zoomActivationKeyCode={["Meta", "Control"]}
        minZoom={0.05}
        maxZoom={2}
        disableKeyboardA11y
        ariaLabelConfig={UNTOLD}
        proOptions={{ hideAttribution: true }}
      >
        <Background gap={16} size={1} />
      </ReactFlow>
    </section>
  );
}

const Seen = memo(function Seen({ data: { view, mark, pointed, ways } }) {
  return (
    <div className={`node group-${view.group} seen ${mark}${pointed ? " pointed" : ""}`} data-compared={view.id} data-mark={mark || "same"}>
      <Handle type="target" position={Position.Left} id="in" className="node-in" />
      <header className="node-head">
        <span className="node-icon">
          <Icon name={view.icon} />
        </span>
        <span className="node-title">{view.name || view.title}</span>
      </header>
      {(view.summary || view.name) && <p className="node-summary">{view.summary || view.title}</p>}
      {view.ports.length > 0 && (
        <ul className="node-ports">
          {view.ports.map(({ id, title, optional }) => (
            <li key={id} className={`port ${ways.has(id) ? "connected" : optional ? "optional" : "loose"}`}>
              <span className="port-title">{title}</span>
              <Handle type="source" position={Position.Right} id={id} className="port-handle" />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
});

const Remark = ({ data: { text, mark } }) => (
  <div className={`note seen ${mark}`}>
    <p>{text}</p>
  </div>
);

const NODES = { seen: Seen, remark: Remark };

// React Flow's nodes and edges of one side.
function useSide(side, pointed) {
  const drawn = useMemo(() => (side ? draw(side) : { nodes: [], edges: [] }), [side]);
  const nodes = useMemo(
    () => drawn.nodes.map((node) => (node.id === pointed ? { ...node, data: { ...node.data, pointed: true } } : node)),
    [drawn, pointed],
  );
  return { nodes, edges: drawn.edges };
}

function draw({ nodes, views, edges, notes, marks }) {
  const ways = {};
  for (const [source, port] of edges) (ways[source] ??= new Set()).add(port);
  const places = placed({ nodes, edges: edges.map(([source, port, target]) => ({ source, port, target })) });
  const none = new Set();
  return {
    nodes: [
      ...Object.entries(places).map(([id, [x, y]]) => {
        const view = views[id];
        const height = heightOf(view);
        const data = { view, mark: marks[id] ?? "", ways: ways[id] ?? none };
        return { id, type: "seen", position: { x, y }, data, measured: { width: WIDTH, height }, handles: handlesOf(view, height) };
      }),
      ...Object.entries(notes).map(([id, { text, at, width, mark }]) => ({ id: noteId(id), type: "remark", position: { x: at[0], y: at[1] }, width: width ?? NOTE_WIDTH, data: { text, mark } })),
    ],
    edges: edges.map(([source, port, target, mark]) => ({
      id: `${source}/${port}`,
      ariaLabel: null,
      ariaRole: "presentation",
      source,
      sourceHandle: port,
      target,
      targetHandle: "in",
      className: `compare-way ${mark}`,
    })),
  };
}

const roomOf = (root) => root.querySelector(".compare-pane")?.getBoundingClientRect() ?? { width: 600, height: 600 };

// The view in which both sides are seen as a whole.
function whole(root, nodes) {
  const { width, height } = roomOf(root);
  const seen = nodes.filter(({ measured }) => measured);
  if (!seen.length) return { x: 0, y: 0, zoom: 1 };
  const all = bounds(seen.map(boxOf));
  const zoom = Math.max(0.05, Math.min(1, (width - 2 * MARGIN) / all.width, (height - 3 * MARGIN) / all.height));
  return { x: width / 2 - (all.x + all.width / 2) * zoom, y: MARGIN / 2 + height / 2 - (all.y + all.height / 2) * zoom, zoom };
}

function centred(root, { position, measured }, zoom) {
  const { width, height } = roomOf(root);
  return { x: width / 2 - (position.x + WIDTH / 2) * zoom, y: height / 2 - (position.y + measured.height / 2) * zoom, zoom };
}
