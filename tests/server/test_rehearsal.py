"""Rehearsals: the engine's own steps on a virtual clock, told as the chosen channel would tell it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

import flows
import flows.rehearsal
from engine.effects import Send
from engine.flow import Flow
from engine.queries import AnyAnswer, AnyQuery, Detected, DetectLanguage, Failed, Fetch, Found, Locate, LookUp, Place
from server.rehearsal import Input, Rehearsed, Start, rehearse
from tests.server.house import document

AT = datetime(2027, 3, 2, 10, tzinfo=UTC)


class World:
    """Answers what nodes ask, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[AnyQuery] = []

    def __call__(self, query: AnyQuery) -> AnyAnswer:
        self.asked.append(query)
        match query:
            case Locate():
                return Place(country="FR", languages=("fr",))
            case DetectLanguage():
                return Detected(language="")
            case LookUp():
                return Found(text="Seven dollars.", score=0.9)
            case Fetch():
                return Failed(reason="nobody may ask")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def order() -> Flow[Any]:
    """Asks for a choice, waits ten minutes for it, then for a colleague, who has an hour."""
    return document(
        "order",
        {
            "ask": {
                "type": "question",
                "text": "Which one?",
                "choices": [{"id": "ring", "label": "The ring"}, {"id": "chain", "label": "The chain"}],
                "no_reply": 600,
            },
            "ring": {"type": "message", "text": "A good choice."},
            "gone": {"type": "human_handoff", "text": "A colleague will write.", "reason": "No reply", "limit": 3600},
            "end": {"type": "close"},
        },
        ["ask.ring > ring", "ring > end", "ask.no_reply > gone", "gone.nobody_came > end"],
    )


@pytest.fixture
def locating() -> Flow[Any]:
    """Finds the language by the order's first means that tells."""
    return flows.starter("luna")


def said(rehearsed: Rehearsed) -> list[str]:
    return [effect.text for step in rehearsed.steps for effect in step.effects if isinstance(effect, Send)]


def test_a_choice_is_tapped_by_its_id_and_read_by_its_label(order: Flow[Any], world: World) -> None:
    done = rehearse(order, [Input(open=True), Input(choose="ring")], world, Start(at=AT))
    assert said(done) == ["Which one?", "A good choice."]
    assert done.session.closed
    assert "visitor taps ring: The ring" in done.transcript


def test_skipping_goes_to_the_time_limit(order: Flow[Any], world: World) -> None:
    done = rehearse(order, [Input(open=True), Input(skip=True), Input(skip=True)], world, Start(at=AT))
    assert [step.at - AT for step in done.steps] == [
        timedelta(),
        timedelta(minutes=10),
        timedelta(minutes=70),
    ]
    assert done.session.closed


def test_time_that_passes_meets_every_limit_on_its_way(order: Flow[Any], world: World) -> None:
    done = rehearse(order, [Input(open=True), Input(seconds=2 * 3600)], world, Start(at=AT))
    assert [(step.input, step.at - AT) for step in done.steps] == [
        (0, timedelta()),
        (1, timedelta(minutes=10)),
        (1, timedelta(minutes=70)),
    ]


def test_skipping_where_nothing_has_a_limit_does_nothing(world: World) -> None:
    flow = document("listens", {"ask": {"type": "question", "text": "Well?"}}, [])
    done = rehearse(flow, [Input(open=True), Input(skip=True)], world, Start(at=AT))
    assert [step.input for step in done.steps] == [0]


def test_an_agent_takes_gives_back_and_closes(order: Flow[Any], world: World) -> None:
    inputs = [Input(open=True), Input(skip=True), Input(agent="joined"), Input(skip=True), Input(agent="resolved")]
    done = rehearse(order, inputs, world, Start(at=AT))
    assert [step.input for step in done.steps] == [0, 1, 2, 4]
    assert done.session.closed


@pytest.mark.parametrize(
    ("start", "facts"),
    [
        (Start(channel="webwidget", country="BR"), {"ip": "192.0.2.1"}),
        (Start(channel="webwidget", ip="198.51.100.1"), {"ip": "198.51.100.1"}),
        (Start(channel="whatsapp", country="BR"), {"phone_country": "BR"}),
        (Start(channel="telegram", country="BR", locale="pt-BR"), {"country": "BR", "locale": "pt-BR"}),
        (Start(channel="telegram", ip="198.51.100.1"), {}),
    ],
)
def test_the_channel_tells_what_it_would_tell(start: Start, facts: dict[str, str]) -> None:
    assert msgspec.to_builtins(start.contact()) == facts


def test_a_chosen_country_needs_no_address(locating: Flow[Any], world: World) -> None:
    done = rehearse(locating, [Input(open=True)], world, Start(country="TH", at=AT))
    assert (done.session.language, done.session.contact.country) == ("th", "TH")
    assert not [query for query in world.asked if isinstance(query, Locate)]


def test_an_address_is_looked_up(locating: Flow[Any], world: World) -> None:
    done = rehearse(locating, [Input(open=True)], world, Start(ip="198.51.100.1", at=AT))
    assert done.session.contact.country == "FR"
    assert [query.ip for query in world.asked if isinstance(query, Locate)] == ["198.51.100.1"]


def test_what_was_asked_and_answered_is_in_the_step(locating: Flow[Any], world: World) -> None:
    done = rehearse(locating, [Input(open=True), Input(say="What is shipping?")], world, Start(country="US", at=AT))
    kinds = [type(event).__name__ for event in done.steps[1].events]
    assert kinds[0] == "MessageReceived"
    assert set(kinds[1:]) == {"Answered"}
    assert "Seven dollars." in said(done)


def test_the_transcript_plays_the_same_conversation(locating: Flow[Any], world: World) -> None:
    inputs = [Input(open=True), Input(say="What is shipping?"), Input(skip=True)]
    done = rehearse(locating, inputs, world, Start(country="DE", at=AT))
    again = flows.rehearsal.rehearse(locating, done.transcript, world)
    assert again.difference == ""


@pytest.mark.parametrize("given", [b"{}", b'{"say": "a", "open": true}', b'{"shout": "a"}', b'{"seconds": -1}'])
def test_an_input_is_exactly_one_thing(given: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(given, type=Input)


def test_now_is_the_time_where_none_is_chosen(order: Flow[Any], world: World) -> None:
    before = datetime.now(UTC)
    done = rehearse(order, [Input(open=True)], world)
    assert before <= done.steps[0].at <= datetime.now(UTC)


def test_a_service_is_not_asked_but_stood_for_by_the_example(world: World) -> None:
    flow = document(
        "orders",
        {
            "ask": {
                "type": "http_request",
                "service": "orders",
                "path": "/orders/{text}",
                "keep": [{"path": "order.status", "name": "status"}],
                "example": '{"order": {"status": "on its way"}}',
            },
            "say": {"type": "message", "text": "It is {value.status}."},
            "again": {"type": "http_request", "service": "orders"},
            "sorry": {"type": "message", "text": "I cannot tell."},
        },
        ["ask.ok > say", "say > again", "again.failed > sorry"],
    )
    done = rehearse(flow, [Input(say="LU-7")], world, Start(at=AT))
    assert [effect.text for effect in done.steps[0].effects if isinstance(effect, Send)] == [
        "It is on its way.",
        "I cannot tell.",
    ]
    assert world.asked == []
    # And so it stands for it in the transcript.
    assert flows.rehearsal.rehearse(flow, done.transcript, world).passed
    assert world.asked == []
