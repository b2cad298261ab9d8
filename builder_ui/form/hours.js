// Opening hours as people write them, in English and Chinese: "9-18", "9:00-12:30, 14-18", "9am to 5pm", "上午9点到下午6点",
// and of a whole week: "Mon-Fri 9-18, Sat 10-14", "周一至周五 9-18". What comes out is "HH:MM"; a day may end at 24:00.
export const DAYS = ["1", "2", "3", "4", "5", "6", "7"];
const DAY_LENGTH = 24 * 60;

const NAMED_DAYS = {
  mon: [1], tue: [2], wed: [3], thu: [4], fri: [5], sat: [6], sun: [7],
  mo: [1], tu: [2], we: [3], th: [4], fr: [5], sa: [6], su: [7],
  一: [1], 二: [2], 三: [3], 四: [4], 五: [5], 六: [6], 日: [7], 天: [7],
};
const GROUPS = [
  [/^(daily|every day|all week|mon(day)?s? ?- ?sun(day)?s?|每天|每日|天天|全周)/, [1, 2, 3, 4, 5, 6, 7]],
  [/^(weekdays?|work(ing)? ?days?|工作日|平日)/, [1, 2, 3, 4, 5]],
  [/^(weekends?|周末|双休日)/, [6, 7]],
];
const DAY = /^(?:(mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:days?)?s?\b\.?|(mo|tu|we|th|fr|sa|su)\b\.?|(?:周|星期|礼拜)?([一二三四五六日天])(?!\d))/;
const TO_DAY = /^\s*(-|–|—|~|to\b|till?\b|until\b|through\b|至|到)\s*/;
const AND_DAY = /^\s*(,|&|\+|\/|and\b|和|及|与|、)?\s*/;

const TIME = "(?:(上午|早上|早|凌晨|中午|下午|晚上|晚)\\s*)?(\\d{1,2})(?:\\s*(?:[:.时点h])\\s*([0-5]\\d|半|一刻|三刻)?)?\\s*分?\\s*(am|pm|a\\.m\\.|p\\.m\\.|o'clock)?";
const PERIOD = new RegExp(`^\\s*(?:from\\s+|从\\s*)?${TIME}\\s*(?:-|–|—|~|to|till?|until|至|到)\\s*${TIME}\\s*(?:h|hrs?|点)?\\s*`);
const NEXT = /^\s*(,|;|&|\+|\/|and\b|和|及|与|、|\n)\s*/;
const CLOSED = /^(closed?|off|休息?|不营业|关门?|打烊|-|–|—|x)$/;
const WHOLE_DAY = /^(24 ?h(ours)?|24 ?小时|全天|全日|all day|open all day|around the clock|24\/7)$/;

