// Several values as chips, chosen by name from a list or (`free`) written; a list that is pasted becomes chips at once.
// `readList(text)` gives the values of a pasted list of names, nothing where one of them is not known.
import { X } from "lucide-react";
import { useRef } from "react";
import { several } from "./cells.js";
import { useForm } from "./draft.js";
import { Suggest } from "./suggest.jsx";

export function Chips({ values, items = [], free, placeholder, onChange, label, disabled, readList = several, ...rest }) {
  const { words } = useForm().lists;
  const box = useRef(null);
  const titleOf = (value) => items.find((item) => item.value === value)?.title ?? String(value);
  const add = (value) => {
    if (!values.includes(value)) onChange([...values, value]);
    else if (!free) onChange(values.filter((one) => one !== value));
  };
  const paste = (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!/[\n\t,;、，；]/.test(text.trim())) return;
    const found = (free ? several(text) : readList(text)) ?? [];
    if (!found.length) return;
    event.preventDefault();
    onChange([...new Set([...values, ...found])]);
  };
  return (
    <div className="chips" onClick={(event) => event.target === event.currentTarget && box.current?.focus()}>
      {values.map((value) => (
        <span key={value} className="form-chip">
          <span className="form-chip-title">{titleOf(value)}</span>
          {!disabled && (
            <button type="button" aria-label={words.remove_it.replace("{name}", titleOf(value))} onClick={() => onChange(values.filter((one) => one !== value))}>
              <X size={12} aria-hidden="true" />
            </button>
          )}
        </span>
      ))}
      <Suggest
        {...rest}
        bare
        keepOpen
        free={free}
        inputRef={box}
        items={free ? items.filter(({ value }) => !values.includes(value)) : items}
        chosen={values}
        placeholder={values.length ? "" : placeholder}
        label={label}
        disabled={disabled}
        onPick={add}
        onPaste={paste}
        onErase={() => values.length && onChange(values.slice(0, -1))}
      />
    </div>
  );
}
