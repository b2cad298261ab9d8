// What floats above the canvas and asks: where a port leads, and what is to come next.
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { insertOn } from "./arrange.js";
import { after, between, following } from "./follow.js";
import { snapped } from "./grid.js";
import { Icon } from "./icon.jsx";
import { WIDTH, act, add, connect, edgeKey, free, fresh, select, useCanvas } from "./store.js";

// Pixels a phone's screen is wide at most, as the style sheets have it.
const PHONE = 720;

// Where the keyboard goes when the dialog closes; else it goes back to where it was.
let next = null;

export const close = () => useCanvas.setState({ dialog: null });

export const closeAt = (id) => {
  next = document.querySelector(`.react-flow__node[data-id="${id}"]`);
  close();
};

// A dialog that keeps the keyboard in it and gives the focus back. `about` says, above all else, what it is about.
export function Window({ title, about, place: wanted, kind = "", children }) {
  // On a phone it is as wide as the screen, wherever the finger was.
  const place = innerWidth > PHONE ? wanted : undefined;
  const box = useRef(null);
  const head = useId();
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
  const style = place && { left: Math.max(8, Math.min(place.x, innerWidth - 336)), top: Math.max(8, Math.min(place.y, innerHeight - 400)) };
  return (
    <div className={`canvas-veil${place || kind === "aside" ? " clear" : ""}`} onPointerDown={(event) => event.target === event.currentTarget && close()}>
      <div
        ref={box}
        className={`floating canvas-window ${kind}${place ? " placed" : ""}`}
        style={style}
        role="dialog"
        aria-modal="true"
        aria-label={title}
        aria-describedby={about ? head : undefined}
        onKeyDown={press}
      >
        {about && (
          <h2 id={head} className="chooser-head">
            {about}
          </h2>
        )}
        {children}
      </div>
    </div>
  );
}

// What is called so comes before what only speaks of it.
const within = (items, text) => {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return items;
  const named = ({ title }) => title.toLowerCase().includes(wanted);
  const told = (item) => !named(item) && (item.help ?? "").toLowerCase().includes(wanted);
  return [...items.filter(named), ...items.filter(told)];
};

