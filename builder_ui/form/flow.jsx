// The flow's own properties: which conversations it takes, where it starts, what interrupts it, what it speaks.
import { useMemo, useState } from "react";
import { titled } from "../../canvas/canvas/document.js";
import { useCanvas } from "../../canvas/canvas/store.js";
import { Add, RuleCard } from "./choices.jsx";
import { Chips } from "./chips.jsx";
import { useDraft, useFaults, useForm, useHeld } from "./draft.js";
import { Switch } from "./entries.jsx";
import { described, Field } from "./field.jsx";
import { freshId, slug } from "./ids.js";
import { Apologies, Languages } from "./languages.jsx";
import { Rule } from "./rule.jsx";
import { EMPTY } from "./rules.js";
import { Sortable } from "./sortable.jsx";
import { Picker } from "./suggest.jsx";

const useOwn = (field) => {
  const { form, edit } = useForm();
  return useHeld(form[field], (value) => edit({ op: "set_flow", field, value }));
};

export function FlowForm() {
  const { words } = useForm().lists;
  return (
    <>
      <Section title={words.section_begin} help={words.section_begin_help}>
        <Trigger />
        <Start />
      </Section>
      <Interrupts />
      <Section title={words.section_languages}>
        <Languages />
        <TimeZone />
      </Section>
      <Section title={words.section_faults}>
        <Apologies />
      </Section>
      <Section title={words.section_subflow} help={words.section_subflow_help}>
        <Given field="inputs" label={words.inputs} />
        <Given field="outputs" label={words.outputs} />
      </Section>
    </>
  );
}

function Section({ title, help, children }) {
  return (
    <section className="form-section">
      <h3>{title}</h3>
      {help && <p className="form-help">{help}</p>}
      {children}
    </section>
  );
}

function Trigger() {
  const { form, lists } = useForm();
  const { words } = lists;
  const [trigger, put] = useOwn("trigger");
  const faults = useFaults("trigger");
  const set = (next) => put({ ...trigger, ...next });
  const accounts = form.options.accounts.filter(({ channel }) => !trigger.channels.length || trigger.channels.includes(channel));
  const gone = trigger.accounts.filter((value) => !form.options.accounts.some((one) => one.value === value));
  const listed = [...accounts, ...form.options.accounts.filter((one) => trigger.accounts.includes(one.value) && !accounts.includes(one)), ...gone.map((value) => ({ value, title: words.account_gone }))];
  const alone = (
    <Field id="flow-only-called" path="trigger.only_called" label={words.only_called} help={words.only_called_help} inline>
      <Switch {...described("flow-only-called", true, [])} on={trigger.only_called} put={(only_called) => set({ only_called })} />
    </Field>
  );
  if (trigger.only_called) return alone;
  return (
    <>
      {alone}
      <Field id="flow-channels" path="trigger.channels" label={words.channels}>
        <Chips {...described("flow-channels", false, [])} values={trigger.channels} items={lists.channels} placeholder={words.every_channel} disabled={form.locked} onChange={(channels) => set({ channels })} />
      </Field>
      {listed.length > 0 && (
        <Field id="flow-accounts" path="trigger.accounts" label={words.accounts}>
          <Chips {...described("flow-accounts", false, [])} values={trigger.accounts} items={listed} placeholder={words.every_account} disabled={form.locked} onChange={(chosen) => set({ accounts: chosen })} />
        </Field>
      )}
      <Field id="flow-when" path="trigger" label={words.only_when} group>
        <Rule rule={trigger.when} none={null} words={form.rules["trigger.when"]} nothing={words.every_conversation} label={words.only_when} onChange={(when) => set({ when })} />
      </Field>
      <Priority value={trigger.priority} onChange={(priority) => set({ priority })} faults={faults} />
    </>
  );
}

function Priority({ value, onChange, faults }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const draft = useDraft(String(value), (text) => {
    const number = Math.max(-1000, Math.min(1000, Math.round(Number(text) || 0)));
    onChange(number);
    return String(number);
  });
  return (
    <Field id="flow-priority" path="trigger.priority" label={words.priority} help={words.priority_help}>
      <span className="form-number">
        <input {...draft.props} {...described("flow-priority", true, faults)} className="input" inputMode="numeric" autoComplete="off" disabled={form.locked} />
      </span>
    </Field>
  );
}

