// A list whose rows are put in order by their handles: with the pointer, or with the arrow keys.
import { GripVertical } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useForm } from "./draft.js";

export function Sortable({ ids, titleOf, onOrder, disabled, className = "", children }) {
  const { words } = useForm().lists;
  const [order, setOrder] = useState(null);
  const list = useRef(null);
  const moved = useRef(null);
  const shown = order && ids.every((id) => order.includes(id)) ? order : ids;

  useEffect(() => {
    // The row was moved in the page, and its handle lost the focus with it.
    if (moved.current) list.current?.querySelector(`[data-handle="${CSS.escape(moved.current)}"]`)?.focus();
    moved.current = null;
  });

  const grab = (id) => (event) => {
    if (event.button) return;
    event.preventDefault();
    event.currentTarget.focus();
    let now = ids;
    const rows = () => [...list.current.querySelectorAll(":scope > [data-row]")];
    setOrder(ids);
    const move = ({ clientY }) => {
      const others = rows().filter((row) => row.dataset.row !== id);
      const before = others.findIndex((row) => {
        const box = row.getBoundingClientRect();
        return clientY < box.top + box.height / 2;
      });
      const rest = now.filter((one) => one !== id);
      rest.splice(before < 0 ? rest.length : before, 0, id);
      if (rest.join() !== now.join()) {
        now = rest;
        setOrder(rest);
      }
    };
    const drop = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", drop);
      removeEventListener("pointercancel", drop);
      setOrder(null);
      if (now.join() !== ids.join()) onOrder(now);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", drop);
    addEventListener("pointercancel", drop);
  };
  const press = (id) => (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const place = ids.indexOf(id);
    const next = [...ids];
    next.splice(place, 1);
    next.splice(Math.max(0, place + step), 0, id);
    moved.current = id;
    onOrder(next);
  };
  const handle = (id) =>
    disabled || ids.length < 2 ? null : (
      <button
        type="button"
        className="form-handle"
        data-handle={id}
        aria-label={words.move_it.replace("{name}", titleOf(id))}
        title={words.move_hint}
        onPointerDown={grab(id)}
        onKeyDown={press(id)}
      >
        <GripVertical size={16} aria-hidden="true" />
      </button>
    );
  return (
    <ul className={`form-rows ${className}`} ref={list}>
      {shown.map((id) => (
        <li key={id} data-row={id} className={order ? "moving" : undefined}>
          {children(id, handle(id))}
        </li>
      ))}
    </ul>
  );
}
