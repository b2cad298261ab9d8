// Searching a flow: names, types, texts in every language, values, tags and notes. Pure.
import { noteId } from "./document.js";

const AROUND = 28;

// Every text in a configuration that a person may have put there.
function* textsIn(value, key = "") {
  if (typeof value === "string" || typeof value === "number") {
    if (!["type", "id", "op"].includes(key)) yield String(value);
  } else if (Array.isArray(value)) for (const one of value) yield* textsIn(one, key);
  else if (value && typeof value === "object") for (const [name, one] of Object.entries(value)) yield* textsIn(one, name);
}

// What can be found: [{id, title, icon, group, parts: [{weight, language, text}]}].
export function searchable(document, words) {
  const found = Object.keys(document.nodes).map((id) => {
    const { name, title, icon, group, summary, config, texts } = document.views[id];
    const parts = [{ weight: 8, text: name || title }];
    if (name) parts.push({ weight: 4, text: title });
    for (const text of textsIn({ ...config, name: "" })) if (text) parts.push({ weight: 2, text });
    for (const [language, versions] of Object.entries(texts ?? {}))
      for (const text of Object.values(versions)) parts.push({ weight: 2, language, text });
    parts.push({ weight: 1, text: summary });
    return { id, title: name || title, icon, group, help: summary, parts };
  });
  for (const [id, { text }] of Object.entries(document.notes))
    found.push({ id: noteId(id), title: words.note, icon: "sticky-note", group: "note", help: text, parts: [{ weight: 8, text: words.note }, { weight: 2, text }] });
  return found;
}

const flat = (text) => text.replace(/\s+/g, " ").trim();

// The part of a text around its first match, as [before, match, after].
function snippet(text, wanted) {
  const line = flat(text);
  const at = line.toLowerCase().indexOf(wanted);
  if (at < 0) return null;
  const start = at <= AROUND ? 0 : line.lastIndexOf(" ", at - AROUND / 2) + 1 || at - AROUND;
  const end = Math.min(line.length, at + wanted.length + 2 * AROUND);
  return [(start ? "…" : "") + line.slice(start, at), line.slice(at, at + wanted.length), line.slice(at + wanted.length, end) + (end < line.length ? "…" : "")];
}

// Those that have every word of `text`, best first, each with `marked` (where its words stand) and `language`.
export function searched(all, text) {
  const whole = flat(text).toLowerCase();
  if (!whole) return all;
  const parts = whole.split(" ");
  const found = [];
  all.forEach((one, order) => {
    const lower = one.parts.map((part) => flat(part.text).toLowerCase());
    if (!parts.every((word) => lower.some((line) => line.includes(word)))) return;
    let [best, score] = [null, 0];
    one.parts.forEach((part, index) => {
      const exact = lower[index].includes(whole);
      if (!exact && !lower[index].includes(parts[0])) return;
      const worth = part.weight + (exact ? 8 : 0) + (lower[index].startsWith(whole) ? 2 : 0);
      if (worth > score) [best, score] = [{ part, word: exact ? whole : parts[0] }, worth];
    });
    const named = best && best.part === one.parts[0];
    found.push({ ...one, score, order, named, language: best?.part.language, marked: best && snippet(best.part.text, best.word) });
  });
  return found.sort((one, other) => other.score - one.score || one.order - other.order);
}