function Start() {
  const { form, lists } = useForm();
  const { words } = lists;
  const [start, put] = useOwn("start");
  const faults = useFaults("start");
  return (
    <Field id="flow-start" path="start" label={words.start_node}>
      <NodeChoice {...described("flow-start", false, faults)} value={start} onChange={put} disabled={form.locked} none={words.choose_node} />
    </Field>
  );
}

// The canvas knows every node; were they told with each form, it would grow with the flow.
function useNodes() {
  const views = useCanvas((state) => state.document.views);
  return useMemo(() => titled(views), [views]);
}

function NodeChoice({ value, onChange, none, disabled, ...rest }) {
  const nodes = useNodes();
  const there = nodes.some((node) => node.value === value);
  return (
    <select {...rest} className="input" value={there ? value : ""} disabled={disabled} onChange={(event) => onChange(event.target.value)}>
      {!there && (
        <option value="" disabled>
          {none}
        </option>
      )}
      {nodes.map(({ value: id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  );
}

function Interrupts() {
  const { form, lists } = useForm();
  const { words } = lists;
  const [interrupts, put] = useOwn("interrupts");
  const [open, setOpen] = useState("");
  const nodes = useNodes();
  const more = !form.locked && nodes.length > 0;
  if (!more && !interrupts.length) return null;
  const find = (id) => interrupts.find((one) => one.id === id);
  const change = (id, next) => put(interrupts.map((one) => (one.id === id ? { ...one, ...next } : one)));
  const add = () => {
    const id = freshId("", "interrupt", interrupts.map((one) => one.id));
    const name = words.interrupt_number.replace("{number}", interrupts.length + 1);
    put([...interrupts, { id, name, when: EMPTY, to: form.start || nodes[0].value }]);
    setOpen(id);
  };
  return (
    <Section title={words.section_interrupts} help={words.section_interrupts_help}>
      <Field id="flow-interrupts" path="interrupts" label={words.interrupts} group>
        <Sortable ids={interrupts.map((one) => one.id)} titleOf={(id) => find(id).name} className="cards" disabled={form.locked} onOrder={(ids) => put(ids.map(find))}>
          {(id, handle) => (
            <RuleCard
              id={`flow-interrupt-${id}`}
              path={`interrupts.${id}`}
              handle={handle}
              title={find(id).name}
              titleLabel={words.interrupt_name}
              onTitle={(name) => change(id, { name })}
              rule={find(id).when}
              onRule={(when) => change(id, { when })}
              nothing={words.never_happens}
              open={open === id}
              setOpen={(on) => setOpen(on ? id : "")}
              removeLabel={words.remove_interrupt}
              onRemove={() => put(interrupts.filter((one) => one.id !== id))}
            >
              <div className="form-field">
                <div className="form-label">
                  <label htmlFor={`flow-interrupt-${id}-to`}>{words.goes_to}</label>
                </div>
                <NodeChoice id={`flow-interrupt-${id}-to`} value={find(id).to} onChange={(to) => change(id, { to })} disabled={form.locked} none={words.choose_node} />
              </div>
            </RuleCard>
          )}
        </Sortable>
        {more && <Add label={words.add_interrupt} onClick={add} />}
      </Field>
    </Section>
  );
}

// The values the flow takes or gives as a sub-flow.
function Given({ field, label }) {
  const { form, lists } = useForm();
  const [names, put] = useOwn(field);
  const faults = useFaults(field);
  const items = form.options.values.map(({ name }) => ({ value: name, title: name }));
  return (
    <Field id={`flow-${field}`} path={field} label={label}>
      <Chips {...described(`flow-${field}`, false, faults)} free values={names} items={items} placeholder={lists.words.add_value} onChange={(next) => put([...new Set(next.map(slug).filter(Boolean))])} disabled={form.locked} />
    </Field>
  );
}

function TimeZone() {
  const { form, lists } = useForm();
  const { words } = lists;
  const [zone, put] = useOwn("timezone");
  const faults = useFaults("timezone");
  return (
    <Field id="flow-timezone" path="timezone" label={words.timezone} help={words.timezone_help}>
      <div className="suggest-box">
        <Picker {...described("flow-timezone", true, faults)} items={lists.timezones} value={zone} onPick={put} disabled={form.locked} />
      </div>
    </Field>
  );
}
