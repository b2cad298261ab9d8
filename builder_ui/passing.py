"""Where the virtual clock of a rehearsal can be put forward to."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import msgspec

from engine.flow import Flow
from engine.hours import Hours
from engine.queries import AnyAnswer, AnyQuery, OpenHours, Opening
from engine.zones import zone_of
from nodes.business_hours import BusinessHours

_MORNING = time(9)


def morning(now: datetime, zone: str) -> datetime:
    """The next nine o'clock in the morning at a zone (IANA)."""
    here = now.astimezone(zone_of(zone))
    at = datetime.combine(here.date(), _MORNING, here.tzinfo)
    return at if at > here else datetime.combine(here.date() + timedelta(days=1), _MORNING, here.tzinfo)


def next_change(flow: Flow[Any], now: datetime, ask: Callable[[AnyQuery], AnyAnswer]) -> tuple[bool, datetime] | None:
    """When the first of the flow's hours opens (True) or closes (False) after ``now``; None where none ever does."""
    changes: list[tuple[datetime, bool]] = []
    for node in flow.nodes.values():
        team = node.team_hours()
        if team or isinstance(node, BusinessHours):
            own = Hours(zone=flow.timezone)
            if not team:
                own = msgspec.structs.replace(node.hours, zone=node.hours.zone or flow.timezone)
            answer = ask(OpenHours(team=team, hours=own, at=now))
            if isinstance(answer, Opening) and answer.standing.until is not None:
                changes.append((answer.standing.until, not answer.standing.open))
    at, opens = min(changes, default=(None, False))
    return (opens, at) if at is not None else None
