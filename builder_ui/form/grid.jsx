// A grid of cells under the hand as spreadsheets are: arrows, Enter, Tab, F2, Delete, ranges, copy and paste.
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { several } from "./cells.js";
import { useForm } from "./draft.js";
import { moved, rectangle, spread } from "./ranges.js";
import { parseSheet, writeSheet } from "./sheet.js";
import { matching, Options } from "./suggest.jsx";

// `columns`: [{id, head, items?, single?}]; `rows`: [{id}], the grid shows an empty one more, to write on. `textOf(row,
// column)` is what a cell shows, `onWrite([{row, col, text}])` changes them, `faults["row column"]` is what is wrong.
export function Grid({ columns, rows, textOf, faults, marks, label, onWrite, onMove, onUndo, disabled, place, setPlace, gridRef }) {
  const { words } = useForm().lists;
  const [editing, setEditing] = useState(null);
  const own = useRef(null);
  const root = gridRef ?? own;
  const count = rows.length + (disabled ? 0 : 1);
  const at = { row: Math.min(place.row, count - 1), col: Math.min(place.col, columns.length - 1) };
  const anchor = place.anchor ?? at;
  const range = rectangle(at, anchor);
  const latest = useRef({});
  latest.current = { onMove };

  // The focus goes with the place, as long as it is in the grid at all.
  useLayoutEffect(() => {
    if (editing || !root.current.contains(document.activeElement)) return;
    const cell = root.current.querySelector("[tabindex='0'][role=gridcell]");
    if (cell !== document.activeElement) cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [at.row, at.col, editing, count]);

  useEffect(() => root.current.focus(), []);

  const go = (next, keep) => setPlace({ ...next, anchor: keep ? anchor : undefined });
  const begin = (text) => !disabled && setEditing({ text: text ?? cellText(at.row, at.col), fresh: text !== undefined });
  const cellText = (row, col) => (rows[row] ? (faults[`${rows[row].id} ${columns[col].id}`]?.text ?? textOf(rows[row], columns[col])) : "");
  const commit = (text, step) => {
    // The cell has the focus again before the field in it goes.
    flushSync(() => setEditing(null));
    if (text !== cellText(at.row, at.col)) onWrite([{ ...at, text }]);
    const next = step && moved(at, step, rows.length + 1, columns.length);
    setPlace({ ...(next ?? at) });
    root.current.focus();
  };
  const cancel = () => {
    flushSync(() => setEditing(null));
    root.current.focus();
  };
  const eachCell = (write) => {
    const cells = [];
    for (let row = range.top; row <= range.bottom; row += 1) for (let col = range.left; col <= range.right; col += 1) cells.push(write(row, col));
    return cells;
  };
  const clear = () => onWrite(eachCell((row, col) => ({ row, col, text: "" })).filter(({ row }) => rows[row]));

  const press = (event) => {
    if (editing || !event.target.closest("[role=gridcell]")) return;
    const ctrl = event.ctrlKey || event.metaKey;
    if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      if (!disabled) onMove(event.key === "ArrowUp" ? -1 : 1);
    } else if (ctrl && event.key.toLowerCase() === "a") setPlace({ row: 0, col: 0, anchor: { row: Math.max(0, rows.length - 1), col: columns.length - 1 } });
    else if (ctrl && ["z", "y"].includes(event.key.toLowerCase())) onUndo(event.key.toLowerCase() === "y" || event.shiftKey);
    else if (event.key === "Enter" || event.key === "F2") begin();
    else if (["Delete", "Backspace"].includes(event.key)) {
      if (!disabled) clear();
    } else if (event.key.length === 1 && !ctrl && !event.altKey) begin(event.key);
    else if (event.key === "Process" || event.keyCode === 229) {
      flushSync(() => begin(""));
      return;
    } else {
      const next = moved(at, { key: event.key, ctrl, shift: event.shiftKey }, count, columns.length);
      if (!next) return;
      go(next, event.shiftKey && event.key !== "Tab");
    }
    event.preventDefault();
  };
  const copy = (event) => {
    if (editing || !event.target.closest("[role=gridcell]")) return;
    const lines = [];
    for (let row = range.top; row <= Math.min(range.bottom, rows.length - 1); row += 1) {
      lines.push(columns.slice(range.left, range.right + 1).map((_, col) => cellText(row, range.left + col)));
    }
    event.clipboardData.setData("text/plain", writeSheet(lines));
    event.preventDefault();
    if (event.type === "cut" && !disabled) clear();
  };
  const paste = (event) => {
    if (editing || disabled || !event.target.closest("[role=gridcell]")) return;
    event.preventDefault();
    const text = event.clipboardData.getData("text/plain");
    const sheet = text.includes("\t") || text.includes("\n") ? parseSheet(text) : [[text.trim()]];
    const cells = spread(sheet, range, columns.length);
    if (!cells.length) return;
    onWrite(cells);
    const end = cells.at(-1);
    setPlace({ row: range.top, col: range.left, anchor: { row: end.row, col: end.col } });
  };
  // A row's number is its handle: a click takes the whole row, pulling puts it elsewhere.
  const grip = (event, number) => {
    const row = Number(number.dataset.number);
    if (!rows[row]) return;
    event.preventDefault();
    setPlace({ row, col: 0, anchor: { row, col: columns.length - 1 } });
    root.current.focus();
    if (disabled) return;
    let over = null;
    const drag = ({ clientX, clientY }) => {
      const found = document.elementFromPoint(clientX, clientY)?.closest(".grid-row")?.querySelector("[data-number]");
      delete over?.dataset.over;
      over = found && root.current.contains(found) && Number(found.dataset.number) !== row ? found : null;
      if (over) over.dataset.over = Number(over.dataset.number) < row ? "before" : "after";
    };
    const drop = () => {
      removeEventListener("pointermove", drag);
      removeEventListener("pointerup", drop);
      if (!over) return;
      delete over.dataset.over;
      latest.current.onMove(Math.min(Number(over.dataset.number), rows.length - 1) - row);
    };
    addEventListener("pointermove", drag);
    addEventListener("pointerup", drop);
  };
  const point = (event) => {
    const number = event.target.closest("[data-number]");
    if (number && !editing && !event.button) return grip(event, number);
    const cell = event.target.closest("[data-row][data-col]");
    if (!cell || editing || event.button) return undefined;
    const placeOf = (one) => ({ row: Number(one.dataset.row), col: Number(one.dataset.col) });
    const first = event.shiftKey ? anchor : placeOf(cell);
    setPlace({ ...placeOf(cell), anchor: event.shiftKey ? anchor : undefined });
    cell.focus({ preventScroll: true });
    const drag = ({ clientX, clientY }) => {
      const over = document.elementFromPoint(clientX, clientY)?.closest("[data-row][data-col]");
      if (over && root.current.contains(over)) setPlace({ ...placeOf(over), anchor: first });
    };
    const drop = () => {
      removeEventListener("pointermove", drag);
      removeEventListener("pointerup", drop);
    };
    addEventListener("pointermove", drag);
    addEventListener("pointerup", drop);
    return undefined;
  };

  const shared = { columns, textOf, faults, commit, cancel, words };
  return (
    <div
      ref={root}
      className="grid"
      role="grid"
      tabIndex={-1}
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      style={{ "--columns": columns.length }}
      onKeyDown={press}
      onCopy={copy}
      onCut={copy}
      onPaste={paste}
      onPointerDown={point}
      onDoubleClick={(event) => event.target.closest("[data-row]") && begin()}
      onFocus={(event) => event.target === root.current && root.current.querySelector("[tabindex='0'][role=gridcell]")?.focus()}
    >
      <div className="grid-row grid-head" role="row" aria-rowindex={1}>
        <div className="grid-corner" role="columnheader">
          <span className="hidden-text">{words.row}</span>
        </div>
        {columns.map(({ id, head }) => (
          <div key={id} role="columnheader" className="grid-column">
            {head}
          </div>
        ))}
      </div>
      {Array.from({ length: count }, (_, row) => {
        const inRange = row >= range.top && row <= range.bottom;
        return (
          <Row
            key={rows[row]?.id ?? " "}
            number={row}
            row={rows[row]}
            active={row === at.row ? at.col : -1}
            from={inRange ? range.left : -1}
            to={inRange ? range.right : -1}
            editing={row === at.row ? editing : null}
            mark={marks[rows[row]?.id]}
            shared={shared}
            version={rows[row] ? (faults[rows[row].id] ?? 0) : 0}
          />
        );
      })}
    </div>
  );
}

