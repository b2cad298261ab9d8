"""Conversations taken further, on both databases."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, select, update

import flows
from engine.effects import Send
from engine.events import Answered, Contact
from engine.flow import Flow, Node
from engine.graph import Plan
from engine.graph import plan as compiled
from engine.step import begin, replay
from engine.text import APOLOGIES
from engine.turn import Outcome, Turn
from server import claims, history, tables
from server.arrivals import Arrival
from server.channels.base import Incoming
from server.happenings import Noticed, read
from server.ids import new_id
from server.inbox import Filter
from server.parts import Parts
from server.plans import Plans
from server.rehoming import rehome
from server.store import utcnow
from server.sweeping import fire
from server.turns import LONGEST_REASON, take
from tests.server.house import (
    api_account,
    arrive,
    document,
    echo,
    opened,
    publish,
    row,
    said,
    send,
    talk,
    telegram_account,
    turn,
)
from tests.server.platform import Platform


def test_a_message_is_answered(parts: Parts, platform: Platform) -> None:
    telegram_account(parts)
    publish(parts.engine, echo())
    landed = arrive(parts, said("hello"))[0]
    turn(parts)
    assert talk(parts, landed.conversation) == [("contact", "hello"), ("flow", "You said hello")]
    assert row(parts, landed.conversation).status == "bot"
    send(parts)
    assert platform.texts() == ["You said hello"]
    assert [one.delivery for one in parts.inbox.messages(landed.conversation)] == ["received", "sent"]


def test_messages_are_answered_in_their_order(parts: Parts, platform: Platform) -> None:
    """By the signed API: the other channels have a pace."""
    api_account(parts, platform.url)
    publish(parts.engine, echo())
    texts = [f"m{number}" for number in range(120)]
    arrivals = (said(text, number, account="shop", channel="api") for number, text in enumerate(texts))
    landed = arrive(parts, *arrivals)
    assert turn(parts) == 120
    expected = [line for text in texts for line in (("contact", text), ("flow", f"You said {text}"))]
    assert parts.inbox.conversation(landed[0].conversation).older
    with parts.engine.begin() as connection:
        found = [(one.author, one.text) for one in history.messages(connection, landed[0].conversation, limit=1000)]
    assert found == expected
    send(parts)
    assert platform.texts() == [f"You said {text}" for text in texts]


def test_the_first_flow_that_takes_it_gets_a_conversation(parts: Parts) -> None:
    telegram_account(parts)
    api_account(parts)
    spanish = {"when": {"kind": "compare", "fact": "contact.locale", "op": "starts_with", "value": "es"}}
    for name, trigger in [
        ("all", {}),
        ("spanish", {**spanish, "priority": 5}),
        ("shop", {"accounts": ["shop"], "priority": 9}),
        ("lines", {"channels": ["line"], "priority": 99}),
    ]:
        publish(parts.engine, echo(name, trigger=trigger))
    publish(parts.engine, echo("paused", trigger={"priority": 100}), state="paused")
    first, second, third = arrive(
        parts,
        said("hi", 1, "1"),
        said("hola", 2, "2", contact=Contact(locale="es-MX")),
        said("hi", 3, "3", account="shop", channel="api"),
    )
    turn(parts)
    assert [row(parts, one.conversation).flow for one in (first, second, third)] == ["all", "spanish", "shop"]


def test_a_running_conversation_stays_on_its_revision(parts: Parts) -> None:
    telegram_account(parts)
    publish(parts.engine, echo())
    first = arrive(parts, said("a", 1))[0]
    turn(parts)
    with parts.engine.begin() as connection:
        connection.execute(update(tables.flows).values(published=2))
        other = flows.write(document("echo", {"bye": {"type": "message", "text": "New"}}, []))
        values = {"flow": "echo", "number": 2, "document": other, "at": utcnow()}
        connection.execute(insert(tables.revisions), values)
    second = arrive(parts, said("b", 2), said("c", 3, "200"))[1]
    turn(parts)
    assert talk(parts, first.conversation)[-1] == ("flow", "You said b")
    assert talk(parts, second.conversation)[-1] == ("flow", "New")


def test_without_a_flow_a_person_gets_the_conversation(parts: Parts) -> None:
    telegram_account(parts)
    landed = arrive(parts, said("help", 1), said("please", 2))[0]
    turn(parts)
    card = parts.inbox.conversation(landed.conversation).card
    assert (card.status, card.reason, card.unread) == ("queued", "No flow takes this conversation", 2)
    assert card.waiting_since is not None
    parts.inbox.reply(landed.conversation, "", "Here I am")
    turn(parts)
    assert row(parts, landed.conversation).status == "open"
    parts.inbox.give_back(landed.conversation, "")
    publish(parts.engine, echo())
    arrive(parts, said("again", 3))
    turn(parts)
    assert talk(parts, landed.conversation)[2:] == [
        ("agent", "Here I am"),
        ("contact", "again"),
        ("flow", "You said again"),
    ]
    assert row(parts, landed.conversation).status == "bot"


def test_opening_where_no_flow_is_waits_for_words(parts: Parts) -> None:
    telegram_account(parts)
    landed = arrive(parts, opened())[0]
    turn(parts)
    assert row(parts, landed.conversation).status == "bot"
    arrive(parts, said("hello"))
    turn(parts)
    assert row(parts, landed.conversation).status == "queued"


class Broken(Node, frozen=True, tag="broken"):
    """Raises, as a node of another package may."""

    TITLE = "Broken"
    ICON = "x"
    GROUP = "do"

    def run(self, turn: Turn) -> Outcome:
        raise ZeroDivisionError("of all things")


def test_a_node_that_raises_ends_at_a_person(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    telegram_account(parts)
    publish(parts.engine, echo(language="de"))
    landed = arrive(parts, said("a", 1))[0]
    turn(parts)

    def plan_with_broken(flow: Flow[Any], revision: int = 0, _inner: Any = None) -> Plan:
        nodes = {**flow.nodes, "hear": Broken()}
        return compiled(msgspec.structs.replace(flow, nodes=nodes), revision)

    monkeypatch.setattr("server.plans.plan", plan_with_broken)
    arrive(parts, said("b", 2), said("c", 3))
    turn(parts)
    card = parts.inbox.conversation(landed.conversation).card
    assert (card.status, card.fault) == ("queued", "hear: ZeroDivisionError: of all things")
    said_last = [line for line in talk(parts, landed.conversation) if line[0] == "flow"][-1]
    assert said_last == ("flow", APOLOGIES["de"])
    assert talk(parts, landed.conversation)[-1] == ("contact", "c")


def test_a_turn_that_fails_three_times_ends_at_a_person_and_blocks_nobody(parts: Parts) -> None:
    telegram_account(parts)
    publish(parts.engine, echo())
    ill, well = arrive(parts, said("a", 1, "1"), said("a", 2, "2"))
    turn(parts)
    with parts.engine.begin() as connection:
        columns = tables.conversations.c
        broken = columns.session.op("||")("no JSON")
        connection.execute(update(tables.conversations).where(columns.id == ill.conversation).values(session=broken))
    arrive(parts, said("b", 3, "1"), said("b", 4, "2"))
    for tries in (1, 2):
        turn(parts)
        assert row(parts, ill.conversation).tries == tries
        assert row(parts, ill.conversation).ready_at > utcnow() - timedelta(seconds=1)
        ready_now(parts)
    assert talk(parts, well.conversation)[-1] == ("flow", "You said b")
    turn(parts)
    card = parts.inbox.conversation(ill.conversation).card
    assert card.status == "queued"
    assert "failed 3 times" in card.fault
    assert talk(parts, ill.conversation)[-2:] == [("contact", "b"), ("flow", APOLOGIES["en"])]
    arrive(parts, said("c", 5, "1"))
    turn(parts)
    assert talk(parts, ill.conversation)[-1] == ("contact", "c")


def ready_now(parts: Parts) -> None:
    """Whatever waits for a later try need not wait."""
    columns = tables.conversations.c
    with parts.engine.begin() as connection:
        due = update(tables.conversations).where(columns.ready_at.is_not(None))
        connection.execute(due.values(ready_at=utcnow() - timedelta(seconds=1)))


HANDOFF = {
    "hand": {"type": "human_handoff", "text": "One moment", "reason": "Asked “{text}”", "team": "care", "limit": 600},
    "back": {"type": "message", "text": "I am back"},
    "late": {"type": "message", "text": "Nobody is here"},
}


def test_the_flow_is_silent_while_a_person_has_it(parts: Parts) -> None:
    telegram_account(parts)
    publish(parts.engine, document("hand", HANDOFF, ["hand.returned > back", "hand.nobody_came > late"]))
    conversation = arrive(parts, said("where is it", 1))[0].conversation
    turn(parts)
    card = parts.inbox.conversation(conversation).card
    assert (card.status, card.reason, card.team) == ("queued", "Asked “where is it”", "care")
    with parts.engine.begin() as connection:
        assert connection.execute(select(tables.timers.c.conversation)).scalar_one() == conversation
    agent = person(parts)
    parts.inbox.take(conversation, agent)
    arrive(parts, said("hello?", 2))
    turn(parts)
    card = parts.inbox.conversation(conversation).card
    assert (card.status, card.assigned, card.agent, card.waiting_since) == ("open", agent, "Mei", None)
    with parts.engine.begin() as connection:
        assert connection.execute(select(tables.timers)).all() == []
    parts.inbox.reply(conversation, agent, "It comes today", "client-1")
    parts.inbox.reply(conversation, agent, "It comes today", "client-1")
    parts.inbox.note(conversation, agent, "Parcel 17")
    parts.inbox.give_back(conversation, agent)
    arrive(parts, said("thanks", 3))
    turn(parts)
    assert talk(parts, conversation) == [
        ("contact", "where is it"),
        ("flow", "One moment"),
        ("contact", "hello?"),
        ("agent", "It comes today"),
        ("agent", "Parcel 17"),
        ("flow", "I am back"),
        ("contact", "thanks"),
        ("flow", "One moment"),
    ]
    note = parts.inbox.messages(conversation)[4]
    assert (note.direction, note.name) == ("note", "Mei")


def test_a_reason_that_quotes_a_long_message_stays_short(parts: Parts) -> None:
    telegram_account(parts)
    publish(parts.engine, document("hand", HANDOFF, ["hand.returned > back", "hand.nobody_came > late"]))
    conversation = arrive(parts, said("where is it? " * 5000, 1))[0].conversation
    turn(parts)
    shown = parts.inbox.conversation(conversation)
    assert shown.card.reason.startswith("Asked “where is it?")
    assert len(shown.card.reason) == LONGEST_REASON
    assert len(shown.card.last_text) <= 200
    assert shown.messages[0].text == "where is it? " * 5000


def test_nobody_came_in_time(parts: Parts) -> None:
    telegram_account(parts)
    publish(parts.engine, document("hand", HANDOFF, ["hand.returned > back", "hand.nobody_came > late"]))
    conversation = arrive(parts, said("help", 1))[0].conversation
    turn(parts)
    assert fire(parts, utcnow() + timedelta(seconds=599)) == 0
    assert fire(parts, utcnow() + timedelta(seconds=601)) == 1
    assert fire(parts, utcnow() + timedelta(seconds=601)) == 0
    ready_now(parts)
    turn(parts)
    assert talk(parts, conversation)[-1] == ("flow", "Nobody is here")
    assert row(parts, conversation).status == "bot"


def test_a_message_that_meets_the_end_begins_the_next_conversation(parts: Parts) -> None:
    telegram_account(parts)
    bye = document("bye", {"bye": {"type": "message", "text": "Bye {text}"}, "end": {"type": "close"}}, ["bye > end"])
    publish(parts.engine, bye)
    first = arrive(parts, *(said(f"m{n}", n) for n in range(3)))[0].conversation
    turn(parts)
    found = parts.inbox.conversations(Filter(status=("resolved",))).cards
    assert [talk(parts, card.id) for card in sorted(found, key=lambda card: card.id)] == [
        [("contact", f"m{n}"), ("flow", f"Bye m{n}")] for n in range(3)
    ]
    assert first in {card.id for card in found}
    assert all(row(parts, card.id).ready_at is None for card in found)


def test_what_met_the_end_stands_before_what_comes_after_it(parts: Parts) -> None:
    """A worker that was killed before it moved a message leaves that to whoever begins the next conversation."""
    telegram_account(parts)
    publish(
        parts.engine,
        document("bye", {"bye": {"type": "message", "text": "Bye {text}"}, "end": {"type": "close"}}, ["bye > end"]),
    )
    first = arrive(parts, *(said(f"m{n}", n) for n in range(3)))[0].conversation
    [claimed] = claims.claim(parts.engine, utcnow())
    plans = Plans(parts.engine)
    plans.refresh()
    claims.commit(parts.engine, [take(claimed, plans, parts.answers, parts.personal, utcnow())], utcnow())
    assert row(parts, first).status == "resolved"
    second = arrive(parts, said("m3", 3))[0]
    assert (second.conversation != first, second.seq) == (True, 3)
    assert rehome(parts.engine, first) is False
    turn(parts)
    found = parts.inbox.conversations(Filter(status=("resolved",))).cards
    texts = [talk(parts, card.id)[0][1] for card in sorted(found, key=lambda card: card.id)]
    assert texts == [f"m{n}" for n in range(4)]
    assert all(row(parts, card.id).ready_at is None for card in found)


def test_an_agent_resolves(parts: Parts) -> None:
    telegram_account(parts)
    publish(parts.engine, echo())
    conversation = arrive(parts, said("a", 1))[0].conversation
    turn(parts)
    parts.inbox.resolve(conversation, "")
    arrive(parts, said("too late", 2))
    turn(parts)
    assert row(parts, conversation).status == "resolved"
    assert row(parts, conversation).closed_at is not None
    newest = parts.inbox.conversations(Filter(status=("bot",))).cards
    assert [talk(parts, card.id) for card in newest] == [[("contact", "too late"), ("flow", "You said too late")]]


def test_what_a_channel_tells_beside_messages_is_shown_and_not_stepped(parts: Parts) -> None:
    telegram_account(parts)
    publish(parts.engine, echo())
    conversation = arrive(parts, said("red", 1))[0].conversation
    edited = Noticed(id="", at=utcnow(), kind="edited", text="blue")
    arrive(parts, Arrival("bot", "telegram", Incoming(provider_id="2", address="100", event=edited), utcnow()))
    turn(parts)
    shown = parts.inbox.messages(conversation)[-1]
    assert (shown.direction, shown.author, shown.kind, shown.text) == ("note", "channel", "edited", "blue")
    assert talk(parts, conversation)[:2] == [("contact", "red"), ("flow", "You said red")]


def test_replay_of_what_is_stored_says_the_same(parts: Parts) -> None:
    telegram_account(parts)
    flow = document(
        "lang",
        {
            "where": {"type": "language_by_ip"},
            "hear": {"type": "message", "text": "You said {text}"},
            "listen": {"type": "question", "text": ""},
        },
        ["where > hear", "hear > listen", "listen.answered > hear"],
        translations={"pt": {"hear": {"text": "Você disse {text}"}}},
    )
    publish(parts.engine, flow)
    contact = Contact(ip="200.160.2.3")
    conversation = arrive(parts, said("oi", 1, contact=contact), said("ola", 2, contact=contact))[0].conversation
    turn(parts)
    assert talk(parts, conversation)[-1] == ("flow", "Você disse ola")
    with parts.engine.begin() as connection:
        stored = connection.execute(select(tables.events).order_by(tables.events.c.seq)).all()
        answers = {one.seq: one.answers for one in connection.execute(select(tables.turns))}
    recorded: list[Any] = []
    for event in stored:
        recorded.append(read(event.body, event.seq, event.at))
        if answers[event.seq]:
            recorded += msgspec.json.decode(answers[event.seq], type=list[Answered])
    plan = compiled(flow, 1)
    key = row(parts, conversation).contact
    replayed = replay(plan, begin(plan, conversation, stored[0].at, "telegram", "bot", key), recorded)
    sent = [effect.text for effect in replayed.effects if isinstance(effect, Send)]
    assert sent == ["Você disse oi", "Você disse ola"]
    assert msgspec.json.encode(replayed.session).decode() == row(parts, conversation).session


def test_what_others_have_locked_for_a_moment_is_not_left_to_the_sweeper(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL passes over rows that a sender has locked; SQLite lets one write at a time."""
    telegram_account(parts)
    publish(parts.engine, echo())
    conversation = arrive(parts, said("a", 1))[0].conversation
    with parts.engine.connect() as other:
        if parts.engine.dialect.name != "sqlite":
            columns = tables.conversations.c
            other.execute(select(columns.id).where(columns.id == conversation).with_for_update())
        monkeypatch.setattr("server.drain.time.sleep", lambda _: other.rollback())
        assert turn(parts) == 1
    assert talk(parts, conversation)[-1] == ("flow", "You said a")


def test_a_lease_that_was_lost_writes_nothing(parts: Parts) -> None:
    telegram_account(parts)
    publish(parts.engine, echo())
    landed = arrive(parts, said("a", 1))[0]
    plans = Plans(parts.engine)
    plans.refresh()
    [slow] = claims.claim(parts.engine, utcnow())
    late = take(slow, plans, parts.answers, parts.personal, utcnow())
    assert claims.claim(parts.engine, utcnow()) == []
    [quick] = claims.claim(parts.engine, utcnow() + claims.LEASE * 2)
    done = take(quick, plans, parts.answers, parts.personal, utcnow())
    assert claims.commit(parts.engine, [done], utcnow()) == [done]
    assert claims.commit(parts.engine, [late], utcnow()) == []
    assert talk(parts, landed.conversation) == [("contact", "a"), ("flow", "You said a")]


def person(parts: Parts, name: str = "Mei") -> str:
    """An agent."""
    made = new_id()
    values = {"id": made, "email": f"{made}@x.test", "name": name, "role": "agent", "password_hash": "-"}
    with parts.engine.begin() as connection:
        connection.execute(insert(tables.persons), {**values, "created": utcnow()})
    return made
