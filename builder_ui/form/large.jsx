// What needs more room than the panel has: a dialog over the canvas. Escape closes it; the page behind waits.
import { X } from "lucide-react";
import { useLayoutEffect, useRef } from "react";
import { useForm } from "./draft.js";

export function Large({ title, onClose, tools, children, foot, className = "" }) {
  const { words } = useForm().lists;
  const dialog = useRef(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const shown = dialog.current;
    shown.showModal();
    return () => {
      shown.close();
      before?.focus?.();
    };
  }, []);
  // Keys pressed here are not the canvas's.
  const own = (event) => event.stopPropagation();
  return (
    <dialog
      ref={dialog}
      className={`form-large ${className}`}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        if (event.target === dialog.current) onClose();
      }}
      onKeyDown={own}
    >
      <header className="large-head">
        <h2>{title}</h2>
        {tools}
        <button type="button" className="form-icon" aria-label={words.close} title={words.close} onClick={onClose}>
          <X size={18} aria-hidden="true" />
        </button>
      </header>
      {children}
      {foot && <footer className="large-foot">{foot}</footer>}
    </dialog>
  );
}
