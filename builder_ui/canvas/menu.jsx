// The context menu: the acts that fit what was clicked, by the same names and keys as everywhere.
import { useEffect, useLayoutEffect, useRef } from "react";
import { ACTS, byId, offered, writtenKey } from "./acts.js";
import { useCanvas } from "./store.js";

const close = () => useCanvas.setState({ menu: null });

export function Menu() {
  const menu = useCanvas((state) => state.menu);
  const words = useCanvas((state) => state.words);
  const box = useRef(null);
  const before = useRef(null);

  useLayoutEffect(() => {
    if (!menu) return;
    const { width, height } = box.current.getBoundingClientRect();
    box.current.style.left = `${Math.min(menu.x, innerWidth - width - 8)}px`;
    box.current.style.top = `${Math.min(menu.y, innerHeight - height - 8)}px`;
    before.current = document.activeElement;
    box.current.querySelector("button")?.focus();
  }, [menu]);

  useEffect(() => {
    if (!menu) return undefined;
    const outside = (event) => {
      if (!box.current?.contains(event.target)) close();
    };
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, [menu]);

  if (!menu) return null;
  // Before anything is done: what opens a dialog leaves the keyboard to it, and gets it back afterwards.
  const giveBack = () => before.current?.focus({ preventScroll: true });
  const acts = ACTS.filter((entry) => entry.about?.includes(menu.about) && offered(entry));
  const listed = acts.filter((entry) => !entry.row && entry.id !== "remove");
  // What destroys stands last.
  if (acts.includes(byId.remove)) listed.push(byId.remove);
  const row = acts.filter((entry) => entry.row);
  return (
    <div ref={box} className="floating canvas-menu" role="menu" onKeyDown={(event) => walkMenu(event, giveBack)} onContextMenu={(event) => event.preventDefault()}>
      {row.length > 0 && (
        <div className="menu-row">
          {row.map((entry) => (
            <Item key={entry.id} entry={entry} giveBack={giveBack} aria-label={words[`act_${entry.id}`]} title={`${words[`act_${entry.id}`]} (${writtenKey(entry.keys[0])})`} />
          ))}
        </div>
      )}
      {listed.map((entry) => (
        <Item key={entry.id} entry={entry} giveBack={giveBack}>
          <span>{words[`act_${entry.id}`]}</span>
          <kbd>{writtenKey(entry.keys[0])}</kbd>
        </Item>
      ))}
    </div>
  );
}

function Item({ entry: { icon: Shown, run }, giveBack, children, ...named }) {
  const pick = () => {
    giveBack();
    run();
    close();
  };
  return (
    <button type="button" role="menuitem" tabIndex={-1} {...named} onClick={pick}>
      <Shown size={16} aria-hidden="true" />
      {children}
    </button>
  );
}

function walkMenu(event, giveBack) {
  const items = [...event.currentTarget.querySelectorAll("button")];
  const here = items.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Tab: 1 }[event.key];
  if (event.key === "Escape") {
    giveBack();
    close();
  } else if (step) items[(here + step + items.length) % items.length].focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
