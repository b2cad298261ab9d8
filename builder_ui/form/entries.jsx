// The plain entries: a line, a number, a percentage, a duration, a switch, a choice of few.
import { useRef, useState } from "react";
import { Chips } from "./chips.jsx";
import { useDraft, useFaults, useForm, useHeldValue, useValue } from "./draft.js";
import { parseDuration, writeDuration } from "./durations.js";
import { described, Faults, Field } from "./field.jsx";
import { slug } from "./ids.js";
import { Pattern } from "./pattern.jsx";
import { shown, stored } from "./placeholders.js";
import { Filled, InsertVariable, useVariables } from "./variables.jsx";

export function LineField({ field, id }) {
  return field.pattern ? <PatternField field={field} id={id} /> : <WrittenField field={field} id={id} />;
}

function PatternField({ field, id }) {
  const [held, put] = useHeldValue(field);
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help}>
      <Pattern id={id} label={field.title} value={held} put={put} />
    </Field>
  );
}

function WrittenField({ field, id }) {
  const { form } = useForm();
  const [value, set] = useValue(field);
  const known = useVariables();
  const faults = useFaults(field.name);
  const box = useRef(null);
  const draft = useDraft(shown(String(value), known), (text) => set(stored(text, known)));
  return (
    <Field id={id} path={field.name} label={field.title} help={shown(field.help, known)}>
      <Filled
        as="input"
        draft={draft}
        box={box}
        {...described(id, field.help, faults)}
        className="input"
        maxLength={field.max_length ?? undefined}
        disabled={form.locked}
        dir="auto"
        autoComplete="off"
      />
      {field.widget === "line" && (
        <div className="form-under">
          <InsertVariable box={box} draft={draft} disabled={form.locked} />
        </div>
      )}
    </Field>
  );
}

// A number written with the decimal sign people use. With a unit of per cent its limits are shares.
function NumberBox({ field, id, value, set, unit, whole }) {
  const { form, lists } = useForm();
  const { minimum, maximum } = field;
  const [fault, setFault] = useState("");
  const faults = useFaults(field.name);
  const draft = useDraft(String(value), (text) => {
    const number = Number(text.replace(",", ".").replace("%", "").trim());
    const least = unit && minimum !== null ? minimum * 100 : minimum;
    const most = unit && maximum !== null ? maximum * 100 : maximum;
    const wrong =
      !text.trim() || Number.isNaN(number) || (whole && !Number.isInteger(number))
        ? lists.words.not_a_number
        : (least !== null && number < least) || (most !== null && number > most)
          ? lists.words.out_of_range.replace("{least}", least ?? "").replace("{most}", most ?? "")
          : "";
    setFault(wrong);
    if (wrong) return undefined;
    set(number);
    return String(number);
  });
  const all = fault ? [{ severity: "error", message: fault }] : faults;
  return (
    <>
      <span className={`form-number${unit ? " with-unit" : ""}`}>
        <input {...draft.props} {...described(id, field.help, all)} className="input" inputMode="decimal" autoComplete="off" disabled={form.locked} />
        {unit && <span aria-hidden="true">{unit}</span>}
      </span>
      {fault && <Faults id={`${id}-here`} faults={all} />}
    </>
  );
}

export function NumberField({ field, id }) {
  const [value, set] = useValue(field);
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help}>
      <NumberBox field={field} id={id} value={value} set={set} whole={Number.isInteger(field.default)} />
    </Field>
  );
}

export function PercentField({ field, id }) {
  const [value, set] = useValue(field);
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help}>
      <NumberBox field={field} id={id} value={Math.round(value * 1000) / 10} set={(number) => set(number / 100)} unit="%" />
    </Field>
  );
}

export function DurationField({ field, id }) {
  const { form, lists } = useForm();
  const { words, durations } = lists;
  const [value, set] = useValue(field);
  const [fault, setFault] = useState("");
  const found = useFaults(field.name);
  const faults = fault ? [{ severity: "error", message: fault }] : found;
  const write = (seconds) => writeDuration(seconds, durations.units, durations.joint);
  const draft = useDraft(write(value), (text) => {
    const seconds = parseDuration(text);
    const most = field.maximum ?? Infinity;
    const wrong = seconds === null ? words.not_a_duration : seconds > most ? words.too_long_a_time.replace("{most}", write(most)) : "";
    setFault(wrong);
    if (wrong) return undefined;
    set(seconds);
    return write(seconds);
  });
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help}>
      <input {...draft.props} {...described(id, field.help, faults)} className="input" autoComplete="off" disabled={form.locked} placeholder={words.duration_example} />
      {fault && <Faults id={`${id}-here`} faults={faults} />}
    </Field>
  );
}

export function SwitchField({ field, id }) {
  const [on, put] = useHeldValue(field);
  const faults = useFaults(field.name);
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help} inline>
      <Switch {...described(id, field.help, faults)} on={on} put={put} />
    </Field>
  );
}

export function Switch({ on, put, ...described }) {
  const { form } = useForm();
  return (
    <button {...described} type="button" role="switch" aria-checked={on} className="form-switch" disabled={form.locked} onClick={() => put(!on)}>
      <span />
    </button>
  );
}

export function SelectField({ field, id }) {
  const { form } = useForm();
  const [held, put] = useHeldValue(field);
  const faults = useFaults(field.name);
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help}>
      <select {...described(id, field.help, faults)} className="input" value={held} disabled={form.locked} onChange={(event) => put(event.target.value)}>
        {field.options.map(({ value: option, title }) => (
          <option key={option} value={option}>
            {title}
          </option>
        ))}
      </select>
    </Field>
  );
}

// Several of a list by name, or (tags) anything written.
export function SeveralField({ field, id }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const [held, put] = useHeldValue(field);
  const faults = useFaults(field.name);
  const free = field.widget === "tags";
  const items = {
    tags: () => form.options.tags.map((tag) => ({ value: tag, title: tag })),
    documents: () => named(form.options.documents, held, words.document_gone),
    languages: () => [
      ...form.languages.map(({ tag, name }) => ({ value: tag, title: name })),
      ...lists.languages.filter(({ value: tag }) => held.includes(tag) && !form.languages.some((one) => one.tag === tag)),
    ],
  }[field.widget]();
  const placeholder = { tags: words.add_tag, documents: words.all_documents, languages: words.every_language }[field.widget];
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help}>
      <Chips {...described(id, field.help, faults)} values={held} items={items} free={free} placeholder={placeholder} onChange={put} disabled={form.locked} />
    </Field>
  );
}

// What was chosen and is no longer there keeps a place, so that it can be taken out.
const named = (items, chosen, gone) => [
  ...items,
  ...chosen.filter((value) => !items.some((item) => item.value === value)).map((value) => ({ value, title: gone })),
];

// A name of a value: those known already are offered, another one is written as names are.
export function ValueNameField({ field, id }) {
  const { form } = useForm();
  const [value, set] = useValue(field);
  const faults = useFaults(field.name);
  const draft = useDraft(value, (text) => {
    const name = slug(text);
    set(name || text);
    return name || undefined;
  });
  const names = `${id}-names`;
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help}>
      <input {...draft.props} {...described(id, field.help, faults)} className="input" list={names} maxLength={64} autoComplete="off" spellCheck={false} disabled={form.locked} />
      <datalist id={names}>
        {form.options.values.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </Field>
  );
}
