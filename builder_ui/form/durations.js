// Durations as people write them, in English and Chinese: "10 min", "1 h 30 min", "1:30", "半小时", "1天2小时".
// A number without a unit is minutes.
const UNITS = [
  [604800, /^(weeks?|w|个?星期|周)$/],
  [86400, /^(days?|d|天|日)$/],
  [3600, /^(hours?|hrs?|h|个?小时|个?钟头|时)$/],
  [60, /^(minutes?|mins?|m|分钟|分)$/],
  [1, /^(seconds?|secs?|s|秒钟?)$/],
];
const PART = /^(\d+(?:[.,]\d+)?|半|half an?)\s*([a-z]+|个?[\u4e00-\u9fff]{1,2})?[\s,，和and]*/;
const HALF = /半|half/;

// Seconds, or null where the text is not a duration. Empty is 0.
export function parseDuration(text) {
  let rest = text.normalize("NFKC").trim().toLowerCase();
  if (!rest) return 0;
  const clock = /^(\d{1,3}):([0-5]\d)(?::([0-5]\d))?$/.exec(rest);
  if (clock) return Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3] ?? 0);
  let seconds = 0;
  while (rest) {
    const part = PART.exec(rest);
    if (!part) return null;
    const unit = part[2] ? UNITS.find(([, names]) => names.test(part[2]))?.[0] : 60;
    if (!unit) return null;
    seconds += unit * (HALF.test(part[1]) ? 0.5 : Number(part[1].replace(",", ".")));
    rest = rest.slice(part[0].length);
  }
  return seconds;
}

// Seconds in every unit they have. `units`: {d, h, min, s} with the place {number}; `joint` between the parts.
export function writeDuration(seconds, units, joint) {
  const parts = [];
  let left = Math.round(seconds);
  for (const [unit, size] of [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]]) {
    const number = Math.floor(left / size);
    left -= number * size;
    if (number) parts.push(units[unit].replace("{number}", number));
  }
  return parts.join(joint);
}
