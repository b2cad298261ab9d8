// The decision table: small in the panel, and in a dialog as a sheet to work in.
import { ArrowDown, ArrowUp, ClipboardPaste, CopyPlus, Maximize2, Plus, Trash2, TriangleAlert } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { Add, Remove, inOrder } from "./choices.jsx";
import { useDraft, useForm, useHeld } from "./draft.js";
import { Field } from "./field.jsx";
import { Grid } from "./grid.jsx";
import { freshId } from "./ids.js";
import { Large } from "./large.jsx";
import { SheetImport } from "./import.jsx";
import { Sortable } from "./sortable.jsx";
import { cellText, columnsOf, editsOf, freshRow, shifted, tableIn, withColumn, withFact, withoutColumn, withoutWay, withResult, written } from "./table.js";
import { ColumnHead, firstOperator, useFacts } from "./column.jsx";
import { namesOf as namesIn } from "./value.jsx";

const SHOWN = 6;

// The table as it is in the draft, and how to change it: what changes goes up as one edit.
function useTable() {
  const { form, edit } = useForm();
  const before = useRef(null);
  const config = tableIn(form.config);
  const [table, hold] = useHeld(config, (next) => {
    const made = editsOf(form.node, before.current, next);
    if (made) edit(made);
  });
  before.current = table;
  return [table, hold];
}

// What the cells of each fact may be.
function useReading(facts) {
  const { form, lists } = useForm();
  return useMemo(() => {
    const known = new Map();
    const namesOf = (fact) => {
      if (!known.has(fact)) known.set(fact, namesIn(fact, form, lists));
      return known.get(fact);
    };
    const kinds = new Map(facts.map(({ name, kind }) => [name, kind]));
    const words = { or: lists.words.or, yes: lists.words.yes, no: lists.words.no, done: lists.words.way_done };
    return { namesOf, kindOf: (fact) => kinds.get(fact) ?? "value", words };
  }, [form.node, form.options, lists, facts]);
}

