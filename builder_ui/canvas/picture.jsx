// A small picture of a kind of node: what comes in, what it does, and its ways out. Needs nothing but its card:
// {type, title, icon, group, ports: [{id, title, optional}]}.
import { Icon } from "./icon.jsx";

const WIDTH = 232;
const ROW = 20;
const MOST = 5;
// Kinds whose ways out are made by whoever configures them.
const OPEN = ["question", "branch", "decision_table"];
const MORE = { id: "…", title: "…", optional: true };
const BOX = { x: 20, width: 84 };

const Line = ({ x, y, width, faint }) => <rect x={x} y={y} width={width} height={3} rx={1.5} className={faint ? "faint" : "strong"} />;
const Bubble = ({ lines = 2 }) => (
  <>
    <path d="M4 0h40a4 4 0 0 1 4 4v14a4 4 0 0 1-4 4H14l-6 5v-5H4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z" className="sheet" />
    <Line x={6} y={6} width={30} />
    {lines > 1 && <Line x={6} y={13} width={22} faint />}
  </>
);
const Pill = ({ x, y, width = 20 }) => <rect x={x} y={y} width={width} height={8} rx={4} className="pill" />;

// What a kind of node does, drawn in 48 x 28.
const DOES = {
  welcome: <Bubble />,
  message: <Bubble />,
  question: (
    <>
      <Bubble lines={1} />
      <Pill x={4} y={12} width={17} />
      <Pill x={25} y={12} width={17} />
    </>
  ),
  branch: <path d="M0 14h14m0 0c10 0 10-10 22-10h10M14 14c10 0 10 10 22 10h10" className="stroke" />,
  split: (
    <>
      <path d="M0 14h10m0 0c10 0 10-10 18-10h8M10 14c10 0 10 10 18 10h8" className="stroke" />
      <circle cx={41} cy={4} r={4} className="pill" />
      <circle cx={41} cy={24} r={4} className="sheet" />
    </>
  ),
  decision_table: (
    <>
      <rect x={0} y={0} width={48} height={28} rx={3} className="sheet" />
      <path d="M0 9h48M0 18h48M16 0v28M32 0v28" className="thin" />
      <rect x={0.5} y={9.5} width={47} height={8} className="pill" />
    </>
  ),
  language_by_ip: (
    <>
      <circle cx={14} cy={14} r={13} className="sheet" />
      <path d="M1 14h26M14 1c8 8 8 18 0 26M14 1c-8 8-8 18 0 26" className="thin" />
      <path d="M31 14h5" className="stroke" />
      <text x={38} y={18}>文</text>
    </>
  ),
  business_hours: (
    <>
      <circle cx={14} cy={14} r={13} className="sheet" />
      <path d="M14 6v8l6 4" className="stroke" />
      <Pill x={32} y={4} width={16} />
      <Line x={32} y={20} width={16} faint />
    </>
  ),
  wait: (
    <>
      <circle cx={14} cy={14} r={13} className="sheet" />
      <path d="M14 6v8l6 4" className="stroke" />
      <path d="M32 14h14m-5-5 5 5-5 5" className="thin" />
    </>
  ),
  knowledge_answer: (
    <>
      <rect x={0} y={0} width={22} height={28} rx={3} className="sheet" />
      <Line x={4} y={6} width={14} faint />
      <rect x={3} y={11} width={16} height={6} rx={2} className="pill" />
      <Line x={4} y={21} width={10} faint />
      <circle cx={34} cy={11} r={7} className="stroke" />
      <path d="m39 17 7 8" className="stroke" />
    </>
  ),
  http_request: (
    <>
      <rect x={0} y={4} width={16} height={20} rx={3} className="sheet" />
      <path d="M18 10h13m-4-4 4 4-4 4M31 19H18m4-4-4 4 4 4" className="thin" />
      <rect x={34} y={4} width={14} height={20} rx={3} className="pill" />
    </>
  ),
  tag: (
    <>
      <Pill x={0} y={2} width={26} />
      <Pill x={16} y={16} width={32} />
    </>
  ),
  set_value: (
    <>
      <rect x={0} y={5} width={20} height={18} rx={3} className="sheet" />
      <path d="M22 11h5m-5 6h5" className="stroke" />
      <rect x={30} y={5} width={18} height={18} rx={3} className="pill" />
    </>
  ),
  collect: (
    <>
      <rect x={0} y={0} width={48} height={8} rx={2} className="sheet" />
      <rect x={0} y={10} width={48} height={8} rx={2} className="sheet" />
      <rect x={0} y={20} width={48} height={8} rx={2} className="pill" />
      <Line x={4} y={2.5} width={18} />
      <Line x={4} y={12.5} width={26} />
    </>
  ),
  subflow: (
    <>
      <rect x={0} y={0} width={48} height={28} rx={3} className="sheet" strokeDasharray="3 2" />
      <rect x={5} y={9} width={12} height={10} rx={2} className="pill" />
      <path d="M17 14h12" className="stroke" />
      <rect x={30} y={9} width={12} height={10} rx={2} className="pill" />
    </>
  ),
  human_handoff: (
    <>
      <Bubble lines={1} />
      <circle cx={38} cy={13} r={5} className="pill" />
      <path d="M29 28c0-6 4-8 9-8s9 2 9 8z" className="pill" />
    </>
  ),
  close: (
    <>
      <circle cx={24} cy={14} r={13} className="sheet" />
      <path d="m18 14 5 5 8-9" className="stroke" />
    </>
  ),
};

export function Picture({ card }) {
  const all = OPEN.includes(card.type) ? [MORE, ...card.ports] : card.ports;
  const ports = all.length > MOST ? [...all.slice(0, MOST - 1), MORE] : all;
  const height = Math.max(64, ports.length * ROW + 8);
  const middle = height / 2;
  const top = middle - 28;
  return (
    <svg className={`picture group-${card.group}`} viewBox={`0 0 ${WIDTH} ${height}`} width={WIDTH} height={height} aria-hidden="true">
      <path d={`M0 ${middle}H${BOX.x}`} className="way-in" />
      <rect x={BOX.x} y={top} width={BOX.width} height={56} rx={6} className="box" />
      {DOES[card.type] ? (
        <g transform={`translate(${BOX.x + 18} ${middle - 14})`}>{DOES[card.type]}</g>
      ) : (
        <svg x={BOX.x + 30} y={middle - 12} width={24} height={24} className="stroke">
          <Icon name={card.icon} size={24} />
        </svg>
      )}
      {ports.map(({ id, title, optional }, place) => {
        const y = middle + (place - (ports.length - 1) / 2) * ROW;
        const x = BOX.x + BOX.width;
        return (
          <g key={id} className={optional ? "port optional" : "port"}>
            <path d={`M${x} ${middle}C${x + 12} ${middle} ${x + 8} ${y} ${x + 20} ${y}`} />
            <circle cx={x + 22} cy={y} r={3} />
            <text x={x + 30} y={y + 4}>
              {title.length > 16 ? `${title.slice(0, 15)}…` : title}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
