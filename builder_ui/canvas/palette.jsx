// What can be put on the canvas, by what one wants to do. Cards are carried in, clicked, or reached by keyboard; small,
// the palette is a rail of their icons. Each tells in a sentence and a picture what it is for.
import { ChevronsLeft, ChevronsRight, Info, Search } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { byId, writtenKey } from "./acts.js";
import { carry } from "./hand.js";
import { Icon } from "./icon.jsx";
import { keep, useKept } from "./kept.js";
import { Picture } from "./picture.jsx";
import { add, useCanvas } from "./store.js";

const GROUPS = ["talk", "decide", "know", "do", "people"];

// What is called so; where nothing is, what speaks of it.
const matching = (cards, text) => {
  const wanted = text.trim().toLowerCase();
  const named = cards.filter(({ title, type }) => `${title} ${type}`.toLowerCase().includes(wanted));
  return named.length ? named : cards.filter(({ help }) => help.toLowerCase().includes(wanted));
};

export function Palette() {
  const cards = useCanvas((state) => state.palette);
  const words = useCanvas((state) => state.words);
  const slim = useKept((state) => state.slim);
  const [text, setText] = useState("");
  // The card that explains itself: under the pointer or the keyboard, or held open by its button.
  const [told, setTold] = useState(null);
  const found = useMemo(() => matching(cards, slim ? "" : text), [cards, text, slim]);
  const list = useRef(null);
  const walk = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") setTold(null);
    if (!step) return;
    const shown = [...list.current.querySelectorAll(".palette-card")];
    const here = document.activeElement.closest(".palette-row")?.firstElementChild;
    event.preventDefault();
    shown[shown.indexOf(here) + step]?.focus();
  };
  const label = words[slim ? "palette_open" : "palette_close"];
  return (
    <aside className={`palette${slim ? " slim" : ""}`} aria-label={words.palette} onKeyDown={walk}>
      <div className="palette-top">
        <button
          type="button"
          className="icon-button palette-fold"
          aria-label={label}
          aria-expanded={!slim}
          title={`${label} (${writtenKey(byId.palette.keys[0])})`}
          onClick={() => keep({ slim: !slim })}
        >
          {slim ? <ChevronsRight size={16} aria-hidden="true" /> : <ChevronsLeft size={16} aria-hidden="true" />}
        </button>
        {!slim && (
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
        )}
      </div>
      <div className="palette-list" ref={list} onScroll={() => setTold(null)}>
        {GROUPS.map((group) => {
          const own = found.filter((card) => card.group === group);
          if (!own.length) return null;
          return (
            <section key={group} aria-label={words[`group_${group}`]}>
              <h2 className={`palette-group group-${group}`}>{words[`group_${group}`]}</h2>
              {own.map((card) => (
                <Card key={card.type} card={card} slim={slim} told={told} tell={setTold} />
              ))}
            </section>
          );
        })}
        {!found.length && <p className="palette-none">{words.nothing_found}</p>}
      </div>
      {told && <Help told={told} tell={setTold} />}
    </aside>
  );
}

function Card({ card, slim, told, tell }) {
  const words = useCanvas((state) => state.words);
  const mine = told?.card.type === card.type;
  const show = ({ currentTarget }) => tell({ card, y: currentTarget.closest(".palette-row").getBoundingClientRect().top });
  const hide = () => tell((now) => (now?.held ? now : null));
  return (
    <div className={`palette-row group-${card.group}`} onPointerEnter={(event) => event.pointerType === "mouse" && !told?.held && show(event)} onPointerLeave={hide}>
      <button
        type="button"
        className="palette-card"
        data-type={card.type}
        aria-label={slim ? card.title : undefined}
        aria-describedby={mine ? "palette-help" : undefined}
        onPointerDown={(event) => {
          carry(event.nativeEvent, card);
          if (!told?.held) tell(null);
        }}
        onClick={() => add(card.type)}
        onFocus={(event) => event.currentTarget.matches(":focus-visible") && show(event)}
        onBlur={hide}
      >
        <span className="node-icon">
          <Icon name={card.icon} />
        </span>
        {!slim && <span className="palette-title">{card.title}</span>}
      </button>
      {!slim && (
        <button
          type="button"
          className="icon-button palette-info"
          tabIndex={-1}
          aria-label={words.explain.replace("{node}", card.title)}
          aria-expanded={Boolean(mine && told.held)}
          onClick={(event) => (mine && told.held ? tell(null) : tell({ card, held: true, y: event.currentTarget.getBoundingClientRect().top }))}
        >
          <Info size={16} aria-hidden="true" />
        </button>
      )}
    </div>
  );
}

function Help({ told: { card, y, held }, tell }) {
  const box = useRef(null);
  const [top, setTop] = useState(y);
  useEffect(() => {
    const frame = box.current.offsetParent.getBoundingClientRect();
    setTop(Math.max(8, Math.min(y - frame.top, frame.height - box.current.offsetHeight - 8)));
  }, [y, card]);
  useEffect(() => {
    if (!held) return undefined;
    const outside = (event) => !event.target.closest(".palette-help, .palette-info") && tell(null);
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, [held]);
  return (
    <div ref={box} id="palette-help" className={`floating palette-help group-${card.group}`} style={{ top }} role="tooltip">
      <strong>{card.title}</strong>
      <p>{card.help}</p>
      <Picture card={card} />
    </div>
  );
}
