// Places in a grid: moves by keys, and the rectangle between two places.
const PAGE = 12;

// Where a key leads from a place in a grid of so many rows and columns; null for a key that moves nowhere.
export function moved({ row, col }, { key, ctrl, shift }, rows, cols) {
  const last = { row: rows - 1, col: cols - 1 };
  const within = (next) => ({ row: Math.max(0, Math.min(last.row, next.row)), col: Math.max(0, Math.min(last.col, next.col)) });
  switch (key) {
    case "ArrowUp":
      return within({ row: ctrl ? 0 : row - 1, col });
    case "ArrowDown":
      return within({ row: ctrl ? last.row : row + 1, col });
    case "ArrowLeft":
      return within({ row, col: ctrl ? 0 : col - 1 });
    case "ArrowRight":
      return within({ row, col: ctrl ? last.col : col + 1 });
    case "Home":
      return { row: ctrl ? 0 : row, col: 0 };
    case "End":
      return { row: ctrl ? last.row : row, col: last.col };
    case "PageUp":
      return within({ row: row - PAGE, col });
    case "PageDown":
      return within({ row: row + PAGE, col });
    case "Tab":
      return beside({ row, col }, shift ? -1 : 1, rows, cols);
    default:
      return null;
  }
}

// The next or the last place in reading order; null past an end, where the focus leaves the grid.
function beside({ row, col }, step, rows, cols) {
  const place = row * cols + col + step;
  return place < 0 || place >= rows * cols ? null : { row: Math.floor(place / cols), col: place % cols };
}

export const rectangle = (one, other) => ({
  top: Math.min(one.row, other.row),
  bottom: Math.max(one.row, other.row),
  left: Math.min(one.col, other.col),
  right: Math.max(one.col, other.col),
});

// What is written where when a sheet is pasted at a rectangle: [{row, col, text}]. One cell, or whole lines, fill it.
export function spread(sheet, { top, left, bottom, right }, cols) {
  const height = sheet.length;
  const width = Math.max(0, ...sheet.map((line) => line.length));
  if (!height || !width) return [];
  const times = (size, into) => (into > size && into % size === 0 ? into : size);
  const tall = times(height, bottom - top + 1);
  const wide = Math.min(times(width, right - left + 1), cols - left);
  return Array.from({ length: tall * wide }, (_, at) => {
    const [row, col] = [Math.floor(at / wide), at % wide];
    return { row: top + row, col: left + col, text: sheet[row % height][col % width] ?? "" };
  });
}
