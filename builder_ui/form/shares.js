// Shares in whole per cent that always come to 100.

// So much for each of `count`, the first ones one more where it does not divide.
export function even(count) {
  return Array.from({ length: count }, (_, at) => Math.floor(100 / count) + (at < 100 % count ? 1 : 0));
}

// The shares with the one at `at` set to `value`: the others keep their proportions and fill what is left.
export function rebalanced(shares, at, value) {
  if (shares.length === 1) return [100];
  const set = Math.max(0, Math.min(100, Math.round(value)));
  const others = filled(shares.filter((_, place) => place !== at), 100 - set);
  others.splice(at, 0, set);
  return others;
}

// The shares made to come to `total`, in their proportions; what rounding leaves goes to those it took most from.
export function filled(shares, total = 100) {
  const sum = shares.reduce((a, b) => a + b, 0);
  const exact = shares.map((share) => (sum ? (share * total) / sum : total / shares.length));
  const whole = exact.map(Math.floor);
  const left = total - whole.reduce((a, b) => a + b, 0);
  const order = exact.map((share, at) => [share - whole[at], at]).sort(([a, i], [b, j]) => b - a || i - j);
  for (const [, at] of order.slice(0, left)) whole[at] += 1;
  return whole;
}

// With one more, which gets an even part; the others give it in proportion.
export const withOneMore = (shares) => rebalanced([...filled(shares), 0], shares.length, 100 / (shares.length + 1));
