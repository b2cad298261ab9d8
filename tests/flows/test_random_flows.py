"""Whatever is drawn and whatever happens: no conversation hangs or raises, and its replay is the same to the byte."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.effects import HandOff
from engine.events import Answered, AnyEvent
from engine.flow import Flow
from engine.graph import Plan
from engine.queries import Failed
from engine.session import Session
from engine.step import MOST_VISITS, begin, converse, replay
from flows.check import check, errors
from flows.subflows import planned
from flows.views import views
from tests.flows.random_flows import NOW, PAUSE, World, any_event, any_flow, any_world, at_hand

_many = settings(max_examples=80)


def lived(plan: Plan, drawn: list[tuple[str, Any]], world: World) -> tuple[Session, list[bytes], list[AnyEvent]]:
    """A conversation as it goes live: its end, its effects as bytes, and all events, answers included."""
    session = begin(plan, "c", NOW)
    effects: list[bytes] = []
    events: list[AnyEvent] = []
    at = NOW
    for number, one in enumerate(drawn):
        at += PAUSE
        event = at_hand(one, number, at, session.wait)
        while True:
            done = converse(plan, session, event, world)
            session = done.session
            effects += map(msgspec.json.encode, done.effects)
            events += done.events
            # Those that ran, the interrupt before, and the limit itself; what returns does not run again.
            assert sum(visit.reply != "returned" for visit in done.trace) <= MOST_VISITS + 2
            if done.query is None or session.waiting is None:
                break
            late = Failed(reason="late")  # the answer that was to come later
            event = Answered(id=f"late{number}.{session.wait}", at=at, query=session.waiting.query_id, answer=late)
    return session, effects, events


@_many
@given(any_flow(), any_flow(), st.lists(any_event(), max_size=6), any_world())
def test_a_conversation_never_raises_never_hangs_and_replays_to_the_byte(
    flow: Flow[Any], inner: Flow[Any], drawn: list[Any], world: World
) -> None:
    plan = planned(flow, {"inner": inner})
    session, effects, events = lived(plan, drawn, world)
    assert not effects or session.closed or session.waiting is not None
    assert b"Error:" not in b"".join(effects)  # a node that raises is a HandOff whose fault names the error
    assert msgspec.json.decode(msgspec.json.encode(session), type=Session) == session
    recorded = msgspec.json.decode(msgspec.json.encode(events), type=list[AnyEvent])
    again = replay(plan, begin(plan, "c", NOW), recorded)
    assert again.session == session
    assert [*map(msgspec.json.encode, again.effects)] == effects


@_many
@given(any_flow(), any_flow(), st.lists(any_event(), max_size=6), any_world())
def test_a_flow_without_errors_has_no_fault(flow: Flow[Any], inner: Flow[Any], drawn: list[Any], world: World) -> None:
    subflows = {"inner": msgspec.structs.replace(inner, id="inner")}
    if any(errors(check(one, subflows=subflows)) for one in (flow, *subflows.values())):
        return
    plan = planned(flow, subflows)
    session = begin(plan, "c", NOW)
    for number, one in enumerate(drawn):
        done = converse(plan, session, at_hand(one, number, NOW + number * PAUSE, session.wait), world)
        session = done.session
        assert not [effect for effect in done.effects if isinstance(effect, HandOff) and effect.fault]


@_many
@given(any_flow(), st.sampled_from(["en", "zh"]))
def test_every_flow_can_be_checked_and_drawn(flow: Flow[Any], language: Any) -> None:
    assert all(problem.message for problem in check(flow, language))
    assert {view.id for view in views(flow, language, "de")} == set(flow.nodes)
