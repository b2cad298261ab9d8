// The variable one is about to write: what stands between an open brace and the caret.
const OPEN = /\{([^{}|\n]{0,40})$/;

// {from, search} of the placeholder begun before `caret`, or null.
export function begun(text, caret) {
  const found = OPEN.exec(text.slice(0, caret));
  return found ? { from: found.index, search: found[1].trim().toLowerCase() } : null;
}

// The text with the placeholder written in full, and where the caret goes. A brace that closes it already is used.
export function filledIn(text, from, caret, name, otherwise = "") {
  const rest = text.slice(caret);
  const end = /^[^{}\n]*\}/.exec(rest)?.[0].length ?? 0;
  const written = `{${name}${otherwise ? `|${otherwise}` : ""}}`;
  return { text: text.slice(0, from) + written + rest.slice(end), caret: from + written.length };
}

// Those that fit what is searched for: first what begins so.
export function fitting(known, search) {
  const told = ({ label, shown, name }) => `${shown} ${label} ${name}`.toLowerCase();
  const begins = (one) => one.shown.toLowerCase().startsWith(search) || one.label.toLowerCase().startsWith(search);
  return known.filter((one) => told(one).includes(search)).sort((a, b) => begins(b) - begins(a));
}
