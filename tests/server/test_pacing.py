"""A pace is kept by all senders together, and waiting for it holds nobody and costs no try."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from sqlalchemy import select

from server import sends, tables
from server.channels.base import Taken
from server.channels.telegram import Telegram
from server.outbox import Outbox
from server.pacing import AHEAD, FRESH, Pace, Rate, advanced, free_from
from server.parts import Parts
from server.sends import NO_ROOM, Room, Sending, Sent, step
from server.store import utcnow
from tests.server.house import api_account, arrive, echo, publish, row, said, send, telegram_account, turn
from tests.server.platform import Platform

ROOM = Room(32, lambda account, kind: 32)
NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Slow(Telegram, frozen=True, kw_only=True):
    """Two a second of an account, two at once."""

    PACE: ClassVar[Pace] = Pace(account=Rate(2, 1, burst=2), group=Rate(20, 60))


@pytest.fixture
def slow(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Accounts of such a channel."""
    monkeypatch.setattr(sends, "channel_types", lambda: {"telegram": Slow})


@pytest.fixture
def bot(parts: Parts) -> str:
    """An account with a flow."""
    publish(parts.engine, echo())
    return telegram_account(parts)


def talked(parts: Parts, *addresses: str, texts: int = 1) -> list[str]:
    """A conversation with each of these, with something to say in it."""
    landed = arrive(parts, *(said(f"{n}", f"{one}-{n}", one) for n in range(texts) for one in addresses))
    turn(parts)
    return [one.conversation for one in landed[: len(addresses)]]


def send_at(parts: Parts) -> list[datetime]:
    """When the conversations go on, the soonest first."""
    with parts.engine.begin() as connection:
        found = connection.execute(select(tables.conversations.c.send_at)).scalars()
        return sorted(one for one in found if one is not None)


def tries(parts: Parts) -> set[tuple[str, int]]:
    with parts.engine.begin() as connection:
        return {(one.state, one.tries) for one in connection.execute(select(tables.outbox))}


def said_(begun: list[Sending]) -> list[str]:
    return [one.row.address for one in begun]


