// Variables in what is written: chosen from a list behind a button, or by typing "{".
import { Braces } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { begun, filledIn, fitting } from "./braces.js";
import { useForm } from "./draft.js";
import { useOutside } from "./outside.js";
import { variables } from "./placeholders.js";
import { Options } from "./suggest.jsx";

export function useVariables() {
  const { form, lists } = useForm();
  return useMemo(() => variables(lists.facts, form.options.values), [lists.facts, form.options.values]);
}

// Writes a placeholder into a box between `from` and `to`, and puts the caret behind it.
function write(box, draft, from, to, name, otherwise) {
  const { text, caret } = filledIn(draft.text, from, to, name, otherwise);
  // At once: whoever types on types on behind it.
  flushSync(() => draft.change(text));
  draft.send();
  box.focus();
  box.setSelectionRange(caret, caret);
}

const order = ["values", "http", "contact", "conversation", "time"];
// Searched for, what fits best comes first.
const inGroups = (known, search) => (search ? known : [...known].sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group)));

// The list behind the button: searched, in groups, each with its kind and a sample, and what to say where it is unknown.
export function InsertVariable({ box, draft, disabled }) {
  const { words } = useForm().lists;
  const known = useVariables();
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const [otherwise, setOtherwise] = useState("");
  const [at, setAt] = useState(0);
  const root = useRef(null);
  const name = useId();
  const found = inGroups(fitting(known, search.trim().toLowerCase()), search.trim());
  useEffect(() => {
    if (open) root.current.querySelector("input").focus();
  }, [open]);
  useOutside(root, open, () => setOpen(false));
  useEffect(() => {
    root.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at, open]);
  const pick = (variable) => {
    setOpen(false);
    const { selectionStart: start, selectionEnd: end } = box.current;
    // What was selected gives way.
    write(box.current, { ...draft, text: draft.text.slice(0, start) + draft.text.slice(end) }, start, start, variable.shown, otherwise.trim());
    setSearch("");
    setOtherwise("");
    setAt(0);
  };
  const press = (event) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((at + step + found.length) % Math.max(1, found.length));
    else if (event.key === "Enter" && found[at]) pick(found[at]);
    else if (event.key === "Escape") {
      setOpen(false);
      root.current.querySelector("button").focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="form-menu" ref={root} onKeyDown={open ? press : undefined}>
      <button type="button" className="form-quiet" aria-haspopup="dialog" aria-expanded={open} disabled={disabled} onClick={() => setOpen(!open)}>
        <Braces size={14} aria-hidden="true" />
        {words.insert}
      </button>
      {open && (
        <div className="floating form-options in-place variables" role="dialog" aria-label={words.insert}>
          <input
            className="input"
            role="combobox"
            aria-expanded="true"
            aria-controls={name}
            aria-activedescendant={found[at] ? `${name}${at}` : undefined}
            aria-label={words.search_variables}
            placeholder={words.search_variables}
            value={search}
            autoComplete="off"
            onChange={(event) => {
              setSearch(event.target.value);
              setAt(0);
            }}
          />
          <div className="variables-list" role="listbox" tabIndex={-1} id={name} aria-label={words.insert}>
            {found.map((variable, place) => (
              <div key={variable.name} role="presentation">
                {!search.trim() && variable.group !== found[place - 1]?.group && (
                  <div className="form-options-head" role="presentation">
                    {words[`group_${variable.group}`]}
                  </div>
                )}
                <div
                  id={`${name}${place}`}
                  role="option"
                  aria-selected={place === at}
                  className="row-button form-option variable"
                  onPointerMove={() => place !== at && setAt(place)}
                  onPointerDown={(event) => event.preventDefault()}
                  onClick={() => pick(variable)}
                >
                  <span>{variable.shown}</span>
                  <span className="variable-kind">{words[`kind_of_${variable.kind}`]}</span>
                  {(variable.sample || variable.from) && (
                    <span className="variable-sample" dir="auto">
                      {variable.from || variable.sample}
                    </span>
                  )}
                </div>
              </div>
            ))}
            {!found.length && <p className="form-none">{words.nothing_found}</p>}
          </div>
          <label className="variables-otherwise">
            <span>{words.if_unknown}</span>
            <input className="input" value={otherwise} maxLength={80} dir="auto" autoComplete="off" placeholder={words.if_unknown_example} onChange={(event) => setOtherwise(event.target.value.replace(/[{}|]/g, ""))} />
          </label>
        </div>
      )}
    </div>
  );
}

// A line or a longer text in which "{" offers the variables. `draft` as useDraft makes it.
export function Filled({ as: Box = "textarea", draft, box, ...rest }) {
  const { words } = useForm().lists;
  const known = useVariables();
  const own = useRef(null);
  const ref = box ?? own;
  const name = useId();
  const [place, setPlace] = useState(null);
  const [at, setAt] = useState(0);
  const found = place ? inGroups(fitting(known, place.search), place.search) : [];
  const items = found.map((variable) => ({ ...variable, value: variable.name, title: variable.shown }));
  const look = () => {
    const { selectionStart: caret, selectionEnd: end, value } = ref.current;
    const next = caret === end ? begun(value, caret) : null;
    setPlace(next && !value.slice(caret).match(/^[^{}\n]*\}/) ? { ...next, caret } : null);
  };
  const pick = (value) => {
    const variable = known.find((one) => one.name === value);
    write(ref.current, draft, place.from, place.caret, variable.shown);
    setPlace(null);
  };
  const press = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (found.length && !event.nativeEvent.isComposing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (step) setAt((at + step + found.length) % found.length);
      else if (["Enter", "Tab"].includes(event.key) && found[at]) pick(found[at].name);
      else if (event.key === "Escape") {
        setPlace(null);
        event.stopPropagation();
      } else return draft.props.onKeyDown(event);
      return event.preventDefault();
    }
    return draft.props.onKeyDown(event);
  };
  return (
    <>
      <Box
        {...rest}
        ref={ref}
        value={draft.props.value}
        aria-controls={found.length ? name : undefined}
        aria-activedescendant={found.length ? `${name}${at}` : undefined}
        onChange={(event) => {
          draft.props.onChange(event);
          setAt(0);
          look();
        }}
        onBlur={() => {
          setPlace(null);
          draft.props.onBlur();
        }}
        onKeyDown={press}
      />
      {found.length > 0 && <Options name={name} anchor={ref} label={words.insert} found={items} at={at} setAt={setAt} chosen={[]} pick={pick} none={words.nothing_found} />}
    </>
  );
}
