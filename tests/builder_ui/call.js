// Calls functions of the canvas that need no browser. Reads [[module, function, ...arguments]] from stdin and writes
// what each gave. "$fresh" among the arguments makes new ids, "$size" gives every node the same size.
const canvas = "../../builder_ui/canvas";
let count = 0;
const stands = { $fresh: (type) => `${type}_${(count += 1)}`, $size: () => ({ width: 240, height: 100 }) };
const found = [];
for (const [module, name, ...given] of await Bun.stdin.json()) {
  const { [name]: run } = module === "paths" ? { points } : await import(`${canvas}/${module}.js`);
  found.push((await run(...given.map((one) => stands[one] ?? one))) ?? null);
}
console.log(JSON.stringify(found));

// Points along every way of {key, source, target, sx, sy, tx, ty} around boxes: {key: [[x, y], ...]}.
async function points(ways, boxes) {
  const { pathOf, routing } = await import(`${canvas}/routes.js`);
  const lanes = Object.fromEntries(routing(ways, boxes));
  return Object.fromEntries(ways.map((way) => [way.key, along(pathOf(way, lanes[way.key]?.lane ?? null)[0])]));
}

function along(path) {
  const seen = [];
  let here = [0, 0];
  for (const [, letter, rest] of path.matchAll(/([MLCQ])([^MLCQ]*)/g)) {
    const numbers = rest.trim().split(/[\s,]+/).map(Number);
    const corners = [here];
    for (let at = 0; at < numbers.length; at += 2) corners.push(numbers.slice(at, at + 2));
    here = corners.at(-1);
    if (letter === "M") continue;
    for (let step = 0; step <= 40; step += 1) seen.push(between(corners, step / 40));
  }
  return seen;
}

// De Casteljau: the point at a share of a curve with these corners.
function between(corners, share) {
  if (corners.length === 1) return corners[0];
  const next = corners.slice(1).map(([x, y], at) => [corners[at][0] + (x - corners[at][0]) * share, corners[at][1] + (y - corners[at][1]) * share]);
  return between(next, share);
}
