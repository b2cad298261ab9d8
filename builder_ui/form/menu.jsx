// A button that opens a short list of things to choose once. `name` says what it is where it shows only its icon; `end`:
// the list hangs from the button's other side.
import { useEffect, useRef, useState } from "react";

export function Menu({ icon, label, name = label, items, onPick, disabled, end }) {
  const [open, setOpen] = useState(false);
  const root = useRef(null);
  const rows = () => [...root.current.querySelectorAll("[role=menuitem]")];
  useEffect(() => {
    if (!open) return undefined;
    rows()[0]?.focus();
    const outside = (event) => !root.current.contains(event.target) && setOpen(false);
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);
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
      <button type="button" className={label ? "form-quiet" : "form-icon"} aria-label={label ? undefined : name} title={label ? undefined : name} aria-haspopup="menu" aria-expanded={open} disabled={disabled} onClick={() => setOpen(!open)}>
        {icon}
        {label}
      </button>
      {open && (
        <div className={`floating form-options in-place${end ? " at-end" : ""}`} role="menu" aria-label={name}>
          {items.map(({ value, title, group }, index) => (
            <div key={value} role="none">
              {group && group !== items[index - 1]?.group && <div className="form-options-head">{group}</div>}
              <button
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
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
