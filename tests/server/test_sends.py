"""The transactions of a sender: leases, faults of messages and of accounts."""

from datetime import timedelta
from typing import Any, ClassVar

import msgspec
import pytest
from sqlalchemy import select

from server import sends, tables
from server.channels import api
from server.channels.base import Taken
from server.channels.telegram import Telegram
from server.faults import SCHEDULES
from server.outbox import Outbox
from server.pacing import Pace
from server.parts import Parts
from server.sends import NO_ROOM, SOON, Sent, step
from server.store import utcnow
from tests.server.house import (
    echo,
    publish,
    row,
    send,
    telegram_account,
)
from tests.server.leaving import ROOM, account, delivered, in_, once, talked, waiting
from tests.server.platform import Platform

OTHER_TOKEN = "87654321:AAH-abcdefghijklmnopqrstuvwxyz0123"


@pytest.fixture
def bot(parts: Parts) -> str:
    """A Telegram account with a flow."""
    publish(parts.engine, echo())
    return telegram_account(parts)


def test_a_pause_that_the_platform_asks_for_is_the_whole_accounts(parts: Parts, platform: Platform, bot: str) -> None:
    conversation = talked(parts, "a", "b")
    other = talked(parts, "c", address="200")
    once(platform, 429, {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 40}})
    [begun, also] = step(parts.engine, [], ROOM, now := utcnow()).begun
    assert (begun.conversation, also.conversation) == (conversation, other)
    busy = Telegram.recover(parts.accounts.placed(bot).channel, None, _reply(429, 40))  # type: ignore[arg-type]
    done = step(parts.engine, [Sent(begun, busy)], ROOM, now)
    assert done.begun == []
    assert account(parts).paused_until == now + timedelta(seconds=40) == row(parts, conversation).send_at
    first, second, third = waiting(parts)
    assert {(one.state, one.kind, one.tries) for one in (first, second, third)} == {
        ("waiting", "busy", 1),
        ("waiting", "", 0),
        ("sending", "", 0),
    }
    # What was under way ends as it ends; nothing else begins, whoever asks.
    assert step(parts.engine, [Sent(also, Taken("7"))], ROOM, now).begun == []
    assert step(parts.engine, [], ROOM, now + timedelta(seconds=39)).begun == []
    talked(parts, "d", address="300")
    send(parts)
    assert platform.told == []
    platform.answer = platform.take
    parts.accounts.look_again(bot)
    send(parts, in_(41))
    assert sorted(platform.texts()) == ["You said a", "You said b", "You said d"]
    assert waiting(parts) == []
    assert (account(parts).fault, account(parts).paused_until) == ("", None)


