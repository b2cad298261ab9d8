// Several values as chips, chosen by name from a list or (`free`) written.
import { X } from "lucide-react";
import { useRef } from "react";
import { useForm } from "./draft.js";
import { Suggest } from "./suggest.jsx";

export function Chips({ values, items = [], free, placeholder, onChange, label, disabled, ...rest }) {
  const { words } = useForm().lists;
  const box = useRef(null);
  const titleOf = (value) => items.find((item) => item.value === value)?.title ?? String(value);
  const add = (value) => {
    if (!values.includes(value)) onChange([...values, value]);
    else if (!free) onChange(values.filter((one) => one !== value));
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
        onErase={() => values.length && onChange(values.slice(0, -1))}
      />
    </div>
  );
}
