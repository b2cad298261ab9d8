// The head of a column in the decision table: what it is about, and behind a button how to change that.
import { ArrowLeft, ArrowRight, ChevronDown } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { Remove } from "./choices.jsx";
import { useDraft, useForm } from "./draft.js";
import { slug } from "./ids.js";
import { useOutside } from "./outside.js";
import { fresh, isNamed, offered } from "./rules.js";

// Everything a rule may ask here: the facts, and the flow's values.
export function useFacts() {
  const { form, lists } = useForm();
  return useMemo(() => {
    const values = form.options.values.map(({ name, title }) => ({ name: `value.${name}`, title, kind: "value", group: "values", operators: lists.value_operators }));
    return [...lists.facts, ...values];
  }, [form.options.values, lists]);
}

export function FactOptions({ facts }) {
  const { words } = useForm().lists;
  return ["conversation", "contact", "time", "values"].map((group) => {
    const here = facts.filter((one) => one.group === group);
    return (
      here.length > 0 && (
        <optgroup key={group} label={words[`group_${group}`]}>
          {here.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </optgroup>
      )
    );
  });
}

const operatorsFor = (fact, op) => {
  const all = offered(fact.name, fact.operators, op);
  // In a table one writes one name or several: it is all the same operator.
  return isNamed(fact.name) ? fact.operators.filter(({ value }) => ["in", "not_in", "empty", op].includes(value)) : fact.name === "time.weekday" ? fact.operators.filter(({ value }) => ["between", op].includes(value)) : all;
};

// What a column of this fact compares by at first.
export const firstOperator = (fact) => (isNamed(fact.name) ? "in" : fact.name === "time.weekday" ? "between" : fresh(fact.name, fact.kind).op);

export function ColumnHead({ column, facts, onFact, onName, onMove, onRemove, first, last }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const [open, setOpen] = useState(false);
  const root = useRef(null);
  const fact = facts.find(({ name }) => name === column.fact) ?? { name: column.fact, title: column.fact, kind: "value", group: "values", operators: lists.value_operators };
  useEffect(() => {
    if (open) root.current.querySelector("select, input")?.focus();
  }, [open]);
  useOutside(root, open, () => setOpen(false));
  if (column.part === "outcome") return <span className="column-title">{words.leads_to}</span>;
  const title = column.part === "when" ? fact.title : column.name || words.no_name;
  const under = column.part === "when" ? (fact.operators.find(({ value }) => value === column.op)?.title ?? column.op) : words.is_set;
  const inside = (
    <>
      <span className="column-title" dir="auto">
        {title}
      </span>
      <span className="column-under">{under}</span>
    </>
  );
  if (form.locked) return <span className="column-head">{inside}</span>;
  const close = (event) => {
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    event.stopPropagation();
    setOpen(false);
    root.current.querySelector("button").focus();
  };
  return (
    <div ref={root} className="column" onKeyDown={close}>
      <button type="button" className="column-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        {inside}
        <ChevronDown size={14} aria-hidden="true" />
      </button>
      {open && (
        <div className="floating column-menu" role="group" aria-label={title}>
          {column.part === "when" ? (
            <>
              <select
                className="input"
                aria-label={words.fact}
                value={column.fact}
                onChange={(event) => {
                  const next = facts.find(({ name }) => name === event.target.value);
                  onFact(next.name, firstOperator(next));
                }}
              >
                <FactOptions facts={facts.includes(fact) ? facts : [...facts, fact]} />
              </select>
              <select className="input" aria-label={words.operator} value={column.op} onChange={(event) => onFact(column.fact, event.target.value)}>
                {operatorsFor(fact, column.op).map(({ value, title: said }) => (
                  <option key={value} value={value}>
                    {said}
                  </option>
                ))}
              </select>
            </>
          ) : (
            <ResultName name={column.name} onName={onName} />
          )}
          <div className="form-row">
            <button type="button" className="form-icon" aria-label={words.column_left} title={words.column_left} disabled={first} onClick={() => onMove(-1)}>
              <ArrowLeft size={16} aria-hidden="true" />
            </button>
            <button type="button" className="form-icon" aria-label={words.column_right} title={words.column_right} disabled={last} onClick={() => onMove(1)}>
              <ArrowRight size={16} aria-hidden="true" />
            </button>
            <span className="grow" />
            <Remove label={words.column_remove} onClick={onRemove} />
          </div>
        </div>
      )}
    </div>
  );
}

function ResultName({ name, onName }) {
  const { form, lists } = useForm();
  const draft = useDraft(name, (text) => {
    const next = slug(text);
    onName(next);
    return next;
  });
  return (
    <>
      <input {...draft.props} className="input" aria-label={lists.words.keep_as} list="column-names" maxLength={64} autoComplete="off" spellCheck={false} />
      <datalist id="column-names">
        {form.options.values.map(({ name: known }) => (
          <option key={known} value={known} />
        ))}
      </datalist>
    </>
  );
}
