// A rule as one builds it: groups of conditions within one another, and in words what they come to.
import { CircleAlert, EllipsisVertical, FolderPlus, Plus, Trash2 } from "lucide-react";
import { FactOptions, useFacts } from "./column.jsx";
import { useForm, useHeld } from "./draft.js";
import { Menu } from "./menu.jsx";
import { closed, EMPTY, fresh, identified, lacks, offered, opened, placed, shownOperator, withOperator } from "./rules.js";
import { Sortable } from "./sortable.jsx";
import { Value } from "./value.jsx";

const DEEPEST = 4;
const FIRST_FACT = "text";

// `none`: what the rule is when it holds no condition; `nothing`: what that means, in words.
export function Rule({ rule, onChange, words: inWords, none = EMPTY, nothing, label }) {
  const [held, put] = useHeld(rule, onChange);
  const [mode, rules] = opened(held);
  const set = (nextMode, next) => put(next.length ? closed(nextMode, next) : none);
  return (
    <div className="rule" role="group" aria-label={label}>
      <Group mode={mode} rules={rules} onChange={set} depth={1} />
      <p className="rule-words" aria-live="polite">
        {rules.length ? inWords : nothing}
      </p>
    </div>
  );
}

// `onOut(rule, rest)`: a rule of this group goes to the one around it.
function Group({ mode, rules, onChange, onRemove, onOut, depth, handle }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const change = (next) => onChange(mode, next);
  const put = (at, rule) => change(rules.map((one, place) => (place === at ? identified.as(rule, one) : one)));
  const without = (at) => change(rules.filter((_, place) => place !== at));
  const joint = mode === "all" || mode === "not_all" ? words.and : words.or;
  const add = (rule) => change([...rules, rule]);
  const facts = useFacts();
  const titleOf = (id) => {
    const rule = rules.find((one) => identified.of(one) === id);
    return rule?.kind === "compare" ? (facts.find(({ name }) => name === rule.fact)?.title ?? rule.fact) : words.group;
  };
  const ids = rules.map(identified.of);
  const act = (at) => (what) => {
    const next = placed(rules, at, what);
    if (what === "out") onOut(rules[at], rules.filter((_, place) => place !== at));
    else change(next);
  };
  const actsOf = (at) => [
    { value: "copy", title: words.rule_copy },
    ...(at > 0 ? [{ value: "up", title: words.rule_up }] : []),
    ...(at < rules.length - 1 ? [{ value: "down", title: words.rule_down }] : []),
    ...(depth < DEEPEST && rules.length > 1 ? [{ value: "group", title: words.rule_group }] : []),
    ...(rules[at + 1] && rules[at + 1].kind !== "compare" ? [{ value: "into", title: words.rule_into }] : []),
    ...(onOut ? [{ value: "out", title: words.rule_out }] : []),
  ];
  return (
    <div className={`rule-group depth-${Math.min(depth, DEEPEST)}`}>
      {(rules.length > 1 || onRemove || !["all", "any"].includes(mode)) && (
        <div className="rule-head">
          {handle}
          <select className="rule-mode" aria-label={words.how_many} value={mode} disabled={form.locked} onChange={(event) => onChange(event.target.value, rules)}>
            {["all", "any", "none", "not_all"].map((one) => (
              <option key={one} value={one}>
                {words[`mode_${one}`]}
              </option>
            ))}
          </select>
          {onRemove && !form.locked && (
            <button type="button" className="form-icon" aria-label={words.remove_group} title={words.remove_group} onClick={onRemove}>
              <Trash2 size={16} aria-hidden="true" />
            </button>
          )}
        </div>
      )}
      <Sortable ids={ids} titleOf={titleOf} className="rule-rows" disabled={form.locked} onOrder={(next) => change(next.map((id) => rules[ids.indexOf(id)]))}>
        {(id, grip) => {
          const at = ids.indexOf(id);
          const rule = rules[at];
          if (!rule) return null;
          return (
            <>
              {at > 0 && <span className="rule-joint">{joint}</span>}
              {rule.kind === "compare" ? (
                <Condition compare={rule} handle={grip} acts={actsOf(at)} onAct={act(at)} onChange={(next) => put(at, next)} onRemove={() => without(at)} />
              ) : (
                <Nested
                  rule={rule}
                  depth={depth + 1}
                  handle={grip}
                  onChange={(next) => (next ? put(at, next) : without(at))}
                  onOut={(one, rest) => change([...rules.slice(0, at), ...(rest ? [identified.as(rest, rule)] : []), one, ...rules.slice(at + 1)])}
                />
              )}
            </>
          );
        }}
      </Sortable>
      {!form.locked && (
        <div className="rule-foot">
          <button type="button" className="form-quiet" onClick={() => add(fresh(FIRST_FACT, "text"))}>
            <Plus size={14} aria-hidden="true" />
            {words.add_condition}
          </button>
          {depth < DEEPEST && rules.length > 0 && (
            <button type="button" className="form-quiet" onClick={() => add(closed(mode === "all" ? "any" : "all", [fresh(FIRST_FACT, "text")]))}>
              <FolderPlus size={14} aria-hidden="true" />
              {words.add_group}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Nested({ rule, onChange, onOut, depth, handle }) {
  const [mode, rules] = opened(rule);
  return (
    <Group
      mode={mode}
      rules={rules}
      depth={depth}
      handle={handle}
      onChange={(nextMode, next) => onChange(next.length ? closed(nextMode, next) : null)}
      onOut={(one, rest) => onOut(one, rest.length ? closed(mode, rest) : null)}
      onRemove={() => onChange(null)}
    />
  );
}

function Condition({ compare, handle, acts, onAct, onChange, onRemove }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const facts = useFacts();
  const fact = facts.find(({ name }) => name === compare.fact) ?? { name: compare.fact, title: words.unknown_fact, kind: "value", group: "conversation", operators: lists.value_operators };
  const listed = facts.includes(fact) ? facts : [...facts, fact];
  const op = shownOperator(compare.fact, compare.op);
  const lacking = lacks(compare);
  const choose = (name) => {
    const chosen = listed.find((one) => one.name === name);
    onChange(fresh(chosen.name, chosen.kind));
  };
  return (
    <div className="rule-condition">
      <div className="rule-line">
        {handle}
        <select className="input" aria-label={words.fact} value={compare.fact} disabled={form.locked} onChange={(event) => choose(event.target.value)}>
          <FactOptions facts={listed} />
        </select>
        {!form.locked && (
          <>
            <Menu icon={<EllipsisVertical size={16} aria-hidden="true" />} name={words.more_of.replace("{name}", fact.title)} items={acts} onPick={onAct} />
            <button type="button" className="form-icon" aria-label={words.remove_condition} title={words.remove_condition} onClick={onRemove}>
              <Trash2 size={16} aria-hidden="true" />
            </button>
          </>
        )}
      </div>
      <div className="rule-line">
        <select className="input rule-op" aria-label={words.operator} value={op} disabled={form.locked} onChange={(event) => onChange(withOperator(compare, event.target.value))}>
          {offered(compare.fact, fact.operators, op).map(({ value, title }) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
        <Value key={`${compare.fact} ${op}`} compare={compare} kind={fact.kind} onChange={onChange} label={`${fact.title}: ${words.value}`} invalid={lacking} />
      </div>
      {lacking && (
        <p className="form-fault warning">
          <CircleAlert size={14} aria-hidden="true" />
          <span>{words.condition_lacks}</span>
        </p>
      )}
    </div>
  );
}
