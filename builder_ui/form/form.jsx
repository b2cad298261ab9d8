// The form beside the canvas: the selected node's fields, or the flow's own. What it shows comes from the server.
import "./form.css";
import "./pieces.css";
import "./rule.css";
import "./table.css";
import "./texts.css";
import "./widgets.css";
// Where the build puts it: every package has a folder of its own there.
import { Icons } from "../../canvas/canvas/icon.jsx";
import { useHeir } from "../../canvas/canvas/heir.js";
import { Picture } from "../../canvas/canvas/picture.jsx";
import { act, page, useCanvas } from "../../canvas/canvas/store.js";
import { ArrowRight, Box, Flag } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { based } from "./based.js";
import { byName } from "./by_name.js";
import { CasesField, ChoicesField, OrderField } from "./choices.jsx";
import { CollectField } from "./collect.jsx";
import { FormContext, useDraft, useFaults, useForm } from "./draft.js";
import { DurationField, LineField, NumberField, PercentField, SelectField, SeveralField, SwitchField, ValueNameField } from "./entries.jsx";
import { Faults } from "./field.jsx";
import { FlowForm } from "./flow.jsx";
import { goTo } from "./goto.js";
import { HoursField } from "./hours.jsx";
import { FlowField, MappingField, ServiceField, TeamHoursField } from "./references.jsx";
import { JsonField, RowsField } from "./rows.jsx";
import { SharesField } from "./shares.jsx";
import { DecisionTableField } from "./table.jsx";
import { TextField } from "./texts.jsx";
import { Trial } from "./trial.jsx";

const WIDGETS = {
  text: TextField,
  line: LineField,
  team: LineField,
  number: NumberField,
  percent: PercentField,
  duration: DurationField,
  switch: SwitchField,
  select: SelectField,
  choices: ChoicesField,
  cases: CasesField,
  order: OrderField,
  tags: SeveralField,
  documents: SeveralField,
  languages: SeveralField,
  value_name: ValueNameField,
  service: ServiceField,
  rows: RowsField,
  json: JsonField,
  decision_table: DecisionTableField,
  hours: HoursField,
  hours_team: TeamHoursField,
  shares: SharesField,
  collect: CollectField,
  flow: FlowField,
  mapping: MappingField,
  // Edited within another field's entry.
  hidden: null,
};

// What the shop has comes a moment after the flow.
const NONE = { documents: [], services: [], flows: [], hours: [], accounts: [] };

export function Form({ form: told, options, lists, icons, wanted, matched, onGo, onTry, onMatch }) {
  const sorted = useMemo(() => byName(lists), [lists]);
  const root = useRef(null);
  const shown = told?.node;
  useEffect(() => {
    if (wanted?.seq && wanted.node === shown && root.current) goTo(root.current, wanted.field);
  }, [wanted?.seq, shown]);
  const ready = Boolean(told?.languages && lists?.words && options?.tags);
  useHeir(() => root.current, ready && shown);
  if (!ready) return null;
  const form = { ...told, options: { ...NONE, ...options } };
  // Leaving a field by a click elsewhere sends what it holds: to the node it was in, as that is in the edit.
  const undo = (again) => page.act(again ? "redo" : "undo");
  const context = { form, lists: sorted, icons, edit: (edit) => act(based(edit, form)), undo, go: onGo, ask: onTry, match: onMatch, matched };
  return (
    <FormContext.Provider value={context}>
      <div className="form" ref={root} key={form.node} data-form={form.node || "flow"}>
        {form.node ? <NodeForm /> : <FlowForm />}
      </div>
    </FormContext.Provider>
  );
}

function NodeForm() {
  const { form } = useForm();
  const fields = form.fields.filter((field) => field.name !== "name" && isShown(field, form.config));
  return (
    <>
      <Head />
      {fields.map((field) => {
        const Widget = WIDGETS[field.widget];
        return Widget && <Widget key={field.name} field={field} id={`field-${field.name}`} />;
      })}
      <Trial />
      <Ways />
    </>
  );
}

// `only_if`: other field -> the values with which this one is shown; "*" is anything but empty.
function isShown({ only_if: conditions }, config) {
  return Object.entries(conditions ?? {}).every(([name, values]) => {
    const value = config[name];
    const filled = Array.isArray(value) ? value.length > 0 : Boolean(value);
    return values.includes(value) || (values.includes("*") && filled);
  });
}

function Head() {
  const { form, lists, icons, edit } = useForm();
  const { words } = lists;
  const Icon = icons?.[form.icon] ?? Box;
  const draft = useDraft(form.config.name, (value) => edit({ op: "set", node: form.node, field: "name", value }));
  const faults = useFaults("name");
  const card = useCanvas(({ palette }) => palette.find(({ type }) => type === form.type));
  return (
    <header className="form-head">
      <span className={`form-head-icon group-${form.group}`}>
        <Icon size={20} aria-hidden="true" />
      </span>
      <div className="grow">
        <input {...draft.props} className="form-name" aria-label={words.name} placeholder={form.title} maxLength={80} disabled={form.locked} dir="auto" autoComplete="off" />
        <p className="form-type">
          {form.config.name && form.title}
          {form.start && (
            <span className="form-start">
              <Flag size={12} aria-hidden="true" />
              {words.start}
            </span>
          )}
        </p>
        <Faults id="field-name-fault" faults={faults} />
      </div>
      <p className="form-help">{form.help}</p>
      {card && (
        <details className="form-how">
          <summary>{words.how_it_works}</summary>
          <Icons.Provider value={icons}>
            <Picture card={card} />
          </Icons.Provider>
        </details>
      )}
    </header>
  );
}

function Ways() {
  const { form, lists, go } = useForm();
  const { words } = lists;
  const faults = useFaults("");
  if (!form.ports.length && !faults.length) return null;
  return (
    <section className="form-section">
      {form.ports.length > 0 && <h3>{words.ways}</h3>}
      <ul className="form-ways">
        {form.ports.map(({ id, title, optional, target, target_title: leads }) => (
          <li key={id}>
            <span className="form-way">{title}</span>
            <ArrowRight size={14} aria-hidden="true" />
            {target ? (
              <button type="button" className="form-link" title={words.go_to.replace("{name}", leads)} onClick={() => go(target)}>
                {leads}
              </button>
            ) : (
              <span className={optional ? "form-loose" : "form-loose lacking"}>{words.nowhere}</span>
            )}
          </li>
        ))}
      </ul>
      <Faults id="field-ways-fault" faults={faults} />
    </section>
  );
}
