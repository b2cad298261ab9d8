// Rules as the form shows them: groups of conditions. A group is "all", "any", "none" or "not_all" of its rules.

export const EMPTY = { kind: "any", rules: [] };

// The rule as a group: [mode, rules].
export function opened(rule) {
  if (!rule) return ["all", []];
  switch (rule.kind) {
    case "compare":
      return ["all", [rule]];
    case "not": {
      const inner = rule.rule;
      if (inner.kind === "not") return opened(inner.rule);
      if (inner.kind === "compare") return ["none", [inner]];
      return [inner.kind === "any" ? "none" : "not_all", inner.rules];
    }
    default:
      // One that holds nothing says neither.
      return rule.rules.length ? [rule.kind, rule.rules] : ["all", []];
  }
}

export function closed(mode, rules) {
  switch (mode) {
    case "none":
      return { kind: "not", rule: { kind: "any", rules } };
    case "not_all":
      return { kind: "not", rule: { kind: "all", rules } };
    default:
      return { kind: mode, rules };
  }
}

const ALONE = ["empty", "not_empty"];
const SEVERAL = ["in", "not_in", "contains_any", "has", "has_any", "has_all", "has_none"];
// What has names to choose from: "is" takes one or more of them.
const NAMED = ["country", "language", "contact.locale", "channel", "account"];
const OF_NAMED = ["is", "is_not", "starts_with", "empty", "not_empty"];

export const isNamed = (fact) => NAMED.includes(fact);
export const takesNothing = (op) => ALONE.includes(op);
export const takesSeveral = (op) => SEVERAL.includes(op);

// The operators offered for a fact; the present one always.
export function offered(fact, operators, op) {
  if (!isNamed(fact)) return fact === "time.date" ? operators.filter(({ value }) => !["contains", "not_contains", "contains_any", "matches", "starts_with", "ends_with"].includes(value) || value === op) : operators;
  return operators.filter(({ value }) => (OF_NAMED.includes(value) && (value !== "starts_with" || fact === "contact.locale")) || value === op);
}

// "is one of" is shown as "is" where one chooses names.
export const shownOperator = (fact, op) => (isNamed(fact) ? ({ in: "is", not_in: "is_not" }[op] ?? op) : op);

export function fresh(fact, kind) {
  if (isNamed(fact)) return { kind: "compare", fact, op: "is", value: null };
  const op = { text: fact === "time.date" ? "is" : "contains_any", number: "is", list: "has_any", date: "after", value: "is" }[kind];
  return { kind: "compare", fact, op, value: takesSeveral(op) ? [] : null };
}

// The condition with another operator; the value stays where it still says something.
export function withOperator(compare, op) {
  if (takesNothing(op)) return { ...compare, op, value: null };
  const values = valuesOf(compare);
  if (isNamed(compare.fact) && ["is", "is_not"].includes(op)) return named({ ...compare, op }, values);
  if (takesSeveral(op)) return { ...compare, op, value: values };
  if (op === "between") return { ...compare, op, value: [values[0] ?? null, values[1] ?? null].filter((one) => one !== null) };
  return { ...compare, op, value: values[0] ?? null };
}

// One name is "is", several are "in".
export function named(compare, values) {
  const not = ["is_not", "not_in"].includes(compare.op);
  if (values.length > 1) return { ...compare, op: not ? "not_in" : "in", value: values };
  return { ...compare, op: not ? "is_not" : "is", value: values[0] ?? null };
}

export const valuesOf = ({ value }) => (Array.isArray(value) ? value : value === null || value === undefined || value === "" ? [] : [value]);

// Whether a condition is not said to its end: then it never holds.
export const lacks = (compare) => !takesNothing(compare.op) && valuesOf(compare).length < (compare.op === "between" ? 2 : 1);

// Rules have no ids; while they are on the screen each has one by which it is known when it moves or changes.
const names = new WeakMap();
let count = 0;
export const identified = {
  of(rule) {
    if (!names.has(rule)) names.set(rule, `rule${(count += 1)}`);
    return names.get(rule);
  },
  as(rule, before) {
    names.set(rule, identified.of(before));
    return rule;
  },
};

// A group's rules after an act on the one at `at`: "copy", "up", "down", "group" (with the one before it, else after it),
// "into" (the group after it).
export function placed(rules, at, what) {
  const next = [...rules];
  const one = rules[at];
  switch (what) {
    case "copy":
      next.splice(at + 1, 0, structuredClone(one));
      return next;
    case "up":
    case "down": {
      next.splice(at, 1);
      next.splice(at + (what === "up" ? -1 : 1), 0, one);
      return next;
    }
    case "group": {
      const from = at > 0 ? at - 1 : at;
      next.splice(from, 2, closed("any", rules.slice(from, from + 2)));
      return next;
    }
    case "into": {
      const [mode, inner] = opened(rules[at + 1]);
      next.splice(at, 2, closed(mode, [one, ...inner]));
      return next;
    }
    default:
      return next;
  }
}
