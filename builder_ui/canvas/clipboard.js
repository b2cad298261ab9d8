// Nodes and notes as text: what copy puts on the clipboard and paste takes from it, within a flow, between flows,
// in a file. Pure.

import { noteId, noteKey } from "./document.js";

const KIND = "parley/nodes";

// What is selected of a document, with the edges among it, as JSON text.
export function written(document, ids, language) {
  const chosen = new Set(ids);
  const nodes = {};
  const notes = [];
  for (const id of chosen) {
    const key = noteKey(id);
    if (key !== null) {
      notes.push(document.notes[key]);
      continue;
    }
    const { config, texts } = document.views[id];
    nodes[id] = { config, texts, at: document.nodes[id] };
  }
  const edges = Object.values(document.edges).filter(({ source, target }) => chosen.has(source) && chosen.has(target));
  return JSON.stringify({ kind: KIND, language, nodes, edges, notes }, null, 2);
}

const isPlace = (at) => at?.length === 2 && at.every(Number.isFinite);

// What was copied, or null when the text is something else. A whole flow's file is understood, too.
export function understood(text) {
  if (!text || text.length > 2_000_000 || !/^\s*\{/.test(text)) return null;
  try {
    const read = JSON.parse(text);
    const copied = read.kind === KIND ? read : Number.isInteger(read.format) && read.nodes ? fromFile(read) : null;
    if (!copied) return null;
    const { nodes = {}, edges = [], notes = [] } = copied;
    const fine =
      Object.values(nodes).every(({ config, at }) => typeof config.type === "string" && isPlace(at)) &&
      edges.every((way) => [way.source, way.port, way.target].every((name) => typeof name === "string")) &&
      notes.every(({ text: said, at, width = 0 }) => typeof said === "string" && isPlace(at) && Number.isFinite(width));
    return fine && Object.keys(nodes).length + notes.length ? { ...copied, nodes, edges, notes } : null;
  } catch {
    return null;
  }
}

function fromFile({ nodes, edges, notes, layout, language, translations }) {
  const texts = (id) =>
    Object.fromEntries(Object.entries(translations ?? {}).flatMap(([tag, of]) => (of[id] ? [[tag, of[id]]] : [])));
  return {
    language,
    edges,
    notes: Object.values(notes ?? {}),
    nodes: Object.fromEntries(
      Object.entries(nodes).map(([id, config], place) => [
        id,
        { config, texts: texts(id), at: layout?.[id] ?? [320 * (place % 6), 240 * Math.floor(place / 6)] },
      ]),
    ),
  };
}

const places = (copied) => [...Object.values(copied.nodes), ...copied.notes].map(({ at }) => at);

// The top left corner of what was copied, and how large its places lie apart.
export function cornerOf(copied) {
  const all = places(copied);
  const [x, y] = [0, 1].map((axis) => Math.min(...all.map((at) => at[axis])));
  return [x, y];
}

export function spanOf(copied) {
  const all = places(copied);
  return [0, 1].map((axis) => Math.max(...all.map((at) => at[axis])) - Math.min(...all.map((at) => at[axis])));
}

// The text of a node's configuration at a path such as `choices.small.label`.
function textAt(config, path) {
  let value = config;
  for (const key of path.split("."))
    value = Array.isArray(value) ? (value.find((item) => item?.id === key) ?? value[key]) : value?.[key];
  return typeof value === "string" ? value : "";
}

// The one edit that pastes: new ids, the same shape, its top left corner at `corner`; [edit, new ids]. `languages`
// are the flow's, its own first: texts in another one than it was written in change places with their translations.
export function pasting(copied, corner, fresh, languages) {
  const old = Object.keys(copied.nodes);
  const renamed = Object.fromEntries(old.map((id) => [id, fresh(copied.nodes[id].config.type)]));
  const [left, top] = cornerOf(copied);
  const moved = (at) => [corner[0] + at[0] - left, corner[1] + at[1] - top];
  const edits = old.map((id) => ({ op: "add", node: renamed[id], config: copied.nodes[id].config, at: moved(copied.nodes[id].at) }));
  for (const { source, port, target } of copied.edges)
    if (renamed[source] && renamed[target]) edits.push({ op: "connect", source: renamed[source], port, target: renamed[target] });
  for (const id of old) {
    const { config, texts = {} } = copied.nodes[id];
    const spoken = { ...texts };
    const foreign = copied.language && copied.language !== languages[0] && languages.includes(copied.language);
    if (foreign && texts[languages[0]])
      spoken[copied.language] = Object.fromEntries(Object.keys(texts[languages[0]]).map((path) => [path, textAt(config, path)]));
    // The flow's own language last: before, its texts are still those of the copy.
    for (const language of [...languages.slice(1), languages[0]])
      for (const [path, text] of Object.entries(spoken[language] ?? {}))
        if (text) edits.push({ op: "translate", language, node: renamed[id], path, text });
  }
  const notes = copied.notes.map(({ text, at, width }) => ({ op: "note", id: fresh("note"), text, at: moved(at), ...(width && { width }) }));
  const ids = [...Object.values(renamed), ...notes.map(({ id }) => noteId(id))];
  return [{ op: "batch", edits: [...edits, ...notes] }, ids];
}
