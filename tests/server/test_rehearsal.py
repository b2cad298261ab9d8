"""Rehearsals: the engine's own steps on a virtual clock, told as the chosen channel would tell it."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import msgspec
import pytest

import flows
import flows.rehearsal
from engine.effects import Send
from engine.events import MessageReceived
from engine.flow import Flow
from engine.queries import (
    AnyAnswer,
    AnyQuery,
    Detected,
    DetectLanguage,
    Failed,
    Fetch,
    Fetched,
    Found,
    Locate,
    LookUp,
    Place,
)
from server.errors import RefusedError
from server.rehearsal import Rehearsed, fitting, rehearse
from server.rehearsal_input import SUITS, ByHand, Input, Sent
from server.rehearsal_start import Start
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
        (Start(channel="webwidget", country="BR"), {"ip": "203.0.113.7"}),
        (Start(channel="webwidget", ip="198.51.100.1"), {"ip": "198.51.100.1"}),
        (Start(channel="whatsapp", country="BR"), {"phone_country": "BR"}),
        (Start(channel="telegram", country="BR", locale="pt-BR"), {"country": "BR", "locale": "pt-BR"}),
        (Start(channel="telegram", ip="198.51.100.1"), {}),
    ],
)
def test_the_channel_tells_what_it_would_tell(start: Start, facts: dict[str, str]) -> None:
    assert msgspec.to_builtins(start.tells()) == facts


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


@pytest.mark.parametrize(
    "given",
    [
        b"{}",
        b'{"say": "a", "open": true}',
        b'{"shout": "a"}',
        b'{"seconds": -1}',
        b'{"open": true, "attachments": [{"kind": "image"}]}',
        b'{"say": "", "attachments": [{"kind": "hologram"}]}',
        b'{"say": "a", "answers": [{"node": "look", "answer": {"type": "oracle"}}]}',
        b'{"say": "a", "answers": [{"node": "find", "answer": {"type": "place", "country": "DE"}}]}',
        b'{"open": true, "answers": [{"node": "find", "answer": {"type": "detected", "language": "de"}}]}',
    ],
)
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


@pytest.fixture
def looking() -> Flow[Any]:
    """Looks up what is asked, asks the order system, and says what came of it."""
    return document(
        "looking",
        {
            "look": {"type": "knowledge_answer"},
            "order": {
                "type": "http_request",
                "service": "orders",
                "method": "POST",
                "keep": [{"path": "order.status", "name": "status"}],
                "example": '{"order": {"status": "on its way"}}',
            },
            "say": {"type": "message", "text": "It is {value.status}."},
            "no": {"type": "message", "text": "There is no such order."},
            "sorry": {"type": "message", "text": "I cannot tell."},
        },
        ["look.unsure > order", "order.ok > say", "order.refused > no", "order.failed > sorry"],
    )


@pytest.mark.parametrize(
    ("by_hand", "texts"),
    [
        ([], ["Seven dollars."]),
        ([ByHand("look", Found(text="Eight.", score=0.7))], ["Eight."]),
        ([ByHand("look", Found(score=0.2))], ["It is on its way."]),
        ([ByHand("look", Failed(reason="down")), ByHand("order", Fetched(status=404))], ["There is no such order."]),
        ([ByHand("look", Found()), ByHand("order", Fetched(status=200, values={"status": "lost"}))], ["It is lost."]),
        ([ByHand("look", Found()), ByHand("order", Failed(reason="took too long"))], ["I cannot tell."]),
        ([ByHand("order", Found(text="Of another kind.", score=1.0))], ["Seven dollars."]),
        ([ByHand("elsewhere", Found(text="Of another node.", score=1.0))], ["Seven dollars."]),
    ],
)
def test_what_the_world_says_can_be_said_by_hand(
    looking: Flow[Any], world: World, by_hand: list[ByHand], texts: list[str]
) -> None:
    done = rehearse(looking, [Input(say="Where is it?", answers=tuple(by_hand))], world, Start(at=AT))
    assert said(done) == texts
    assert not [query for query in world.asked if isinstance(query, Fetch)]


def test_each_step_tells_what_was_asked_and_who_answered(looking: Flow[Any], world: World) -> None:
    inputs = [Input(say="Where is it?", answers=(ByHand("look", Found()),)), Input(say="And now?")]
    done = rehearse(looking, inputs, world, Start(at=AT))
    heard = [[(one.node, type(one.query), one.source) for one in step.asked] for step in done.steps]
    assert heard == [[("look", LookUp, "hand"), ("order", Fetch, "example")], [("look", LookUp, "world")]]


def test_tags_values_and_attachments_are_what_the_flow_sees(world: World) -> None:
    flow = document(
        "sees",
        {
            "vip": {
                "type": "branch",
                "cases": [{"id": "vip", "when": {"kind": "compare", "fact": "tags", "op": "has", "value": "vip"}}],
            },
            "yes": {"type": "message", "text": "Welcome back, order {value.order}."},
        },
        ["vip.vip > yes"],
    )
    given = Input(say="", attachments=(Sent("image", "ring.jpg"),))
    done = rehearse(flow, [given], world, Start(at=AT, tags=("vip",), values={"order": 7}))
    assert said(done) == ["Welcome back, order 7."]
    event = done.steps[0].event
    assert isinstance(event, MessageReceived)
    assert [(one.kind, one.name) for one in event.attachments] == [("image", "ring.jpg")]


def test_what_is_played_on_is_the_same_as_what_is_played_anew(locating: Flow[Any]) -> None:
    inputs = [
        Input(open=True),
        Input(say="What is shipping?"),
        Input(skip=True),
        Input(say="again"),
        Input(seconds=4000.0),
        Input(say="Hello?"),
    ]
    start = Start(country="DE", at=AT)
    before = rehearse(locating, [], World(), start)
    for count in range(1, len(inputs) + 1):
        world = World()
        before = rehearse(locating, inputs[:count], world, start, before)
        assert before == rehearse(locating, inputs[:count], World(), start)
        assert len(world.asked) <= 3
    # Back to a turn, and on by another way.
    other = [*inputs[:2], Input(say="Something else")]
    assert rehearse(locating, other, World(), start, before) == rehearse(locating, other, World(), start)
    elsewhere = Start(country="FR", at=AT)
    assert rehearse(locating, other, World(), elsewhere, before) == rehearse(locating, other, World(), elsewhere)


def test_later_inputs_are_kept_as_far_as_they_meet_the_conversation_where_they_did(
    order: Flow[Any], world: World
) -> None:
    inputs = [Input(open=True), Input(say="What?"), Input(choose="chain"), Input(say="Thanks")]
    before = rehearse(order, inputs, world, Start(at=AT))
    reworded = rehearse(order, [inputs[0], Input(say="Pardon?"), *inputs[2:]], world, Start(at=AT))
    assert fitting(before, reworded, 1) == 4
    decided = rehearse(order, [inputs[0], Input(choose="ring"), *inputs[2:]], world, Start(at=AT))
    assert fitting(before, decided, 1) == 2


@pytest.mark.parametrize("until", ["2027-03-02T10:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_hours_said_by_hand_end_at_a_time_that_can_be_reckoned_with(until: str) -> None:
    answer = {"type": "opening", "standing": {"open": False, "until": until}, "zone": "America/New_York"}
    with pytest.raises(msgspec.ValidationError, match="until"):
        msgspec.convert({"node": "hours", "answer": answer}, ByHand)


def test_a_rehearsal_that_goes_in_circles_comes_to_an_end(world: World) -> None:
    nodes = {
        "wait": {"type": "wait", "seconds": 1, "on_message": "keep_waiting"},
        "tick": {"type": "message", "text": "tick"},
    }
    circle = document("circle", nodes, ["wait.done > tick", "tick > wait"])
    year = Input(seconds=366 * 86400.0)
    with pytest.raises(RefusedError) as refused:
        rehearse(circle, [Input(open=True), *[year] * 299], world, Start(at=AT))
    assert (refused.value.code, refused.value.where) == ("rehearsal_too_long", "inputs/34")


def test_it_is_said_of_every_query_what_can_be_answered_by_hand() -> None:
    assert SUITS.keys() == {*get_args(AnyQuery)}
    answered = {answer for answers in SUITS.values() for answer in answers}
    assert answered | {Place} == {*get_args(AnyAnswer)}
