// What floats over the nodes while the hand works: guides, the card it carries, where copies come from, and the
// toolbar over several.
import { ViewportPortal, useStore } from "@xyflow/react";
import { Ellipsis } from "lucide-react";
import { useRef } from "react";
import { byId, offered, writtenKey, ACTS } from "./acts.js";
import { bounds } from "./align.js";
import { useHand } from "./hand.js";
import { useGivenBack } from "./heir.js";
import { Icon } from "./icon.jsx";
import { boxOf } from "./shape.js";
import { useCanvas } from "./store.js";

export function Guides() {
  const guides = useHand((state) => state.guides);
  const copied = useHand((state) => state.copied);
  const zoom = useStore((state) => state.transform[2]);
  if (!guides.length && !copied.length) return null;
  const thin = 1 / zoom;
  return (
    <ViewportPortal>
      {copied.map(({ id, position: { x, y }, measured }) => (
        <div key={id} className="left-behind" style={{ transform: `translate(${x}px, ${y}px)`, width: measured?.width, height: measured?.height }} />
      ))}
      {guides.map(({ axis, at, from, to }) => (
        <div
          key={`${axis}${at}`}
          className="guide"
          style={
            axis === "x"
              ? { transform: `translate(${at - thin / 2}px, ${from}px)`, width: thin, height: to - from }
              : { transform: `translate(${from}px, ${at - thin / 2}px)`, width: to - from, height: thin }
          }
        />
      ))}
    </ViewportPortal>
  );
}

export function Carried() {
  const { card, x, y } = useHand();
  const zoom = useStore((state) => state.transform[2]);
  if (!card) return null;
  return (
    <div className="carried" style={{ transform: `translate(${x}px, ${y}px) scale(${zoom}) translate(-120px, -24px)` }} aria-hidden="true">
      <div className={`node group-${card.group}`}>
        <div className="node-head">
          <span className="node-icon">
            <Icon name={card.icon} />
          </span>
          <span className="node-title">{card.title}</span>
        </div>
      </div>
    </div>
  );
}

const ENDS = [byId.tidy, byId.duplicate, byId.remove];
const ALL = [...ACTS.filter(({ row }) => row), ...ENDS];
// What a phone's width has room for, beside the button that opens the menu with all of them.
const FEW = [byId.align_left, byId.align_top, ...ENDS];

// Pixels: the bar's width with all acts under a finger, its height, and what the toolbar takes at the canvas's foot.
const BAR = 540;
const HIGH = 46;
const FOOT = 58;

// The acts for several, over what is selected; it goes away while the hand moves.
export function SelectionBar() {
  const nodes = useCanvas((state) => state.nodes);
  const boxing = useStore((state) => state.userSelectionActive);
  const several = nodes.filter(({ selected }) => selected);
  if (several.length < 2 || boxing || several.some(({ dragging }) => dragging)) return null;
  return <BarOver several={several} />;
}

function BarOver({ several }) {
  const words = useCanvas((state) => state.words);
  const [x, y, zoom] = useStore((state) => state.transform);
  const [width, height] = [useStore((state) => state.width), useStore((state) => state.height)];
  const bar = useRef(null);
  useGivenBack(bar);
  const whole = bounds(several.map(boxOf));
  const above = whole.y * zoom + y - HIGH - 8;
  const top = above > 8 ? above : Math.min(Math.max((whole.y + whole.height) * zoom + y + 12, 8), height - FOOT - HIGH);
  const centre = (whole.x + whole.width / 2) * zoom + x;
  const narrow = width < BAR + 16;
  const left = narrow ? width / 2 : Math.max(BAR / 2 + 8, Math.min(centre, width - BAR / 2 - 8));
  return (
    <div
      className="floating canvas-bar selection-bar"
      role="toolbar"
      aria-label={words.selected.replace("{count}", several.length)}
      ref={bar}
      style={{ transform: `translate(${left}px, ${top}px) translateX(-50%)` }}
    >
      <span className="selection-count">{words.selected.replace("{count}", several.length)}</span>
      {(narrow ? FEW : ALL).map((entry) => (
        <ActButton key={entry.id} entry={entry} />
      ))}
      {narrow && <MoreActs />}
    </div>
  );
}

// All that the menu of the nodes has, for whom the bar is too narrow.
function MoreActs() {
  const words = useCanvas((state) => state.words);
  const open = useCanvas((state) => state.menu !== null);
  const show = ({ currentTarget }) => {
    const { right, bottom } = currentTarget.getBoundingClientRect();
    useCanvas.setState({ menu: { x: right, y: bottom + 8, about: "nodes" } });
  };
  return (
    <button type="button" className="icon-button" aria-label={words.more} title={words.more} aria-haspopup="menu" aria-expanded={open} onClick={show}>
      <Ellipsis size={16} aria-hidden="true" />
    </button>
  );
}

export function ActButton({ entry, pressed, className = "" }) {
  const words = useCanvas((state) => state.words);
  const { id, icon: Shown, keys, run } = entry;
  return (
    <button
      type="button"
      className={`icon-button ${className}`}
      disabled={!offered(entry)}
      aria-label={words[`act_${id}`]}
      aria-pressed={pressed}
      title={`${words[`act_${id}`]} (${writtenKey(keys[0])})`}
      onClick={() => run()}
    >
      <Shown size={16} aria-hidden="true" />
    </button>
  );
}
