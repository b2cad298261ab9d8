// What the contact reads: written in the language the page shows, with variables; all languages side by side on demand.
import { Braces, Languages } from "lucide-react";
import { useRef, useState } from "react";
import { useDraft, useFaults, useForm } from "./draft.js";
import { described, Field } from "./field.jsx";
import { Menu } from "./menu.jsx";
import { shown, stored, variables } from "./placeholders.js";

export function useVariables() {
  const { form, lists } = useForm();
  return variables(lists.facts, form.options.values);
}

export function InsertVariable({ onPick, disabled }) {
  const { words } = useForm().lists;
  const known = useVariables();
  const items = known.map(({ shown: value, label, group }) => ({ value, title: label, group: words[`group_${group}`] }));
  const grouped = items.sort((a, b) => order(items, a) - order(items, b));
  return <Menu icon={<Braces size={14} aria-hidden="true" />} label={words.insert} items={grouped} onPick={onPick} disabled={disabled} />;
}

const order = (items, { group }) => items.findIndex((item) => item.group === group);

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

export function insertInto(box, draft, name) {
  const { selectionStart: start, selectionEnd: end } = box;
  draft.change(`${draft.text.slice(0, start)}{${name}}${draft.text.slice(end)}`);
  draft.send();
  requestAnimationFrame(() => {
    box.focus();
    box.setSelectionRange(start + name.length + 2, start + name.length + 2);
  });
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
  const { form, lists } = useForm();
  const known = useVariables();
  const faults = useFaults(path);
  const [value, commit] = useText(path, language);
  const draft = useDraft(shown(value, known), (text) => commit(stored(text, known)), true);
  const box = useRef(null);
  const own = form.texts[form.own]?.[path] ?? "";
  const length = stored(draft.text, known).length;
  const tight = tightest(lists.channels, form.channels ?? []);
  const limit = Math.min(tight?.limit ?? Infinity, most ?? Infinity);
  return (
    <>
      <textarea
        {...draft.props}
        {...(small ? { id } : described(id, help, faults))}
        ref={box}
        className="input form-text"
        rows={small ? 2 : 3}
        maxLength={most ?? undefined}
        lang={language}
        dir="auto"
        disabled={form.locked}
        placeholder={language === form.own ? "" : shown(own, known)}
      />
      <div className="form-under">
        {!small && <InsertVariable disabled={form.locked} onPick={(name) => insertInto(box.current, draft, name)} />}
        {action}
        <span className={`form-count${length > limit ? " over" : ""}`}>
          {length > 0 && (length > limit ? lists.words.too_long.replace("{count}", length).replace("{limit}", limit) : length)}
        </span>
      </div>
    </>
  );
}

// The channel that carries least, among those the flow takes.
function tightest(channels, chosen) {
  const taken = channels.filter(({ value, limit }) => limit && (!chosen.length || chosen.includes(value)));
  return taken.sort((a, b) => a.limit - b.limit)[0];
}
