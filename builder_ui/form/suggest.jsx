// A line one types into with a list beneath it. `free`: what is typed counts, the list only suggests.
import { Check } from "lucide-react";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useForm } from "./draft.js";

const MOST = 80;
const HEIGHT = 264;
const NARROWEST = 240;

// Those with what was typed in them, first those that begin with it. `wanted` is in small letters.
export const matching = (items, wanted) =>
  items
    .filter(({ title, value }) => !wanted || `${title} ${value}`.toLowerCase().includes(wanted))
    .sort((a, b) => wanted && b.title.toLowerCase().startsWith(wanted) - a.title.toLowerCase().startsWith(wanted));

export function Suggest({ items, free, current = "", placeholder, chosen = [], onPick, onErase, label, disabled, inputRef, bare, ...rest }) {
  const { lists } = useForm();
  const [text, setText] = useState(null);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(free ? -1 : 0);
  const name = useId();
  const own = useRef(null);
  const box = inputRef ?? own;
  const wanted = (text ?? "").trim().toLowerCase();
  const found = matching(items, wanted).slice(0, MOST);

  const close = () => {
    setOpen(false);
    setText(null);
    setAt(free ? -1 : 0);
  };
  const pick = (value) => {
    setText(null);
    setAt(free ? -1 : 0);
    if (!rest.keepOpen) setOpen(false);
    onPick(value);
  };
  const take = () => {
    if (open && found[at]) pick(found[at].value);
    else if (free && wanted) pick(text.trim());
  };
  const press = (event) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      if (!open) setOpen(true);
      else if (found.length) setAt((at + step + found.length) % found.length);
    } else if (event.key === "Enter") take();
    else if (free && wanted && [",", "，", ";", "；"].includes(event.key)) take();
    else if (event.key === "Escape" && open) {
      event.stopPropagation();
      close();
    } else if (event.key === "Backspace" && !text && onErase) onErase();
    else return;
    event.preventDefault();
  };
  const leave = () => {
    if (free && wanted) pick(text.trim());
    close();
  };
  const { keepOpen, ...control } = rest;
  return (
    <>
      <input
        {...control}
        ref={box}
        className={bare ? "suggest-bare" : "input"}
        role="combobox"
        aria-label={label}
        aria-expanded={open && found.length > 0}
        aria-controls={name}
        aria-autocomplete="list"
        aria-activedescendant={open && found[at] ? `${name}${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        disabled={disabled}
        placeholder={text === null && current ? current : placeholder}
        data-current={text === null && current ? "true" : undefined}
        value={text ?? (open ? "" : current)}
        onChange={(event) => {
          setText(event.target.value);
          setAt(free ? -1 : 0);
          setOpen(true);
        }}
        onFocus={() => setOpen(!free || items.length > 0)}
        onClick={() => setOpen(!free || items.length > 0)}
        onBlur={leave}
        onKeyDown={press}
      />
      {open && (found.length > 0 || !free) && (
        <Options name={name} anchor={box} label={label} found={found} at={at} setAt={setAt} chosen={chosen} pick={pick} none={lists.words.nothing_found} />
      )}
    </>
  );
}

export function Options({ name, anchor, label, found, at, setAt, chosen, pick, none }) {
  const list = useRef(null);
  const [place, setPlace] = useState({ visibility: "hidden" });
  useLayoutEffect(() => {
    const put = () => {
      const box = anchor.current.closest(".chips, .suggest-box")?.getBoundingClientRect() ?? anchor.current.getBoundingClientRect();
      const above = box.bottom + HEIGHT > innerHeight && box.top > innerHeight - box.bottom;
      const width = Math.max(box.width, NARROWEST);
      setPlace({ left: Math.min(box.left, innerWidth - width - 8), width, ...(above ? { bottom: innerHeight - box.top + 4 } : { top: box.bottom + 4 }) });
    };
    put();
    addEventListener("scroll", put, true);
    addEventListener("resize", put);
    return () => {
      removeEventListener("scroll", put, true);
      removeEventListener("resize", put);
    };
  }, [anchor, found.length, chosen.length]);
  useEffect(() => {
    list.current.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at]);
  return (
    <div className="floating form-options" id={name} role="listbox" tabIndex={-1} aria-label={label} ref={list} style={place} onPointerDown={(event) => event.preventDefault()}>
      {found.map((item, index) => (
        <div
          key={item.value}
          id={`${name}${index}`}
          role="option"
          aria-selected={index === at}
          className="row-button form-option"
          onPointerMove={() => index !== at && setAt(index)}
          onClick={() => pick(item.value)}
        >
          <span>{item.title}</span>
          {chosen.includes(item.value) && <Check size={14} aria-hidden="true" />}
        </div>
      ))}
      {!found.length && <p className="form-none">{none}</p>}
    </div>
  );
}

// One of a long list, by name.
export function Picker({ items, value, onPick, ...rest }) {
  const current = items.find((item) => item.value === value)?.title ?? value ?? "";
  return <Suggest items={items} current={String(current)} chosen={[value]} onPick={onPick} {...rest} />;
}
