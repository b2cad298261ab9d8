// Lists of rows with a few parts each, such as the headers of a request; and what an answer looks like, as JSON.
import { useState } from "react";
import { Add, Remove } from "./choices.jsx";
import { useDraft, useFaults, useForm, useHeld, useValue } from "./draft.js";
import { described, Faults, Field } from "./field.jsx";
import { slug } from "./ids.js";
import { shown, stored } from "./placeholders.js";
import { Filled, useVariables } from "./variables.jsx";

export function RowsField({ field, id }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const [value, set] = useValue(field);
  const fresh = Object.fromEntries(field.columns.map((column) => [column.name, column.default]));
  // The draft leaves out what is as usual: filled in, its answer to a row is known for what was sent.
  const [rows, put] = useHeld(value.map((row) => ({ ...fresh, ...row })), set);
  const change = (at, name, value) => put(rows.map((row, number) => (number === at ? { ...row, [name]: value } : row)));
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help} group>
      <ul className="form-rows">
        {rows.map((row, at) => (
          <li key={at} className="form-cells">
            {field.columns.map((column) => (
              <Cell
                key={column.name}
                column={column}
                id={`${id}-${at}-${column.name}`}
                path={`${field.name}.${at}.${column.name}`}
                label={`${column.title} ${at + 1}`}
                value={row[column.name] ?? column.default}
                set={(value) => change(at, column.name, value)}
              />
            ))}
            {!form.locked && <Remove label={words.remove_row.replace("{number}", at + 1)} onClick={() => put(rows.filter((_, number) => number !== at))} />}
          </li>
        ))}
      </ul>
      {!form.locked && rows.length < (field.max_length ?? Infinity) && <Add label={words.add_row} onClick={() => put([...rows, fresh])} />}
    </Field>
  );
}

function Cell({ column, id, path, label, value, set }) {
  const { form, lists } = useForm();
  const faults = useFaults(path);
  const rest = { ...described(id, "", faults), "aria-label": label, disabled: form.locked, className: "input" };
  const items = column.widget === "secret_name" ? secretsOf(form, value, lists.words.no_secret) : column.options.map((one) => ({ value: one.value, title: one.title }));
  return (
    <div className="form-cell">
      {items.length > 0 ? (
        <select {...rest} value={value} onChange={(event) => set(event.target.value)}>
          {items.map((one) => (
            <option key={one.value} value={one.value}>
              {one.title}
            </option>
          ))}
        </select>
      ) : (
        <Written {...rest} column={column} value={value} set={set} />
      )}
      <Faults id={`${id}-fault`} faults={faults} />
    </div>
  );
}

function Written({ column, value, set, ...rest }) {
  const known = useVariables();
  const named = column.widget === "value_name";
  const draft = useDraft(named ? value : shown(String(value), known), (text) => {
    const next = named ? slug(text) || text : stored(text, known);
    set(next);
    return named ? next : undefined;
  });
  const more = { ...rest, maxLength: column.max_length ?? undefined, placeholder: column.example || column.title, dir: "auto", autoComplete: "off", spellCheck: false };
  return named ? <input {...more} {...draft.props} /> : <Filled as="input" draft={draft} {...more} />;
}

// The secrets of the service that is asked; one that is gone keeps its place, so that it can be seen and changed.
function secretsOf(form, value, none) {
  const service = (form.options.services ?? []).find((one) => one.value === form.config.service);
  const names = [...new Set([...(service?.secrets ?? []), ...(value ? [value] : [])])];
  return [{ value: "", title: none }, ...names.map((name) => ({ value: name, title: name }))];
}

export function JsonField({ field, id }) {
  const { form, lists } = useForm();
  const [value, set] = useValue(field);
  const [fault, setFault] = useState("");
  const found = useFaults(field.name);
  const faults = fault ? [{ severity: "warning", message: fault }] : found;
  const draft = useDraft(value, (text) => {
    setFault(isJson(text) ? "" : lists.words.not_json);
    set(text);
  }, true);
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help}>
      <textarea {...draft.props} {...described(id, field.help, faults)} className="input form-text form-code" rows={5} maxLength={field.max_length ?? undefined} disabled={form.locked} spellCheck={false} />
      {fault && <Faults id={`${id}-here`} faults={faults} />}
    </Field>
  );
}

function isJson(text) {
  try {
    if (text.trim()) JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
