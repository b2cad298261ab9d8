"""Hours by the clocks on the wall: zones, the days the clocks change, holidays, over midnight."""

from datetime import datetime

import msgspec
import pytest

from engine.hours import HORIZON, OFFICE, Hours, Standing, minutes, opens_at_all, overnight, standing
from flows.holidays import holidays_of

BAR = Hours(zone="Europe/Berlin", week={"5": (("20:00", "03:00"),), "6": (("20:00", "04:00"),)})
LUNCH = Hours(zone="Asia/Bangkok", week={"1": (("09:00", "12:00"), ("13:00", "17:30"))})
ALWAYS = Hours(week={str(day): (("00:00", "24:00"),) for day in range(1, 8)})
NIGHT = Hours(zone="Europe/Berlin", week={"7": (("01:00", "04:00"),)})
SKIPPED = Hours(zone="Europe/Berlin", week={"7": (("02:30", "02:45"),)})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def office(zone: str, country: str = "") -> Hours:
    return msgspec.structs.replace(OFFICE, zone=zone, holidays=country)


# says, hours, at, open, until (each as the zone's clocks and as UTC show it), holiday
TABLE = [
    ("a working morning", office("Europe/Berlin"), "2027-03-02T09:00+01:00", True, "2027-03-02T17:00Z", ""),
    ("a minute before", office("Europe/Berlin"), "2027-03-02T08:59:59+01:00", False, "2027-03-02T08:00Z", ""),
    ("the end is closed", office("Europe/Berlin"), "2027-03-02T18:00+01:00", False, "2027-03-03T08:00Z", ""),
    ("over the weekend", office("America/New_York"), "2027-03-05T18:00-05:00", False, "2027-03-08T14:00Z", ""),
    ("another day there", office("Asia/Tokyo"), "2027-03-01T01:00Z", True, "2027-03-01T09:00Z", ""),
    ("between two periods", LUNCH, "2027-03-01T12:30+07:00", False, "2027-03-01T06:00Z", ""),
    ("after the second", LUNCH, "2027-03-01T17:30+07:00", False, "2027-03-08T02:00Z", ""),
    ("over midnight", BAR, "2027-03-06T02:59+01:00", True, "2027-03-06T02:00Z", ""),
    ("after the night", BAR, "2027-03-06T03:00+01:00", False, "2027-03-06T19:00Z", ""),
    ("always open", ALWAYS, "2027-03-06T03:00Z", True, None, ""),
    ("never open", Hours(), "2027-03-06T03:00Z", False, None, ""),
    # 28 March 2027: two o'clock is three o'clock in Berlin; 31 October: three o'clock is two o'clock again.
    ("a short night", NIGHT, "2027-03-28T01:30+01:00", True, "2027-03-28T02:00Z", ""),
    ("a long night", NIGHT, "2027-10-31T01:30+02:00", True, "2027-10-31T03:00Z", ""),
    ("the second two o'clock", NIGHT, "2027-10-31T02:30+01:00", True, "2027-10-31T03:00Z", ""),
    ("hours that the clocks skip", SKIPPED, "2027-03-28T00:00+01:00", False, "2027-03-28T01:30Z", ""),
    ("summer time in between", office("Europe/Berlin"), "2027-03-26T18:00+01:00", False, "2027-03-29T07:00Z", ""),
    ("summer time in America", office("America/New_York"), "2027-03-12T18:00-05:00", False, "2027-03-15T13:00Z", ""),
    ("half an hour off", office("Asia/Kolkata"), "2027-03-02T03:30Z", True, "2027-03-02T12:30Z", ""),
    # A Sunday in 2027, so the day that follows is open; in 2028 it is a Tuesday.
    (
        "Germany's day",
        office("Europe/Berlin", "DE"),
        "2028-10-03T10:00+02:00",
        False,
        "2028-10-04T07:00Z",
        "Tag der Deutschen Einheit",
    ),
    (
        "Christmas to the next year",
        office("Europe/Berlin", "DE"),
        "2026-12-31T18:00+01:00",
        False,
        "2027-01-04T08:00Z",
        "",
    ),
    (
        "Thanksgiving",
        office("America/New_York", "US"),
        "2026-11-26T10:00-05:00",
        False,
        "2026-11-27T14:00Z",
        "Thanksgiving Day",
    ),
    ("Songkran", office("Asia/Bangkok", "TH"), "2027-04-13T10:00+07:00", False, "2027-04-16T02:00Z", "วันสงกรานต์"),
    ("National Day", office("Asia/Shanghai", "CN"), "2026-10-01T10:00+08:00", False, "2026-10-08T01:00Z", "国庆节"),
]


@pytest.mark.parametrize(("says", "hours", "when", "is_open", "until", "holiday"), TABLE, ids=[row[0] for row in TABLE])
def test_table(says: str, hours: Hours, when: str, is_open: bool, until: str | None, holiday: str) -> None:
    off = holidays_of(hours.holidays, at(when).year) if hours.holidays else None
    assert standing(hours, at(when), off) == Standing(is_open, at(until) if until else None, holiday)


def test_days_of_its_own_go_before_the_week_and_open_ones_before_all() -> None:
    hours = Hours(
        week={"5": (("09:00", "18:00"),)},
        closed={"2027-12-24": "Heiligabend", "2027-12-31": "Silvester"},
        open={"2027-12-31": (("10:00", "12:00"),), "2027-12-25": (("10:00", "11:00"),)},
    )
    eve = standing(hours, at("2027-12-24T10:00Z"), {"2027-12-25": "Weihnachten"})
    assert eve == Standing(False, at("2027-12-25T10:00Z"), "Heiligabend")
    assert standing(hours, at("2027-12-25T10:30Z"), {"2027-12-25": "Weihnachten"}).open
    assert standing(hours, at("2027-12-31T11:00Z")) == Standing(True, at("2027-12-31T12:00Z"))
    assert standing(hours, at("2027-12-31T12:00Z")) == Standing(False, at("2028-01-07T09:00Z"))


def test_periods_that_touch_or_overlap_are_one() -> None:
    hours = Hours(week={"1": (("12:00", "14:00"), ("09:00", "12:00"), ("13:00", "24:00")), "2": (("00:00", "02:00"),)})
    assert standing(hours, at("2027-03-01T10:00Z")) == Standing(True, at("2027-03-02T02:00Z"))


def test_a_zone_that_is_none_counts_as_utc() -> None:
    hours = Hours(zone="Europe/Atlantis", week=OFFICE.week)
    assert standing(hours, at("2027-03-02T09:00Z")).open


def test_what_opens_further_ahead_than_is_looked_never_opens() -> None:
    far = Hours(open={"2029-01-01": (("09:00", "18:00"),)})
    assert standing(far, at("2027-03-02T09:00Z")) == Standing(False)
    assert standing(far, at("2028-12-01T09:00Z")).until == at("2029-01-01T09:00Z")
    assert HORIZON < 600


def test_a_period_may_run_over_midnight() -> None:
    assert [overnight(one) for one in (("09:00", "18:00"), ("20:00", "03:00"), ("09:00", "24:00"))] == [
        False,
        True,
        False,
    ]
    assert [minutes(one) for one in (("09:00", "18:00"), ("20:00", "03:00"), ("00:00", "00:00"))] == [540, 420, 1440]
    assert opens_at_all(OFFICE)
    assert not opens_at_all(Hours(week={"1": ()}))
