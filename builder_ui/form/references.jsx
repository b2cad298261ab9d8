// What a node refers to outside its flow: another flow with what goes in and comes out, the hours of a team, a service.
import { ArrowLeft, ExternalLink } from "lucide-react";
import { useState } from "react";
import { Remove } from "./choices.jsx";
import { useDraft, useFaults, useForm, useHeldValue } from "./draft.js";
import { described, Faults, Field } from "./field.jsx";
import { slug } from "./ids.js";
import { shown, stored } from "./placeholders.js";
import { Filled, useVariables } from "./variables.jsx";

// One of a list by name. What is chosen and no longer there keeps its place.
function Chosen({ field, id, items, help = field.help, none, gone, children }) {
  const { form } = useForm();
  const [held, put] = useHeldValue(field);
  const faults = useFaults(field.name);
  const there = items.some((one) => one.value === held);
  return (
    <Field id={id} path={field.name} label={field.title} help={help}>
      <div className="form-row">
        <select {...described(id, field.help, faults)} className="input grow" value={held} disabled={form.locked} onChange={(event) => put(event.target.value)}>
          <option value="">{none}</option>
          {items.map(({ value, title }) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
          {held && !there && <option value={held}>{gone.replace("{name}", held)}</option>}
        </select>
        {there && children?.(held)}
      </div>
    </Field>
  );
}

const Opens = ({ address, label }) => (
  <a className="form-icon" href={address} target="_blank" rel="noreferrer" aria-label={label} title={label}>
    <ExternalLink size={16} aria-hidden="true" />
  </a>
);

export function FlowField({ field, id }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const items = form.options.flows ?? [];
  return (
    <Chosen field={field} id={id} items={items} none={words.choose_flow} gone={words.flow_gone}>
      {(flow) => <Opens address={`/flows/${flow}`} label={words.open_flow} />}
    </Chosen>
  );
}

export function TeamHoursField({ field, id }) {
  const { form, lists } = useForm();
  const { words } = lists;
  return (
    <Chosen field={field} id={id} items={form.options.hours ?? []} none={field.name === "team" ? words.own_hours : words.no_hours} gone={words.hours_gone}>
      {() => <Opens address="/settings/hours" label={words.open_hours} />}
    </Chosen>
  );
}

export function ServiceField({ field, id }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const items = form.options.services ?? [];
  return <Chosen field={field} id={id} items={items} help={items.length ? field.help : words.no_services} none={words.choose_service} gone={words.service_gone} />;
}

// Names on the left, what they are filled with on the right: {theirs: text} for what goes in, {ours: theirs} for what
// comes out.
export function MappingField({ field, id }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const [mapping, put] = useHeldValue(field);
  const [fresh, setFresh] = useState("");
  const goesIn = field.name === "inputs";
  const theirs = form.options.flows?.find((one) => one.value === form.config.flow)?.[field.name] ?? [];
  const ours = form.options.values.map(({ name }) => name);
  const offered = (goesIn ? theirs : ours).filter((name) => !(name in mapping));
  const rows = Object.entries(mapping);
  const renamed = (from, to) => put(Object.fromEntries(rows.map(([name, value]) => [name === from ? to : name, value])));
  const add = () => {
    const name = slug(fresh);
    setFresh("");
    if (name && !(name in mapping)) put({ ...mapping, [name]: goesIn ? "" : theirs.includes(name) ? name : "" });
  };
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help} group>
      {rows.map(([name, value], at) => (
        <Pair
          key={at}
          id={`${id}-${at}`}
          path={`${field.name}.${name}`}
          name={name}
          value={value}
          text={goesIn}
          names={`${id}-${goesIn ? "left" : "right"}`}
          labels={goesIn ? [words.their_value, words.filled_with] : [words.our_value, words.their_value]}
          onName={(next) => next && next !== name && !(next in mapping) && renamed(name, next)}
          onValue={(next) => put({ ...mapping, [name]: next })}
          onRemove={() => put(Object.fromEntries(rows.filter(([one]) => one !== name)))}
        />
      ))}
      {!form.locked && (
        <div className="form-row">
          <input
            className="input grow form-dashed"
            value={fresh}
            list={`${id}-fresh`}
            aria-label={words.add_mapping}
            placeholder={goesIn ? words.their_value : words.our_value}
            maxLength={64}
            autoComplete="off"
            onChange={(event) => setFresh(event.target.value)}
            onBlur={add}
            onKeyDown={(event) => event.key === "Enter" && !event.nativeEvent.isComposing && add()}
          />
        </div>
      )}
      <Names id={`${id}-fresh`} names={offered} />
      <Names id={`${id}-left`} names={theirs} />
      <Names id={`${id}-right`} names={theirs} />
    </Field>
  );
}

const Names = ({ id, names }) => (
  <datalist id={id}>
    {names.map((name) => (
      <option key={name} value={name} />
    ))}
  </datalist>
);

function Pair({ id, path, name, value, text, names, labels, onName, onValue, onRemove }) {
  const { form, lists } = useForm();
  const known = useVariables();
  const faults = useFaults(path);
  const left = useDraft(name, (written) => {
    onName(slug(written));
    return slug(written) || name;
  });
  const right = useDraft(text ? shown(String(value), known) : value, (written) => {
    const next = text ? stored(written, known) : slug(written);
    onValue(next);
    return text ? undefined : next;
  });
  const rest = { className: "input", disabled: form.locked, autoComplete: "off", spellCheck: false, maxLength: text ? 500 : 64 };
  return (
    <div className="form-row-item">
      <div className="form-row form-pair">
        <input {...left.props} {...rest} maxLength={64} aria-label={labels[0]} list={text ? names : undefined} />
        <ArrowLeft size={14} aria-hidden="true" />
        {text ? (
          <Filled as="input" draft={right} {...rest} aria-label={`${labels[1]}: ${name}`} placeholder={labels[1]} dir="auto" />
        ) : (
          <input {...right.props} {...rest} aria-label={`${labels[1]}: ${name}`} placeholder={labels[1]} list={names} dir="auto" />
        )}
        {!form.locked && <Remove label={lists.words.remove_it.replace("{name}", name)} onClick={onRemove} />}
      </div>
      <Faults id={`${id}-fault`} faults={faults} />
    </div>
  );
}
