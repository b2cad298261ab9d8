"""Whether the hours that a flow goes by are there, and can be meant as they stand."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from engine.flow import Flow
from engine.hours import Hours, Period, minutes, opens_at_all, overnight
from engine.zones import zone_names
from flows.holidays import countries
from flows.problems import Fix, Problem, Reporter
from flows.views import node_card
from schemas.hours import day_in_words, period_in_words

_HALF_A_DAY = 12 * 60
_DAY = 24 * 60


def check_hours(flow: Flow[Any], report: Reporter, teams: Mapping[str, str] | None) -> Iterator[Problem]:
    """``teams`` are the names of the shop's hours by their ids; None where they are not known."""
    for node_id, node in flow.nodes.items():
        if team := node.team_hours():
            if teams is not None and team not in teams:
                field = next(one.name for one in node_card(node).fields if one.widget == "hours_team")
                where = report.at(node_id, field)
                yield report.error("unknown_hours", where, _others(report, node_id, field, teams), name=team)
        elif isinstance(hours := getattr(node, "hours", None), Hours):
            yield from _own(report, node_id, hours)


def _others(report: Reporter, node_id: str, field: str, teams: Mapping[str, str]) -> list[Fix]:
    return [
        report.fix("fix_hours", {"op": "set", "node": node_id, "field": field, "value": team}, name=name)
        for team, name in [*teams.items()][:3]
    ]


def _own(report: Reporter, node_id: str, hours: Hours) -> Iterator[Problem]:
    where = report.at(node_id, "hours")
    if not opens_at_all(hours):
        yield report.error("hours_never", where)
    if hours.zone and hours.zone not in zone_names():
        yield report.error("unknown_hours_zone", where, name=hours.zone)
    if hours.holidays and hours.holidays not in countries():
        yield report.warning("unknown_holidays", where, name=hours.holidays)
    for kind, days in (("week", hours.week), ("open", hours.open)):
        for day, periods in sorted(days.items()):
            for position, period in enumerate(periods):
                called, said = day_in_words(day, report.language), period_in_words(period)
                if _whole_day(period):
                    continue
                if period[0] == period[1]:
                    yield report.error("hours_empty", where, day=called, period=said)
                elif overnight(period) and minutes(period) > _HALF_A_DAY:
                    other = _with(hours, kind, day, position, (period[1], period[0]))
                    swap = {"op": "set", "node": node_id, "field": "hours", "value": msgspec.to_builtins(other)}
                    fix = report.fix("fix_period", swap, period=period_in_words((period[1], period[0])))
                    yield report.warning("hours_backwards", where, [fix], day=called, period=said)


def _whole_day(period: Period) -> bool:
    return period[0] == "00:00" and minutes(period) == _DAY


def _with(hours: Hours, kind: str, day: str, position: int, period: Period) -> Hours:
    days: dict[str, tuple[Period, ...]] = getattr(hours, kind)
    periods = (*days[day][:position], period, *days[day][position + 1 :])
    return msgspec.structs.replace(hours, **{kind: {**days, day: periods}})