def _reply(status: int, after: int) -> Any:
    body = {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": after}}
    return api.Reply(status=status, headers={}, body=msgspec.json.encode(body))


def test_tries_are_counted_for_each_kind_of_fault(parts: Parts, platform: Platform, bot: str) -> None:
    talked(parts, "a")
    for number, (status, kind, tries) in enumerate(
        [(502, "server", 1), (502, "server", 2), (504, "timeout", 1), (502, "server", 1)]
    ):
        once(platform, status, {})
        send(parts, in_(number * 60))
        assert [(one.kind, one.tries) for one in waiting(parts)] == [(kind, tries)]


def test_a_platform_that_is_away_is_tried_again_by_one_message(parts: Parts, platform: Platform, bot: str) -> None:
    conversation = talked(parts, "a", "b")
    talked(parts, "c", address="200")
    parts.accounts.settings = msgspec.structs.replace(parts.settings, telegram_url="http://127.0.0.1:9")
    [begun, _] = step(parts.engine, [], ROOM, utcnow()).begun
    sender = Outbox(parts)
    outcome, whole, _ = sender._say(begun)
    sender.close()
    assert outcome.kind == "network"  # type: ignore[union-attr]
    step(parts.engine, [Sent(begun, outcome, whole)], ROOM, utcnow())
    first, second, third = waiting(parts)
    assert [one.tries for one in (first, second, third)].count(1) == 1
    assert row(parts, conversation).send_at == account(parts).paused_until > utcnow()
    assert parts.accounts.get(bot).fault == "network"


def test_what_a_sender_says_whose_lease_went_to_another_is_not_written(parts: Parts, bot: str) -> None:
    conversation = talked(parts, "a", "b")
    [first] = step(parts.engine, [], ROOM, utcnow()).begun
    assert step(parts.engine, [], ROOM, utcnow()).begun == []
    later = utcnow() + timedelta(seconds=7)
    [second] = step(parts.engine, [], ROOM, later).begun
    done = step(parts.engine, [Sent(first, Taken("1"))], ROOM, later)
    assert (done.lost, done.begun) == ([conversation], [])
    assert [one.state for one in waiting(parts)] == ["sending", "waiting"]
    done = step(parts.engine, [Sent(second, Taken("2"))], ROOM, later)
    assert [one.row.text for one in done.begun] == ["You said b"]


def test_a_lease_that_ran_out_unseen_is_not_taken_anew_by_its_holder(parts: Parts, bot: str) -> None:
    conversation = talked(parts, "a")
    [sending] = step(parts.engine, [], ROOM, utcnow()).begun
    done = step(parts.engine, [Sent(sending, Taken("1"))], ROOM, utcnow() + timedelta(seconds=60))
    assert (done.begun, done.lost, waiting(parts)) == ([], [], [])
    assert row(parts, conversation).send_at is None


def test_who_dies_over_a_message_again_and_again_does_so_not_for_ever(parts: Parts, bot: str) -> None:
    conversation = talked(parts, "a")
    now = utcnow()
    for _ in range(SCHEDULES["died"].tries):
        assert len(step(parts.engine, [], ROOM, now).begun) == 1
        now += timedelta(seconds=7)
    assert step(parts.engine, [], ROOM, now).begun == []
    assert delivered(parts, conversation)[0][0] == "failed"


def test_credentials_that_are_refused_stop_the_account_until_they_change(
    parts: Parts, platform: Platform, bot: str
) -> None:
    conversation = talked(parts, "a")
    platform.answer = lambda told: (401, {"ok": False, "description": "Unauthorized"})
    send(parts)
    shown = parts.accounts.get(bot)
    assert shown.fault == "credentials"
    assert shown.paused_until is not None
    assert shown.paused_until > utcnow() + timedelta(seconds=20)
    assert row(parts, conversation).send_at == shown.paused_until
    parts.accounts.change(bot, values={"token": OTHER_TOKEN})
    assert parts.accounts.get(bot).fault == ""
    platform.answer = platform.take
    send(parts)
    assert delivered(parts, conversation) == [("sent", "")]


def test_changing_an_account_takes_no_lease_away(parts: Parts, bot: str) -> None:
    talked(parts, "a")
    assert len(step(parts.engine, [], ROOM, utcnow()).begun) == 1
    parts.accounts.change(bot, values={"token": OTHER_TOKEN})
    assert step(parts.engine, [], ROOM, utcnow()).begun == []


def test_a_long_talk_lets_others_have_their_turn(parts: Parts, bot: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Quick(Telegram, frozen=True, kw_only=True):
        PACE: ClassVar[Pace] = Pace()

    monkeypatch.setattr(sends, "channel_types", lambda: {"telegram": Quick})
    conversation = talked(parts, *map(str, range(sends.MOST_CALLS + 1)))
    now = utcnow()
    [sending] = step(parts.engine, [], ROOM, now).begun
    for _ in range(sends.MOST_CALLS - 1):
        [sending] = step(parts.engine, [Sent(sending, Taken())], NO_ROOM, now).begun
    done = step(parts.engine, [Sent(sending, Taken())], NO_ROOM, now)
    assert (done.begun, done.more) == ([], True)
    assert row(parts, conversation).send_at == now


def test_what_others_have_locked_for_a_moment_is_looked_at_again_soon(parts: Parts, bot: str) -> None:
    """PostgreSQL passes over rows that an arrival has locked; SQLite lets one write at a time."""
    conversation = talked(parts, "a")
    locks = parts.engine.dialect.name != "sqlite"
    now = utcnow()
    with parts.engine.connect() as other:
        if locks:
            columns = tables.conversations.c
            other.execute(select(columns.id).where(columns.id == conversation).with_for_update())
        done = step(parts.engine, [], ROOM, now)
        other.rollback()
    assert done.later == ([now + SOON] if locks else [])
    again = step(parts.engine, [], ROOM, now) if locks else done
    assert [one.conversation for one in again.begun] == [conversation]
