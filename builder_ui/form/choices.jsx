// What makes ways out: the choices of a question, the cases of a branch; and things that are only put in order.
import { ChevronDown, ChevronRight, Plus, X } from "lucide-react";
import { useState } from "react";
import { useDraft, useFaults, useForm, useHeldValue } from "./draft.js";
import { Faults, Field } from "./field.jsx";
import { freshId } from "./ids.js";
import { measured, standing } from "./measure.js";
import { Rule } from "./rule.jsx";
import { EMPTY } from "./rules.js";
import { Sortable } from "./sortable.jsx";
import { AllLanguages, LanguageName, useMissing, useText } from "./texts.jsx";

// A field's value in the draft, shown at once where it is put together by choices.
export const inOrder = (items, ids) => ids.map((id) => items.find((item) => item.id === id));

export function ChoicesField({ field, id }) {
  const { form, lists, edit } = useForm();
  const { words } = lists;
  const [choices, put] = useHeldValue(field);
  const [all, setAll] = useState(false);
  const several = form.languages.length > 1;
  const others = form.languages.filter(({ tag }) => tag !== form.content);
  const lacking = others.filter(({ tag }) => choices.some((choice) => !form.texts[tag]?.[`${field.name}.${choice.id}.label`])).length;
  const pathOf = (choice) => `${field.name}.${choice}.label`;
  const titleOf = (choice) => form.texts[form.content]?.[pathOf(choice)] || form.texts[form.own]?.[pathOf(choice)] || words.choice;

  const add = (label) => {
    const choice = freshId(label, "choice", choices.map((one) => one.id));
    if (form.content === form.own) {
      put([...choices, { id: choice, label }]);
      return;
    }
    // Written in another language than the flow's own: both at once, so that one undo takes both back.
    const value = [...choices, { id: choice, label: "" }];
    const edits = [
      { op: "set", node: form.node, field: field.name, value },
      { op: "translate", node: form.node, language: form.content, path: pathOf(choice), text: label },
    ];
    put(value, () => edit({ op: "batch", edits }));
  };
  return (
    <Field
      id={id}
      path={field.name}
      label={field.title}
      help={field.help}
      group
      extra={several && <LanguageName name={form.languages.find(({ tag }) => tag === form.content)?.name} />}
    >
      <Sortable ids={choices.map((one) => one.id)} titleOf={titleOf} disabled={form.locked} onOrder={(ids) => put(inOrder(choices, ids))}>
        {(choice, handle) => (
          <Choice
            path={pathOf(choice)}
            id={`${id}-${choice}`}
            number={choices.findIndex((one) => one.id === choice) + 1}
            handle={handle}
            others={all ? others : []}
            onRemove={() => put(choices.filter((one) => one.id !== choice))}
          />
        )}
      </Sortable>
      {!form.locked && choices.length < (field.max_length ?? Infinity) && <AddLine label={words.add_choice} onAdd={add} />}
      {several && choices.length > 0 && (
        <div className="form-under">
          <AllLanguages on={all} setOn={setAll} missing={lacking} />
        </div>
      )}
    </Field>
  );
}

function Choice({ path, id, number, handle, others, onRemove }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const faults = useFaults(path);
  const missing = useMissing(path);
  return (
    <div className="form-row-item" data-field={path}>
      <div className="form-row">
        {handle}
        <Label id={id} path={path} language={form.content} label={words.choice_number.replace("{number}", number)} faults={faults} />
        {!form.locked && <Remove label={words.remove_choice} onClick={onRemove} />}
      </div>
      {others.map(({ tag, name }) => (
        <div key={tag} className="form-row version">
          <label htmlFor={`${id}-${tag}`}>
            <span className={missing.includes(tag) ? "form-missing" : undefined}>{name}</span>
          </label>
          <Label id={`${id}-${tag}`} path={path} language={tag} faults={[]} />
        </div>
      ))}
      <Faults id={`${id}-fault`} faults={faults} />
    </div>
  );
}

function Label({ id, path, language, label, faults }) {
  const { form } = useForm();
  const [value, commit] = useText(path, language);
  const draft = useDraft(value, commit);
  return (
    <span className="form-counted">
      <input
        {...draft.props}
        id={id}
        className="input"
        aria-label={label}
        aria-describedby={label ? `${id}-fault` : undefined}
        aria-invalid={faults.some(({ severity }) => severity === "error") || undefined}
        placeholder={form.texts[form.own]?.[path] ?? ""}
        maxLength={200}
        lang={language}
        dir="auto"
        disabled={form.locked}
        autoComplete="off"
      />
      <LabelCounter length={draft.text.length} />
    </span>
  );
}

// A line, so it says its length only where it matters.
function LabelCounter({ length }) {
  const { form, lists } = useForm();
  const { state, told } = standing(length, measured(length, "label", lists.limits, form.channels ?? []));
  if (state !== "over") return null;
  const said = told.map(({ title, limit }) => `${title} ${limit}`).join(", ");
  return <span className="form-count over">{`${length} · ${lists.words.too_long_for.replace("{name}", said)}`}</span>;
}

