// A sheet from elsewhere as a decision table: what its columns are about, and its cells as values.
import { folded, isAny, operatorOf, readCell, readResult } from "./cells.js";
import { freshId, slug } from "./ids.js";

const CALLED = {
  country: ["country", "land", "market", "国家", "地区", "国家或地区", "市场"],
  language: ["language", "lang", "语言"],
  channel: ["channel", "渠道"],
  text: ["text", "message", "says", "contains", "keyword", "keywords", "关键词", "内容", "消息"],
  tags: ["tag", "tags", "标签"],
  source: ["source", "ad", "来源"],
  messages: ["messages", "消息条数", "消息数"],
  "time.weekday": ["weekday", "day", "星期", "周几"],
  "time.hour": ["hour", "time", "几点", "小时"],
  "time.date": ["date", "日期"],
  "contact.name": ["name", "contact", "姓名"],
};
const OUTCOME = ["outcome", "go to", "goes to", "goes by", "way", "way out", "then go", "next", "结果", "走向", "走哪个出口", "出口", "去向", "下一步"];
const SETS = /^(?:set|sets|=|=>|→|then|设置|设为|输出)\s*[:：]?\s*(.+)$/;
const ASKS = /^(?:if|when|value|如果|当|变量)\s*[:：]?\s*(.+)$/;

// What a header is about: {kind: "when", fact}, {kind: "then", name}, {kind: "outcome"}; null where it says nothing known.
// `facts`: [{name, title}], values of the conversation among them; `sets` are the names that the table sets already.
function roleOf(title, facts, sets = []) {
  const plain = folded(title).replace(/[“”"?？:：]/g, "").trim();
  if (!plain) return null;
  if (OUTCOME.includes(plain)) return { kind: "outcome" };
  const set = SETS.exec(plain);
  if (set) return { kind: "then", name: slug(set[1]) };
  if (sets.includes(slug(plain))) return { kind: "then", name: slug(plain) };
  const asked = ASKS.exec(plain)?.[1] ?? plain;
  const named = ({ name, title: said }) => [name, name.replace(/^value\./, ""), folded(said).replace(/[“”"]/g, "")].includes(asked) || CALLED[name]?.includes(asked);
  const fact = facts.find(named);
  return fact ? { kind: "when", fact: fact.name } : null;
}

// The sheet's columns with their roles, and the rows beneath. Without a header every column is left out until its role
// is chosen. What a header names that nobody knows is set by the row: it stands to the right of what is known.
export function recognised(sheet, facts, sets = []) {
  const [first = [], ...rest] = sheet;
  const found = first.map((title) => roleOf(title, facts, sets));
  const header = found.some(Boolean);
  if (!header) return { header, titles: first.map(() => ""), roles: first.map(() => ({ kind: "skip" })), body: sheet };
  const last = found.findLastIndex((role) => role?.kind === "when");
  const roles = found.map((role, at) => role ?? (first[at] && at > last ? { kind: "then", name: slug(first[at]) || `result_${at + 1}` } : { kind: "skip" }));
  return { header, titles: first, roles, body: rest };
}

// The table that the sheet makes, beneath what is there already (`columns`, `results`, `outcomes`, `rows`); `faults` are the
// cells it cannot tell, {row, at, text, fault, part}: their rows are left out, for an empty cell would hold for anything.
// `kindOf(fact)` and `namesOf(fact)` say what a cell may be.
export function tableOf({ roles, body }, { kindOf, namesOf, columns = [], results = [], outcomes = [], rows = [] }) {
  const made = { columns: [...columns], results: [...results], outcomes: [...outcomes], rows: [...rows] };
  const add = (list, one) => {
    made[list].push(one);
    return one;
  };
  const fresh = (list, name, base, others = []) => freshId(name, base, [...made[list].map(({ id }) => id), ...others]);
  const plan = roles.map((role, at) => {
    if (role.kind === "when") {
      const kind = kindOf(role.fact);
      const names = namesOf(role.fact);
      const op = operatorOf(role.fact, kind, body.map((cells) => cells[at] ?? ""), Boolean(names));
      const column = columns.find(({ fact }) => fact === role.fact) ?? add("columns", { id: fresh("columns", slug(role.fact), "column"), fact: role.fact, op });
      return { ...role, id: column.id, read: (text) => readCell(text, { ...column, kind }, names) };
    }
    if (role.kind !== "then") return role;
    const result = results.find(({ name }) => name === role.name) ?? add("results", { id: fresh("results", role.name, "result"), name: role.name });
    return { ...role, id: result.id };
  });
  const wayOf = (text) => {
    if (isAny(text)) return "";
    const there = made.outcomes.find(({ id, title }) => folded(title || id) === folded(text));
    return (there ?? add("outcomes", { id: fresh("outcomes", text, "way", ["done", "otherwise"]), title: text.slice(0, 80) })).id;
  };
  const faults = [];
  body.forEach((cells, at) => {
    const row = { id: fresh("rows", "", "r"), when: {}, then: {}, outcome: "" };
    const before = faults.length;
    plan.forEach((role, column) => {
      const text = cells[column] ?? "";
      if (role.kind === "when") {
        const { value, fault, part } = role.read(text);
        if (fault) faults.push({ row: at, at: column, text, fault, part: part ?? text });
        else if (value !== null) row.when[role.id] = value;
      } else if (role.kind === "then") {
        const value = readResult(text);
        if (value !== null) row.then[role.id] = value;
      }
    });
    if (faults.length > before) return;
    const way = plan.findIndex(({ kind }) => kind === "outcome");
    if (way >= 0) row.outcome = wayOf(cells[way] ?? "");
    made.rows.push(row);
  });
  return { ...made, faults };
}
