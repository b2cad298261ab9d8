"""The clock jumps back and ahead by an hour under conversations: nothing stands still, nothing comes twice, and the
order is that of arrival.
"""

import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
import redis
from sqlalchemy import select

from server import store, tables
from server.claims import claim
from server.ids import new_id
from server.leases import LEASE
from server.parts import Parts
from server.sweeping import sweep
from tests.server.house import api_account, arrive, document, publish, row, send, talk, turn
from tests.server.house import said as said_by
from tests.server.platform import Platform

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


class Clock:
    """The clock of this process, ahead of the machine's by ``ahead``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = timedelta()
        true = store.utcnow
        for name, module in list(sys.modules.items()):
            if name.startswith(("server.", "tests.server.")) and getattr(module, "utcnow", None) is true:
                monkeypatch.setattr(module, "utcnow", lambda: true() + self.ahead)
        time_ns = time.time_ns
        monkeypatch.setattr("server.ids.time.time_ns", lambda: time_ns() + int(self.ahead.total_seconds() * 1e9))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    return Clock(monkeypatch)


said = partial(said_by, account="shop", channel="api")


def waiting(parts: Parts) -> str:
    """A conversation whose flow says more when nobody has answered for a minute, on a channel without a pace."""
    api_account(parts, parts.settings.telegram_url)
    flow = document(
        "ask",
        {
            "hear": {"type": "message", "text": "Heard {text}"},
            "listen": {"type": "question", "text": "", "no_reply": 60},
            "late": {"type": "message", "text": "Late after {text}"},
        },
        ["hear > listen", "listen.answered > hear", "listen.no_reply > late", "late > listen"],
    )
    publish(parts.engine, flow)
    return arrive(parts, said("m0", 0))[0].conversation


def test_a_conversation_goes_on_in_order_whatever_the_clock_says(
    parts: Parts, clock: Clock, platform: Platform
) -> None:
    conversation = waiting(parts)
    for number, jump in enumerate((-HOUR, HOUR, -HOUR, 2 * HOUR, -HOUR), 1):
        turn(parts)
        send(parts)
        clock.ahead += jump
        sweep(parts)
        # What a step ahead made due has been said by now; a step back makes nothing due again.
        turn(parts)
        arrive(parts, said(f"m{number}", number))
    turn(parts)
    send(parts)
    texts = [text for author, text in talk(parts, conversation) if author == "flow"]
    assert texts == [
        *("Heard m0", "Heard m1"),
        *("Late after m1", "Heard m2", "Heard m3"),
        *("Late after m3", "Heard m4", "Heard m5"),
    ]
    assert platform.texts() == texts
    assert row(parts, conversation).status == "bot"


def test_who_died_with_a_lease_before_the_clock_went_back_holds_nobody_up_for_an_hour(
    parts: Parts, clock: Clock, platform: Platform
) -> None:
    conversation = waiting(parts)
    assert len(claim(parts.engine, store.utcnow())) == 1
    clock.ahead -= HOUR
    turn(parts)
    assert talk(parts, conversation) == []
    sweep(parts)
    turn(parts)
    send(parts)
    assert platform.texts() == ["Heard m0"]


def test_a_lease_ends_when_the_clock_goes_ahead_and_its_holder_is_too_late(parts: Parts, clock: Clock) -> None:
    waiting(parts)
    [first] = claim(parts.engine, store.utcnow())
    clock.ahead += HOUR
    [second] = claim(parts.engine, store.utcnow() + LEASE + SECOND)
    assert second.row["fence"] == first.row["fence"] + 1


def test_ids_stay_sorted(clock: Clock) -> None:
    ids = []
    for jump in (timedelta(), -HOUR, 2 * HOUR, -2 * HOUR):
        clock.ahead += jump
        ids += [new_id() for _ in range(100)]
    assert ids == sorted(set(ids))


def test_a_time_limit_is_single_though_the_clock_comes_by_it_twice(
    parts: Parts, clock: Clock, valkey: redis.Redis
) -> None:
    conversation = waiting(parts)
    turn(parts)
    for jump in (HOUR, -HOUR, HOUR):
        clock.ahead += jump
        sweep(parts)
        sweep(parts)
    turn(parts)
    timers = select(tables.events.c.id).where(tables.events.c.kind == "timer")
    with parts.engine.begin() as connection:
        assert len(connection.execute(timers).all()) == 1
    assert [text for author, text in talk(parts, conversation) if author == "flow"] == ["Heard m0", "Late after m0"]
