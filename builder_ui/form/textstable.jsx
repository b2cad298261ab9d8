// Texts side by side: a line for each text, a column for each language.
import { Copy } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Counter } from "./counter.jsx";
import { useDraft, useForm } from "./draft.js";
import { shown, stored } from "./placeholders.js";
import { lacks, missingIn } from "./textlist.js";
import { Filled, useVariables } from "./variables.jsx";

const AT_ONCE = 60;

// `rows`: [{node, path, title, kind, texts: {tag: text}, node_title?}]; `all`: those that the missing are counted over.
export function TextsTable({ rows, all = rows, languages, own, onText, onNode }) {
  const { words } = useForm().lists;
  const [many, setMany] = useState(AT_ONCE);
  const end = useRef(null);
  const root = useRef(null);
  const order = [...languages.filter(({ tag }) => tag === own), ...languages.filter(({ tag }) => tag !== own)];
  // The rest comes as one gets there.
  useEffect(() => {
    const seen = new IntersectionObserver(([entry]) => entry.isIntersecting && setMany((now) => now + AT_ONCE), { root: root.current, rootMargin: "400px" });
    if (end.current) seen.observe(end.current);
    return () => seen.disconnect();
  }, [rows.length > many]);
  const press = (event) => {
    const step = event.altKey && { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step && !(event.key === "Enter" && (event.ctrlKey || event.metaKey))) return;
    const { cell } = event.target.dataset;
    if (!cell) return;
    const column = [...root.current.querySelectorAll(`[data-cell="${cell}"]`)];
    column[column.indexOf(event.target) + (step || 1)]?.focus();
    event.preventDefault();
  };
  // By itself the browser shows no more of a field than where the caret is.
  const show = ({ target }) => target.closest("td")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  return (
    <div className="texts" ref={root} onKeyDown={press} onFocus={show}>
      <table style={{ "--languages": order.length }}>
        <thead>
          <tr>
            <th scope="col" className="texts-where">
              {words.text_of}
            </th>
            {order.map(({ tag, name }) => {
              const missing = missingIn(all, tag);
              return (
                <th key={tag} scope="col" className={tag === own ? "texts-own" : undefined}>
                  {name} {missing > 0 && <span className="form-missing">{words.missing_count.replace("{count}", missing)}</span>}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, many).map((row, at) => (
            <tr key={`${row.node} ${row.path}`}>
              <th scope="row" className="texts-where">
                {row.node_title && row.node !== rows[at - 1]?.node && (
                  <button type="button" className="form-link" onClick={() => onNode(row.node)}>
                    {row.node_title}
                  </button>
                )}
                <span>{row.title}</span>
              </th>
              {order.map(({ tag, name }) => (
                <td key={tag} className={`${tag === own ? "texts-own" : ""}${lacks(row, tag) ? " lacking" : ""}`}>
                  <Cell row={row} tag={tag} own={own} label={`${row.node_title ?? ""} ${row.title}: ${name}`.trim()} onText={(text) => onText(row, tag, text)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > many && <div ref={end} className="texts-end" />}
      {!rows.length && <p className="texts-none">{words.nothing_found}</p>}
    </div>
  );
}

function Cell({ row, tag, own, label, onText }) {
  const { form, lists } = useForm();
  const known = useVariables();
  const source = shown(row.texts[own] ?? "", known);
  const draft = useDraft(shown(row.texts[tag] ?? "", known), (text) => onText(stored(text, known)), true);
  const copy = () => {
    draft.change(source);
    draft.send();
  };
  const empty = !draft.text.trim();
  return (
    <div className="texts-cell">
      <Filled draft={draft} className="input form-text" rows={1} data-cell={tag} aria-label={label} lang={tag} dir="auto" placeholder={tag === own ? "" : source} disabled={form.locked} maxLength={10_000} />
      {empty && tag !== own && source && !form.locked && (
        <button type="button" className="form-icon texts-copy" aria-label={`${lists.words.copy_source} (${label})`} title={lists.words.copy_source} onClick={copy}>
          <Copy size={14} aria-hidden="true" />
        </button>
      )}
      <Counter length={stored(draft.text, known).length} kind={row.kind} />
    </div>
  );
}
