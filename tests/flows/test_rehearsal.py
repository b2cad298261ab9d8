from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import flows
from engine.events import TimerFired
from engine.flow import Edge, Flow
from engine.graph import plan
from engine.queries import (
    AnyAnswer,
    AnyQuery,
    Citation,
    Detected,
    DetectLanguage,
    Failed,
    Fetched,
    Found,
    Locate,
    LookUp,
    Place,
)
from engine.step import Step, begin, converse
from flows.rehearsal import VISITOR, head_of, rehearse, service_answer, service_text, write
from flows.transcript_line import TranscriptError
from nodes.close import Close
from nodes.http_request import HttpRequest, KeptValue
from nodes.human_handoff import HumanHandoff
from nodes.knowledge_answer import KnowledgeAnswer
from nodes.language_by_ip import LanguageByIp
from nodes.message import Message
from nodes.question import Option, Question
from nodes.set_value import SetValue
from nodes.tag import Tag
from tests.flows.random_flows import NOW, World, any_event, any_flow, any_world, at_hand

EVERYTHING: Flow[Any] = Flow(
    id="f",
    name="F",
    start="lang",
    nodes={
        "lang": LanguageByIp(order=("ip", "phone", "text")),
        "ask": Question(text="Which?", choices=(Option("gold", "Gold"), Option("no", "None")), save_as="metal"),
        "tag": Tag(add=("gold",), remove=("new",)),
        "note": SetValue(value_name="note", value="line"),
        "know": KnowledgeAnswer(),
        "person": HumanHandoff(reason="Asked: {text}", team="Sales", limit=60),
        "bye": Close(text="Bye\nfor now", reason="done"),
    },
    edges=tuple(
        sorted(
            Edge(*edge.split())
            for edge in (
                "lang next ask",
                "ask gold tag",
                "ask no know",
                "tag next note",
                "note next know",
                "know answered bye",
                "know unsure person",
                "person nobody_came bye",
                "person returned bye",
            )
        )
    ),
    translations={"de": {"ask": {"text": "Welches?"}}},
)

WHOLE = """\
# All there is.
country: DE (de)
at: 2027-03-02 10:00

opens
- country DE
- language de (ip)
bot: Welches?
  buttons: Gold (gold) | None (no)

visitor taps gold: Gold
knowledge: unsure 0.20 Care
- value metal = Gold
- tags +gold -new
- value note = line
- hand off to Sales: Asked: Gold

skip 1 min
bot: Bye
    for now
- close: done
"""


def test_a_conversation_that_goes_as_written_passes() -> None:
    done = rehearse(EVERYTHING, WHOLE)
    assert done.difference == ""
    assert done.passed
    assert done.actual == WHOLE
    assert len(done.steps) == 3


def test_what_goes_otherwise_is_shown_as_a_difference() -> None:
    done = rehearse(EVERYTHING, WHOLE.replace("Welches?", "Was?"))
    assert not done.passed
    assert "-bot: Was?\n+bot: Welches?" in done.difference


def test_an_answer_stands_with_its_score_and_source() -> None:
    text = """\
visitor: none
bot: Which?
  buttons: Gold (gold) | None (no)

visitor: none
- value metal = None
bot [0.90 Care › Washing]: It will not
    shrink.
bot: Bye
    for now
- close: done
"""
    written = rehearse(EVERYTHING, text)
    assert "- language en (default)" in written.actual
    assert rehearse(EVERYTHING, written.actual).passed
    assert "[0.90 Care › Washing]" in written.actual


def test_an_answer_in_another_language_says_which() -> None:
    flow: Flow[Any] = Flow(id="f", name="F", start="know", nodes={"know": KnowledgeAnswer()})
    text = "visitor: Hallo\nbot [0.80]: Hallo\n"
    assert rehearse(flow, text).passed
    assert rehearse(flow, "visitor: Hallo\nknowledge: failed, timeout\n").passed


def test_what_the_transcript_leaves_open_the_world_answers() -> None:
    asked = []

    def world(query: AnyQuery) -> AnyAnswer:
        asked.append(type(query))
        match query:
            case Locate():
                return Place(country="AT", languages=("fr",))
            case DetectLanguage():
                return Detected(language="de")
            case LookUp():
                return Found(text="Ja.", score=0.9, language="en", citation=Citation("d", "Care"))

    text = "country: AT\nphone_country: CH\n\nvisitor: Hallo\n\nvisitor taps no: None\n"
    done = rehearse(EVERYTHING, text, world)
    assert asked == [Locate, Locate, DetectLanguage, LookUp]
    assert "visitor (de): Hallo\n- country AT\n- language de (text)\n" in done.actual
    assert "bot (en) [0.90 Care]: Ja." in done.actual


def test_without_a_world_what_is_left_open_fails() -> None:
    done = rehearse(EVERYTHING, "visitor: Hallo\n\nvisitor taps no: None\n")
    assert "knowledge: failed, not told" in done.actual


def test_persons_come_and_go() -> None:
    text = (
        "visitor: x\n\nvisitor taps no: None\nknowledge: unsure 0.1\n\nagent joins\n\nvisitor: hello?\n\n"
        "agent gives back\n"
    )
    done = rehearse(EVERYTHING, text)
    assert done.actual.endswith("agent gives back\nbot: Bye\n    for now\n- close: done\n")
    assert "visitor: hello?\n\nagent" in done.actual
    assert rehearse(EVERYTHING, text.replace("gives back", "closes")).actual.endswith("agent closes\n- close: agent\n")


