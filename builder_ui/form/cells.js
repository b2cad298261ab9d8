// What people write into the cells of a decision table, as values of its columns' operators, and back.
//
// `names` are what a fact's values are called: [{value, title}]; without, the fact is free text or a number.
import { takesNothing, takesSeveral } from "./rules.js";

// How far a range goes that is open at an end, in a column of ranges.
const OPEN = 1e12;

const ANY = new Set(["", "-", "–", "—", "*", "any", "anything", "all", "任意", "不限", "全部", "所有"]);
const YES = new Set(["yes", "y", "true", "x", "✓", "✔", "1", "是", "有", "对"]);
const NO = new Set(["no", "n", "false", "✗", "✘", "0", "否", "无", "没有"]);
const NUMERIC = ["less", "at_most", "more", "at_least", "between"];
const WHOLE = ["messages", "time.hour", "time.weekday"];
const CALLED = { country: "region", language: "language", "contact.locale": "language" };
const ALSO = {
  US: ["usa", "u.s.", "u.s.a.", "america", "united states of america", "美国"],
  GB: ["uk", "u.k.", "great britain", "england", "britain"],
  AE: ["uae", "emirates"],
  KR: ["korea", "south korea"],
  CZ: ["czech republic"],
  NL: ["holland", "the netherlands"],
  CN: ["prc", "mainland china", "中国大陆"],
  HK: ["hong kong", "hongkong", "香港"],
  MO: ["macau", "macao", "澳门"],
  TW: ["taiwan", "台湾"],
};

export const folded = (text) => String(text).normalize("NFKC").trim().toLowerCase().replace(/\s+/g, " ");
export const isAny = (text) => ANY.has(folded(text));

const called = {};
// Names in both languages of the screens, whichever is shown.
function inEveryLanguage(type, value) {
  called[type] ??= ["en", "zh"].map((language) => new Intl.DisplayNames([language], { type, fallback: "none" }));
  try {
    return called[type].map((names) => names.of(value)).filter(Boolean);
  } catch {
    return [];
  }
}

const spelt = new WeakMap();
// Every way to write one of the names: folded -> value.
function spellings(fact, names) {
  if (spelt.has(names)) return spelt.get(names);
  const found = new Map();
  for (const { value, title } of names) {
    const type = CALLED[fact];
    const others = type ? inEveryLanguage(type, value) : [];
    for (const one of [...(ALSO[value] ?? []), ...others, value, title]) found.set(folded(one), value);
  }
  spelt.set(names, found);
  return found;
}

// The parts of a list: by lines, commas, semicolons. Between names (`known` tells one) also by "/", "or" and "and", which
// some have in them.
export function several(text, known = null) {
  const parts = (of, by) => of.split(by).map((part) => part.trim()).filter(Boolean);
  const hard = parts(text, /[\n\t,;、，；|]/);
  return [...new Set(known ? hard.flatMap((part) => (known(part) ? [part] : parts(part, /\/|\s(?:or|and)\s|或|和/i))) : hard)];
}

const NUMBER = "[-+]?\\d[\\d.,' ]*";
const FORMS = [
  [new RegExp(`^(?:from |between |从)?(${NUMBER}?)\\s*(?:-|–|—|~|to|and|\\.\\.\\.?|…|至|到)\\s*(${NUMBER})$`), "between"],
  [new RegExp(`^(?:>=|=>|≥|at least|min\\.?|from|不少于|不低于|至少|大于等于)\\s*(${NUMBER})$`), "at_least"],
  [new RegExp(`^(${NUMBER})\\s*(?:\\+|or more|and more|and above|以上|及以上|起)$`), "at_least"],
  [new RegExp(`^(?:<=|=<|≤|at most|max\\.?|up to|不超过|不大于|最多|小于等于|至多)\\s*(${NUMBER})$`), "at_most"],
  [new RegExp(`^(${NUMBER})\\s*(?:or less|and less|and below|以下|及以下|以内)$`), "at_most"],
  [new RegExp(`^(?:>|more than|over|above|大于|超过|高于|多于)\\s*(${NUMBER})$`), "more"],
  [new RegExp(`^(?:<|less than|under|below|小于|低于|少于|不足)\\s*(${NUMBER})$`), "less"],
  [new RegExp(`^=?\\s*(${NUMBER})$`), "is"],
];

