// A request, tried from its form: really asked, with values made up for it.
import { Send } from "lucide-react";
import { useState } from "react";
import { useForm } from "./draft.js";

const PLACEHOLDER = /\{([a-z][a-z0-9_.]*)(?:\|[^{}]*)?\}/g;

// What the request is filled from, as far as one can make it up: the conversation's values, the contact's last words.
function asked({ path, headers, fields }) {
  const texts = [path, ...headers.map((one) => one.text ?? ""), ...fields.map((one) => one.value ?? "")];
  const names = texts.flatMap((text) => [...text.matchAll(PLACEHOLDER)].map((match) => match[1]));
  return [...new Set(names)].filter((name) => name === "text" || name.startsWith("value."));
}

export function Trial() {
  const { form, lists, ask } = useForm();
  const { words } = lists;
  const [given, setGiven] = useState({});
  if (!form.trial) return null;
  const names = asked(form.config);
  const titleOf = (name) => lists.facts.find((fact) => fact.name === name)?.title ?? name.replace(/^value\./, "");
  const go = () => {
    const values = names.filter((name) => name !== "text" && given[name]).map((name) => [name.slice(6), given[name]]);
    ask(Object.fromEntries(values), given.text ?? "");
  };
  return (
    <section className="form-section form-trial" aria-labelledby="trial-title">
      <h3 id="trial-title">{words.trial}</h3>
      <p className="form-help">{words.trial_help}</p>
      {names.map((name) => (
        <label key={name} className="form-trial-value">
          <span>{titleOf(name)}</span>
          <input className="input" value={given[name] ?? ""} maxLength={500} dir="auto" autoComplete="off" onChange={(event) => setGiven({ ...given, [name]: event.target.value })} />
        </label>
      ))}
      <button type="button" className="form-add" disabled={form.trial.busy || !form.config.service} onClick={go}>
        <Send size={16} aria-hidden="true" />
        {form.trial.busy ? words.trial_busy : words.trial_ask}
      </button>
      <div role="status">{form.trial.port && <Told told={form.trial} words={words} />}</div>
    </section>
  );
}

function Told({ told, words }) {
  return (
    <dl className="form-told">
      <dt>{told.port_title}</dt>
      <dd>
        {told.status ? words.trial_status.replace("{number}", told.status).replace("{count}", told.milliseconds) : told.fault}
        {told.detail && (
          <span className="form-detail" lang="en">
            {told.detail}
          </span>
        )}
      </dd>
      {Object.entries(told.values).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{String(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
