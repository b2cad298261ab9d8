// A rule as one builds it: groups of conditions within one another, and in words what they come to.
import { FolderPlus, Plus, Trash2, X } from "lucide-react";
import { useForm, useHeld } from "./draft.js";
import { closed, EMPTY, fresh, offered, opened, shownOperator, takesNothing, valuesOf, withOperator } from "./rules.js";
import { Value } from "./value.jsx";

const DEEPEST = 3;
const FIRST_FACT = "text";

// `none`: what the rule is when it holds no condition; `nothing`: what that means, in words.
export function Rule({ rule, onChange, words: inWords, none = EMPTY, nothing, label }) {
  const [held, put] = useHeld(rule, onChange);
  const [mode, rules] = opened(held);
  const set = (nextMode, next) => put(next.length ? closed(nextMode, next) : none);
  return (
    <div className="rule" role="group" aria-label={label}>
      <Group mode={mode} rules={rules} onChange={set} depth={1} />
      <p className="rule-words">{rules.length ? inWords : nothing}</p>
    </div>
  );
}

function Group({ mode, rules, onChange, onRemove, depth }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const put = (at, rule) => onChange(mode, rules.map((one, place) => (place === at ? rule : one)));
  const without = (at) => onChange(mode, rules.filter((_, place) => place !== at));
  const joint = mode === "all" || mode === "not_all" ? words.and : words.or;
  return (
    <div className={`rule-group depth-${Math.min(depth, DEEPEST)}`}>
      {(rules.length > 1 || onRemove || !["all", "any"].includes(mode)) && (
        <div className="rule-head">
          <select className="rule-mode" aria-label={words.how_many} value={mode} disabled={form.locked} onChange={(event) => onChange(event.target.value, rules)}>
            {["all", "any", "none", "not_all"].map((one) => (
              <option key={one} value={one}>
                {words[`mode_${one}`]}
              </option>
            ))}
          </select>
          {onRemove && !form.locked && <Remove label={words.remove_group} onClick={onRemove} />}
        </div>
      )}
      <ul className="rule-rows">
        {rules.map((rule, at) => (
          <li key={at} data-joint={at ? joint : undefined}>
            {at > 0 && <span className="rule-joint">{joint}</span>}
            {rule.kind === "compare" ? (
              <Condition compare={rule} onChange={(next) => put(at, next)} onRemove={() => without(at)} />
            ) : (
              <Nested rule={rule} depth={depth + 1} onChange={(next) => (next ? put(at, next) : without(at))} />
            )}
          </li>
        ))}
      </ul>
      {!form.locked && (
        <div className="rule-foot">
          <button type="button" className="form-quiet" onClick={() => onChange(mode, [...rules, fresh(FIRST_FACT, "text")])}>
            <Plus size={14} aria-hidden="true" />
            {words.add_condition}
          </button>
          {depth < DEEPEST && rules.length > 0 && (
            <button type="button" className="form-quiet" onClick={() => onChange(mode, [...rules, closed(mode === "all" ? "any" : "all", [fresh(FIRST_FACT, "text")])])}>
              <FolderPlus size={14} aria-hidden="true" />
              {words.add_group}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Nested({ rule, onChange, depth }) {
  const [mode, rules] = opened(rule);
  return <Group mode={mode} rules={rules} depth={depth} onChange={(nextMode, next) => onChange(next.length ? closed(nextMode, next) : null)} onRemove={() => onChange(null)} />;
}

function Condition({ compare, onChange, onRemove }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const values = form.options.values.map(({ name, title }) => ({ name: `value.${name}`, title, kind: "value", group: "values", operators: lists.value_operators }));
  const facts = [...lists.facts, ...values];
  const fact = facts.find(({ name }) => name === compare.fact) ?? { name: compare.fact, title: words.unknown_fact, kind: "value", group: "conversation", operators: lists.value_operators };
  const listed = facts.includes(fact) ? facts : [...facts, fact];
  const op = shownOperator(compare.fact, compare.op);
  const incomplete = !takesNothing(compare.op) && !valuesOf(compare).length;
  return (
    <div className="rule-condition">
      <div className="rule-line">
        <select
          className="input rule-fact"
          aria-label={words.fact}
          value={compare.fact}
          disabled={form.locked}
          onChange={(event) => {
            const chosen = listed.find(({ name }) => name === event.target.value);
            onChange(fresh(chosen.name, chosen.kind));
          }}
        >
          {["conversation", "contact", "time", "values"].map((group) => {
            const here = listed.filter((one) => one.group === group);
            return (
              here.length > 0 && (
                <optgroup key={group} label={words[`group_${group}`]}>
                  {here.map(({ name, title }) => (
                    <option key={name} value={name}>
                      {title}
                    </option>
                  ))}
                </optgroup>
              )
            );
          })}
        </select>
        {!form.locked && <Remove label={words.remove_condition} onClick={onRemove} plain />}
      </div>
      <div className="rule-line">
        <select className="input rule-op" aria-label={words.operator} value={op} disabled={form.locked} onChange={(event) => onChange(withOperator(compare, event.target.value))}>
          {offered(compare.fact, fact.operators, op).map(({ value, title }) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
        <Value key={`${compare.fact} ${op}`} compare={compare} kind={fact.kind} onChange={onChange} label={`${fact.title}: ${words.value}`} invalid={incomplete} />
      </div>
    </div>
  );
}

function Remove({ label, onClick, plain }) {
  const Shown = plain ? X : Trash2;
  return (
    <button type="button" className="form-icon" aria-label={label} title={label} onClick={onClick}>
      <Shown size={16} aria-hidden="true" />
    </button>
  );
}
