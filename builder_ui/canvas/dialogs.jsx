// What floats above the canvas: connecting by keyboard, finding a node, what may follow, and the list of keys.
import { X } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { ACTS, writtenKey } from "./acts.js";
import { Icon } from "./icon.jsx";
import { matching } from "./palette.jsx";
import { act, connect, edgeKey, fresh, select, snapped, useCanvas } from "./store.js";

// Where the keyboard goes when the dialog closes; else it goes back to where it was.
let next = null;

const close = () => useCanvas.setState({ dialog: null });

const closeAt = (id) => {
  next = document.querySelector(`.react-flow__node[data-id="${id}"]`);
  close();
};

// A dialog that keeps the keyboard in it and gives the focus back.
function Window({ title, place, wide, children }) {
  const box = useRef(null);
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    if (!box.current.contains(document.activeElement)) box.current.querySelector("input, button")?.focus();
    return () => {
      (next ?? before)?.focus?.({ preventScroll: true });
      next = null;
    };
  }, [before]);
  const press = (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
    if (event.key !== "Tab") return;
    const stops = [...box.current.querySelectorAll("input, button:not([tabindex='-1'])")];
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  };
  const style = place && { left: Math.min(place.x, innerWidth - 280), top: Math.min(place.y, innerHeight - 340) };
  return (
    <div className={`canvas-veil${place ? " clear" : ""}`} onPointerDown={(event) => event.target === event.currentTarget && close()}>
      <div
        ref={box}
        className={`canvas-window${wide ? " wide" : ""}${place ? " placed" : ""}`}
        style={style}
        role="dialog"
        aria-modal="true"
        aria-label={title}
        onKeyDown={press}
      >
        {children}
      </div>
    </div>
  );
}

// A list one types into and walks with the arrows.
function Chooser({ items, title, onChoose, onBack }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const name = useId();
  const words = useCanvas((state) => state.words);
  const found = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return wanted ? items.filter((item) => `${item.title} ${item.help ?? ""}`.toLowerCase().includes(wanted)) : items;
  }, [items, text]);
  useEffect(() => {
    document.getElementById(`${name}${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at, name]);
  const press = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) setAt((at + step + found.length) % found.length);
    else if (event.key === "Enter" && found[at]) onChoose(found[at]);
    else if (event.key === "Backspace" && !text && onBack) onBack();
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        autoFocus
        className="chooser-text"
        role="combobox"
        aria-label={title}
        aria-expanded="true"
        aria-controls={name}
        aria-activedescendant={found.length ? `${name}${at}` : undefined}
        placeholder={title}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <div className="chooser-list" id={name} role="listbox" aria-label={title}>
        {found.map((item, index) => (
          <div
            key={item.key}
            id={`${name}${index}`}
            role="option"
            aria-selected={index === at}
            className={`chooser-item${item.group ? ` group-${item.group}` : ""}`}
            onPointerMove={() => setAt(index)}
            onClick={() => onChoose(item)}
          >
            {item.icon !== undefined && (
              <span className="node-icon">
                <Icon name={item.icon} />
              </span>
            )}
            <span className="chooser-title">{item.title}</span>
            {item.help && <span className="chooser-help">{item.help}</span>}
          </div>
        ))}
        {!found.length && <p className="palette-none">{words.nothing_found}</p>}
      </div>
    </>
  );
}

const nodeItem = ({ id, name, title, summary, icon, group }) => ({ key: id, title: name || title, help: summary, icon, group });

export function ConnectDialog({ source }) {
  const words = useCanvas((state) => state.words);
  const { views, nodes, edges } = useCanvas((state) => state.document);
  const ports = views[source].ports;
  const titleOf = (id) => views[id].name || views[id].title;
  const [port, setPort] = useState(ports.length === 1 ? ports[0].id : null);
  const portItems = ports.map(({ id, title }) => {
    const target = edges[edgeKey(source, id)]?.target;
    return { key: id, title, help: target ? words.leads_to.replace("{node}", titleOf(target)) : words.loose };
  });
  const targets = Object.keys(nodes)
    .filter((id) => id !== source)
    .map((id) => nodeItem(views[id]));
  return (
    <Window title={words.act_connect}>
      {port === null ? (
        <Chooser key="port" title={words.which_port} items={portItems} onChoose={({ key }) => setPort(key)} />
      ) : (
        <Chooser
          key="target"
          title={words.which_target.replace("{port}", ports.find(({ id }) => id === port).title)}
          items={targets}
          onBack={ports.length > 1 ? () => setPort(null) : undefined}
          onChoose={({ key }) => {
            connect(source, port, key);
            close();
          }}
        />
      )}
    </Window>
  );
}

export function FindDialog() {
  const words = useCanvas((state) => state.words);
  const { views, nodes } = useCanvas((state) => state.document);
  const go = ({ key }) => {
    select([key], true);
    closeAt(key);
  };
  return (
    <Window title={words.act_find}>
      <Chooser title={words.act_find} items={Object.keys(nodes).map((id) => nodeItem(views[id]))} onChoose={go} />
    </Window>
  );
}

// A port was dropped on nothing: what may follow there.
export function QuickAdd({ source, port, x, y }) {
  const words = useCanvas((state) => state.words);
  const cards = useCanvas((state) => state.palette);
  const flow = useCanvas((state) => state.flow);
  const items = matching(cards, "").map(({ type, title, icon, group }) => ({ key: type, title, icon, group }));
  const put = ({ key: type }) => {
    const id = fresh(type);
    const point = flow.screenToFlowPosition({ x, y });
    const edits = [
      { op: "add", node: id, config: { type }, at: snapped([point.x, point.y - 24]) },
      { op: "connect", source, port, target: id },
    ];
    act({ op: "batch", edits });
    select([id]);
    close();
  };
  return (
    <Window title={words.what_follows} place={{ x, y }}>
      <Chooser title={words.what_follows} items={items} onChoose={put} />
    </Window>
  );
}

export function KeysDialog() {
  const words = useCanvas((state) => state.words);
  return (
    <Window title={words.act_keys} wide>
      <header className="window-head">
        <h2>{words.act_keys}</h2>
        <button type="button" className="icon-button" aria-label={words.close} onClick={close}>
          <X size={16} aria-hidden="true" />
        </button>
      </header>
      <dl className="keys">
        {ACTS.map(({ id, keys }) => (
          <div key={id}>
            <dt>{words[`act_${id}`]}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{writtenKey(key)}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Window>
  );
}
