// What can be put on the canvas, by what one wants to do. Cards are dragged, clicked, or reached by keyboard.
import { Search } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { Icon } from "./icon.jsx";
import { add, useCanvas } from "./store.js";

export const DRAGGED = "application/x-parley-node";
const GROUPS = ["talk", "decide", "know", "do", "people"];

export const matching = (cards, text) => {
  const wanted = text.trim().toLowerCase();
  return wanted ? cards.filter(({ title, help, type }) => `${title} ${help} ${type}`.toLowerCase().includes(wanted)) : cards;
};

export function Palette() {
  const cards = useCanvas((state) => state.palette);
  const words = useCanvas((state) => state.words);
  const [text, setText] = useState("");
  const [hovered, setHovered] = useState(null);
  const found = useMemo(() => matching(cards, text), [cards, text]);
  const list = useRef(null);
  const walk = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const shown = [...list.current.querySelectorAll("button")];
    const next = shown[shown.indexOf(document.activeElement) + step];
    event.preventDefault();
    next?.focus();
  };
  return (
    <aside className="palette" aria-label={words.palette} onKeyDown={walk}>
      <label className="palette-search">
        <Search size={16} aria-hidden="true" />
        <input
          type="search"
          value={text}
          placeholder={words.search}
          aria-label={words.search}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && found.length) add(found[0].type);
            if (event.key === "Escape") setText("");
          }}
        />
      </label>
      <div className="palette-list" ref={list} onScroll={() => setHovered(null)}>
        {GROUPS.map((group) => {
          const own = found.filter((card) => card.group === group);
          if (!own.length) return null;
          return (
            <section key={group} aria-label={words[`group_${group}`]}>
              <h2 className={`palette-group group-${group}`}>{words[`group_${group}`]}</h2>
              {own.map((card) => (
                <Card key={card.type} card={card} onHover={setHovered} />
              ))}
            </section>
          );
        })}
        {!found.length && <p className="palette-none">{words.nothing_found}</p>}
      </div>
      {hovered && (
        <div className={`palette-help group-${hovered.card.group}`} style={{ top: hovered.y }} role="tooltip">
          <strong>{hovered.card.title}</strong>
          <p>{hovered.card.help}</p>
          <Sketch card={hovered.card} />
        </div>
      )}
    </aside>
  );
}

function Card({ card, onHover }) {
  const show = ({ currentTarget }) => onHover({ card, y: currentTarget.offsetTop - currentTarget.offsetParent.querySelector(".palette-list").scrollTop });
  const hide = () => onHover(null);
  const drag = (event) => {
    event.dataTransfer.setData(DRAGGED, card.type);
    event.dataTransfer.effectAllowed = "copy";
    hide();
  };
  return (
    <button
      type="button"
      className={`palette-card group-${card.group}`}
      data-type={card.type}
      draggable
      onDragStart={drag}
      onClick={() => add(card.type)}
      onMouseEnter={show}
      onMouseLeave={hide}
      onFocus={(event) => event.currentTarget.matches(":focus-visible") && show(event)}
      onBlur={hide}
    >
      <span className="node-icon">
        <Icon name={card.icon} />
      </span>
      {card.title}
    </button>
  );
}

// The small picture of a card: the node and its ways out.
function Sketch({ card }) {
  return (
    <div className="sketch" aria-hidden="true">
      <span className="sketch-node">
        <Icon name={card.icon} size={12} />
      </span>
      <ul>
        {card.ports.map((port) => (
          <li key={port.id}>{port.title}</li>
        ))}
      </ul>
    </div>
  );
}