// A row is drawn anew only when something in it changed: what it is written with (`shared`) is the same for all.
const Row = memo(
  function Row({ number, row, active, from, to, editing, mark, shared }) {
    const { columns, textOf, faults, words } = shared;
    return (
      <div className={`grid-row${mark ? " marked" : ""}${row ? "" : " fresh"}`} role="row" aria-rowindex={number + 2}>
        <div className="grid-number" role="rowheader" data-number={number} title={mark}>
          {row ? number + 1 : "+"}
          {mark && <span className="hidden-text">{mark}</span>}
        </div>
        {columns.map((column, col) => {
          const fault = row && faults[`${row.id} ${column.id}`];
          const here = col === active;
          return (
            <div
              key={column.id}
              role="gridcell"
              aria-colindex={col + 2}
              aria-selected={col >= from && col <= to}
              aria-invalid={fault ? true : undefined}
              tabIndex={here ? 0 : -1}
              data-row={number}
              data-col={col}
              className={`grid-cell${here ? " here" : ""}${fault ? " wrong" : ""}`}
              title={fault?.message}
            >
              {here && editing ? (
                <CellInput column={column} first={editing} commit={shared.commit} cancel={shared.cancel} words={words} />
              ) : (
                <Shown text={fault?.text ?? (row ? textOf(row, column) : "")} any={row ? column.any : ""} />
              )}
            </div>
          );
        })}
      </div>
    );
  },
  (a, b) =>
    a.row === b.row && a.number === b.number && a.active === b.active && a.from === b.from && a.to === b.to && a.editing === b.editing && a.mark === b.mark && a.version === b.version && a.shared.columns === b.shared.columns && (b.active < 0 || a.shared === b.shared),
);

