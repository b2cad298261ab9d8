"""What makes up for what was lost: wake-ups, time limits that came due."""

from datetime import datetime, timedelta

import pytest
import redis
from sqlalchemy import insert, select, update

from server import tables
from server.bus import Work, queue
from server.errors import RefusedError
from server.parts import Parts
from server.store import utcnow
from server.sweeping import MOST_TIMERS, fire, mend, sweep
from tests.server.house import arrive, document, echo, publish, row, said, talk, telegram_account, turn
from tests.server.test_turns import person

ASK = {"ask": {"type": "question", "text": "Well?", "no_reply": 60}, "late": {"type": "message", "text": "Too late"}}


def asked(parts: Parts, *addresses: str) -> list[str]:
    """Conversations that wait for a reply for a minute."""
    telegram_account(parts)
    publish(parts.engine, document("ask", ASK, ["ask.answered > ask", "ask.no_reply > late"]))
    landed = arrive(parts, *(said("hi", f"{address}-1", address) for address in addresses))
    turn(parts)
    return [one.conversation for one in landed]


def events(parts: Parts) -> list[tuple[str, int]]:
    """(conversation, number) of the time limits that fired, as they were stored."""
    columns = tables.events.c
    with parts.engine.begin() as connection:
        rows = connection.execute(select(columns).where(columns.kind == "timer").order_by(columns.id))
        return [(one.conversation, one.seq) for one in rows]