def test_free_places_lie_an_interval_apart_after_the_burst() -> None:
    rate = Rate(30, 1, burst=3)
    paced: datetime | None = None
    found = []
    for _ in range(6):
        found.append(free := free_from(paced, rate, NOON))
        paced = advanced(paced, rate, free)
    assert [(one - NOON) // timedelta(milliseconds=1) for one in found] == [0, 0, 0, 33, 66, 99]
    assert free_from(paced, rate, NOON + SECOND) == NOON + SECOND
    # In the long run it is the rate, whatever the burst.
    assert paced is not None
    assert paced - NOON == 6 * rate.interval


def test_a_clock_put_back_stops_nobody() -> None:
    rate = Rate(1, 1)
    assert free_from(NOON + timedelta(hours=1), rate, NOON) == NOON
    assert advanced(NOON + timedelta(hours=1), rate, NOON) == NOON + SECOND


def test_an_accounts_pace_gives_each_conversation_a_place(parts: Parts, bot: str, slow: None) -> None:
    talked(parts, *(str(number) for number in range(1, 8)))
    now = utcnow()
    done = step(parts.engine, [], ROOM, now)
    assert len(done.begun) == 2
    places = [now + SECOND / 2 * number for number in range(1, 6)]
    # The two that are under way have their leases, the others their places.
    assert [one for one in send_at(parts) if one != now + sends.LEASE] == places == sorted(done.later)
    assert tries(parts) == {("sending", 0), ("waiting", 0)}
    # Whoever looks, as often as they like: each goes at its place, in order, and nobody pays twice.
    assert step(parts.engine, [Sent(one, Taken()) for one in done.begun], ROOM, now).begun == []
    seen = []
    for place in places:
        assert step(parts.engine, [], ROOM, place - SECOND / 4).begun == []
        [only] = step(parts.engine, [], ROOM, place).begun
        step(parts.engine, [Sent(only, Taken())], ROOM, place)
        seen.append(only.row.address)
    assert sorted(said_(done.begun) + seen) == [str(number) for number in range(1, 8)]
    assert tries(parts) == set()


def test_who_comes_later_waits_behind_those_who_have_a_place(parts: Parts, bot: str, slow: None) -> None:
    talked(parts, *"1234")
    now = utcnow()
    step(parts.engine, [], ROOM, now)
    [late] = talked(parts, "5")
    assert step(parts.engine, [], ROOM, now + SECOND / 4).begun == []
    assert row(parts, late).send_at == now + SECOND * 1.5


def test_a_place_that_nobody_used_is_not_made_up_for(parts: Parts, bot: str, slow: None) -> None:
    """All senders were away for a minute: what waited does not leave at once then."""
    talked(parts, *(str(number) for number in range(1, 10)))
    now = utcnow()
    step(parts.engine, [], ROOM, now)
    back = now + timedelta(minutes=1)
    assert len(step(parts.engine, [], ROOM, back).begun) == 2
    assert len([one for one in send_at(parts) if one > back and one != back + sends.LEASE]) == 7
    # A little late is no burst.
    assert len(step(parts.engine, [], ROOM, back + SECOND / 2 + FRESH).begun) == 5


def test_what_finds_no_place_for_long_comes_back_later(parts: Parts, bot: str, slow: None) -> None:
    [only] = talked(parts, "1")
    now = utcnow()
    with parts.engine.begin() as connection:
        connection.execute(tables.accounts.update().values(paced=now + AHEAD + SECOND))
    assert step(parts.engine, [], ROOM, now).begun == []
    assert now + AHEAD / 2 <= row(parts, only).send_at <= now + AHEAD
    with parts.engine.begin() as connection:
        assert connection.execute(select(tables.outbox.c.slot)).scalar_one() is None


def test_a_receivers_pace_holds_up_the_conversation_alone(parts: Parts, bot: str) -> None:
    chat, _ = talked(parts, "1", "2", texts=5)
    now = utcnow()
    begun = step(parts.engine, [], ROOM, now).begun
    rounds = []
    while begun:
        rounds.append(sorted(said_(begun)))
        begun = step(parts.engine, [Sent(one, Taken()) for one in begun], ROOM, now).begun
    burst = Telegram.PACE.receiver.burst  # type: ignore[union-attr]
    assert rounds == [["1", "2"]] * burst
    assert row(parts, chat).send_at == now + SECOND
    assert len(step(parts.engine, [], ROOM, now + SECOND).begun) == 2
    assert tries(parts) == {("sending", 0), ("waiting", 0)}


def test_a_group_has_a_pace_of_its_own(parts: Parts, bot: str, slow: None) -> None:
    group, _ = talked(parts, "-1001", "1", texts=2)
    now = utcnow()
    begun = step(parts.engine, [], ROOM, now).begun
    later = now + SECOND
    again = step(parts.engine, [Sent(one, Taken()) for one in begun], ROOM, later).begun
    assert said_(again) == ["1"]
    assert row(parts, group).send_at == now + 3 * SECOND


def test_the_parts_of_a_message_are_paced_as_well(parts: Parts, bot: str) -> None:
    long = " ".join(letter * 4000 for letter in "abcde")
    [conversation] = [one.conversation for one in arrive(parts, said(long, 1, "1"))]
    turn(parts)
    now = utcnow()
    begun = step(parts.engine, [], ROOM, now).begun
    for _ in range(3):
        begun = step(parts.engine, [Sent(begun[0], Taken(), whole=False)], NO_ROOM, now).begun
    assert begun == []
    assert row(parts, conversation).send_at == now + SECOND
    [going_on] = step(parts.engine, [], ROOM, now + SECOND).begun
    assert (going_on.row.calls_done, going_on.row.tries) == (3, 0)


def test_a_sender_comes_back_by_itself_when_a_place_is_there(parts: Parts, platform: Platform, bot: str) -> None:
    [conversation] = talked(parts, "1", texts=4)
    sender = Outbox(parts)
    sender.run()
    platform.wait_for(lambda told: len(told) == 4)
    sender.join()
    sender.close()
    assert platform.texts() == [f"You said {number}" for number in range(4)]
    assert row(parts, conversation).send_at is None


def test_a_channel_without_a_pace_pays_nothing_for_it(parts: Parts, platform: Platform) -> None:
    publish(parts.engine, echo())
    api_account(parts, f"{platform.url}/replies")
    arrive(parts, *(said(f"{n}", f"c-{n}", "c-1", "shop", "api") for n in range(20)))
    turn(parts)
    send(parts)
    assert len(platform.told) == 20
    with parts.engine.begin() as connection:
        assert connection.execute(select(tables.accounts.c.paced)).scalar_one() is None
        assert connection.execute(select(tables.conversations.c.paced)).scalar_one() is None