const Shown = ({ text, any }) => (
  <span dir="auto" className={text ? undefined : "grid-any"}>
    {text || any}
  </span>
);

// Names listed beneath a cell at the most.
const MOST = 60;
const LAST_PART = /[^\n,;、，；|]*$/;

// The text of a cell, with the names that fit the part one writes.
function CellInput({ column, first, commit, cancel, words }) {
  const [text, setText] = useState(first.text);
  const [chosen, setChosen] = useState(-1);
  const [open, setOpen] = useState(first.fresh || !first.text);
  const box = useRef(null);
  const done = useRef(false);
  useEffect(() => {
    box.current.focus();
    if (!first.fresh) box.current.select();
    return undefined;
  }, []);
  const items = column.items ?? [];
  const part = column.single ? text : LAST_PART.exec(text)[0].replace(/^.*\s(?:or|and)\s|^.*[或和]/i, "");
  const wanted = part.trim().toLowerCase();
  const given = column.single ? [] : several(text).slice(0, wanted ? -1 : undefined);
  const left = items.filter(({ title }) => !given.includes(title));
  const found = open ? matching(left, wanted).slice(0, MOST) : [];
  const end = (value, step) => {
    if (done.current) return;
    done.current = true;
    commit(value, step);
  };
  const pick = (value) => {
    const title = items.find((item) => item.value === value)?.title ?? "";
    const next = column.single ? title : `${text.slice(0, text.length - part.length)}${part.startsWith(" ") ? " " : ""}${title}`;
    if (column.single) return end(next, { key: "ArrowDown" });
    setText(next);
    setChosen(-1);
    setOpen(false);
    box.current.focus();
    return undefined;
  };
  const press = (event) => {
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) setChosen((chosen + step + found.length + (chosen < 0 && step < 0 ? 1 : 0)) % found.length);
    else if (event.key === "Enter" && event.altKey) return;
    else if (event.key === "Enter" && found[chosen]) pick(found[chosen].value);
    else if (event.key === "Enter") end(text, { key: event.shiftKey ? "ArrowUp" : "ArrowDown" });
    else if (event.key === "Tab") end(text, { key: "Tab", shift: event.shiftKey });
    else if (event.key === "Escape") {
      done.current = true;
      cancel();
    } else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        ref={box}
        className="grid-input"
        role={items.length ? "combobox" : undefined}
        aria-expanded={items.length ? found.length > 0 : undefined}
        aria-controls={items.length ? "grid-names" : undefined}
        aria-activedescendant={found[chosen] ? `grid-names${chosen}` : undefined}
        aria-label={column.title}
        value={text}
        dir="auto"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(-1);
          setOpen(true);
        }}
        onBlur={() => end(text)}
        onKeyDown={press}
        onPointerDown={(event) => event.stopPropagation()}
      />
      {found.length > 0 && <Options name="grid-names" anchor={box} label={column.title} found={found} at={chosen} setAt={setChosen} chosen={[]} pick={pick} none={words.nothing_found} />}
    </>
  );
}
