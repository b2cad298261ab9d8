// A sheet pasted from a spreadsheet, looked over before it becomes the table: what each column is, what is not understood.
import { useEffect, useMemo, useRef, useState } from "react";
import { FactOptions } from "./column.jsx";
import { useForm } from "./draft.js";
import { slug } from "./ids.js";
import { Large } from "./large.jsx";
import { recognised, tableOf } from "./pasted.js";
import { parseSheet } from "./sheet.js";

const SHOWN = 50;
const MOST_ROWS = 500;

export function SheetImport({ table, facts, reading, onTake, onClose }) {
  const { words } = useForm().lists;
  const [sheet, setSheet] = useState(null);
  const [beneath, setBeneath] = useState(false);
  const box = useRef(null);
  useEffect(() => box.current?.focus(), [sheet]);
  const made = useMemo(() => {
    if (!sheet) return null;
    const there = beneath ? table : { columns: [], results: [], rows: [], outcomes: table.outcomes };
    return tableOf(sheet, { ...reading, ...there });
  }, [sheet, beneath, reading, table]);
  const take = (text) => {
    const lines = parseSheet(text);
    if (lines.length) setSheet(recognised(lines, facts, table.results.map(({ name }) => name)));
  };
  const read = async (event) => {
    const [file] = event.target.files;
    if (file) take(await file.text());
  };
  const faults = Object.fromEntries((made?.faults ?? []).map((one) => [`${one.row} ${one.at}`, one]));
  const left = new Set((made?.faults ?? []).map(({ row }) => row)).size;
  const rows = made ? made.rows.length - (beneath ? table.rows.length : 0) : 0;
  const useful = made && sheet.roles.some(({ kind }) => kind !== "skip") && rows > 0 && made.rows.length <= MOST_ROWS;
  const setRole = (at, role) => setSheet({ ...sheet, roles: sheet.roles.map((one, place) => (place === at ? role : one)) });
  const foot = sheet && (
    <div className="import-foot">
      <p role="status" className="grow">
        {words.rows_taken.replace("{count}", rows)}
        {left > 0 && <span className="table-wrong"> {words.rows_left.replace("{count}", left)}</span>}
        {made.rows.length > MOST_ROWS && <span className="table-wrong"> {words.too_many_rows.replace("{most}", MOST_ROWS)}</span>}
      </p>
      {table.rows.length > 0 && (
        <label className="form-check">
          <input type="checkbox" checked={beneath} onChange={(event) => setBeneath(event.target.checked)} />
          {words.add_beneath.replace("{count}", table.rows.length)}
        </label>
      )}
      <button type="button" className="form-quiet" onClick={() => setSheet(null)}>
        {words.paste_again}
      </button>
      <button
        type="button"
        className="form-main"
        disabled={!useful}
        onClick={() => {
          const { faults: _, ...next } = made;
          onTake(next);
        }}
      >
        {words.take_sheet}
      </button>
    </div>
  );
  return (
    <Large title={words.paste_sheet} onClose={onClose} foot={foot}>
      {!sheet ? (
        <div className="import-begin">
          <p>{words.paste_help}</p>
          <textarea
            className="input"
            rows={10}
            aria-label={words.paste_here}
            placeholder={words.paste_here}
            ref={box}
            onPaste={(event) => {
              event.preventDefault();
              take(event.clipboardData.getData("text/plain"));
            }}
            onChange={(event) => event.target.value.includes("\n") && take(event.target.value)}
          />
          <label className="form-quiet import-file">
            {words.or_a_file}
            <input type="file" accept=".csv,.tsv,.txt,text/csv,text/plain" onChange={read} />
          </label>
        </div>
      ) : (
        <div className="import-sheet" tabIndex={0} role="region" aria-label={words.paste_sheet}>
          <table>
            <thead>
              <tr>
                {sheet.roles.map((role, at) => (
                  <th key={at} scope="col">
                    <span className="column-under">{sheet.titles[at] || words.column_number.replace("{number}", at + 1)}</span>
                    <Role role={role} title={sheet.titles[at]} facts={facts} onRole={(next) => setRole(at, next)} label={words.column_is.replace("{name}", sheet.titles[at] || at + 1)} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {sheet.body.slice(0, SHOWN).map((cells, row) => (
                <tr key={row}>
                  {sheet.roles.map((role, at) => {
                    const fault = faults[`${row} ${at}`];
                    return (
                      <td key={at} className={fault ? "wrong" : role.kind === "skip" ? "skipped" : undefined} dir="auto">
                        {cells[at] || (role.kind === "when" ? <span className="grid-any">{words.any}</span> : "")}
                        {fault && <span className="import-fault">{words[fault.fault].replace("{text}", fault.part)}</span>}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
          {sheet.body.length > SHOWN && <p className="form-help">{words.more_rows.replace("{count}", sheet.body.length - SHOWN)}</p>}
        </div>
      )}
    </Large>
  );
}

function Role({ role, title, facts, onRole, label }) {
  const { words } = useForm().lists;
  const shown = role.kind === "when" ? `when:${role.fact}` : role.kind;
  const name = role.kind === "then" ? role.name : slug(title) || "result";
  const choose = (value) => {
    if (value.startsWith("when:")) onRole({ kind: "when", fact: value.slice(5) });
    else onRole(value === "then" ? { kind: "then", name } : { kind: value });
  };
  return (
    <select className="input" aria-label={label} value={shown} onChange={(event) => choose(event.target.value)}>
      <option value="skip">{words.role_skip}</option>
      <option value="outcome">{words.leads_to}</option>
      <option value="then">{words.role_sets.replace("{name}", name)}</option>
      <FactOptions facts={facts.map((fact) => ({ ...fact, name: `when:${fact.name}` }))} />
    </select>
  );
}
