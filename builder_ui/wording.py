"""Moments in the words of the screens."""

from datetime import UTC, datetime

import reflex as rx

from builder_ui.state import State
from builder_ui.words import Language, say

# Days are counted from midnight to midnight, and by calendar: where clocks change, a day has not 24 hours.
COMING = """((text, tag) => {
  if (!text) return "";
  const at = new Date(text), now = new Date();
  const midnight = (day) => new Date(day.getFullYear(), day.getMonth(), day.getDate());
  const days = Math.round((midnight(at) - midnight(now)) / 864e5);
  const format = (how) => new Intl.DateTimeFormat(tag, how).format(at);
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  const name = Math.abs(days) < 2 ? new Intl.RelativeTimeFormat(tag, { numeric: "auto" }).format(days, "day")
    : days > 0 && days < 7 ? format({ weekday: "short" }) : format({ day: "numeric", month: "short", year });
  return `${name} ${format({ hour: "2-digit", minute: "2-digit" })}`;
})(%(at)s, %(tag)s)"""


def ago(at: datetime, language: Language, now: datetime | None = None) -> str:
    """How long ago `at` was, roughly: "just now", "4 min ago", "3 h ago", "2 d ago"."""
    seconds = ((now or datetime.now(UTC)) - at).total_seconds()
    if seconds < 60:
        return say("ago.now", language)
    if seconds < 3600:
        return say("ago.minutes", language, n=int(seconds // 60))
    if seconds < 86400:
        return say("ago.hours", language, n=int(seconds // 3600))
    return say("ago.days", language, n=int(seconds // 86400))


def clock(at: rx.Var[str]) -> rx.Var[str]:
    """The time of day of an ISO moment where the browser is, such as 14:05."""
    return _formatted(at, '{hour: "2-digit", minute: "2-digit"}')


def exactly(at: rx.Var[str]) -> rx.Var[str]:
    """The time of day to the second of an ISO moment where the browser is, such as 14:05:09."""
    return _formatted(at, '{hour: "2-digit", minute: "2-digit", second: "2-digit"}')


def day(at: rx.Var[str]) -> rx.Var[str]:
    """The day of an ISO moment where the browser is, such as Mon, 3 March."""
    return _formatted(at, '{weekday: "short", day: "numeric", month: "long"}')


def coming(at: rx.Var[str]) -> rx.Var[str]:
    """An ISO moment to come as people name it where the browser is: today 14:05, tomorrow 09:00, Mon 09:00."""
    tag = rx.cond(State.zh, "zh-CN", "en-GB")
    data = rx.vars.VarData.merge(at._get_all_var_data(), tag._get_all_var_data())  # noqa: SLF001
    return rx.Var(COMING % {"at": at, "tag": tag}, _var_type=str, _var_data=data)


def time_in(zone: rx.Var[str]) -> rx.Var[str]:
    """The time of day now in a time zone (an IANA name); "?" where the browser knows none of that name."""
    options = f'{{hour: "2-digit", minute: "2-digit", timeZone: {zone!s}}}'
    # The name comes from the contact's side, and a wrong one must not break the page.
    script = (
        f'(() => {{ try {{ return new Intl.DateTimeFormat("en-GB", {options}).format() }} catch {{ return "?" }} }})()'
    )
    return rx.Var(script, _var_type=str, _var_data=zone._get_all_var_data())  # noqa: SLF001


def _formatted(at: rx.Var[str], how: str) -> rx.Var[str]:
    tag = rx.cond(State.zh, "zh-CN", "en-GB")
    data = rx.vars.VarData.merge(at._get_all_var_data(), tag._get_all_var_data())  # noqa: SLF001
    script = f'({at!s} ? new Intl.DateTimeFormat({tag!s}, {how}).format(new Date({at!s})) : "")'
    return rx.Var(script, _var_type=str, _var_data=data)