def test_what_nobody_woke_is_woken(parts: Parts, valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.bus.WOKEN", 3600)
    telegram_account(parts)
    publish(parts.engine, echo())
    arrive(parts, said("hi"))
    turns, sends = queue("turns", valkey), queue("sends", valkey)
    sweep(parts)
    sweep(parts)
    assert len(turns.jobs) == 1
    valkey.flushall()
    sweep(parts)
    assert len(turns.jobs) == 1
    turn(parts)
    valkey.flushall()
    sweep(parts)
    assert (len(turns.jobs), len(sends.jobs)) == (0, 1)


def test_time_limits_fire_once_in_order_also_after_a_day_of_downtime(parts: Parts) -> None:
    first, second, third = asked(parts, "1", "2", "3")
    with parts.engine.begin() as connection:
        for conversation, seconds in ((third, 30), (first, 20), (second, 10)):
            due = update(tables.timers).where(tables.timers.c.conversation == conversation)
            connection.execute(due.values(due=utcnow() - timedelta(days=1, seconds=seconds)))
    assert fire(parts, utcnow()) == 3
    assert fire(parts, utcnow()) == 0
    assert [conversation for conversation, _ in events(parts)] == [third, first, second]
    turn(parts)
    assert all(talk(parts, one)[-1] == ("flow", "Too late") for one in (first, second, third))


def test_a_reply_that_came_first_makes_the_limit_void(parts: Parts) -> None:
    """Both are stored before a worker looks: the reply is handled first, and the limit is of a wait that is over."""
    [conversation] = asked(parts, "1")
    arrive(parts, said("yes", "1-2", "1"))
    fire(parts, utcnow() + timedelta(seconds=61))
    turn(parts)
    assert [text for _, text in talk(parts, conversation)] == ["hi", "Well?", "yes", "Well?"]


def test_the_same_limit_cannot_fire_twice(parts: Parts) -> None:
    [conversation] = asked(parts, "1")
    with parts.engine.begin() as connection:
        timer = connection.execute(select(tables.timers)).one()
    later = utcnow() + timedelta(seconds=61)
    fire(parts, later)
    with parts.engine.begin() as connection:
        connection.execute(insert(tables.timers), dict(timer._mapping))
    fire(parts, later)
    assert len(events(parts)) == 1
    assert row(parts, conversation).ready_at is not None


def test_more_limits_than_go_into_one_transaction(parts: Parts) -> None:
    count = MOST_TIMERS + 5
    asked(parts, *map(str, range(count)))
    with parts.engine.begin() as connection:
        connection.execute(update(tables.timers).values(due=utcnow() - timedelta(seconds=1)))
    sweep(parts)
    assert len(events(parts)) == count


def time_comes(parts: Parts, moment: datetime) -> int:
    """Fire what is due then, and handle it now; how many time limits fired."""
    fired = fire(parts, moment)
    mend(parts, utcnow())
    turn(parts)
    return fired


def test_what_was_put_off_comes_back_at_its_time(parts: Parts) -> None:
    [conversation] = asked(parts, "1")
    agent = person(parts)
    until = utcnow() + timedelta(hours=2)
    parts.inbox.snooze(conversation, agent, until)
    turn(parts)
    put_off = row(parts, conversation)
    assert (put_off.status, put_off.assigned, put_off.snoozed_until) == ("snoozed", agent, until)
    assert fire(parts, until - timedelta(seconds=1)) == 0
    assert time_comes(parts, until) == 1
    back = row(parts, conversation)
    assert (back.status, back.assigned, back.snoozed_until) == ("open", agent, None)
    assert fire(parts, until + timedelta(days=1)) == 0


def test_who_writes_brings_back_what_was_put_off(parts: Parts) -> None:
    [conversation] = asked(parts, "1")
    until = utcnow() + timedelta(hours=2)
    parts.inbox.snooze(conversation, person(parts), until)
    turn(parts)
    arrive(parts, said("hello?", "1-2", "1"))
    turn(parts)
    assert row(parts, conversation).status == "open"
    assert fire(parts, until) == 0


def test_of_two_times_the_later_decision_counts(parts: Parts) -> None:
    [conversation] = asked(parts, "1")
    agent, now = person(parts), utcnow()
    parts.inbox.snooze(conversation, agent, now + timedelta(hours=1))
    turn(parts)
    # The first time comes while the second is being said.
    parts.inbox.snooze(conversation, agent, now + timedelta(hours=2))
    assert time_comes(parts, now + timedelta(hours=1)) == 1
    assert row(parts, conversation).status == "snoozed"
    assert time_comes(parts, now + timedelta(hours=2)) == 1
    assert row(parts, conversation).status == "open"


def test_what_nobody_has_when_it_comes_back_waits_for_a_person(parts: Parts) -> None:
    [conversation] = asked(parts, "1")
    agent, until = person(parts), utcnow() + timedelta(hours=1)
    parts.inbox.snooze(conversation, agent, until)
    parts.inbox.assign(conversation, agent, "")
    turn(parts)
    time_comes(parts, until)
    assert (row(parts, conversation).status, row(parts, conversation).waiting_since is None) == ("queued", False)


@pytest.mark.parametrize("end", ["resolve", "give_back", "take"])
def test_what_ends_the_putting_off_ends_its_time(parts: Parts, end: str) -> None:
    [conversation] = asked(parts, "1")
    agent, until = person(parts), utcnow() + timedelta(hours=1)
    parts.inbox.snooze(conversation, agent, until)
    turn(parts)
    getattr(parts.inbox, end)(conversation, agent)
    turn(parts)
    found = row(parts, conversation)
    assert (found.status == "snoozed", found.snoozed_until) == (False, None)
    with parts.engine.begin() as connection:
        assert "snooze" not in connection.execute(select(tables.timers.c.kind)).scalars().all()


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_a_time_that_makes_no_sense_is_refused(parts: Parts, days: int) -> None:
    [conversation] = asked(parts, "1")
    with pytest.raises(RefusedError, match="still to come"):
        parts.inbox.snooze(conversation, person(parts), utcnow() + timedelta(days=days))


@pytest.mark.parametrize(("work", "column"), [("turns", "ready_at"), ("sends", "send_at"), ("answers", "ask_at")])
def test_a_clock_that_was_put_back_leaves_nothing_standing(parts: Parts, work: Work, column: str) -> None:
    """What stood under a lease, or waited for another try, when the clock was an hour ahead."""
    telegram_account(parts)
    ahead, soon = (one.conversation for one in arrive(parts, said("a", 1, "1"), said("b", 2, "2")))
    now = utcnow()
    moments = {ahead: now + timedelta(hours=1), soon: now + timedelta(seconds=5)}
    for conversation, moment in moments.items():
        with parts.engine.begin() as connection:
            which = tables.conversations.c.id == conversation
            connection.execute(update(tables.conversations).where(which).values({column: moment}))
    mend(parts, now)
    assert getattr(row(parts, ahead), column) == now
    assert getattr(row(parts, soon), column) == moments[soon]
