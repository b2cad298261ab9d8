// What a text looks like: ready patterns by name, the pattern itself for who knows, and a line to try it on.
import { Check, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useDraft, useForm } from "./draft.js";

export function Pattern({ value, put, label, invalid, id, ...rest }) {
  const { form, lists } = useForm();
  const { words, patterns } = lists;
  const known = patterns.some((ready) => ready.value === value);
  const [own, setOwn] = useState(Boolean(value) && !known);
  const draft = useDraft(value ?? "", (text) => put(text.trim()));
  const shown = own ? "own" : known ? value : "";
  const choose = (pattern) => {
    setOwn(pattern === "own");
    if (pattern !== "own") put(pattern);
  };
  return (
    <div className="pattern">
      <select id={id} className="input" aria-label={label} value={shown} disabled={form.locked} aria-invalid={invalid || undefined} onChange={(event) => choose(event.target.value)} {...rest}>
        <option value="">{words.choose}</option>
        {patterns.map((ready) => (
          <option key={ready.value} value={ready.value}>
            {ready.title}
          </option>
        ))}
        <option value="own">{words.pattern_own}</option>
      </select>
      {(own || known) && (
        <input {...draft.props} className="input form-code" aria-label={`${label}: ${words.pattern_own}`} placeholder="LU-\d{6}" maxLength={500} disabled={form.locked || !own} dir="ltr" autoComplete="off" spellCheck={false} />
      )}
      {value && <Try pattern={own ? draft.text : value} label={label} />}
    </div>
  );
}

// Asks the server, which matches as the flow will.
function Try({ pattern, label }) {
  const { lists, match, matched } = useForm();
  const { words } = lists;
  const [text, setText] = useState("");
  useEffect(() => {
    if (!text.trim()) return undefined;
    const timer = setTimeout(() => match(pattern, text), 250);
    return () => clearTimeout(timer);
  }, [pattern, text]);
  const told = matched?.pattern === pattern && matched?.text === text ? matched : null;
  return (
    <div className="pattern-try">
      <input className="input" value={text} aria-label={`${label}: ${words.try_text}`} placeholder={words.try_text} maxLength={500} dir="auto" autoComplete="off" onChange={(event) => setText(event.target.value)} />
      <span role="status" className={told ? (told.found ? "found" : "not-found") : undefined}>
        {text.trim() && told && (
          <>
            {told.found ? <Check size={14} aria-hidden="true" /> : <X size={14} aria-hidden="true" />}
            {told.fault || (told.found ? words.try_found.replace("{text}", told.found) : words.try_not_found)}
          </>
        )}
      </span>
    </div>
  );
}
