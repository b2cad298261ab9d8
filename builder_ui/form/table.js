// A decision table as one edits it: its rows, columns and ways out as one value, changed by what is written in its cells.
import { folded, isAny, readCell, readResult, writeCell, writeResult } from "./cells.js";
import { freshId, slug } from "./ids.js";

const FIELDS = ["columns", "results", "outcomes", "rows"];
const RESERVED = ["done", "otherwise"];
const OUTCOME = "outcome";

const ids = (list) => list.map(({ id }) => id);

// The table's columns for the hand: conditions, then what a row sets, then where it leads.
export function columnsOf({ columns, results }) {
  return [
    ...columns.map((column) => ({ key: `when:${column.id}`, part: "when", ...column })),
    ...results.map((result) => ({ key: `then:${result.id}`, part: "then", ...result })),
    { key: OUTCOME, part: OUTCOME, id: OUTCOME },
  ];
}

export function cellText(table, row, column, { namesOf, words }) {
  if (column.part === "when") return writeCell(row.when[column.id], column, namesOf(column.fact), words);
  if (column.part === "then") return writeResult(row.then[column.id]);
  const way = table.outcomes.find(({ id }) => id === row.outcome);
  return way ? way.title || way.id : row.outcome;
}

export const freshRow = (rows) => ({ id: freshId("", "r", ids(rows)), when: {}, then: {}, outcome: "" });

const without = (object, key) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

// The table with texts written into its cells [{row, col, text}], rows added where they are beneath the last; and what
// could not be told: {"row column": {text, fault, part}}, null for a cell that is well now. Such a cell stays as it was.
export function written(table, cells, { kindOf, namesOf, words }) {
  const columns = columnsOf(table);
  const rows = [...table.rows];
  const outcomes = [...table.outcomes];
  const faults = {};
  const wayOf = (text) => {
    if (isAny(text)) return "";
    const plain = folded(text);
    const there = outcomes.find(({ id, title }) => folded(title || id) === plain);
    if (there) return there.id;
    if (plain === "done" || plain === folded(words.done ?? "done")) return "";
    const id = freshId(text, "way", [...ids(outcomes), ...RESERVED]);
    outcomes.push({ id, title: text.trim().slice(0, 80) });
    return id;
  };
  for (const { row: at, col, text } of cells) {
    if (!rows[at] && !text.trim()) continue;
    while (!rows[at]) rows.push(freshRow(rows));
    const column = columns[col];
    let row = rows[at];
    const place = `${row.id} ${column.key}`;
    faults[place] = null;
    if (column.part === "when") {
      const { value, fault, part } = readCell(text, { ...column, kind: kindOf(column.fact) }, namesOf(column.fact));
      if (fault) faults[place] = { text, fault, part: part ?? text };
      else row = { ...row, when: value === null ? without(row.when, column.id) : { ...row.when, [column.id]: value } };
    } else if (column.part === "then") {
      const value = readResult(text);
      row = { ...row, then: value === null ? without(row.then, column.id) : { ...row.then, [column.id]: value } };
    } else row = { ...row, outcome: wayOf(text) };
    rows[at] = row;
  }
  return { table: { ...table, rows, outcomes }, faults };
}

// The table with one more column; what its cells are, is said later.
export const withColumn = (table, fact, op) => ({ ...table, columns: [...table.columns, { id: freshId(slug(fact), "column", ids(table.columns)), fact, op }] });

export const withResult = (table, name) => ({ ...table, results: [...table.results, { id: freshId(name, "result", ids(table.results)), name }] });

// The table with a column about something else: its cells are read anew, those that say nothing there are emptied.
export function withFact(table, id, fact, op, { kindOf, namesOf, words }) {
  const before = table.columns.find((one) => one.id === id);
  const now = { id, fact, op };
  const rows = table.rows.map((row) => {
    if (!(id in row.when)) return row;
    const text = writeCell(row.when[id], before, namesOf(before.fact), words);
    const { value = null } = readCell(text, { ...now, kind: kindOf(fact) }, namesOf(fact));
    return { ...row, when: value === null ? without(row.when, id) : { ...row.when, [id]: value } };
  });
  return { ...table, rows, columns: table.columns.map((one) => (one.id === id ? now : one)) };
}

// The table without a column of conditions ("when") or of what is set ("then").
export function withoutColumn(table, part, id) {
  const list = part === "when" ? "columns" : "results";
  return { ...table, [list]: table[list].filter((one) => one.id !== id), rows: table.rows.map((row) => ({ ...row, [part]: without(row[part], id) })) };
}

export function withoutWay(table, id) {
  return { ...table, outcomes: table.outcomes.filter((one) => one.id !== id), rows: table.rows.map((row) => (row.outcome === id ? { ...row, outcome: "" } : row)) };
}

// The list with what stands at `from`..`to` moved one place.
export function shifted(list, from, to, step) {
  if (from + step < 0 || to + step >= list.length) return list;
  const next = [...list];
  const block = next.splice(from, to - from + 1);
  next.splice(from + step, 0, ...block);
  return next;
}

// The edits that make one table of another: one, or several at once.
export function editsOf(node, before, after) {
  const edits = FIELDS.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field])).map((field) => ({ op: "set", node, field, value: after[field], base: before[field] }));
  return edits.length > 1 ? { op: "batch", edits } : edits[0];
}

export const tableIn = (config) => Object.fromEntries(FIELDS.map((field) => [field, config[field] ?? []]));
