// How ways go around nodes. Pure: an end is {sx, sy, tx, ty}, a box [left, top, right, bottom, id].
//
// A way that would run through a node gets a lane: the height at which it crosses the canvas where nothing stands.

const CLEAR = 18;
const NEAR = 8;
const OUT = 24;
const PENALTY = 600;
const CROWDED = 60;

const leadsBack = ({ sx, tx }) => tx < sx + OUT;

const bendOf = (rise, room) => Math.min(Math.max(Math.abs(rise) / 2, 32), 72, Math.max(room / 2, 16));

// A smooth line straight to the target: the points of its curve.
function* curve({ sx, sy, tx, ty }) {
  const pull = (tx - sx) / 2;
  for (let step = 1; step < 24; step += 1) {
    const t = step / 24;
    const u = 1 - t;
    const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
    yield [a * sx + b * (sx + pull) + c * (tx - pull) + d * tx, a * sy + b * sy + c * ty + d * ty];
  }
}

function runsThrough(ends, near) {
  for (const [x, y] of curve(ends))
    for (const [left, top, right, bottom] of near)
      if (x > left - 2 && x < right + 2 && y > top - 2 && y < bottom + 2) return true;
  return false;
}

const meets = ([left, top, right, bottom], x0, y0, x1, y1) => left < x1 && right > x0 && top < y1 && bottom > y0;

// Tells which boxes stand, at whatever height, where the way passes: no other matters to its lane.
const reach = ({ sx, tx }) => {
  const [left, right] = [Math.min(sx, tx) - OUT - 4, Math.max(sx, tx) + OUT + 4];
  return (box) => box[0] < right && box[2] > left;
};

// The lane of one way, null when it may go straight. `taken` holds lanes given already: [y, from, to, target].
function laneOf(ends, source, target, boxes, taken) {
  const { sx, sy, tx, ty } = ends;
  const back = leadsBack(ends);
  const reached = boxes.filter(reach(ends));
  if (!back) {
    const [low, high] = [Math.min(sy, ty), Math.max(sy, ty)];
    const near = reached.filter((box) => box[4] !== source && box[4] !== target && meets(box, sx, low, tx, high + 1));
    if (!near.length || !runsThrough(ends, near)) return null;
  }
  const from = back ? tx - OUT : sx;
  const to = back ? sx + OUT : tx;
  const around = reached.filter((box) => box[0] < to && box[2] > from && (back || (box[4] !== source && box[4] !== target)));
  const lanes = new Set([sy, ty]);
  for (const [, top, , bottom] of around)
    for (const step of [0, NEAR, 2 * NEAR]) {
      lanes.add(top - CLEAR - step);
      lanes.add(bottom + CLEAR + step);
    }
  const far = (y) => Math.abs(y - sy) + Math.abs(y - ty);
  let best = null;
  let least = Infinity;
  for (const y of [...lanes].sort((one, other) => far(one) - far(other))) {
    if (far(y) >= least) break;
    if (around.some(([, top, , bottom]) => y > top - NEAR && y < bottom + NEAR)) continue;
    let cost = far(y);
    for (const [x0, x1, end] of legs(ends, y, back)) {
      const [low, high] = [Math.min(end, y), Math.max(end, y)];
      if (reached.some((box) => (back || (box[4] !== source && box[4] !== target)) && meets(box, x0, low, x1, high))) cost += PENALTY;
    }
    if (taken.some(([at, left, right, goal]) => goal !== target && Math.abs(at - y) < NEAR - 2 && left < to && right > from)) cost += CROWDED;
    if (cost < least) [best, least] = [y, cost];
  }
  return best ?? Math.max(...around.map((box) => box[3]), sy, ty) + CLEAR;
}

// The strips in which a way climbs to its lane and comes down from it.
function legs({ sx, sy, tx, ty }, y, back) {
  if (back) return [[sx + OUT - 4, sx + OUT + 4, sy], [tx - OUT - 4, tx - OUT + 4, ty]];
  const room = tx - sx;
  return [[sx + 4, sx + bendOf(y - sy, room), sy], [tx - bendOf(y - ty, room), tx - 4, ty]];
}

// The path of a way as SVG, with the point where its label stands: [path, x, y].
export function pathOf(ends, lane = null) {
  const { sx, sy, tx, ty } = ends;
  if (leadsBack(ends)) {
    const y = lane ?? Math.max(sy, ty) + 96;
    const path = rounded([[sx, sy], [sx + OUT, sy], [sx + OUT, y], [tx - OUT, y], [tx - OUT, ty], [tx, ty]]);
    return [path, (sx + tx) / 2, y];
  }
  if (lane === null) {
    const pull = (tx - sx) / 2;
    return [`M${sx},${sy} C${sx + pull},${sy} ${tx - pull},${ty} ${tx},${ty}`, (sx + tx) / 2, (sy + ty) / 2];
  }
  const [up, down] = [bendOf(lane - sy, tx - sx), bendOf(lane - ty, tx - sx)];
  const [x1, x2] = [sx + up, tx - down];
  const path =
    `M${sx},${sy} C${sx + up / 2},${sy} ${sx + up / 2},${lane} ${x1},${lane} ` +
    `L${x2},${lane} C${tx - down / 2},${lane} ${tx - down / 2},${ty} ${tx},${ty}`;
  return [path, (x1 + x2) / 2, lane];
}

function rounded(points, radius = 16) {
  let path = `M${points[0]}`;
  for (let at = 1; at < points.length - 1; at += 1) {
    const [[px, py], [x, y], [nx, ny]] = points.slice(at - 1, at + 2);
    const before = Math.hypot(x - px, y - py);
    const after = Math.hypot(nx - x, ny - y);
    const r = Math.min(radius, before / 2, after / 2);
    const start = before ? [x + ((px - x) / before) * r, y + ((py - y) / before) * r] : [x, y];
    const end = after ? [x + ((nx - x) / after) * r, y + ((ny - y) / after) * r] : [x, y];
    path += ` L${start} Q${x},${y} ${end}`;
  }
  return `${path} L${points.at(-1)}`;
}

// The lanes of all ways, one after the other: [key, {lane, sx, sy, tx, ty}], null for a way that has none. `kept` are
// ways that have their lane already.
export function* routing(ways, boxes, kept = []) {
  const taken = kept.map(strip);
  for (const { key, source, target, ...ends } of ways) {
    const lane = laneOf(ends, source, target, boxes, taken);
    if (lane !== null) taken.push(strip({ ...ends, lane, target }));
    yield [key, lane === null ? null : { ...ends, lane }];
  }
}

const strip = ({ sx, tx, lane, target }) => [lane, Math.min(sx, tx), Math.max(sx, tx), target];

// Whether a box that came, went or moved may change which way a way goes.
export function concerns(box, ends, lane) {
  const heights = [ends.sy, ends.ty, lane ?? ends.sy];
  return reach(ends)(box) && box[1] < Math.max(...heights) + CLEAR && box[3] > Math.min(...heights) - CLEAR;
}
