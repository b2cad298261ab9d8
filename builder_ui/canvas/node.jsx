// A node as it is drawn: its group, its name, in words what it does, and its ports.
import { Handle, NodeResizeControl, Position } from "@xyflow/react";
import { CircleAlert, Flag, TriangleAlert } from "lucide-react";
import { memo, useEffect, useLayoutEffect, useRef } from "react";
import { noteKey, withWidth } from "./document.js";
import { Icon } from "./icon.jsx";
import { NOTE_BOUNDS } from "./shape.js";
import { tapping } from "./touch.js";
import { WIDTH, act, edgeKey, measure, useCanvas } from "./store.js";

// A drag renders a node at every step of the hand: only what changes its picture may do so.
const alike = (before, now) => before.data === now.data && before.selected === now.selected;

// What of the whole canvas's state a node's picture depends on, as one text: hundreds of nodes ask at every step.
const looksOf = ({ document, problems, lit, never, plain, distance }, id) =>
  [
    document.start === id ? "start" : "",
    problems[id] ?? "",
    lit.nodes.has(id) ? "lit" : "",
    lit.current === id ? "current" : "",
    never.nodes.has(id) ? "never" : "",
    plain ? distance : "",
  ].join(" ");

export const FlowNode = memo(function FlowNode({ id, selected, data: { view } }) {
  const [start, problem, lit, current, never, plain] = useCanvas((state) => looksOf(state, id)).split(" ");
  const { words } = useCanvas.getState();
  const title = view.name || view.title;
  const marks = [selected && "selected", lit, current, never].filter(Boolean).join(" ");
  const said = [title, start && words.start, problem && words[problem], never && words.never, view.summary].filter(Boolean).join(". ");
  const about = { "data-node": id, "data-type": view.type, role: "group", "aria-label": said };
  if (plain) return <PlainNode {...{ id, view, title, problem, start, plain, about }} marks={marks} />;
  return (
    <div className={`node group-${view.group} ${marks}`} {...about}>
      <Measured id={id} view={view} />
      <Others id={id} />
      <Handle type="target" position={Position.Left} id="in" className="node-in" isConnectableStart={false} />
      <header className={start ? "node-head begins" : "node-head"}>
        <span className="node-icon">
          <Icon name={view.icon} />
        </span>
        <span className="node-title" title={title}>
          {title}
        </span>
        {start && (
          <span className="node-start">
            <Flag size={12} aria-hidden="true" />
            <span>{words.start}</span>
          </span>
        )}
        {problem && <Badge problem={problem} words={words} />}
      </header>
      {(view.summary || view.name) && <p className="node-summary"><Summary text={view.summary || view.title} /></p>}
      {view.ports.length > 0 && (
        <ul className="node-ports">
          {view.ports.map((port) => (
            <PortRow key={port.id} node={id} port={port} />
          ))}
        </ul>
      )}
    </div>
  );
}, alike);

// From far away, among many: as little for the browser to draw as says which node it is.
function PlainNode({ id, view, title, problem, start, plain, marks, about }) {
  const height = useCanvas.getState().nodes.find((node) => node.id === id)?.measured.height;
  return (
    <div className={`node plain group-${view.group} ${problem} ${marks}`} style={{ height }} {...about}>
      {plain === "far" && <span className="node-title">{title}</span>}
      {start && <Flag size={48} aria-hidden="true" />}
    </div>
  );
}

// Who else has this node selected: an outline in their colour, with their name.
function Others({ id }) {
  const people = useCanvas((state) => state.people[id]);
  if (!people) return null;
  return (
    <span className={`node-others person-${people[0].colour}`}>
      {people.map(({ tab, name, colour }) => (
        <span key={tab} className={`node-other person-${colour}`}>
          {name}
        </span>
      ))}
    </span>
  );
}

// Tells the store how high the node around it has become.
function Measured({ id, view }) {
  const here = useRef(null);
  useLayoutEffect(() => measure(id, here.current.parentElement.offsetHeight), [id, view]);
  return <i ref={here} hidden />;
}

// What a message will fill in stands between ‹ and ›: it is shown as a thing, not as words.
function Summary({ text }) {
  if (!text.includes("‹")) return text;
  return text.split(/‹([^›]*)›/).map((part, place) =>
    place % 2 ? (
      <span key={place} className="node-value">
        {part}
      </span>
    ) : (
      part
    ),
  );
}

function PortRow({ node, port }) {
  const connected = useCanvas((state) => edgeKey(node, port.id) in state.document.edges);
  const state = connected ? "connected" : port.optional ? "optional" : "loose";
  const ask = (event) => follow(event, node, port.id);
  const leads = connected ? {} : { onClick: ask, ...tapping(ask) };
  return (
    <li className={`port ${state}`} data-port={port.id}>
      <span className="port-title">{port.title}</span>
      <Handle type="source" position={Position.Right} id={port.id} className="port-handle" isConnectableEnd={false} {...leads} />
    </li>
  );
}

// The "+" of a port that leads nowhere was clicked.
function follow(event, source, port) {
  const { document, locked } = useCanvas.getState();
  if (locked) return;
  event.stopPropagation();
  const [x, y] = document.nodes[source];
  useCanvas.setState({ dialog: { kind: "follow", source, port, x: event.clientX + 16, y: event.clientY - 24, at: [x + WIDTH + 80, y] } });
}

function Badge({ problem, words }) {
  const Shown = problem === "error" ? CircleAlert : TriangleAlert;
  return (
    <span className={`node-badge ${problem}`} title={words[problem]}>
      <Shown size={16} aria-hidden="true" />
    </span>
  );
}

export const NoteNode = memo(function NoteNode({ id, data, selected }) {
  const words = useCanvas((state) => state.words);
  const writing = useCanvas((state) => state.writing === id);
  const locked = useCanvas((state) => state.locked);
  const box = useRef(null);
  useEffect(() => box.current?.focus(), [writing]);
  const keep = () => {
    const key = noteKey(id);
    const text = box.current.value.trim();
    if (!text) act({ op: "remove_note", id: key });
    else if (text !== data.text) act({ op: "note", id: key, text, at: useCanvas.getState().document.notes[key].at });
  };
  const widened = (_, { width }) => act(withWidth(useCanvas.getState().document, id, Math.round(width)));
  const done = () => {
    useCanvas.setState({ writing: "" });
    keep();
  };
  useEffect(() => {
    if (!writing) return undefined;
    addEventListener("beforeunload", keep, true);
    return () => removeEventListener("beforeunload", keep, true);
  }, [writing]);
  return (
    <div className={`note${selected ? " selected" : ""}`} onDoubleClick={() => !locked && useCanvas.setState({ writing: id })}>
      {writing ? (
        <textarea
          ref={box}
          className="nodrag nowheel"
          aria-label={words.note}
          defaultValue={data.text}
          maxLength={5000}
          onBlur={done}
          onKeyDown={(event) => {
            if (event.key !== "Escape" && !(event.key === "Enter" && (event.ctrlKey || event.metaKey))) return;
            event.currentTarget.closest(".react-flow__node").focus();
          }}
        />
      ) : (
        <p>{data.text || words.note}</p>
      )}
      {selected && !locked && (
        <NodeResizeControl className="note-edge" position="right" resizeDirection="horizontal" minWidth={NOTE_BOUNDS[0]} maxWidth={NOTE_BOUNDS[1]} onResizeEnd={widened} />
      )}
    </div>
  );
});