export function DecisionTableField({ field, id }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const [table, put] = useTable();
  const facts = useFacts();
  const reading = useReading(facts);
  const [open, setOpen] = useState("");
  const findings = form.table?.findings ?? [];
  const columns = columnsOf(table);
  const titleOf = (column) => (column.part === "when" ? (facts.find(({ name }) => name === column.fact)?.title ?? column.fact) : column.part === "then" ? column.name || words.no_name : words.leads_to);
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help} group>
      {table.rows.length > 0 && (
        <div className="table-small" onClick={() => setOpen("table")}>
          <table>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column.key} scope="col">
                    {titleOf(column)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.slice(0, SHOWN).map((row) => (
                <tr key={row.id}>
                  {columns.map((column) => (
                    <td key={column.key} dir="auto">
                      {cellText(table, row, column, reading) || (column.part === "when" ? <span className="grid-any">{words.any}</span> : "")}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {table.rows.length > SHOWN && <p className="form-help">{words.more_rows.replace("{count}", table.rows.length - SHOWN)}</p>}
      <div className="form-adds">
        <button type="button" className="form-add solid" onClick={() => setOpen("table")}>
          <Maximize2 size={16} aria-hidden="true" />
          {table.rows.length ? words.open_table : words.begin_table}
        </button>
        {!form.locked && (
          <button type="button" className="form-add" onClick={() => setOpen("paste")}>
            <ClipboardPaste size={16} aria-hidden="true" />
            {words.paste_sheet}
          </button>
        )}
      </div>
      <Ways table={table} put={put} />
      {open === "table" && <TableDialog table={table} put={put} facts={facts} reading={reading} findings={findings} onPaste={() => setOpen("paste")} onClose={() => setOpen("")} />}
      {open === "paste" && (
        <SheetImport
          table={table}
          facts={facts}
          reading={reading}
          onTake={(made) => {
            put(made);
            setOpen("table");
          }}
          onClose={() => setOpen(table.rows.length ? "table" : "")}
        />
      )}
    </Field>
  );
}

function Findings({ findings, onPick }) {
  if (!findings.length) return null;
  return (
    <ul className="table-findings">
      {findings.map((one, at) => (
        <li key={at}>
          <button type="button" className={`row-button table-finding ${one.kind}`} onClick={() => onPick(one)}>
            <TriangleAlert size={14} aria-hidden="true" />
            <span>{one.message}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function TableDialog({ table, put, facts, reading, findings, onPaste, onClose }) {
  const { form, lists, undo } = useForm();
  const { words } = lists;
  const [place, setPlace] = useState({ row: 0, col: 0 });
  const [faults, setFaults] = useState({});
  const grid = useRef(null);
  const columns = useMemo(
    () =>
      columnsOf(table).map((column, at, all) => ({
        ...column,
        id: column.key,
        title: column.part === "when" ? (facts.find(({ name }) => name === column.fact)?.title ?? column.fact) : column.part === "then" ? column.name : words.leads_to,
        items: column.part === "when" ? (reading.namesOf(column.fact) ?? (column.fact === "tags" ? form.options.tags.map((tag) => ({ value: tag, title: tag })) : [])) : column.part === "outcome" ? table.outcomes.map(({ id, title }) => ({ value: id, title: title || id })) : [],
        single: column.part !== "when",
        any: column.part === "when" ? words.any : "",
        head: (
          <ColumnHead
            column={column}
            facts={facts}
            onFact={(fact, op) => put(withFact(table, column.id, fact, op, reading))}
            onName={(name) => put({ ...table, results: table.results.map((one) => (one.id === column.id ? { ...one, name } : one)) })}
            onMove={(step) => {
              const list = column.part === "when" ? "columns" : "results";
              const from = table[list].findIndex((one) => one.id === column.id);
              put({ ...table, [list]: shifted(table[list], from, from, step) });
            }}
            onRemove={() => put(withoutColumn(table, column.part, column.id))}
            first={at === 0 || all[at - 1].part !== column.part}
            last={all[at + 1]?.part !== column.part}
          />
        ),
      })),
    [table, facts, reading, words],
  );
  const byKey = new Map(columnsOf(table).map((column) => [column.key, column]));
  const textOf = (row, column) => cellText(table, row, byKey.get(column.id), reading);
  const write = (cells) => {
    const done = written(table, cells, reading);
    const next = { ...faults };
    for (const [where, fault] of Object.entries(done.faults)) {
      const row = where.split(" ")[0];
      if (fault) next[where] = { text: fault.text, message: words[fault.fault].replace("{text}", fault.part) };
      else delete next[where];
      next[row] = (next[row] ?? 0) + 1;
    }
    setFaults(next);
    put(done.table);
  };
  const top = Math.min(place.row, place.anchor?.row ?? place.row);
  const bottom = Math.max(place.row, place.anchor?.row ?? place.row);
  const onRows = (rows, row) => {
    put({ ...table, rows });
    if (row !== undefined) setPlace({ row, col: place.col });
  };
  const insert = (at) => onRows([...table.rows.slice(0, at), freshRow(table.rows), ...table.rows.slice(at)], at);
  const some = table.rows.slice(top, bottom + 1);
  const duplicate = () => {
    const copies = [];
    for (const row of some) copies.push({ ...row, id: freshRow([...table.rows, ...copies]).id });
    onRows([...table.rows.slice(0, bottom + 1), ...copies, ...table.rows.slice(bottom + 1)], bottom + 1);
  };
  const move = (step) => {
    if (!some.length) return;
    const rows = shifted(table.rows, top, Math.min(bottom, table.rows.length - 1), step);
    if (rows === table.rows) return;
    put({ ...table, rows });
    setPlace({ ...place, row: place.row + step, anchor: place.anchor && { ...place.anchor, row: place.anchor.row + step } });
  };
  const marks = Object.fromEntries(findings.flatMap(({ rows, message }) => rows.map((row) => [row, message])));
  const wrong = Object.values(faults).filter((one) => one.message);
  const go = ({ rows }) => {
    const row = table.rows.findIndex(({ id }) => id === rows[0]);
    if (row < 0) return;
    setPlace({ row, col: 0, anchor: { row, col: columns.length - 1 } });
    grid.current.focus();
  };
  const tool = (Icon, label, run, off) => (
    <button type="button" className="form-icon" aria-label={label} title={label} disabled={off} onClick={run}>
      <Icon size={16} aria-hidden="true" />
    </button>
  );
  const addColumn = () => {
    const fact = facts.find(({ name }) => !table.columns.some((one) => one.fact === name)) ?? facts[0];
    put(withColumn(table, fact.name, firstOperator(fact)));
  };
  const tools = !form.locked && (
    <div className="large-tools" role="toolbar" aria-label={words.table_tools}>
      <button type="button" className="form-quiet" onClick={addColumn}>
        <Plus size={14} aria-hidden="true" />
        {words.add_condition}
      </button>
      <button type="button" className="form-quiet" onClick={() => put(withResult(table, freshId("", "value", table.results.map(({ name }) => name))))}>
        <Plus size={14} aria-hidden="true" />
        {words.add_result}
      </button>
      <span className="large-gap" />
      {tool(Plus, words.row_beneath, () => insert(Math.min(bottom + 1, table.rows.length)))}
      {tool(CopyPlus, words.row_duplicate, duplicate, !some.length)}
      {tool(ArrowUp, words.row_up, () => move(-1), !some.length || top === 0)}
      {tool(ArrowDown, words.row_down, () => move(1), !some.length || bottom >= table.rows.length - 1)}
      {tool(Trash2, words.row_remove, () => onRows(table.rows.filter((row) => !some.includes(row)), Math.max(0, top - (top >= table.rows.length - some.length ? 1 : 0))), !some.length)}
      <span className="large-gap" />
      <button type="button" className="form-quiet" onClick={onPaste}>
        <ClipboardPaste size={14} aria-hidden="true" />
        {words.paste_sheet}
      </button>
    </div>
  );
  const foot = (
    <>
      {wrong.length > 0 && <p className="table-wrong" role="status">{words.cells_wrong.replace("{count}", wrong.length)} {wrong[0].message}</p>}
      <Findings findings={findings} onPick={go} />
      <p className="form-help">{words.table_keys}</p>
    </>
  );
  return (
    <Large title={form.config.name || form.title} onClose={onClose} tools={tools} foot={foot} className="table-large">
      <Grid
        gridRef={grid}
        label={form.config.name || form.title}
        columns={columns}
        rows={table.rows}
        textOf={textOf}
        faults={faults}
        marks={marks}
        disabled={form.locked}
        place={place}
        setPlace={setPlace}
        onWrite={write}
        onMove={move}
        onUndo={undo}
      />
    </Large>
  );
}

// The ways out that rows may choose: named, put in order, taken out.
function Ways({ table, put }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const ways = table.outcomes;
  const add = () => {
    const title = words.way_number.replace("{number}", ways.length + 1);
    put({ ...table, outcomes: [...ways, { id: freshId(title, "way", [...ways.map(({ id }) => id), "done", "otherwise"]), title }] });
  };
  const titleOf = (id) => ways.find((one) => one.id === id)?.title || id;
  return (
    <div className="form-field" role="group" aria-label={words.ways_of_table}>
      <div className="form-label small">{words.ways_of_table}</div>
      <Sortable ids={ways.map(({ id }) => id)} titleOf={titleOf} disabled={form.locked} onOrder={(ids) => put({ ...table, outcomes: inOrder(ways, ids) })}>
        {(way, handle) => (
          <div className="form-row">
            {handle}
            <WayTitle title={titleOf(way)} onTitle={(title) => put({ ...table, outcomes: ways.map((one) => (one.id === way ? { ...one, title } : one)) })} label={words.way_title} />
            {!form.locked && <Remove label={words.remove_it.replace("{name}", titleOf(way))} onClick={() => put(withoutWay(table, way))} />}
          </div>
        )}
      </Sortable>
      {!form.locked && ways.length < 20 && <Add label={words.add_outcome} onClick={add} />}
    </div>
  );
}

function WayTitle({ title, onTitle, label }) {
  const { form } = useForm();
  const draft = useDraft(title, onTitle);
  return <input {...draft.props} className="input grow" aria-label={label} maxLength={80} disabled={form.locked} dir="auto" autoComplete="off" />;
}
