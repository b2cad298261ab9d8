// A button that opens a short list of things to choose once: an icon with a `name`.
import { useEffect, useRef, useState } from "react";
import { useOutside } from "./outside.js";

export function Menu({ icon, name, items, onPick }) {
  const [open, setOpen] = useState(false);
  const root = useRef(null);
  const rows = () => [...root.current.querySelectorAll("[role=menuitem]")];
  useEffect(() => {
    if (open) rows()[0]?.focus();
  }, [open]);
  useOutside(root, open, () => setOpen(false));
  const close = () => {
    setOpen(false);
    root.current.querySelector("button").focus();
  };
  const press = (event) => {
    if (!open) return;
    const place = rows().indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) rows().at((place + step) % rows().length)?.focus();
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") {
      setOpen(false);
      return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="form-menu" ref={root} onKeyDown={press}>
      <button type="button" className="form-icon" aria-label={name} title={name} aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}>
        {icon}
      </button>
      {open && (
        <div className="floating form-options in-place at-end" role="menu" aria-label={name}>
          {items.map(({ value, title }) => (
            <button
              key={value}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className="row-button form-option"
              onPointerMove={(event) => event.currentTarget.focus()}
              onClick={() => {
                setOpen(false);
                onPick(value);
              }}
            >
              {title}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