// A number as it is written anywhere: "1,000", "1.5", "1,5", "€ 12", "20 %"; NaN where it is none.
function numberOf(text) {
  const bare = folded(text).replace(/^[€$£¥₫฿₹]\s*|\s*(?:[€$£¥₫฿₹%]|usd|eur|元|块|个|件|条)$/g, "").replace(/[' ]/g, "");
  if (!/^[-+]?\d[\d.,]*$/.test(bare)) return NaN;
  if (/^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare)) return Number(bare.replaceAll(",", ""));
  if (/^[-+]?\d{1,3}(\.\d{3}){2,}(,\d+)?$/.test(bare)) return Number(bare.replaceAll(".", "").replace(",", "."));
  return Number(bare.replace(",", "."));
}

// A number, a limit or a range: {op, value}; null where the text is none.
function rangeOf(text) {
  const plain = folded(text).replace(/[€$£¥₫฿₹%]|\b(?:usd|eur)\b|[元块]/g, "").trim();
  for (const [form, op] of FORMS) {
    const found = form.exec(plain);
    if (!found) continue;
    const numbers = found.slice(1).map(numberOf);
    if (numbers.some(Number.isNaN)) continue;
    if (op === "between") return numbers[0] <= numbers[1] ? { op, value: numbers } : null;
    return { op, value: numbers[0] };
  }
  return null;
}

// A range as [low, high] for a column of ranges. Whole numbers have a next one, others cannot be left out at an end.
function asRange({ op, value }, whole) {
  switch (op) {
    case "between":
      return value;
    case "is":
      return [value, value];
    case "at_least":
      return [value, OPEN];
    case "at_most":
      return [-OPEN, value];
    case "more":
      return whole ? [value + 1, OPEN] : null;
    default:
      return whole ? [-OPEN, value - 1] : null;
  }
}

function weekdays(text, names) {
  const day = (part) => {
    const plain = folded(part).replace(/^(周|星期|礼拜)/, "").replace(/s$/, "");
    const short = { mon: 1, tue: 2, tues: 2, wed: 3, thu: 4, thur: 4, thurs: 4, fri: 5, sat: 6, sun: 7, 一: 1, 二: 2, 三: 3, 四: 4, 五: 5, 六: 6, 日: 7, 天: 7 };
    const long = { monday: 1, tuesday: 2, wednesday: 3, thursday: 4, friday: 5, saturday: 6, sunday: 7 };
    return short[plain] ?? long[plain] ?? names.find(({ title }) => folded(title) === folded(part))?.value;
  };
  const group = { weekdays: [1, 5], weekday: [1, 5], 工作日: [1, 5], weekend: [6, 7], weekends: [6, 7], 周末: [6, 7] }[folded(text)];
  if (group) return group;
  const ends = text.split(/\s*(?:-|–|—|~|\bto\b|至|到)\s*/).map(day);
  if (ends.length <= 2 && ends.every(Boolean) && ends[0] <= ends.at(-1)) return [ends[0], ends.at(-1)];
  const listed = several(text, day).map(day);
  if (!listed.length || !listed.every(Boolean)) return null;
  const [low, high] = [Math.min(...listed), Math.max(...listed)];
  return high - low + 1 === new Set(listed).size ? [low, high] : null;
}

// A day as ISO writes it: "2026-11-22", "22.11.2026", "2026年11月22日"; null where the text is none.
function dateOf(text) {
  const plain = folded(text);
  const found = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[t ](\d{2}:\d{2}))?/.exec(plain);
  const [year, month, day] = found ? found.slice(1, 4) : (/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(plain)?.slice(1, 4).reverse() ?? []);
  if (!year) return null;
  const iso = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== iso ? null : `${iso}${found?.[4] ? `T${found[4]}` : ""}`;
}

