"""Hours that a flow goes by: are they there, can they be meant as they stand."""

from typing import Any

import pytest

from engine.flow import Flow
from engine.hours import OFFICE, Hours
from flows.check import check
from flows.edit import apply
from nodes.business_hours import BusinessHours
from nodes.wait import Wait

TEAMS = {"shop": "Shop hours", "repairs": "Repairs"}


def flow(**config: Any) -> Flow[Any]:
    return Flow(id="f", name="F", nodes={"a": BusinessHours(**config)}, start="a")


def own(**hours: Any) -> Flow[Any]:
    return flow(hours=Hours(**{"week": OFFICE.week, **hours}))


TABLE: list[tuple[Flow[Any], set[tuple[str, str, str]]]] = [
    (flow(), set()),
    (flow(team="shop", hours=Hours()), set()),
    (flow(team="gone"), {("error", "unknown_hours", "team")}),
    (own(week={}), {("error", "hours_never", "hours")}),
    (own(week={"1": ()}), {("error", "hours_never", "hours")}),
    (own(week={}, open={"2027-12-24": (("10:00", "12:00"),)}), set()),
    (own(zone="Mars/Base"), {("error", "unknown_hours_zone", "hours")}),
    (own(holidays="DE"), set()),
    (own(holidays="XX"), {("warning", "unknown_holidays", "hours")}),
    (own(week={"5": (("20:00", "03:00"),)}), set()),
    (own(week={"5": (("00:00", "24:00"),)}), set()),
    (own(week={"5": (("09:00", "09:00"),)}), {("error", "hours_empty", "hours")}),
    (own(week={"5": (("18:00", "09:00"),)}), {("warning", "hours_backwards", "hours")}),
    (own(open={"2027-12-24": (("18:00", "09:00"),)}), {("warning", "hours_backwards", "hours")}),
]


@pytest.mark.parametrize(("made", "wanted"), TABLE)
def test_table(made: Flow[Any], wanted: set[tuple[str, str, str]]) -> None:
    english, chinese = check(made, hours=TEAMS), check(made, "zh", hours=TEAMS)
    found = {(one.severity, one.code, one.field) for one in english if one.field in ("team", "hours")}
    assert found == wanted
    assert [one.code for one in english] == [one.code for one in chinese]


def test_says_which_day_is_meant() -> None:
    problem = next(one for one in check(own(week={"5": (("18:00", "09:00"),)})) if one.code == "hours_backwards")
    assert problem.message == (
        "“Business hours”, Fri: 18:00–9:00 ends before it begins, so it runs on through the night."
    )


def test_offers_what_may_be_meant() -> None:
    for made in (flow(team="gone"), own(week={"5": (("08:00", "12:00"), ("18:00", "09:00"))})):
        problem = next(one for one in check(made, hours=TEAMS) if one.code in ("unknown_hours", "hours_backwards"))
        assert problem.fixes
        for fix in problem.fixes:
            mended = apply(made, fix.edit).flow
            assert problem.code not in {one.code for one in check(mended, hours=TEAMS)}
    assert [fix.title for fix in problem.fixes] == ["Make it 9:00–18:00"]


def test_a_wait_until_it_opens_is_looked_at_too() -> None:
    made = Flow(id="f", name="F", nodes={"a": Wait(until_open="gone")}, start="a")
    (problem,) = (one for one in check(made, hours=TEAMS) if one.code == "unknown_hours")
    assert problem.field == "until_open"
    assert problem.fixes[0].edit["field"] == "until_open"


def test_without_knowing_the_shop_nothing_is_said_of_teams() -> None:
    assert not [one for one in check(flow(team="gone")) if one.field == "team"]