def test_a_fault_is_shown_as_what_it_is() -> None:
    nodes = {"a": Message(text="x"), "b": Message(text="y")}
    flow: Flow[Any] = Flow(
        id="f", name="F", start="a", nodes=nodes, edges=(Edge("a", "next", "b"), Edge("b", "next", "a"))
    )
    assert "- hand off: a: more than 100 nodes ran without waiting" in rehearse(flow, "opens").actual


def test_a_skip_with_nothing_to_wait_for_changes_nothing() -> None:
    done = rehearse(EVERYTHING, "opens\n\nskip\n")
    assert done.actual.endswith("\n\nskip 5 s\n")


def test_what_is_no_transcript_is_refused() -> None:
    with pytest.raises(TranscriptError):
        rehearse(EVERYTHING, "hello")


def test_a_text_of_several_paragraphs_reads_as_it_was() -> None:
    flow: Flow[Any] = Flow(id="f", name="F", start="a", nodes={"a": Message(text="One. \n\n\n- two\n  three")})
    done = rehearse(flow, "visitor: Hi\n\n    there\n")
    assert done.steps[0].session.last_text == "Hi\n\nthere"
    assert rehearse(flow, done.actual).passed


def test_nothing_of_a_rehearsal_is_kept_between_two() -> None:
    flow = flows.starter("luna")
    first = rehearse(flow, "opens\n\nvisitor (en): Hi\n")
    assert rehearse(flow, "opens\n\nvisitor (en): Hi\n").actual == first.actual


def test_a_service_answers_as_the_transcript_says() -> None:
    flow: Flow[Any] = Flow(
        id="f",
        name="F",
        start="ask",
        nodes={
            "ask": HttpRequest(service="shop", path="/orders", keep=(KeptValue("status", "status"),), example="{}"),
            "say": Message(text="It is {value.status|unknown}."),
        },
        edges=(Edge("ask", "ok", "say"), Edge("ask", "failed", "say")),
    )
    sent = 'opens\nservice: 200 {"status":"sent"}\n- value status = sent\nbot: It is sent.\n'
    assert rehearse(flow, sent).difference == ""
    assert (
        rehearse(flow, "opens\nservice: failed, timeout\n- value status = None\nbot: It is unknown.\n").difference == ""
    )
    assert "+service: 200\n" in rehearse(flow, "opens\n").difference
    for answer in (Fetched(status=204), Fetched(status=200, values={"n": 5}), Failed(reason="no, never")):
        assert service_answer(service_text(answer)) == answer
    for nonsense in ("200 {", '200 {"n": []}', "ok"):
        assert isinstance(service_answer(nonsense), Failed)


def test_what_the_conversation_holds_already_it_holds() -> None:
    flow: Flow[Any] = Flow(
        id="f", name="F", start="say", nodes={"say": Message(text="{contact.name}, {value.n} {tags}")}
    )
    text = "name: Ana\ntags: new, vip\nvalue.n: 5\n\nopens\nbot: Ana, 5 new, vip\n"
    assert rehearse(flow, text).difference == ""


def test_time_passes_as_the_transcript_says() -> None:
    flow: Flow[Any] = Flow(id="f", name="F", start="say", nodes={"say": Message(text="{now}")})
    first, second, _ = rehearse(flow, "at: 2027-03-02 10:00\n\nopens\n\nlater 2 h 30 s\nopens\n\nopens\n").steps
    assert str(first.events[0].at) == "2027-03-02 10:00:00+00:00"
    assert str(second.events[0].at) == "2027-03-02 12:00:30+00:00"


_BEGIN = NOW.replace(hour=9, minute=30, second=15, microsecond=5)


@given(any_flow(), st.lists(st.tuples(any_event(), st.sampled_from([5, 0, 180, 7200.25])), max_size=6), any_world())
def test_whatever_happened_goes_so_again(flow: Flow[Any], drawn: list[Any], world: World) -> None:
    heard: dict[str, AnyAnswer] = {}

    def answer(query: AnyQuery) -> AnyAnswer:
        found = world(query) or Failed(reason="later")
        # What a text is written in is the same however often it is asked.
        return heard.setdefault(query.text, found) if isinstance(query, DetectLanguage) else found

    planned = plan(flow)
    at, steps = _BEGIN, list[Step]()
    session = begin(planned, "rehearsal", at, "webwidget")
    session = msgspec.structs.replace(session, key=VISITOR, tags=("vip",), values={"order": "LU-1"})
    for number, (kind, seconds) in enumerate(drawn):
        at += timedelta(seconds=seconds if steps else 0)
        event = at_hand(kind, number, at, session.wait)
        if isinstance(event, TimerFired) and event.wait != session.wait:
            continue
        done = converse(planned, session, event, answer)
        session = done.session
        steps.append(done)
    if steps:
        head = head_of(steps, channel="webwidget", tags=("vip",), values={"order": "LU-1"})
        text = write(steps, head, ("As it went",))
        again = rehearse(flow, text)
        assert again.difference == ""
        assert again.actual == text
        assert [one.session.values for one in again.steps] == [one.session.values for one in steps]
        assert [one.trace[-1:] and one.trace[-1].node for one in again.steps] == [
            one.trace[-1:] and one.trace[-1].node for one in steps
        ]
