// Opening hours: each day as people write it with its day drawn beneath, holidays, days that are otherwise, the zone.
import { CopyPlus } from "lucide-react";
import { useState } from "react";
import { Remove } from "./choices.jsx";
import { useDraft, useForm, useHeldValue } from "./draft.js";
import { Faults, Field } from "./field.jsx";
import { DAYS, parsePeriods, parts, parseWeek, writePeriods } from "./hours.js";
import { Menu } from "./menu.jsx";
import { Picker } from "./suggest.jsx";

const NONE = { zone: "", week: {}, holidays: "", closed: {}, open: {} };
const WORKING = ["1", "2", "3", "4", "5"];

// As the draft has it: in its order, what is empty left out.
const written = (hours) => Object.fromEntries(Object.keys(NONE).flatMap((key) => (Object.keys(hours[key]).length ? [[key, hours[key]]] : [])));

export function HoursField({ field, id }) {
  const [value, put] = useHeldValue(field);
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help} group>
      <Hours id={id} value={value} put={put} />
    </Field>
  );
}

export function Hours({ id, value, put }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const hours = { ...NONE, ...value };
  const set = (changes) => put(written({ ...hours, ...changes }));
  const setWeek = (days) => {
    const week = { ...hours.week, ...days };
    set({ week: Object.fromEntries(DAYS.filter((day) => week[day]?.length).map((day) => [day, week[day]])) });
  };
  const zones = [{ value: "", title: words.zone_of_flow }, ...lists.timezones];
  const lands = [{ value: "", title: words.no_holidays }, ...(lists.holiday_countries ?? lists.countries)];
  return (
    <div className="hours">
      {!form.locked && <WholeWeek id={id} onWeek={setWeek} />}
      <ul className="form-rows hours-week">
        {lists.weekdays.map(({ value: day, title }) => (
          <Day key={day} id={`${id}-${day}`} title={title} periods={hours.week[day] ?? []} setWeek={setWeek} day={String(day)} />
        ))}
      </ul>
      <Pick id={`${id}-zone`} label={words.hours_zone} items={zones} value={hours.zone} onPick={(zone) => set({ zone })} />
      <Pick id={`${id}-holidays`} label={words.hours_holidays} items={lands} value={hours.holidays} onPick={(holidays) => set({ holidays })} />
      <Dates
        label={words.closed_days}
        help={words.closed_days_help}
        days={hours.closed}
        put={(closed) => set({ closed })}
        fresh=""
        cell={(name, change, title) => <Name value={name} put={change} label={`${title}: ${words.day_name}`} />}
      />
      <Dates
        label={words.open_days}
        help={words.open_days_help}
        days={hours.open}
        put={(open) => set({ open })}
        fresh={[["10:00", "16:00"]]}
        cell={(periods, change, title) => <Periods id={`${id}-${title}`} label={`${title}: ${words.hours_of_day}`} periods={periods} put={change} />}
      />
    </div>
  );
}

function WholeWeek({ id, onWeek }) {
  const { words } = useForm().lists;
  const [text, setText] = useState("");
  const [fault, setFault] = useState("");
  const take = () => {
    if (!text.trim()) return;
    const week = parseWeek(text);
    setFault(week ? "" : words.not_hours);
    if (!week) return;
    onWeek(week);
    setText("");
  };
  return (
    <div className="form-field">
      <label className="form-label small" htmlFor={`${id}-week`}>
        {words.whole_week}
      </label>
      <input
        id={`${id}-week`}
        className="input"
        value={text}
        aria-describedby={`${id}-week-fault`}
        placeholder={words.week_example}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => event.key === "Enter" && !event.nativeEvent.isComposing && take()}
      />
      <Faults id={`${id}-week-fault`} faults={fault ? [{ severity: "error", message: fault }] : []} />
    </div>
  );
}

// 2024 began on a Monday.
const short = (day, language) => new Date(2024, 0, Number(day)).toLocaleDateString(language, { weekday: "short" });