// A list one types into and walks with the arrows. Items of the same `section` stand under its title; `search(items,
// text)` may choose otherwise than by title and help.
export function Chooser({ items, title, onChoose, onBack, onWalk, search = within, counted }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const name = useId();
  const words = useCanvas((state) => state.words);
  const found = useMemo(() => search(items, text), [items, text]);
  useEffect(() => {
    document.getElementById(`${name}${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at, name]);
  const walk = (place) => {
    setAt(place);
    onWalk?.(found[place]);
  };
  const press = (event) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) walk((at + step + found.length) % found.length);
    else if (event.key === "Enter" && found[at]) onChoose(found[at]);
    else if (event.key === "Backspace" && !text && onBack) onBack();
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="chooser-top">
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
        {counted && (
          <span className="chooser-count" role="status">
            {text.trim() ? counted(found.length) : ""}
          </span>
        )}
      </div>
      <div className="chooser-list" id={name} role="listbox" tabIndex={-1} aria-label={title}>
        {found.map((item, index) => (
          <Item
            key={item.key}
            item={item}
            id={`${name}${index}`}
            chosen={index === at}
            head={!text && item.section !== found[index - 1]?.section ? item.section : ""}
            onPoint={() => setAt(index)}
            onChoose={() => onChoose(item)}
          />
        ))}
        {!found.length && <p className="palette-none">{words.nothing_found}</p>}
      </div>
    </>
  );
}

function Item({ item, id, chosen, head, onPoint, onChoose }) {
  const [before, match, after] = item.marked ?? [];
  return (
    <>
      {head && (
        <p className="chooser-section" role="presentation">
          {head}
        </p>
      )}
      <div
        id={id}
        role="option"
        aria-selected={chosen}
        className={`chooser-item${item.group ? ` group-${item.group}` : ""}${item.tall ? " tall" : ""}`}
        onPointerMove={onPoint}
        onClick={onChoose}
      >
        {item.icon !== undefined && (
          <span className="node-icon">
            <Icon name={item.icon} />
          </span>
        )}
        <span className="chooser-words">
          <span className="chooser-title">{item.title}</span>
          {item.marked ? (
            <span className="chooser-help">
              {before}
              <mark>{match}</mark>
              {after}
            </span>
          ) : (
            item.help && <span className="chooser-help">{item.help}</span>
          )}
        </span>
        {item.language && <span className="chooser-language">{item.language}</span>}
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
  if (edges[edgeKey(source, port)]) targets.push({ key: "", title: words.nowhere, help: words.disconnect });
  return (
    <Window title={words.act_connect} about={after(words, views[source], port)}>
      {port === null ? (
        <Chooser key="port" title={words.which_port} items={portItems} onChoose={({ key }) => setPort(key)} />
      ) : (
        <Chooser
          key="target"
          title={words.which_target.replace("{port}", ports.find(({ id }) => id === port).title)}
          items={targets}
          onBack={ports.length > 1 ? () => setPort(null) : undefined}
          onChoose={({ key }) => {
            if (key) connect(source, port, key);
            else act({ op: "disconnect", source, port });
            close();
          }}
        />
      )}
    </Window>
  );
}

const cardItem = (words) => ({ type, title, icon, group, help, likely }) => ({
  key: type,
  title,
  icon,
  group,
  help,
  section: likely ? words.likely : words.all_nodes,
});

// A port was dropped on nothing, or its "+" clicked: what may follow there, and what it may lead to that is there.
export function FollowDialog({ source, port, x, y, at }) {
  const words = useCanvas((state) => state.words);
  const cards = useCanvas((state) => state.palette);
  const { views, nodes } = useCanvas((state) => state.document);
  const flow = useCanvas((state) => state.flow);
  const items = useMemo(() => {
    const fresh = following(cards, views[source]?.type, port).map(cardItem(words));
    const there = Object.keys(nodes).filter((id) => id !== source);
    return [...fresh, ...there.map((id) => ({ ...nodeItem(views[id]), key: `to:${id}`, section: words.existing }))];
  }, []);
  const put = ({ key }) => {
    close();
    if (key.startsWith("to:")) {
      connect(source, port, key.slice(3));
      return;
    }
    const id = fresh(key);
    const point = flow.screenToFlowPosition({ x, y });
    const place = at ? free(at) : snapped([point.x, point.y - 24]);
    const edits = [
      { op: "add", node: id, config: { type: key }, at: place },
      { op: "connect", source, port, target: id },
    ];
    act({ op: "batch", edits });
    select([id], Boolean(at));
  };
  return (
    <Window title={words.what_follows} about={after(words, views[source], port)} place={{ x, y }}>
      <Chooser title={words.what_follows} items={items} onChoose={put} />
    </Window>
  );
}

// What is to stand in a way: the one given, else one of those that leave a node.
export function InsertDialog({ edge, source, x, y }) {
  const words = useCanvas((state) => state.words);
  const cards = useCanvas((state) => state.palette);
  const { views, edges } = useCanvas((state) => state.document);
  const own = Object.entries(edges).filter(([, way]) => way.source === source);
  const [key, setKey] = useState(edge ?? (own.length === 1 ? own[0][0] : null));
  const way = edges[key];
  const titleOf = (id) => views[id].name || views[id].title;
  const portItems = own.map(([one, { port, target }]) => ({
    key: one,
    title: views[source].ports.find(({ id }) => id === port)?.title ?? port,
    help: words.leads_to.replace("{node}", titleOf(target)),
  }));
  const place = x === undefined ? undefined : { x, y };
  return (
    <Window title={words.act_insert} about={after(words, views[way?.source ?? source], way?.port)} place={place}>
      {way ? (
        <Chooser
          key="what"
          title={words.what_between}
          items={between(cards, views[way.source].type, way.port).map(cardItem(words))}
          onBack={!edge && own.length > 1 ? () => setKey(null) : undefined}
          onChoose={({ key: type }) => {
            close();
            insertOn(key, type);
          }}
        />
      ) : (
        <Chooser key="where" title={words.which_port} items={portItems} onChoose={(item) => setKey(item.key)} />
      )}
    </Window>
  );
}

// A node for the place that was clicked, where no palette is at hand.
export function AddDialog({ x, y }) {
  const words = useCanvas((state) => state.words);
  const cards = useCanvas((state) => state.palette);
  const flow = useCanvas((state) => state.flow);
  const place = x === undefined ? undefined : { x, y };
  const put = ({ key: type }) => {
    close();
    const point = place && flow.screenToFlowPosition(place);
    add(type, point && [point.x - WIDTH / 2, point.y - 24]);
  };
  return (
    <Window title={words.act_add} place={place}>
      <Chooser title={words.search} items={cards.map((card) => ({ ...card, key: card.type }))} onChoose={put} />
    </Window>
  );
}
