// Every text of the flow in all its languages, over the canvas.
import "./form.css";
import "./pieces.css";
import "./table.css";
import "./texts.css";
import { act } from "../../canvas/canvas/store.js";
import { useMemo, useState } from "react";
import { FormContext } from "./draft.js";
import { Large } from "./large.jsx";
import { measured, standing } from "./measure.js";
import { chosen } from "./textlist.js";
import { TextsTable } from "./textstable.jsx";

export function AllTexts({ texts, lists, onClose, onGo }) {
  if (!texts?.rows || !lists?.words) return null;
  return <Shown key={texts.flow} texts={texts} lists={lists} onClose={onClose} onGo={onGo} />;
}

function Shown({ texts, lists, onClose, onGo }) {
  const { words } = lists;
  const [rows, setRows] = useState(texts.rows);
  const [search, setSearch] = useState("");
  const [filter, setFilter] = useState("");
  // What a filter chose stays while one mends it: it goes with the next choice or search.
  const [settled, setSettled] = useState(rows);
  const isLong = (row) => Object.values(row.texts).some((text) => standing(text.length, measured(text.length, row.kind, lists.limits, texts.channels)).state === "over");
  const found = useMemo(() => new Set(chosen(settled, search, filter, isLong).map(({ node, path }) => `${node} ${path}`)), [settled, search, filter]);
  const shown = rows.filter(({ node, path }) => found.has(`${node} ${path}`));
  const choose = (next) => {
    setSettled(rows);
    setFilter(next);
  };
  const put = (row, language, text) => {
    setRows((now) => now.map((one) => (one.node === row.node && one.path === row.path ? { ...one, texts: { ...one.texts, [language]: text } } : one)));
    act({ op: "translate", language, node: row.node, path: row.path, text, base: row.texts[language] });
  };
  const form = { locked: texts.locked, channels: texts.channels, options: { values: texts.values ?? [] }, problems: {}, refused: {} };
  const tools = (
    <div className="large-tools">
      <input
        className="input texts-search"
        type="search"
        aria-label={words.search_texts}
        placeholder={words.search_texts}
        value={search}
        onChange={(event) => {
          setSettled(rows);
          setSearch(event.target.value);
        }}
      />
      <select className="input" aria-label={words.which_texts} value={filter} onChange={(event) => choose(event.target.value)}>
        <option value="">{words.texts_all}</option>
        <option value="missing">{words.texts_missing}</option>
        {texts.languages.map(({ tag, name }) => (
          <option key={tag} value={`missing:${tag}`}>
            {words.texts_missing_in.replace("{name}", name)}
          </option>
        ))}
        <option value="long">{words.texts_long}</option>
      </select>
      <span className="form-help" role="status">
        {words.texts_shown.replace("{count}", shown.length).replace("{most}", rows.length)}
      </span>
    </div>
  );
  return (
    <FormContext.Provider value={{ form, lists }}>
      <div className="form form-outside">
        <Large title={words.all_texts} onClose={onClose} tools={tools} foot={<p className="form-help">{words.texts_keys}</p>} className="texts-large">
          <TextsTable
            rows={shown}
            all={rows}
            languages={texts.languages}
            own={texts.own}
            onText={put}
            onNode={(node) => {
              onClose();
              onGo(node);
            }}
          />
        </Large>
      </div>
    </FormContext.Provider>
  );
}
