// Lining up and spreading out, and the guides that appear while one drags. Pure: a box is {x, y, width, height}.

const along = {
  left: ["x", "width", 0],
  center: ["x", "width", 0.5],
  right: ["x", "width", 1],
  top: ["y", "height", 0],
  middle: ["y", "height", 0.5],
  bottom: ["y", "height", 1],
};

export function bounds(boxes) {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

// Places {id: [x, y]} that line up boxes {id: box}; `how` is one of the keys of `along`.
export function aligned(boxes, how) {
  const [axis, size, share] = along[how];
  const whole = bounds(Object.values(boxes));
  const line = whole[axis] + whole[size] * share;
  return placesOf(boxes, (box) => ({ [axis]: Math.round(line - box[size] * share) }));
}

// Places with the same gap between each box and the next; the outermost two stay. `axis` is x or y.
export function distributed(boxes, axis) {
  const size = axis === "x" ? "width" : "height";
  const order = Object.keys(boxes).sort((one, other) => boxes[one][axis] - boxes[other][axis]);
  const whole = bounds(Object.values(boxes));
  const taken = order.reduce((sum, id) => sum + boxes[id][size], 0);
  const gap = (whole[size] - taken) / (order.length - 1);
  const at = {};
  let next = whole[axis];
  for (const id of order) {
    at[id] = Math.round(next);
    next += boxes[id][size] + gap;
  }
  return placesOf(boxes, (_, id) => ({ [axis]: at[id] }));
}

function placesOf(boxes, change) {
  return Object.fromEntries(
    Object.entries(boxes).map(([id, box]) => {
      const { x, y } = { ...box, ...change(box, id) };
      return [id, [x, y]];
    }),
  );
}

const SHARES = [0, 0.5, 1];

// The lines that boxes offer to others: {x: [[at, box]], y: ...}.
export function linesOf(boxes) {
  const lines = { x: [], y: [] };
  for (const box of boxes)
    for (const share of SHARES) {
      lines.x.push([box.x + box.width * share, box]);
      lines.y.push([box.y + box.height * share, box]);
    }
  return lines;
}

// Where a box goes: onto the nearest line within `reach`, else onto the grid. {x, y, guides: [{axis, at, from, to}]}
export function snapping(box, lines, reach, grid) {
  const found = { guides: [] };
  for (const [axis, size] of [["x", "width"], ["y", "height"]]) {
    const own = SHARES.map((share) => box[axis] + box[size] * share);
    let shift = null;
    for (const [at] of lines[axis])
      for (const edge of own) if (Math.abs(at - edge) <= Math.abs(shift ?? reach)) shift = at - edge;
    found[axis] = shift === null ? Math.round(box[axis] / grid) * grid : box[axis] + shift;
  }
  const moved = { ...box, x: found.x, y: found.y };
  for (const [axis, size, across, length] of [["x", "width", "y", "height"], ["y", "height", "x", "width"]]) {
    for (const share of SHARES) {
      const at = moved[axis] + moved[size] * share;
      const there = lines[axis].filter(([line]) => Math.abs(line - at) < 0.5).map(([, other]) => other);
      if (!there.length) continue;
      const all = [moved, ...there];
      const from = Math.min(...all.map((one) => one[across]));
      const to = Math.max(...all.map((one) => one[across] + one[length]));
      found.guides.push({ axis, at, from, to });
    }
  }
  return found;
}
