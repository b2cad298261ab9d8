"""When a rehearsal is no longer what the flow would do."""

from types import SimpleNamespace
from typing import Any

import msgspec

import flows
from builder_ui.states.rehearse import Rehearse
from engine.flow import Flow, Interrupt
from engine.rules import Compare
from flows.meaning import fingerprint

LUNA = flows.starter("luna")


def stale(now: Flow[Any], played: Flow[Any]) -> bool:
    state = SimpleNamespace(exchanges=["one"], _flow=now, _played=fingerprint(played))
    said: bool = Rehearse.computed_vars["stale"].fget(state)
    return said


def member(value: Any) -> Flow[Any]:
    interrupt = Interrupt("member", "Member", Compare("value.member", "is", value), LUNA.start)
    return msgspec.structs.replace(LUNA, interrupts=(interrupt,))


def test_a_flow_that_is_only_called_or_drawn_otherwise_does_what_was_rehearsed() -> None:
    assert not stale(msgspec.structs.replace(LUNA, name="Another", layout={}, notes={}, cases={}), LUNA)


def test_one_that_means_something_else_does_not() -> None:
    assert stale(msgspec.structs.replace(LUNA, timezone="Asia/Shanghai"), LUNA)
    # To Structs 1 equals true.
    assert stale(member(value=True), member(1))