function Day({ id, title, day, periods, setWeek }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const copy = { all: DAYS, working: WORKING, rest: DAYS.filter((one) => one > day) };
  const ways = Object.keys(copy).filter((way) => copy[way].some((one) => one !== day));
  return (
    <li>
      <div className="hours-day">
        <label htmlFor={id} title={title}>
          {short(day, lists.language)}
        </label>
        <Periods id={id} label={title} periods={periods} put={(next) => setWeek({ [day]: next })} />
        {!form.locked && (
          <Menu
            icon={<CopyPlus size={16} aria-hidden="true" />}
            name={words.copy_day.replace("{name}", title)}
            items={ways.map((way) => ({ value: way, title: words[`copy_to_${way}`] }))}
            onPick={(way) => setWeek(Object.fromEntries(copy[way].map((one) => [one, periods])))}
          />
        )}
      </div>
      <div className="hours-bar" aria-hidden="true">
        {parts(periods).map(([start, length]) => (
          <span key={start} style={{ insetInlineStart: `${100 * start}%`, width: `${100 * length}%` }} />
        ))}
      </div>
    </li>
  );
}

function Periods({ id, periods, put, label }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const [fault, setFault] = useState("");
  const write = (some) => writePeriods(some, { closed: words.closed, whole_day: words.whole_day });
  const draft = useDraft(write(periods), (text) => {
    const found = parsePeriods(text);
    setFault(found ? "" : words.not_hours);
    if (!found) return undefined;
    put(found);
    return write(found);
  });
  return (
    <div className="grow">
      <input
        {...draft.props}
        id={id}
        className={`input${periods.length ? "" : " hours-closed"}`}
        aria-label={label}
        aria-describedby={`${id}-here`}
        aria-invalid={fault ? true : undefined}
        placeholder={words.hours_example}
        disabled={form.locked}
        autoComplete="off"
        onFocus={(event) => event.target.select()}
      />
      <Faults id={`${id}-here`} faults={fault ? [{ severity: "error", message: fault }] : []} />
    </div>
  );
}

function Pick({ id, label, items, value, onPick }) {
  const { form } = useForm();
  return (
    <div className="form-field">
      <div className="form-label">
        <label htmlFor={id}>{label}</label>
      </div>
      <div className="suggest-box">
        <Picker id={id} items={items} value={value} onPick={onPick} disabled={form.locked} />
      </div>
    </div>
  );
}

function Name({ value, put, label }) {
  const { form, lists } = useForm();
  const draft = useDraft(value, put);
  return <input {...draft.props} className="input grow" aria-label={label} placeholder={lists.words.day_name} maxLength={80} disabled={form.locked} dir="auto" autoComplete="off" />;
}

// Days of the calendar that are otherwise: {"2026-12-24": what is said of it}.
function Dates({ label, help, days, put, cell, fresh }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const order = Object.keys(days).sort();
  const moved = (from, to) => {
    const { [from]: told, ...others } = days;
    put({ ...others, [to]: told });
  };
  const titleOf = (date) => new Date(`${date}T12:00:00`).toLocaleDateString(lists.language, { weekday: "short", day: "numeric", month: "long", year: "numeric" });
  return (
    <div className="form-field" role="group" aria-label={label}>
      <div className="form-label">{label}</div>
      {order.map((date) => (
        <div key={date} className="form-row hours-date">
          <DateBox label={words.date_of.replace("{name}", titleOf(date))} value={date} onDate={(next) => next !== date && moved(date, next)} />
          {cell(days[date], (told) => put({ ...days, [date]: told }), titleOf(date))}
          {!form.locked && <Remove label={words.remove_it.replace("{name}", titleOf(date))} onClick={() => put(Object.fromEntries(order.filter((one) => one !== date).map((one) => [one, days[one]])))} />}
        </div>
      ))}
      {!form.locked && (
        <div className="form-row hours-date">
          <DateBox label={`${label}: ${words.add_date}`} value="" onDate={(date) => put({ [date]: fresh, ...days })} />
          <span className="form-help grow">{help}</span>
        </div>
      )}
    </div>
  );
}

// A day of the calendar. Typed part by part, so it counts when one leaves it or presses Enter.
function DateBox({ label, value, onDate }) {
  const { form } = useForm();
  const [date, setDate] = useState(value);
  const take = () => {
    if (/^20\d\d-\d\d-\d\d$/.test(date)) onDate(date);
    setDate(value);
  };
  return (
    <input
      type="date"
      className="input hours-pick"
      aria-label={label}
      min="2000-01-01"
      max="2099-12-31"
      value={date}
      disabled={form.locked}
      onChange={(event) => setDate(event.target.value)}
      onBlur={take}
      onKeyDown={(event) => event.key === "Enter" && take()}
    />
  );
}
