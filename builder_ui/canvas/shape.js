// How large a node is and where its ports stand, as node.css draws them. With it a flow is placed without drawing all
// of it: what is out of sight costs nothing, and its edges still lead to the right places.

export const WIDTH = 240;
// What counts as its height before it is known.
export const HEIGHT = 128;
// A note's width, until somebody makes it another.
export const NOTE_WIDTH = 208;
// What counts as the height of an empty one, until the browser has drawn it.
export const NOTE_HEIGHT = 64;
// The least and the most it may be; the engine's NoteWidth.
export const NOTE_BOUNDS = [96, 960];
// How React Flow fits a whole flow into view: above the toolbar.
export const WHOLE = { maxZoom: 1, padding: { x: 0.15, top: 0.15, bottom: "72px" } };
const HEAD = 44;
const BORDER = 1;
const LINE = 16;
const BELOW_SUMMARY = 8;
const PORT = 24;
const AROUND_PORTS = 4;
const KNOB = 12;
// Pixels that a line of the summary has, and that a character of it takes: about, until the browser has drawn it.
const LINE_WIDTH = 214;
const LATIN = 6.1;
const WIDE = 12;

// About how high a node will be, in pixels.
export function heightOf(view) {
  const summary = view.summary || (view.name && view.title);
  let lines = 0;
  if (summary) {
    let width = 0;
    for (const letter of summary) width += letter > "\u2e80" ? WIDE : LATIN;
    lines = Math.min(3, Math.ceil(width / LINE_WIDTH));
  }
  const ports = view.ports.length ? BORDER + 2 * AROUND_PORTS + PORT * view.ports.length : 0;
  return 2 * BORDER + HEAD + (lines ? lines * LINE + BELOW_SUMMARY : 0) + ports;
}

// How large a node of React Flow's is, and where it stands.
export const sizeOf = (node) => ({ width: node?.measured?.width ?? WIDTH, height: node?.measured?.height ?? HEIGHT });
export const boxOf = (node) => ({ ...node.position, ...sizeOf(node) });

// React Flow's handles of a node of this height.
export function handlesOf(view, height) {
  const knob = { width: KNOB, height: KNOB, x: WIDTH - BORDER - KNOB / 2 };
  const first = height - BORDER - AROUND_PORTS - PORT * view.ports.length;
  return [
    { id: "in", type: "target", position: "left", x: -2, y: 14, width: 4, height: 16 },
    ...view.ports.map(({ id }, place) => ({
      ...knob,
      id,
      type: "source",
      position: "right",
      y: first + PORT * place + (PORT - KNOB) / 2,
    })),
  ];
}

// Where an edge begins and ends, as React Flow has it, or null where one of its nodes has no such port.
export function endsOf({ source, sourceHandle, target }, nodes) {
  const [from, to] = [nodes.get(source), nodes.get(target)];
  const port = from?.handles?.find(({ id, type }) => type === "source" && id === sourceHandle);
  if (!port || !to?.handles) return null;
  const [entry] = to.handles;
  return {
    sourceX: from.position.x + port.x + port.width,
    sourceY: from.position.y + port.y + port.height / 2,
    targetX: to.position.x + entry.x,
    targetY: to.position.y + entry.y + entry.height / 2,
  };
}
