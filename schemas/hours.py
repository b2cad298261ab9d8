"""A week of hours in words, as people write it on a door."""

import json
from functools import cache
from importlib import resources
from typing import Any

from engine.hours import Hours, Period
from schemas.cards import UiLanguage

_WEEK = range(1, 8)


def hours_in_words(hours: Hours, language: UiLanguage = "en") -> str:
    """``Mon–Fri 9:00–18:00, Sat 10:00–14:00``; days with the same hours that follow each other stand as one."""
    words = _words(language)
    runs: list[tuple[int, int, tuple[Period, ...]]] = []
    for day in _WEEK:
        periods = hours.week.get(str(day), ())
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == periods:
            runs[-1] = runs[-1][0], day, periods
        else:
            runs.append((day, day, periods))
    said = [f"{_days(first, last, words)} {_periods(periods, words)}" for first, last, periods in runs if periods]
    return str(words["between"]).join(said) or str(words["never"])


def day_in_words(day: str, language: UiLanguage = "en") -> str:
    """A weekday's number (1 is Monday) as its short name; a date as it stands."""
    return str(_words(language)["days"][int(day) - 1]) if day in "1234567" else day


def period_in_words(period: Period) -> str:
    """``9:00–18:00``."""
    return f"{clock_in_words(period[0])}–{clock_in_words(period[1])}"


def clock_in_words(clock: str) -> str:
    """``09:00`` is 9:00."""
    return clock.removeprefix("0") if not clock.startswith("00") else clock[1:]


def _days(first: int, last: int, words: dict[str, Any]) -> str:
    names = words["days"]
    if (first, last) == (1, 7):
        return str(words["daily"])
    return str(names[first - 1]) if first == last else f"{names[first - 1]}{words['to']}{names[last - 1]}"


def _periods(periods: tuple[Period, ...], words: dict[str, Any]) -> str:
    if any(begin == "00:00" and end in ("24:00", "00:00") for begin, end in periods):
        return str(words["all_day"])
    return str(words["and"]).join(map(period_in_words, sorted(periods)))


@cache
def _words(language: str) -> dict[str, Any]:
    text = (resources.files("schemas") / "locales" / f"{language}.json").read_text("utf-8")
    words: dict[str, Any] = json.loads(text)["hours"]
    return words
