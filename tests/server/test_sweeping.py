"""What makes up for what was lost: shards nobody woke, time limits that came due."""

from datetime import timedelta

import redis
from sqlalchemy import insert, select, update

from server import tables
from server.bus import queue
from server.parts import Parts
from server.store import utcnow
from server.sweeping import MOST_TIMERS, fire, sweep
from tests.server.house import arrive, document, echo, publish, row, said, talk, telegram_account, turn

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


def test_a_shard_that_nobody_woke_is_woken(parts: Parts, valkey: redis.Redis) -> None:
    telegram_account(parts)
    publish(parts.engine, echo())
    landed = arrive(parts, said("hi"))[0]
    turns, sends = queue("turns", valkey), queue("sends", valkey)
    sweep(parts)
    sweep(parts)
    assert [job.args for job in turns.jobs] == [[landed.shard]]
    valkey.flushall()
    sweep(parts)
    assert [job.args for job in turns.jobs] == [[landed.shard]]
    turn(parts)
    valkey.flushall()
    sweep(parts)
    assert (turns.jobs, [job.args for job in sends.jobs]) == ([], [[landed.shard]])


def test_time_limits_fire_once_in_order_also_after_a_day_of_downtime(parts: Parts) -> None:
    first, second, third = asked(parts, "1", "2", "3")
    with parts.engine.begin() as connection:
        for conversation, seconds in ((third, 30), (first, 20), (second, 10)):
            due = update(tables.timers).where(tables.timers.c.conversation == conversation)
            connection.execute(due.values(due=utcnow() - timedelta(days=1, seconds=seconds)))
    assert len(fire(parts, utcnow())) == 3
    assert fire(parts, utcnow()) == []
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