// The cell's value, {value} or {fault: a word's key, part}. null is anything.
export function readCell(text, { fact, op, kind }, names = null) {
  if (isAny(text)) return { value: null };
  const plain = text.trim();
  if (takesNothing(op)) {
    if (YES.has(folded(plain))) return { value: true };
    return NO.has(folded(plain)) ? { value: false } : { fault: "cell_not_yes_no" };
  }
  if (fact === "time.weekday") {
    const found = weekdays(plain, names ?? []) ?? rangeOf(plain)?.value;
    if (found === undefined) return { fault: "cell_not_weekday" };
    const [low, high] = [found].flat(2).length > 1 ? found : [[found].flat()[0], [found].flat()[0]];
    return op === "between" ? { value: [low, high] } : low === high ? { value: low } : { fault: "cell_one_only" };
  }
  if (names) {
    const known = spellings(fact, names);
    const isKnown = (part) => known.has(folded(part));
    const parts = isKnown(plain) ? [plain] : several(plain, isKnown);
    const wrong = parts.find((part) => !isKnown(part));
    if (wrong !== undefined) return { fault: "cell_not_known", part: wrong };
    const values = [...new Set(parts.map((part) => known.get(folded(part))))];
    if (takesSeveral(op)) return { value: values };
    return values.length > 1 ? { fault: "cell_one_only" } : { value: values[0] };
  }
  if (NUMERIC.includes(op) || kind === "number") {
    const found = rangeOf(plain);
    if (!found) return { fault: "cell_not_number" };
    if (op === "between") {
      const range = asRange(found, WHOLE.includes(fact));
      return range ? { value: range } : { fault: "cell_open_range" };
    }
    return found.op === op || found.op === "is" ? { value: found.value } : { fault: "cell_other_operator" };
  }
  if (kind === "date" || op === "before" || op === "after") {
    const date = dateOf(plain);
    return date ? { value: date } : { fault: "cell_not_date" };
  }
  return { value: takesSeveral(op) ? several(plain) : plain };
}

// The cell as people read it, and as `readCell` understands it.
export function writeCell(value, { fact, op }, names = null, words = { or: "or", yes: "yes", no: "no" }) {
  if (value === null || value === undefined) return "";
  if (takesNothing(op)) return value ? words.yes : words.no;
  const title = (one) => names?.find((name) => name.value === one)?.title ?? String(one);
  if (op === "between" && Array.isArray(value)) {
    const [low, high] = value;
    if (high >= OPEN) return `≥ ${low}`;
    if (low <= -OPEN) return `≤ ${high}`;
    return low === high ? title(low) : `${title(low)}–${title(high)}`;
  }
  if (Array.isArray(value)) return names && fact !== "tags" ? value.map(title).join(` ${words.or} `) : value.map(String).join(", ");
  return title(value);
}

// A value that a row sets: true, false, a number, else text. null sets nothing.
export function readResult(text) {
  const plain = text.trim();
  if (!plain) return null;
  if (["true", "false"].includes(plain.toLowerCase())) return plain.toLowerCase() === "true";
  return /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(plain) ? Number(plain) : plain;
}

export const writeResult = (value) => (value === null || value === undefined ? "" : String(value));

// The operator under which all these cells say something: what a pasted column is made with.
export function operatorOf(fact, kind, texts, named) {
  const filled = texts.filter((text) => !isAny(text));
  if (fact === "time.weekday") return "between";
  if (named) return "in";
  if (kind === "list") return "has_any";
  if (kind === "date") return filled.some((text) => /^(<|before|早于)/.test(folded(text))) ? "before" : "after";
  const ranges = filled.map(rangeOf);
  // One cell that is none among many is a slip; it is told.
  const numeric = filled.length > 0 && ranges.filter(Boolean).length >= 0.7 * filled.length;
  if (kind === "number" || (kind === "value" && numeric && ranges.some((one) => one && one.op !== "is"))) {
    const ops = new Set(ranges.filter(Boolean).map(({ op }) => op));
    return ops.size === 1 ? [...ops][0] : ops.size ? "between" : "is";
  }
  return fact === "text" ? "contains_any" : "in";
}