// A last, empty line: what is written there is added, and the line is empty again.
function AddLine({ label, onAdd }) {
  const [text, setText] = useState("");
  const add = () => {
    if (text.trim()) onAdd(text.trim());
    setText("");
  };
  return (
    <div className="form-row form-add-line">
      <Plus size={16} aria-hidden="true" />
      <input
        className="input"
        value={text}
        aria-label={label}
        placeholder={label}
        maxLength={200}
        dir="auto"
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onBlur={add}
        onKeyDown={(event) => event.key === "Enter" && !event.nativeEvent.isComposing && add()}
      />
    </div>
  );
}

export function CasesField({ field, id }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const [cases, put] = useHeldValue(field);
  const [open, setOpen] = useState(cases.length === 1 ? cases[0].id : "");
  const titleOf = (one) => cases.find((item) => item.id === one)?.title || words.case;
  const change = (one, next) => put(cases.map((item) => (item.id === one ? { ...item, ...next } : item)));
  const add = () => {
    const title = words.case_number.replace("{number}", cases.length + 1);
    const fresh = freshId("", "case", cases.map((item) => item.id));
    put([...cases, { id: fresh, title, when: EMPTY }]);
    setOpen(fresh);
  };
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help} group>
      <Sortable ids={cases.map((item) => item.id)} titleOf={titleOf} className="cards" disabled={form.locked} onOrder={(ids) => put(inOrder(cases, ids))}>
        {(one, handle) => {
          const item = cases.find((found) => found.id === one);
          return (
            <RuleCard
              id={`${id}-${one}`}
              path={`${field.name}.${one}`}
              handle={handle}
              title={item.title}
              titleLabel={words.case_title}
              onTitle={(title) => change(one, { title })}
              rule={item.when}
              onRule={(when) => change(one, { when })}
              nothing={words.never_taken}
              open={open === one}
              setOpen={(on) => setOpen(on ? one : "")}
              removeLabel={words.remove_case}
              onRemove={() => put(cases.filter((found) => found.id !== one))}
            />
          );
        }}
      </Sortable>
      {!form.locked && cases.length < (field.max_length ?? Infinity) && <Add label={words.add_case} onClick={add} />}
    </Field>
  );
}

// Something with a name and a rule: folded it says the rule in words, open one builds it.
export function RuleCard({ id, path, handle, title, titleLabel, onTitle, rule, onRule, nothing, open, setOpen, removeLabel, onRemove, children }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const faults = useFaults(path);
  const draft = useDraft(title, onTitle);
  const Fold = open ? ChevronDown : ChevronRight;
  const inWords = form.rules[path];
  return (
    <div className="rule-card" data-card={path}>
      <div className="form-row">
        {handle}
        <button type="button" className="form-icon" aria-expanded={open} aria-label={(open ? words.fold : words.unfold).replace("{name}", title)} onClick={() => setOpen(!open)}>
          <Fold size={16} aria-hidden="true" />
        </button>
        <input {...draft.props} className="input form-title" aria-label={titleLabel} aria-describedby={`${id}-fault`} maxLength={80} disabled={form.locked} dir="auto" autoComplete="off" />
        {!form.locked && <Remove label={removeLabel} onClick={onRemove} />}
      </div>
      {open ? (
        <div className="rule-card-body">
          <Rule rule={rule} onChange={onRule} words={inWords} nothing={nothing} label={`${title}: ${words.condition}`} />
          {children}
        </div>
      ) : (
        <button type="button" className="rule-words folded" onClick={() => setOpen(true)} tabIndex={-1}>
          {rule.rules?.length === 0 ? nothing : inWords}
        </button>
      )}
      <Faults id={`${id}-fault`} faults={faults} />
    </div>
  );
}

// A few known things, some of them chosen, in the order that counts.
export function OrderField({ field, id }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const [order, put] = useHeldValue(field);
  const titleOf = (value) => field.options.find((option) => option.value === value)?.title ?? value;
  const left = field.options.filter(({ value }) => !order.includes(value));
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help} group>
      <Sortable ids={order} titleOf={titleOf} disabled={form.locked} onOrder={put}>
        {(value, handle) => (
          <div className="form-row plain">
            {handle}
            <span className="grow">{titleOf(value)}</span>
            {!form.locked && <Remove label={words.remove_it.replace("{name}", titleOf(value))} onClick={() => put(order.filter((one) => one !== value))} />}
          </div>
        )}
      </Sortable>
      {!form.locked && left.map(({ value, title }) => <Add key={value} label={title} onClick={() => put([...order, value])} />)}
    </Field>
  );
}

export function Add({ label, onClick }) {
  return (
    <button type="button" className="form-add" onClick={onClick}>
      <Plus size={16} aria-hidden="true" />
      {label}
    </button>
  );
}

export function Remove({ label, onClick }) {
  return (
    <button type="button" className="form-icon" aria-label={label} title={label} onClick={onClick}>
      <X size={16} aria-hidden="true" />
    </button>
  );
}
