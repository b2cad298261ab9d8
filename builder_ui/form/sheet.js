// Cells as spreadsheets copy them: lines of cells between tabs, or CSV with commas or semicolons; cells with a line break,
// a quote or a separator in them stand in quotes.
export function parseSheet(text) {
  const plain = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const separator = separatorOf(plain);
  const rows = [];
  let row = [];
  let cell = "";
  let quoted = false;
  const endCell = () => {
    row.push(cell.trim());
    cell = "";
  };
  const endRow = () => {
    endCell();
    rows.push(row);
    row = [];
  };
  for (let at = 0; at < plain.length; at += 1) {
    const sign = plain[at];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (plain[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && !cell.trim() && closes(plain, at, separator)) {
      cell = "";
      quoted = true;
    } else if (sign === separator) endCell();
    else if (sign === "\n") endRow();
    else cell += sign;
  }
  if (cell || row.length) endRow();
  const filled = rows.filter((one) => one.some(Boolean));
  const wide = Math.max(0, ...filled.map((one) => one.length));
  return filled.map((one) => [...one, ...Array(wide - one.length).fill("")]);
}

// What stands most between cells, outside of quotes; tabs before all others.
function separatorOf(text) {
  const bare = text.replace(/"[^"]*"/g, "");
  const count = (sign) => bare.split(sign).length - 1;
  if (count("\t") || (!count(",") && !count(";"))) return "\t";
  const lines = bare.split("\n").filter((line) => line.trim());
  const even = (sign) => new Set(lines.map((line) => line.split(sign).length)).size === 1 && count(sign) > 0;
  if (even(";")) return ";";
  if (even(",")) return ",";
  return count(";") >= count(",") ? ";" : ",";
}

// A quote that begins a cell is closed at a cell's end; else it is only a sign.
function closes(text, at, separator) {
  for (let place = at + 1; place < text.length; place += 1) {
    if (text[place] !== '"') continue;
    if (text[place + 1] === '"') place += 1;
    else return [separator, "\n", undefined].includes(text[place + 1]);
  }
  return false;
}

const quote = (cell) => (/[\t\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

export const writeSheet = (rows) => rows.map((row) => row.map(quote).join("\t")).join("\n");
