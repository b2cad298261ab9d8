"""How it stands with hours: worked out, and as a transcript has it."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from engine.hours import Standing, standing
from engine.queries import AnyAnswer, Failed, OpenHours, Opening
from engine.zones import zone_of
from flows.failing import failed_answer, failed_text
from flows.holidays import holidays_of
from flows.transcript import in_reach

_WRITTEN = re.compile(
    r"(?P<open>open|closed)(?:, until (?P<until>\d{4}-\d\d-\d\d \d\d:\d\d)(?: \((?P<zone>[A-Za-z0-9_+/-]+)\))?)?"
    r"(?:, (?P<holiday>.+))?"
)


def opening(query: OpenHours, name: str = "") -> Opening:
    """How it stands with the hours in the query; ``name`` is what they are called."""
    hours = query.hours
    off = holidays_of(hours.holidays, query.at.astimezone(zone_of(hours.zone)).year) if hours.holidays else {}
    return Opening(standing=standing(hours, query.at, off), zone=hours.zone, name=name)


def hours_text(answer: AnyAnswer) -> str:
    """``closed, until 2027-10-05 09:00 (Europe/Berlin), Tag der Deutschen Einheit``."""
    if not isinstance(answer, Opening):
        return failed_text(answer)
    now = answer.standing
    parts = ["open" if now.open else "closed"]
    if now.until:
        parts.append(f"until {now.until.astimezone(zone_of(answer.zone)):%Y-%m-%d %H:%M} ({answer.zone})")
    return ", ".join([*parts, now.holiday] if now.holiday else parts)


class WrittenHours(NamedTuple):
    """Hours as a transcript has them: ``until`` as YYYY-MM-DD HH:MM by the clocks of ``zone`` (IANA), or ''."""

    open: bool
    until: str
    zone: str
    holiday: str


def written_hours(text: str) -> WrittenHours | None:
    """The parts of what ``hours_text`` writes; None where it says that there is no answer."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    return WrittenHours(match["open"] == "open", match["until"] or "", match["zone"] or "", match["holiday"] or "")


def hours_answer(text: str, query: OpenHours) -> AnyAnswer:
    """What a transcript says of hours; without a zone its time is by the clocks of the query's."""
    told = written_hours(text)
    if told is None:
        return failed_answer(text)
    zone = told.zone or query.hours.zone
    try:
        until = datetime.fromisoformat(told.until).replace(tzinfo=zone_of(zone)) if told.until else None
    except ValueError:
        return Failed(reason=f"no time: {told.until}")
    if until and not in_reach(until):
        return Failed(reason=f"no time: {told.until}")
    now = Standing(told.open, until.astimezone(UTC) if until else None, told.holiday)
    return Opening(standing=now, zone=zone)