const folded = (text) => text.normalize("NFKC").trim().toLowerCase().replace(/\s+/g, " ").replace(/，/g, ",").replace(/；/g, ";");
const written = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const minutesOf = (time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

// Minutes of a matched time, or null. `half` is "am", "pm" or "" where nothing says which.
function read([, before, hour, minute, after]) {
  const half = after ? after[0] + "m" : /下午|晚/.test(before ?? "") || (before === "中午" && hour < 3) ? "pm" : before ? "am" : "";
  const hours = Number(hour);
  const minutes = { 半: 30, 一刻: 15, 三刻: 45 }[minute] ?? Number(minute ?? 0);
  if (hours > 24 || (hours === 24 && minutes)) return null;
  if (!half || hours > 12) return { half: hours > 12 || hours === 0 ? "sure" : half, minutes: hours * 60 + minutes, plain: !minute };
  if (before === "中午" && hours === 12) return { half: "pm", minutes: 720 + minutes };
  return { half, minutes: ((hours % 12) + (half === "pm" ? 12 : 0)) * 60 + minutes, midnight: half === "pm" ? false : hours === 12 };
}

// A shop open "9-5" closes in the afternoon, and "1-5pm" opens after noon.
function paired(from, to) {
  if (!from || !to) return null;
  if (to.half === "pm" && from.half === "" && from.minutes < 720 && from.minutes + 720 < to.minutes) from.minutes += 720;
  if (to.half === "" && to.minutes <= from.minutes && to.minutes < 720 && to.minutes && from.minutes < 1080 && from.half !== "sure") to.minutes += 720;
  if (to.midnight) to.minutes = DAY_LENGTH;
  if (from.minutes === DAY_LENGTH) from.minutes = 0;
  if (to.minutes === 0) to.minutes = DAY_LENGTH;
  return from.minutes === to.minutes ? null : [written(from.minutes), written(to.minutes)];
}

// The periods at the start of a text, and what is left of it.
function begin(text) {
  const alone = /^[^,;\n]*/.exec(text)[0].trim();
  if (CLOSED.test(alone)) return [[], text.slice(text.indexOf(alone) + alone.length)];
  if (WHOLE_DAY.test(alone)) return [[["00:00", "24:00"]], text.slice(text.indexOf(alone) + alone.length)];
  const periods = [];
  let rest = text;
  for (;;) {
    const found = PERIOD.exec(rest);
    const period = found && paired(read(found.slice(0, 5)), read([null, ...found.slice(5, 9)]));
    if (!period) break;
    periods.push(period);
    const after = rest.slice(found[0].length);
    const next = NEXT.exec(after);
    rest = after;
    if (!next || !PERIOD.test(after.slice(next[0].length))) break;
    rest = after.slice(next[0].length);
  }
  return periods.length ? [periods, rest] : null;
}

const inOrder = (periods) => [...periods].sort(([a], [b]) => (a < b ? -1 : 1));
const overlap = (periods) => inOrder(periods).some(([from], at, all) => at && minutesOf(from) < ends(all[at - 1]));
const ends = ([from, to]) => minutesOf(to) + (minutesOf(to) <= minutesOf(from) ? DAY_LENGTH : 0);

// One day's periods [[from, to]] in order, [] for closed; null where the text says no such thing or they overlap.
export function parsePeriods(text) {
  const plain = folded(text);
  if (!plain) return [];
  const found = begin(plain);
  return !found || found[1].trim() || overlap(found[0]) ? null : inOrder(found[0]);
}

// The days at the start of a text, and what is left of it.
function days(text) {
  for (const [pattern, group] of GROUPS) {
    const found = pattern.exec(text);
    if (found) return [group, text.slice(found[0].length)];
  }
  const one = (from) => {
    const found = DAY.exec(from);
    return found && [NAMED_DAYS[(found[1] ?? found[2] ?? found[3]).slice(0, found[1] ? 3 : undefined)][0], from.slice(found[0].length)];
  };
  let next = one(text);
  if (!next) return null;
  const chosen = [];
  for (;;) {
    let [day, rest] = next;
    chosen.push(day);
    const to = TO_DAY.exec(rest);
    const last = to && one(rest.slice(to[0].length));
    if (last) {
      for (let at = day; at !== last[0]; ) chosen.push((at = (at % 7) + 1));
      rest = last[1];
    }
    const and = AND_DAY.exec(rest);
    next = one(rest.slice(and[0].length));
    if (!next) return [chosen, rest];
  }
}

// A week {"1": periods ... "7": periods}, of the days that are named; a text without a day means every day. null where
// a part of it is not understood.
export function parseWeek(text) {
  let rest = text.normalize("NFKC").split(/\n/).map(folded).join(";");
  const week = {};
  while (rest.replace(/^[\s,;:.]+/, "")) {
    rest = rest.replace(/^[\s,;:.]+/, "");
    const named = days(rest);
    if (!named && Object.keys(week).length) return null;
    const [chosen, after] = named ?? [DAYS.map(Number), rest];
    const found = begin(after.replace(/^[\s:,]+/, ""));
    if (!found || overlap(found[0])) return null;
    for (const day of chosen) week[day] = inOrder(found[0]);
    rest = found[1];
  }
  return Object.keys(week).length ? week : null;
}

// "09:00–12:30, 14:00–18:00"; `words`: {closed, whole_day}.
export function writePeriods(periods, words) {
  if (!periods?.length) return words.closed;
  if (periods.length === 1 && periods[0][0] === "00:00" && periods[0][1] === "24:00") return words.whole_day;
  return periods.map((period) => period.join("–")).join(", ");
}

// A day's periods as parts of its 24 hours, [start, length] from 0 to 1; what goes over midnight ends with the day.
export const parts = (periods) =>
  periods.map((period) => {
    const start = minutesOf(period[0]);
    return [start / DAY_LENGTH, (Math.min(ends(period), DAY_LENGTH) - start) / DAY_LENGTH];
  });
