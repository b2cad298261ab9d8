// The whole flow in a corner: drawn in one piece, as a component for each node would cost every step of a drag.
// Pressing or dragging in it moves the view there, the wheel zooms.
import { Panel, useReactFlow, useStore } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { bounds } from "./align.js";
import { isNode, useCanvas } from "./store.js";

// As canvas.css has it on a wide screen.
const SIZE = { width: 168, height: 112 };
// Pixels left free around the flow, and the smallest that a node is drawn.
const AROUND = 8;
const SMALLEST = 2;
const GROUPS = ["talk", "decide", "know", "do", "people"];

const viewOf = ({ transform, width, height }) => [...transform, width, height].join();

export function MiniMap({ theme }) {
  const nodes = useCanvas((state) => state.nodes);
  const label = useCanvas((state) => state.words.minimap);
  const view = useStore(viewOf);
  const flow = useReactFlow();
  const canvas = useRef(null);
  const scale = useRef(null);
  const colours = useRef(null);

  // The first of the effects: a new theme brings new colours. Asking for them anew at each step would cost it dearly.
  useEffect(() => {
    colours.current = coloursOf(canvas.current);
  }, [theme]);

  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      scale.current = draw(canvas.current, nodes, view.split(",").map(Number), colours.current);
    });
    return () => cancelAnimationFrame(frame);
  }, [nodes, view, theme]);

  useEffect(() => {
    const { current } = canvas;
    const turn = (event) => {
      event.preventDefault();
      flow.zoomTo(flow.getZoom() * 2 ** (-event.deltaY / 200));
    };
    // React's own listeners for the wheel are passive: the page would scroll.
    current.addEventListener("wheel", turn, { passive: false });
    return () => current.removeEventListener("wheel", turn);
  }, [flow]);

  const go = (event) => {
    if (!event.buttons || !scale.current) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const { x, y, factor } = scale.current;
    const box = event.currentTarget.getBoundingClientRect();
    // A narrow screen shows the map smaller than it is drawn.
    const scaled = (SIZE.width / box.width) / factor;
    const at = [x + (event.clientX - box.x) * scaled, y + (event.clientY - box.y) * scaled];
    flow.setCenter(...at, { zoom: flow.getZoom() });
  };

  return (
    <Panel position="bottom-right" className="react-flow__minimap">
      <canvas ref={canvas} role="img" aria-label={label} onPointerDown={go} onPointerMove={go} />
    </Panel>
  );
}

function coloursOf(canvas) {
  const style = getComputedStyle(canvas);
  const colour = (name) => style.getPropertyValue(name);
  const groups = GROUPS.map((group) => [group, colour(`--${group}`)]);
  return { ...Object.fromEntries(groups), around: colour("--gray-a4"), note: colour("--gray-7"), selected: colour("--accent") };
}

// Draws everything; gives the flow's point at the corner, and pixels for one of the flow's.
function draw(canvas, nodes, [left, top, zoom, width, height], colours) {
  const seen = { x: -left / zoom, y: -top / zoom, width: width / zoom, height: height / zoom };
  const boxes = nodes.map(({ position, measured }) => ({ ...position, width: measured?.width ?? 0, height: measured?.height ?? 0 }));
  const { x, y, width: wide, height: high } = bounds([...boxes, seen]);
  const factor = Math.min((SIZE.width - 2 * AROUND) / wide, (SIZE.height - 2 * AROUND) / high);
  const corner = { x: x - (SIZE.width / factor - wide) / 2, y: y - (SIZE.height / factor - high) / 2, factor };

  const density = globalThis.devicePixelRatio;
  canvas.width = SIZE.width * density;
  canvas.height = SIZE.height * density;
  const pen = canvas.getContext("2d");
  pen.scale(density, density);
  const at = (box) => [(box.x - corner.x) * factor, (box.y - corner.y) * factor];
  const sized = (box) => [Math.max(SMALLEST, box.width * factor), Math.max(SMALLEST, box.height * factor)];

  pen.fillStyle = colours.around;
  pen.fillRect(0, 0, SIZE.width, SIZE.height);
  pen.clearRect(...at(seen), seen.width * factor, seen.height * factor);
  nodes.forEach((node, place) => {
    pen.fillStyle = node.selected ? colours.selected : isNode(node) ? colours[node.data.view.group] : colours.note;
    pen.fillRect(...at(boxes[place]), ...sized(boxes[place]));
  });
  return corner;
}
