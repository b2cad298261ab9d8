"""What leaves: in order, once, again while there is hope, and visibly not at all."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from server import outbox, tables
from server.outbox import Outbox, Sending
from server.parts import Parts
from server.store import utcnow
from tests.server.house import (
    TOKEN,
    api_account,
    arrive,
    document,
    echo,
    publish,
    row,
    said,
    send,
    telegram_account,
    turn,
)
from tests.server.platform import Platform, Told


def waiting(parts: Parts) -> list[Any]:
    """The outbox, in order."""
    with parts.engine.begin() as connection:
        return list(connection.execute(select(tables.outbox).order_by(tables.outbox.c.position)))


def due(parts: Parts) -> None:
    """Whatever waits for a later try need not wait."""
    columns = tables.conversations.c
    with parts.engine.begin() as connection:
        later = update(tables.conversations).where(columns.send_at.is_not(None))
        connection.execute(later.values(send_at=utcnow() - timedelta(seconds=1)))


def talked(parts: Parts, *texts: str) -> str:
    """A conversation in which the flow has something to say to each of these."""
    telegram_account(parts)
    publish(parts.engine, echo())
    landed = arrive(parts, *(said(text, number) for number, text in enumerate(texts)))
    turn(parts)
    return landed[0].conversation


def test_a_message_that_has_to_wait_holds_up_those_after_it(parts: Parts, platform: Platform) -> None:
    conversation = talked(parts, "a", "b")

    def busy(told: Told) -> tuple[int, Any]:
        platform.answer = platform.take
        return 429, {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 40}}

    platform.answer = busy
    send(parts)
    assert platform.texts() == ["You said a"]
    first, second = waiting(parts)
    assert (first.state, first.tries, first.fault) == ("waiting", 1, "Too Many Requests")
    assert (second.state, second.tries) == ("waiting", 0)
    assert timedelta(seconds=30) < row(parts, conversation).send_at - utcnow() <= timedelta(seconds=40)
    send(parts)
    assert platform.texts() == ["You said a"]
    due(parts)
    send(parts)
    assert platform.texts() == ["You said a", "You said a", "You said b"]
    assert waiting(parts) == []
    assert row(parts, conversation).send_at is None


def test_a_refusal_is_shown_and_the_rest_goes_on(parts: Parts, platform: Platform) -> None:
    conversation = talked(parts, "a", "b")

    def blocked(told: Told) -> tuple[int, Any]:
        platform.answer = platform.take
        return 403, {"ok": False, "description": "Forbidden: bot was blocked by the user"}

    platform.answer = blocked
    send(parts)
    assert platform.texts() == ["You said a", "You said b"]
    shown = [one for one in parts.inbox.messages(conversation) if one.author == "flow"]
    assert [(one.delivery, one.fault) for one in shown] == [
        ("failed", "Forbidden: bot was blocked by the user"),
        ("sent", ""),
    ]
    assert [one.state for one in waiting(parts)] == ["failed"]
    assert row(parts, conversation).send_at is None


def test_hope_ends(parts: Parts, platform: Platform) -> None:
    conversation = talked(parts, "a")
    platform.answer = lambda told: (502, {})
    for _ in range(outbox.MOST_TRIES):
        send(parts)
        due(parts)
    assert len(platform.told) == outbox.MOST_TRIES
    assert parts.inbox.messages(conversation)[-1].delivery == "failed"
    send(parts)
    assert len(platform.told) == outbox.MOST_TRIES


def test_a_platform_that_is_away_is_tried_again(parts: Parts, platform: Platform) -> None:
    talked(parts, "a")
    platform.close()
    send(parts)
    [only] = waiting(parts)
    assert (only.state, only.tries, only.fault) == ("waiting", 1, "ConnectError: the platform did not answer")


def test_a_message_in_parts_goes_on_where_it_stopped(parts: Parts, platform: Platform) -> None:
    telegram_account(parts)
    publish(parts.engine, document("long", {"say": {"type": "message", "text": "{text}"}}, []))
    long = " ".join(letter * 4000 for letter in "abc")
    arrive(parts, said(long))
    turn(parts)

    def second_is_lost(told: Told) -> tuple[int, Any]:
        return (502, {}) if len(platform.told) == 2 else platform.take(told)

    platform.answer = second_is_lost
    send(parts)
    due(parts)
    send(parts)
    assert [text[0] for text in platform.texts()] == ["a", "b", "b", "c"]
    assert waiting(parts) == []


def test_a_second_sender_finds_nothing_while_the_first_is_at_it(parts: Parts, platform: Platform) -> None:
    talked(parts, "a", "b")
    second = Outbox(parts)

    def meanwhile(told: Told) -> tuple[int, Any]:
        second.run()
        return platform.take(told)

    platform.answer = meanwhile
    send(parts)
    second.close()
    assert platform.texts() == ["You said a", "You said b"]


def test_a_sender_whose_lease_went_to_another_begins_nothing(parts: Parts) -> None:
    conversation = talked(parts, "a", "b")
    [first] = outbox.claim(parts.engine, utcnow())
    assert outbox.claim(parts.engine, utcnow()) == []
    due(parts)
    [second] = outbox.claim(parts.engine, utcnow())
    assert not outbox.begin(parts.engine, first, first.rows[0])
    outbox.release(parts.engine, first, None, utcnow())
    assert row(parts, conversation).send_at > utcnow()
    assert outbox.begin(parts.engine, second, second.rows[0])


def test_what_was_being_sent_when_its_sender_died_is_marked(parts: Parts, platform: Platform) -> None:
    talked(parts, "a")
    [sending] = outbox.claim(parts.engine, utcnow())
    assert outbox.begin(parts.engine, sending, sending.rows[0])
    due(parts)
    [again] = outbox.claim(parts.engine, utcnow())
    assert outbox.begin(parts.engine, again, again.rows[0])
    assert [one.state for one in waiting(parts)] == ["sending"]
    with parts.engine.begin() as connection:
        marks = connection.execute(select(tables.messages.c.direction, tables.messages.c.uncertain))
        assert {row.direction: row.uncertain for row in marks} == {"in": False, "out": True}


def test_an_account_that_is_switched_off_sends_nothing(parts: Parts, platform: Platform) -> None:
    conversation = talked(parts, "a")
    parts.accounts.change("bot", active=False)
    send(parts)
    assert platform.told == []
    assert parts.inbox.messages(conversation)[-1].fault == "The channel account is switched off."


def test_the_signed_api_gets_its_idempotency_key(parts: Parts, platform: Platform) -> None:
    api_account(parts, f"{platform.url}/replies")
    publish(parts.engine, echo())
    conversation = arrive(parts, said("a", 1, "c-1", "shop", "api"))[0].conversation
    turn(parts)
    platform.answer = lambda told: (500, {}) if len(platform.told) == 1 else (200, {})
    send(parts)
    due(parts)
    send(parts)
    assert [told.headers["idempotency-key"] for told in platform.told] == [f"{conversation}:1:0"] * 2
    assert platform.told[0].body == platform.told[1].body


def test_an_agents_reply_leaves_by_the_channel(parts: Parts, platform: Platform) -> None:
    telegram_account(parts)
    conversation = arrive(parts, said("help"))[0].conversation
    turn(parts)
    parts.inbox.reply(conversation, "", "Hello, how can I help?")
    turn(parts)
    send(parts)
    assert platform.texts() == ["Hello, how can I help?"]
    assert platform.told[0].path == f"/bot{TOKEN}/sendMessage"


@pytest.mark.parametrize(("tries", "least", "most"), [(1, 0.75, 1.25), (4, 6, 10), (15, 450, 750)])
def test_pauses_double_up_to_a_bound(tries: int, least: float, most: float) -> None:
    assert least <= outbox.pause(tries, 0).total_seconds() <= most


def test_pauses_are_as_long_as_the_platform_asks() -> None:
    assert outbox.pause(1, 40).total_seconds() == 40
    assert outbox.pause(1, 1e9).total_seconds() == outbox.LONGEST_PAUSE


def test_nobody_waits_for_an_outbox_that_is_empty(parts: Parts) -> None:
    telegram_account(parts)
    conversation = arrive(parts, said("help"))[0].conversation
    found = row(parts, conversation)
    outbox.release(parts.engine, Sending(conversation, found.send_fence, "bot", "100", []), None, utcnow())
    assert row(parts, conversation).send_at is None
