// Which texts of a table are shown, and how many each language lacks.
const said = (text) => Boolean(text?.trim());

// A text is missing in a language where another has it.
export const lacks = ({ texts }, tag) => !said(texts[tag]) && Object.values(texts).some(said);

export const missingIn = (rows, tag) => rows.filter((row) => lacks(row, tag)).length;

// The rows with the words searched for, and of these those that the filter wants: "" all, "missing", "missing:de",
// "long" (`isLong(row)` tells).
export function chosen(rows, search, filter, isLong) {
  const wanted = search.trim().toLowerCase();
  return rows.filter((row) => {
    const told = [row.node_title ?? "", row.title, ...Object.values(row.texts)].join("\n").toLowerCase();
    if (wanted && !told.includes(wanted)) return false;
    if (filter === "long") return isLong(row);
    if (filter === "missing") return Object.keys(row.texts).some((tag) => lacks(row, tag));
    if (filter.startsWith("missing:")) return lacks(row, filter.slice(8));
    return true;
  });
}
