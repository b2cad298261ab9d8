// What the contact reads: written in the language the page shows, with variables; all languages side by side on demand.
import { Languages, Maximize2 } from "lucide-react";
import { useRef, useState } from "react";
import { Counter } from "./counter.jsx";
import { useDraft, useFaults, useForm } from "./draft.js";
import { described, Field } from "./field.jsx";
import { Large } from "./large.jsx";
import { shown, stored } from "./placeholders.js";
import { TextsTable } from "./textstable.jsx";
import { Filled, InsertVariable, useVariables } from "./variables.jsx";

// How languages stand with a text: those that lack it while another has it.
export function useMissing(path) {
  const { form } = useForm();
  const lacking = form.languages.filter(({ tag }) => !form.texts[tag]?.[path]?.trim());
  return lacking.length === form.languages.length ? [] : lacking.map(({ tag }) => tag);
}

// The text at a path in one language, and how to change it.
export function useText(path, language) {
  const { form, edit } = useForm();
  const value = form.texts[language]?.[path] ?? "";
  return [value, (text) => edit({ op: "translate", language, node: form.node, path, text })];
}

export function TextField({ field, id, path = field.name }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const [all, setAll] = useState(false);
  const missing = useMissing(path);
  const several = form.languages.length > 1;
  const others = form.languages.filter(({ tag }) => tag !== form.content);
  const name = form.languages.find(({ tag }) => tag === form.content)?.name;
  return (
    <Field id={id} path={path} label={field.title} help={field.help} extra={several && <LanguageName name={name} missing={missing.includes(form.content)} />}>
      <TextBox
        id={id}
        path={path}
        language={form.content}
        help={field.help}
        most={field.max_length}
        action={several && <AllLanguages on={all} setOn={setAll} missing={missing.filter((tag) => tag !== form.content).length} controls={`${id}-all`} />}
      />
      {all && (
        <div className="form-versions" id={`${id}-all`}>
          <SideBySide />
          {others.map(({ tag, name: title }) => (
            <div key={tag}>
              <div className="form-label small">
                <label htmlFor={`${id}-${tag}`}>{title}</label>
                {missing.includes(tag) && <span className="form-missing">{words.missing}</span>}
              </div>
              <TextBox id={`${id}-${tag}`} path={path} language={tag} most={field.max_length} small />
            </div>
          ))}
        </div>
      )}
    </Field>
  );
}

// The node's texts in a large table.
function SideBySide() {
  const { form, lists, edit } = useForm();
  const [open, setOpen] = useState(false);
  const { words } = lists;
  const rows = form.text_rows.map((row) => ({ ...row, node: form.node, texts: Object.fromEntries(form.languages.map(({ tag }) => [tag, form.texts[tag]?.[row.path] ?? ""])) }));
  return (
    <div>
      <button type="button" className="form-quiet" onClick={() => setOpen(true)}>
        <Maximize2 size={14} aria-hidden="true" />
        {words.side_by_side}
      </button>
      {open && (
        <Large title={form.config.name || form.title} onClose={() => setOpen(false)} className="texts-large">
          <TextsTable rows={rows} languages={form.languages} own={form.own} onText={(row, language, text) => edit({ op: "translate", language, node: row.node, path: row.path, text })} />
        </Large>
      )}
    </div>
  );
}

export function LanguageName({ name, missing }) {
  const { words } = useForm().lists;
  return <span className={missing ? "form-missing" : "form-language"}>{missing ? `${name}: ${words.missing}` : name}</span>;
}

export function AllLanguages({ on, setOn, missing, controls }) {
  const { words } = useForm().lists;
  const label = missing && !on ? words.all_languages_missing.replace("{count}", missing) : words.all_languages;
  return (
    <button type="button" className={`form-quiet${missing && !on ? " lacking" : ""}`} aria-expanded={on} aria-controls={on ? controls : undefined} onClick={() => setOn(!on)}>
      <Languages size={14} aria-hidden="true" />
      {label}
    </button>
  );
}

function TextBox({ id, path, language, help, most, small, action }) {
  const { form } = useForm();
  const known = useVariables();
  const faults = useFaults(path);
  const [value, commit] = useText(path, language);
  const draft = useDraft(shown(value, known), (text) => commit(stored(text, known)), true);
  const box = useRef(null);
  const own = form.texts[form.own]?.[path] ?? "";
  const length = stored(draft.text, known).length;
  const kind = form.text_rows?.find((row) => row.path === path)?.kind ?? "text";
  return (
    <>
      <Filled
        {...(small ? { id } : described(id, help, faults))}
        draft={draft}
        box={box}
        className="input form-text"
        rows={small ? 2 : 3}
        maxLength={most ?? undefined}
        lang={language}
        dir="auto"
        disabled={form.locked}
        placeholder={language === form.own ? "" : shown(own, known)}
      />
      <div className="form-under">
        {!small && <InsertVariable box={box} draft={draft} disabled={form.locked} />}
        {action}
        <Counter length={length} kind={kind} most={most} />
      </div>
    </>
  );
}
