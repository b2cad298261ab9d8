// What a contact is asked for, one after the other: kind, question, what it is kept as.
import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { Add, inOrder, Remove } from "./choices.jsx";
import { useDraft, useFaults, useForm, useHeldValue } from "./draft.js";
import { described, Faults, Field } from "./field.jsx";
import { freshId, slug } from "./ids.js";
import { Pattern } from "./pattern.jsx";
import { Sortable } from "./sortable.jsx";
import { TextField } from "./texts.jsx";

const KINDS = ["name", "email", "phone", "order", "text"];
const WITH_PATTERN = ["order", "text"];

export function CollectField({ field, id }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const [items, put] = useHeldValue(field);
  const [open, setOpen] = useState(items.length === 1 ? items[0].id : "");
  const find = (item) => items.find((one) => one.id === item);
  const titleOf = (item) => words[`kind_${find(item)?.kind}`] ?? item;
  const change = (item, next) => put(items.map((one) => (one.id === item ? { ...one, ...next } : one)));
  const add = (kind) => {
    const fresh = freshId(kind, kind, items.map((one) => one.id));
    const name = kind === "order" ? "order_number" : kind === "text" ? "" : kind;
    const taken = items.some((one) => one.save_as === name);
    put([...items, { id: fresh, kind, question: "", save_as: taken ? "" : name, pattern: "", optional: false }]);
    setOpen(fresh);
  };
  const left = KINDS.filter((kind) => kind === "text" || !items.some((one) => one.kind === kind));
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help} group>
      <Sortable ids={items.map((one) => one.id)} titleOf={titleOf} className="cards" disabled={form.locked} onOrder={(ids) => put(inOrder(items, ids))}>
        {(item, handle) => (
          <Item
            id={`${id}-${item}`}
            path={`${field.name}.${item}`}
            item={find(item)}
            title={titleOf(item)}
            handle={handle}
            open={open === item}
            setOpen={(on) => setOpen(on ? item : "")}
            onChange={(next) => change(item, next)}
            onRemove={() => put(items.filter((one) => one.id !== item))}
          />
        )}
      </Sortable>
      {!form.locked && items.length < (field.max_length ?? Infinity) && (
        <div className="form-adds">
          {left.map((kind) => (
            <Add key={kind} label={words[`kind_${kind}`]} onClick={() => add(kind)} />
          ))}
        </div>
      )}
    </Field>
  );
}

function Item({ id, path, item, title, handle, open, setOpen, onChange, onRemove }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const faults = useFaults(path);
  const question = form.texts[form.content]?.[`${path}.question`] ?? form.texts[form.own]?.[`${path}.question`];
  const Fold = open ? ChevronDown : ChevronRight;
  const kinds = KINDS.map((kind) => ({ value: kind, title: words[`kind_${kind}`] }));
  const asked = { name: `${path}.question`, title: words.question, help: "", max_length: 1000 };
  return (
    <div className="rule-card" data-card={path}>
      <div className="form-row">
        {handle}
        <button type="button" className="row-button card-head grow" aria-expanded={open} aria-label={(open ? words.fold : words.unfold).replace("{name}", title)} onClick={() => setOpen(!open)}>
          <Fold size={16} aria-hidden="true" />
          <span className="card-title">{title}</span>
          {item.optional && <span className="form-language">{words.optional}</span>}
        </button>
        {!form.locked && <Remove label={words.remove_it.replace("{name}", title)} onClick={onRemove} />}
      </div>
      {open ? (
        <div className="rule-card-body">
          <div className="form-field">
            <div className="form-label">
              <label htmlFor={`${id}-kind`}>{words.asked_for}</label>
            </div>
            <select id={`${id}-kind`} className="input" value={item.kind} disabled={form.locked} onChange={(event) => onChange({ kind: event.target.value })}>
              {kinds.map(({ value, title: name }) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          </div>
          <TextField field={asked} id={`${id}-question`} path={asked.name} />
          <Line id={`${id}-save`} path={`${path}.save_as`} label={words.keep_as} value={item.save_as} put={(save_as) => onChange({ save_as })} write={(text) => slug(text) || text} />
          {WITH_PATTERN.includes(item.kind) && (
            <Field id={`${id}-pattern`} path={`${path}.pattern`} label={words.looks_like} help={words.looks_like_help}>
              <Pattern id={`${id}-pattern`} label={words.looks_like} value={item.pattern} put={(pattern) => onChange({ pattern })} />
            </Field>
          )}
          <label className="form-check">
            <input type="checkbox" checked={item.optional} disabled={form.locked} onChange={(event) => onChange({ optional: event.target.checked })} />
            {words.may_be_skipped}
          </label>
        </div>
      ) : (
        <button type="button" className="rule-words folded" onClick={() => setOpen(true)} tabIndex={-1}>
          {question || words.no_question}
        </button>
      )}
      <Faults id={`${id}-fault`} faults={faults} />
    </div>
  );
}

function Line({ id, path, label, value, put, write }) {
  const { form } = useForm();
  const faults = useFaults(path);
  const draft = useDraft(value, (text) => {
    const next = write(text);
    put(next);
    return next;
  });
  return (
    <Field id={id} path={path} label={label}>
      <input {...draft.props} {...described(id, "", faults)} className="input" maxLength={500} disabled={form.locked} dir="auto" autoComplete="off" spellCheck={false} />
    </Field>
  );
}
