"""When a team is there: a week with periods, holidays and days of its own, in the zone of its clocks."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated

import msgspec

from engine.zones import zone_of

From = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
To = Annotated[str, msgspec.Meta(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
"""Times of day as clocks on the wall show them; 24:00 is the end of the day."""

Period = tuple[From, To]
"""One that does not end later than it begins runs on into the next day."""

Periods = Annotated[tuple[Period, ...], msgspec.Meta(max_length=12)]
Weekday = Annotated[str, msgspec.Meta(pattern=r"^[1-7]$")]
"""1 is Monday (ISO 8601)."""

Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]

HORIZON = 400
"""So many days ahead are looked at; what does not change in them is told as never."""


class Hours(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """When it is open.

    ``zone`` is an IANA name ('' is the flow's), ``holidays`` the ISO 3166-1 alpha-2 code of a country whose public
    holidays are closed, ``closed`` days with what they are called, ``open`` days with periods of their own: these go
    before all else. A day without periods is closed.
    """

    zone: Annotated[str, msgspec.Meta(max_length=64)] = ""
    week: dict[Weekday, Periods] = {}
    holidays: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2})?$")] = ""
    closed: Annotated[dict[Day, Annotated[str, msgspec.Meta(max_length=80)]], msgspec.Meta(max_length=400)] = {}
    open: Annotated[dict[Day, Periods], msgspec.Meta(max_length=400)] = {}


OFFICE = Hours(week={str(day): (("09:00", "18:00"),) for day in range(1, 6)})
"""What hours are before anybody says otherwise: Monday to Friday, nine to six."""


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """``open`` now; ``until`` (aware UTC) that changes, None where it does not for as long as is looked ahead;
    ``holiday`` is what the day is called that is closed.
    """

    open: bool
    until: datetime | None = None
    holiday: str = ""


def standing(hours: Hours, at: datetime, holidays: Mapping[str, str] | None = None) -> Standing:
    """How it stands ``at`` (aware). ``holidays`` are those of the country: YYYY-MM-DD -> name, a year ahead."""
    zone = zone_of(hours.zone)
    shut = {**(holidays or {}), **hours.closed}
    for begin, end in _together(_spans(hours, shut, at.astimezone(zone).date(), zone)):
        if at < begin:
            return Standing(False, begin, _name(hours, shut, at, zone))
        if at < end:
            last = at + timedelta(days=HORIZON - 2)
            return Standing(True, end if end < last else None)
    return Standing(False, None, _name(hours, shut, at, zone))


def overnight(period: Period) -> bool:
    """Whether a period runs on into the next day."""
    return period[1] <= period[0]


def minutes(period: Period) -> int:
    """How long a period lasts by the clock."""
    begin, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in period)
    return end - begin + (24 * 60 if overnight(period) else 0)


def opens_at_all(hours: Hours) -> bool:
    """Whether there is any period in it."""
    return any(hours.week.values()) or any(hours.open.values())


def _name(hours: Hours, shut: Mapping[str, str], at: datetime, zone: tzinfo) -> str:
    day = at.astimezone(zone).date().isoformat()
    return "" if day in hours.open else shut.get(day, "")


def _spans(hours: Hours, shut: Mapping[str, str], today: date, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """The periods as moments, day by day in order; yesterday's may run on into today."""
    for ahead in range(-1, HORIZON):
        day = today + timedelta(days=ahead)
        name = day.isoformat()
        periods = hours.open.get(name, () if name in shut else hours.week.get(str(day.isoweekday()), ()))
        for period in sorted(periods):
            begin = _moment(day, period[0], zone)
            end = _moment(day + timedelta(days=overnight(period)), period[1], zone)
            if begin < end:
                yield begin, end


def _together(spans: Iterator[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """Periods that touch or overlap as one."""
    now: tuple[datetime, datetime] | None = None
    for begin, end in spans:
        if now is not None and begin <= now[1]:
            now = now[0], max(now[1], end)
            continue
        if now is not None:
            yield now
        now = begin, end
    if now is not None:
        yield now


def _moment(day: date, clock: str, zone: tzinfo) -> datetime:
    """A time on the wall as a moment. One that the clocks skip comes as much later as they were put forward."""
    if clock == "24:00":
        day, clock = day + timedelta(days=1), "00:00"
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)
