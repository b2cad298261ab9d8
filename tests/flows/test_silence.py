"""Where a contact is left without an answer is found; where none is found, no conversation comes to it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.effects import Close as Closed
from engine.effects import HandOff, Send
from engine.events import AgentJoined, Answered, MessageReceived
from engine.flow import Edge, Flow, Interrupt
from engine.graph import plan
from engine.queries import Failed
from engine.rules import Compare
from engine.step import begin, converse
from flows.check import check, errors
from flows.silence import silences
from nodes.close import Close
from nodes.collect import Collect, Item
from nodes.human_handoff import HumanHandoff
from nodes.knowledge_answer import KnowledgeAnswer
from nodes.message import Message
from nodes.question import Question
from nodes.tag import Tag
from nodes.wait import Wait
from nodes.welcome import Welcome
from tests.flows.random_flows import NOW, PAUSE, World, any_event, any_flow, any_world, at_hand

TAG = Tag(add=("x",))
ASKS = Question(text="?")
COLLECTS = Collect(items=(Item("m", "email", "Your email?"),), no_reply=60)
PERSON = HumanHandoff(reason="r", limit=0)


def flow(nodes: dict[str, Any], *edges: str, **more: Any) -> Flow[Any]:
    made = tuple(sorted(Edge(*edge.split()) for edge in edges))
    return Flow(id="f", name="F", nodes=nodes, edges=made, start="a", **more)


@pytest.mark.parametrize(
    ("drawn", "found"),
    [
        (flow({"a": TAG}), [("a", "next", "a")]),
        (flow({"a": Welcome(text="Hi")}), [("a", "next", "a")]),
        (flow({"a": Welcome(text="Hi"), "b": Message(text="Ho")}, "a next b"), []),
        (flow({"a": Message(text="Hi")}), []),
        (flow({"a": Message(text="{value.x}")}), [("a", "next", "a")]),
        (flow({"a": Message(text="{value.x|it}")}), []),
        (flow({"a": Message(text="Hi")}, translations={"de": {"a": {"text": "{text}"}}}), [("a", "next", "a")]),
        (flow({"a": TAG, "b": Close()}, "a next b"), []),
        (flow({"a": TAG, "b": PERSON}, "a next b"), []),
        (flow({"a": KnowledgeAnswer()}), [("a", "unsure", "a")]),
        (flow({"a": ASKS}), [("a", "answered", "a")]),
        (flow({"a": ASKS, "b": TAG}, "a answered b"), [("b", "next", "a")]),
        (flow({"a": ASKS, "b": TAG}, "a answered b", "b next a"), []),
        (flow({"a": ASKS, "b": Question()}, "a answered b", "b answered a"), [("b", "", "a")]),
        (flow({"a": ASKS, "b": Question(no_reply=60)}, "a answered b", "b answered a", "b no_reply a"), []),
        (flow({"a": ASKS, "b": Question(no_reply=60)}, "a answered b", "b answered a"), [("b", "no_reply", "a")]),
        (flow({"a": Question(text="?", no_reply=60), "b": TAG}, "a answered a", "a no_reply b"), []),
        (flow({"a": Message(text="Hi"), "b": Wait()}, "a next b", "b message a"), []),
        (
            flow({"a": Message(text="Hi"), "b": Wait(on_message="keep_waiting"), "c": TAG}, "a next b", "b done c"),
            [("c", "next", "b")],
        ),
        (
            flow({"a": Message(text="Hi"), "b": COLLECTS}, "a next b", "b gave_up a", "b no_reply b"),
            [("b", "done", "b")],
        ),
        (flow({"a": COLLECTS, "b": TAG}, "a done b", "a gave_up b"), [("b", "next", "a")]),
        (flow({"a": HumanHandoff(reason="r", limit=60)}), [("a", "nobody_came", "a")]),
        (flow({"a": HumanHandoff(reason="r", limit=60, nobody_text="Sorry")}), []),
        (
            flow({"a": PERSON, "b": TAG}, interrupts=(Interrupt("i", "I", Compare("text", "is", "x"), "b"),)),
            [("b", "next", "b")],
        ),
    ],
)
def test_says_where_and_since_when(drawn: Flow[Any], found: list[tuple[str, str, str]]) -> None:
    assert list(map(tuple, silences(drawn))) == found


@settings(max_examples=300)
@given(any_flow(), st.lists(any_event(), max_size=6), any_world())
def test_where_none_is_found_every_contact_is_answered(flow: Flow[Any], drawn: list[Any], world: World) -> None:
    if _left_alone(flow, drawn, world) and not errors(check(flow)):
        assert silences(flow)


def _left_alone(flow: Flow[Any], drawn: list[Any], world: World) -> bool:
    """Whether a conversation comes to where nothing but the contact's writing again can end the silence."""
    planned = plan(flow)
    session = begin(planned, "c", NOW)
    at, owed = NOW, False
    for number, one in enumerate(drawn):
        at += PAUSE
        event = at_hand(one, number, at, session.wait)
        if isinstance(event, MessageReceived) and not session.closed and not session.with_person:
            owed = True
        while True:
            done = converse(planned, session, event, world)
            session = done.session
            said = any(
                isinstance(e, HandOff | Closed) or (isinstance(e, Send) and e.text.strip()) for e in done.effects
            )
            owed = owed and not said and not isinstance(event, AgentJoined)
            if done.query is None or session.waiting is None:
                break
            late = Failed(reason="late")
            event = Answered(id=f"late{number}.{session.wait}", at=at, query=session.waiting.query_id, answer=late)
        if owed and session.waiting is not None and session.waiting.until is None:
            return True
    return False
