"""The transition: what each kind of event does wherever the session can stand."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from engine.effects import AnyEffect, Close, HandOff, Send
from engine.events import AgentJoined, AgentResolved, AgentReturned, Answered, AnyEvent, Contact
from engine.queries import AnyAnswer, AnyQuery, Failed, Found
from engine.session import Session
from engine.step import MOST_VISITS, converse, replay, step
from tests.engine.sample import NOON, late, new_session, opened, planned, said, texts_of

HELPDESK: dict[str, Any] = {
    "hello": {"type": "say", "text": "Hello {contact.name|there}", "tag": "greeted"},
    "ear": {"type": "listen", "seconds": 60},
    "book": {"type": "know"},
    "nudge": {"type": "say", "text": "Still there?"},
    "desk": {"type": "person"},
    "sorry": {"type": "say", "text": "Nobody is in."},
    "end": {"type": "finish"},
}
WAYS = [
    ("hello", "next", "ear"),
    ("ear", "said", "book"),
    ("ear", "late", "nudge"),
    ("nudge", "next", "end"),
    ("book", "known", "ear"),
    ("book", "unsure", "desk"),
    ("desk", "returned", "ear"),
    ("desk", "nobody", "sorry"),
]
PLAN = planned(HELPDESK, WAYS)


def known(query: AnyQuery) -> AnyAnswer | None:
    return Found(text="It is silver.", score=0.9)


def unknown(query: AnyQuery) -> AnyAnswer | None:
    return Found(score=0.1)


def at_desk() -> Session:
    waiting = step(PLAN, new_session(PLAN), opened()).session
    return converse(PLAN, waiting, said("?"), unknown).session


def test_it_runs_until_a_node_waits() -> None:
    done = step(PLAN, new_session(PLAN), said("hi", contact=Contact(name="Mia")))
    assert texts_of(done.effects) == ["Hello Mia"]
    assert [(visit.node, visit.outcome, visit.detail) for visit in done.trace] == [
        ("hello", "go", "next"),
        ("ear", "wait", "reply"),
    ]
    assert done.trace[0].changed == {"tags": ["greeted"]}
    assert done.session.node == "ear"
    assert done.session.waiting is not None
    assert done.session.waiting.until == NOON + timedelta(seconds=60)


def test_the_reply_goes_to_the_node_that_waits_and_the_question_is_asked() -> None:
    waiting = step(PLAN, new_session(PLAN), opened()).session
    asked = step(PLAN, waiting, said("Is it silver?"))
    assert asked.session.values == {"said": "Is it silver?"}
    assert asked.query is not None
    assert asked.session.waiting is not None
    assert asked.session.waiting.on == "answer"
    answered = step(
        PLAN,
        asked.session,
        Answered(id="a1", at=NOON, query=asked.session.waiting.query_id, answer=Found(text="Yes.")),
    )
    assert texts_of(answered.effects) == ["Yes."]
    assert answered.session.node == "ear"


def test_an_answer_to_another_question_changes_nothing() -> None:
    asked = step(PLAN, step(PLAN, new_session(PLAN), opened()).session, said("?"))
    stray = step(PLAN, asked.session, Answered(id="a", at=NOON, query="another", answer=Found(text="No.")))
    assert stray.session == asked.session
    assert stray.effects == ()


def test_a_message_while_a_question_stands_is_only_counted() -> None:
    asked = step(PLAN, step(PLAN, new_session(PLAN), opened()).session, said("?"))
    more = step(PLAN, asked.session, said("hello?", 2))
    assert more.effects == ()
    assert more.session.waiting == asked.session.waiting


def test_converse_answers_at_once_and_keeps_the_answers_for_replay() -> None:
    waiting = step(PLAN, new_session(PLAN), opened()).session
    done = converse(PLAN, waiting, said("What is it made of?"), known)
    assert texts_of(done.effects) == ["It is silver."]
    assert [type(event).__name__ for event in done.events] == ["MessageReceived", "Answered"]
    assert done.query is None


def test_converse_leaves_a_slow_question_standing() -> None:
    waiting = step(PLAN, new_session(PLAN), opened()).session
    done = converse(PLAN, waiting, said("?"), lambda query: None)
    assert done.query is not None
    assert done.session.waiting is not None
    assert done.session.waiting.on == "answer"


def test_a_failed_answer_is_the_nodes_to_deal_with() -> None:
    waiting = step(PLAN, new_session(PLAN), opened()).session
    done = converse(PLAN, waiting, said("?"), lambda query: Failed(reason="down"))
    assert done.session.node == "desk"


def test_the_time_limit_counts_once_and_only_for_its_own_wait() -> None:
    waiting = step(PLAN, new_session(PLAN), opened()).session
    timer = late(waiting, 1)
    spoke = converse(PLAN, waiting, said("?", minutes=0.5), known).session
    assert step(PLAN, spoke, timer).effects == ()
    assert step(PLAN, spoke, timer).session == spoke
    done = step(PLAN, waiting, timer)
    assert texts_of(done.effects) == ["Still there?"]
    assert done.session.closed


def test_after_the_end_nothing_runs() -> None:
    closed = step(PLAN, step(PLAN, new_session(PLAN), opened()).session, late(new_session(PLAN), 1)).session
    closed = msgspec.structs.replace(closed, closed=True)
    for event in (said("hello?"), opened(), AgentReturned(id="r", at=NOON)):
        done = step(PLAN, closed, event)
        assert done.effects == ()
        assert done.trace == ()


def test_while_a_person_has_it_the_flow_is_silent() -> None:
    session = at_desk()
    assert session.with_person
    done = step(PLAN, session, said("anyone?", 2))
    assert done.effects == ()
    assert done.trace == ()


def test_a_person_who_joins_stops_the_time_limit() -> None:
    session = at_desk()
    timer = late(session, 5)
    joined = step(PLAN, session, AgentJoined(id="j", at=NOON)).session
    assert joined.with_person
    assert step(PLAN, joined, timer).effects == ()


def test_nobody_came() -> None:
    session = at_desk()
    done = step(PLAN, session, late(session, 5))
    assert texts_of(done.effects) == ["Nobody is in."]
    assert done.session.waiting is not None
    assert done.session.waiting.on == "nothing"


def test_given_back_it_goes_on_by_the_handoffs_port() -> None:
    joined = step(PLAN, at_desk(), AgentJoined(id="j", at=NOON)).session
    done = step(PLAN, joined, AgentReturned(id="r", at=NOON))
    assert done.session.node == "ear"
    assert not done.session.with_person


def test_resolved_by_a_person_it_is_closed() -> None:
    done = step(PLAN, at_desk(), AgentResolved(id="r", at=NOON))
    assert done.session.closed
    assert done.effects == (Close(reason="agent"),)


def test_a_person_may_take_a_conversation_that_was_not_handed_over() -> None:
    waiting = step(PLAN, new_session(PLAN), opened()).session
    joined = step(PLAN, waiting, AgentJoined(id="j", at=NOON)).session
    assert joined.with_person
    assert step(PLAN, joined, late(waiting, 1)).effects == ()
    assert step(PLAN, joined, said("?")).effects == ()
    back = step(PLAN, joined, AgentReturned(id="r", at=NOON))
    assert back.session.node == "ear"
    assert back.session.waiting is not None
    assert back.session.waiting.on == "reply"


def test_an_interrupt_goes_before_the_waiting_node() -> None:
    rule = {"kind": "compare", "fact": "text", "op": "contains", "value": "person"}
    plan = planned(HELPDESK, WAYS, interrupts=[{"id": "human", "name": "A person", "when": rule, "to": "desk"}])
    waiting = step(plan, new_session(plan), opened()).session
    done = step(plan, waiting, said("A PERSON please"))
    assert [(visit.node, visit.outcome) for visit in done.trace] == [("ear", "interrupt"), ("desk", "wait")]
    assert done.session.with_person


@pytest.mark.parametrize(
    ("nodes", "edges", "outcome"),
    [
        ({"a": {"type": "broken"}}, [], "fault"),
        ({"a": {"type": "say"}, "b": {"type": "say"}}, [("a", "next", "b"), ("b", "next", "a")], "limit"),
        ({}, [], "fault"),
    ],
)
def test_a_flow_that_goes_wrong_ends_at_a_person_with_an_apology(
    nodes: dict[str, Any], edges: list[tuple[str, str, str]], outcome: str
) -> None:
    plan = planned(nodes, edges)
    done = step(plan, msgspec.structs.replace(new_session(plan), language="de-AT"), said("hi"))
    apology, handoff = done.effects
    assert isinstance(apology, Send)
    assert apology.text.startswith("Entschuldigung")
    assert isinstance(handoff, HandOff)
    assert handoff.fault
    assert done.trace[-1].outcome == outcome
    assert len(done.trace) <= MOST_VISITS + 1
    assert done.session.with_person
    back = step(plan, done.session, AgentReturned(id="r", at=NOON))
    assert back.session.waiting is not None
    assert back.session.waiting.on == "nothing"


def test_a_circle_of_queries_ends_at_a_person_whether_answered_at_once_or_later() -> None:
    plan = planned({"know": {"type": "know"}}, [("know", "unsure", "know")])
    at_once = converse(plan, new_session(plan), said("hi"), lambda query: Found())
    assert at_once.session.with_person
    done = converse(plan, new_session(plan), said("hi"), lambda query: None)
    asked = 1
    while done.session.waiting and done.session.waiting.on == "answer":
        asked += 1
        later = Answered(id=f"a{asked}", at=NOON, query=done.session.waiting.query_id, answer=Found())
        done = converse(plan, done.session, later, lambda query: None)
    assert done.session.with_person
    assert asked <= MOST_VISITS


def test_the_shop_apologises_in_its_own_words() -> None:
    plan = planned({"a": {"type": "broken"}}, [], apologies={"en": "Oh no."})
    assert texts_of(step(plan, new_session(plan), said("hi")).effects) == ["Oh no."]


def test_a_port_that_leads_nowhere_rests_and_the_next_message_starts_again() -> None:
    plan = planned({"a": {"type": "say", "text": "Hi"}}, [])
    done = step(plan, new_session(plan), said("one"))
    assert done.session.waiting is not None
    assert done.session.waiting.on == "nothing"
    again = step(plan, done.session, said("two", 2))
    assert texts_of(again.effects) == ["Hi"]
    assert again.session.messages == 2


def test_texts_are_said_in_the_conversations_language_from_then_on() -> None:
    plan = planned(
        {
            "a": {"type": "say", "text": "One", "speak": "de"},
            "b": {"type": "say", "text": "Two", "options": [{"id": "x", "label": "Yes"}]},
            "c": {"type": "say", "text": "Three"},
        },
        [("a", "next", "b"), ("b", "next", "c")],
        translations={"de": {"a": {"text": "Eins"}, "b": {"text": "Zwei", "options.x.label": "Ja"}}},
    )
    done = step(plan, new_session(plan), said("hi"))
    assert texts_of(done.effects) == ["One", "Zwei", "Three"]
    choices = [effect.choices for effect in done.effects if isinstance(effect, Send) and effect.choices]
    assert choices[0][0].label == "Ja"


def test_a_contact_keeps_what_an_event_does_not_tell() -> None:
    first = step(PLAN, new_session(PLAN), said("hi", contact=Contact(name="Mia", locale="de")))
    second = step(PLAN, first.session, said("again", 2, contact=Contact(ip="203.0.113.9")))
    assert second.session.contact == Contact(name="Mia", locale="de", ip="203.0.113.9")


def test_the_ids_of_sends_are_unique_and_the_same_each_time() -> None:
    def run() -> list[str]:
        session, found = new_session(PLAN), []
        for number in range(1, 4):
            done = converse(PLAN, session, said("?", number), known)
            session = done.session
            found += [effect.id for effect in done.effects if isinstance(effect, Send)]
        return found

    assert run() == run()
    assert len(set(run())) == len(run()) == 3


def test_a_replay_gives_the_same_effects_to_the_byte() -> None:
    session: Session = new_session(PLAN)
    events: list[AnyEvent] = []
    effects: list[AnyEffect] = []
    happened: list[AnyEvent] = [opened(), said("one", 1), said("two", 2)]
    for number, event in enumerate(happened):
        done = converse(PLAN, session, event, known if number < 2 else unknown)
        session = done.session
        events += done.events
        effects += done.effects
    again = replay(PLAN, new_session(PLAN), events)
    assert msgspec.json.encode(again.effects) == msgspec.json.encode(effects)
    assert again.session == session


def test_a_session_survives_json() -> None:
    session = step(PLAN, step(PLAN, new_session(PLAN), opened()).session, said("?")).session
    assert msgspec.json.decode(msgspec.json.encode(session), type=Session) == session
