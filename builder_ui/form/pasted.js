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
const OUTCOME = ["outcome", "go to", "goes to", "way", "way out", "then go", "next", "结果", "走向", "出口", "去向", "下一步"];
const SETS = /^(?:set|sets|=|=>|→|then|设置|设为|输出)\s*[:：]?\s*(.+)$/;
const ASKS = /^(?:if|when|value|如果|当|变量)\s*[:：]?\s*(.+)$/;

// What a header is about: {kind: "when", fact}, {kind: "then", name}, {kind: "outcome"}; null where it says nothing known.
// `facts`: [{name, title}], values of the conversation among them.
export function roleOf(title, facts) {
  const plain = folded(title).replace(/[“”"?？:：]/g, "").trim();
  if (!plain) return null;
  if (OUTCOME.includes(plain)) return { kind: "outcome" };
  const sets = SETS.exec(plain);
  if (sets) return { kind: "then", name: slug(sets[1]) };
  const asked = ASKS.exec(plain)?.[1] ?? plain;
  const named = ({ name, title: said }) => [name, name.replace(/^value\./, ""), folded(said).replace(/[“”"]/g, "")].includes(asked) || CALLED[name]?.includes(asked);
  const fact = facts.find(named);
  return fact ? { kind: "when", fact: fact.name } : null;
}

// The sheet's columns with their roles, and the rows beneath. Without a header every column is left out until its role
// is chosen. What a header names that nobody knows is set by the row: it stands to the right of what is known.
export function recognised(sheet, facts) {
  const [first = [], ...rest] = sheet;
  const found = first.map((title) => roleOf(title, facts));
  const header = found.some(Boolean);
  if (!header) return { header, titles: first.map(() => ""), roles: first.map(() => ({ kind: "skip" })), body: sheet };
  const last = found.findLastIndex((role) => role?.kind === "when");
  const roles = found.map((role, at) => role ?? (first[at] && at > last ? { kind: "then", name: slug(first[at]) || `result_${at + 1}` } : { kind: "skip" }));
  return { header, titles: first, roles, body: rest };
}

// The table that the sheet makes: {columns, results, outcomes, rows, faults: [{row, at, text, fault, part}]}, `row` a
// position in the body. `kindOf(fact)` and `namesOf(fact)` say what its cells may be; `outcomes` are those there are.
export function tableOf({ roles, body }, { kindOf, namesOf, outcomes = [] }) {
  const columns = [];
  const results = [];
  const ways = [...outcomes];
  const faults = [];
  const taken = (list) => list.map((one) => one.id);
  const plan = roles.map((role, at) => {
    if (role.kind === "when") {
      const kind = kindOf(role.fact);
      const names = namesOf(role.fact);
      const op = role.op ?? operatorOf(role.fact, kind, body.map((cells) => cells[at] ?? ""), Boolean(names));
      const id = freshId(slug(role.fact), "column", taken(columns));
      columns.push({ id, fact: role.fact, op });
      return { ...role, id, read: (text) => readCell(text, { fact: role.fact, op, kind }, names) };
    }
    if (role.kind === "then") {
      const id = freshId(role.name, "result", taken(results));
      results.push({ id, name: role.name });
      return { ...role, id };
    }
    return role;
  });
  const wayOf = (text) => {
    if (isAny(text)) return "";
    const there = ways.find(({ id, title }) => folded(title || id) === folded(text));
    if (there) return there.id;
    const id = freshId(text, "way", [...taken(ways), "done", "otherwise"]);
    ways.push({ id, title: text.slice(0, 80) });
    return id;
  };
  const rows = [];
  body.forEach((cells, at) => {
    const row = { id: `r${at + 1}`, when: {}, then: {}, outcome: "" };
    plan.forEach((role, column) => {
      const text = cells[column] ?? "";
      if (role.kind === "when") {
        const { value, fault, part } = role.read(text);
        if (fault) faults.push({ row: at, at: column, text, fault, part: part ?? text });
        else if (value !== null) row.when[role.id] = value;
      } else if (role.kind === "then") {
        const value = readResult(text);
        if (value !== null) row.then[role.id] = value;
      } else if (role.kind === "outcome") row.outcome = wayOf(text);
    });
    rows.push(row);
  });
  return { columns, results, outcomes: ways, rows, faults };
}
