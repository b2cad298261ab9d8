// What a fact is held against, entered by its kind: names from a list, words, numbers, days.
import { Chips } from "./chips.jsx";
import { readCell } from "./cells.js";
import { useDraft, useForm } from "./draft.js";
import { Pattern } from "./pattern.jsx";
import { isNamed, named, takesNothing, takesSeveral, valuesOf } from "./rules.js";

export function Value({ compare, kind, onChange, label, invalid }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const { fact, op, value } = compare;
  const put = (next) => onChange({ ...compare, value: next });
  const rest = { label, disabled: form.locked, "aria-invalid": invalid || undefined };
  if (takesNothing(op)) return null;
  if (op === "matches") return <Pattern value={value} put={put} label={label} invalid={invalid} />;
  if (isNamed(fact) && ["is", "is_not", "in", "not_in"].includes(op)) {
    const items = choicesOf(fact, form, lists);
    return <Chips {...rest} values={valuesOf(compare)} items={items} placeholder={words[`choose_${fact.replace("contact.", "")}`]} readList={(text) => readCell(text, { fact, op: "in", kind: "text" }, items).value} onChange={(values) => onChange(named(compare, values))} />;
  }
  if (takesSeveral(op)) {
    const tags = fact === "tags" ? form.options.tags.map((tag) => ({ value: tag, title: tag })) : [];
    return <Chips {...rest} free values={valuesOf(compare).map(String)} items={tags} placeholder={fact === "tags" ? words.add_tag : words.add_words} onChange={put} />;
  }
  if (op === "between") {
    const [low, high] = valuesOf(compare);
    const change = (at) => (number) => {
      const next = [low ?? number, high ?? number];
      next[at] = number;
      put(next);
    };
    return (
      <span className="rule-between">
        <Single {...rest} fact={fact} kind="number" value={low} put={change(0)} />
        <span aria-hidden="true">–</span>
        <Single {...rest} fact={fact} kind="number" value={high} put={change(1)} />
      </span>
    );
  }
  const numeric = kind === "number" || ["less", "at_most", "more", "at_least"].includes(op);
  return <Single {...rest} fact={fact} kind={numeric ? "number" : kind} value={value} put={put} />;
}

function Single({ fact, kind, value, put, label, disabled, ...rest }) {
  const { lists } = useForm();
  if (fact === "time.weekday") {
    return (
      <select {...rest} className="input" aria-label={label} value={value ?? ""} disabled={disabled} onChange={(event) => put(Number(event.target.value))}>
        <option value="" disabled>
          {lists.words.choose}
        </option>
        {lists.weekdays.map(({ value: day, title }) => (
          <option key={day} value={day}>
            {title}
          </option>
        ))}
      </select>
    );
  }
  const type = kind === "date" ? (String(value ?? "").length > 10 ? "datetime-local" : "date") : fact === "time.date" ? "date" : "text";
  return <Written {...rest} type={type} number={kind === "number"} value={value} put={put} label={label} disabled={disabled} />;
}

function Written({ type, number, value, put, label, disabled, ...rest }) {
  const { words } = useForm().lists;
  const draft = useDraft(String(value ?? ""), (text) => {
    const found = Number(text.replace(",", "."));
    if (text.trim() === "") put(null);
    else put(number && !Number.isNaN(found) ? found : text);
  });
  return (
    <input {...rest} {...draft.props} type={type} className="input" inputMode={number ? "decimal" : undefined} aria-label={label} disabled={disabled} dir="auto" placeholder={number ? words.a_number : words.some_words} />
  );
}

// What the values of a fact are called; null for one that may be anything.
export function namesOf(fact, form, lists) {
  if (fact === "time.weekday") return lists.weekdays;
  return isNamed(fact) ? choicesOf(fact, form, lists) : null;
}

function choicesOf(fact, form, lists) {
  switch (fact) {
    case "country":
      return lists.countries;
    case "channel":
      return lists.channels;
    case "account":
      return form.options.accounts ?? [];
    default: {
      // The flow's own languages are the likeliest.
      const own = form.languages.map(({ tag, name }) => ({ value: tag, title: name }));
      return [...own, ...lists.languages.filter(({ value }) => !own.some((one) => one.value === value))];
    }
  }
}
