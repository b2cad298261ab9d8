// The languages a flow speaks, and what it says in each when something goes wrong.
import { useDraft, useFaults, useForm, useHeld } from "./draft.js";
import { Remove } from "./choices.jsx";
import { described, Field } from "./field.jsx";
import { Picker, Suggest } from "./suggest.jsx";

export function Languages() {
  const { form, lists, edit } = useForm();
  const { words } = lists;
  const spoken = form.languages.map(({ tag }) => tag);
  const own = form.languages.find(({ tag }) => tag === form.own);
  const others = form.languages.filter(({ tag }) => tag !== form.own);
  const listed = [...form.languages.map(({ tag, name }) => ({ value: tag, title: name })), ...lists.languages.filter(({ value }) => !spoken.includes(value))];
  const faults = useFaults("language");
  return (
    <>
      <Field id="flow-language" path="language" label={words.own_language} help={words.own_language_help}>
        <div className="suggest-box">
          <Picker
            {...described("flow-language", true, faults)}
            items={listed}
            value={own.tag}
            disabled={form.locked}
            onPick={(value) => value !== own.tag && edit({ op: "set_flow", field: "language", value })}
          />
        </div>
      </Field>
      <Field id="flow-languages" path="translations" label={words.other_languages} group>
        {others.length > 0 && (
          <ul className="form-rows">
            {others.map(({ tag, name, missing }) => (
              <li key={tag} className="form-row plain">
                <span className="grow">{name}</span>
                {missing > 0 && <span className="form-missing">{words.missing_count.replace("{count}", missing)}</span>}
                {!form.locked && <Remove label={words.remove_it.replace("{name}", name)} onClick={() => edit({ op: "remove_language", language: tag })} />}
              </li>
            ))}
          </ul>
        )}
        {!form.locked && (
          <div className="suggest-box">
            <Suggest
              id="flow-add-language"
              items={lists.languages.filter(({ value }) => !spoken.includes(value))}
              label={words.add_language}
              placeholder={words.add_language}
              onPick={(language) => edit({ op: "add_language", language })}
            />
          </div>
        )}
      </Field>
    </>
  );
}

export function Apologies() {
  const { form, lists, edit } = useForm();
  const { words } = lists;
  const [apologies, put] = useHeld(form.apologies, (value) => edit({ op: "set_flow", field: "apologies", value }));
  return (
    <Field id="flow-apologies" path="apologies" label={words.apologies} help={words.apologies_help} group>
      <div className="form-versions">
        {form.languages.map(({ tag, name }) => (
          <Apology key={tag} tag={tag} name={name} apologies={apologies} put={put} />
        ))}
      </div>
    </Field>
  );
}

function Apology({ tag, name, apologies, put }) {
  const { form } = useForm();
  const id = `flow-apology-${tag}`;
  const draft = useDraft(apologies[tag] ?? "", (text) => {
    const { [tag]: _, ...rest } = apologies;
    put(text.trim() ? { ...rest, [tag]: text } : rest);
  }, true);
  return (
    <div>
      <div className="form-label small">
        <label htmlFor={id}>{name}</label>
      </div>
      <textarea {...draft.props} id={id} className="input form-text" rows={2} maxLength={1000} lang={tag} dir="auto" disabled={form.locked} placeholder={form.usual_apologies[tag]} />
    </div>
  );
}
