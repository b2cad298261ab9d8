"""How things stand, counted by hand."""

from datetime import timedelta

from sqlalchemy import update

from server import tables
from server.parts import Parts
from server.standing import look
from server.store import utcnow
from tests.server.house import arrive, echo, opened, publish, said, telegram_account, turn


def test_nothing_stands_still_in_an_empty_house(parts: Parts) -> None:
    found = look(parts.engine, 100)
    assert (found.pending, found.lag, found.outbox, found.failed_messages, found.overdue) == (0, 0, 0, 0, 0)
    assert found.conversations == {"bot": 0, "queued": 0, "open": 0, "snoozed": 0}


def test_what_waits_is_counted_up_to_the_bound_and_since_when(parts: Parts) -> None:
    telegram_account(parts)
    publish(parts.engine, echo())
    begun = utcnow()
    arrive(parts, *(said("hi", number, address=str(number)) for number in range(5)))
    later = utcnow() + timedelta(seconds=90)
    found = look(parts.engine, 3, later)
    assert found.pending == 3
    assert 90 <= found.lag <= (later - begun).total_seconds()
    assert found.conversations["bot"] == 5
    turn(parts)
    found = look(parts.engine, 100, later)
    assert (found.pending, found.lag, found.outbox) == (0, 0, 5)
    # What waits to be said is as old as what it answers.
    assert 90 <= found.outbox_age <= (later - begun).total_seconds()


def test_what_failed_is_counted(parts: Parts) -> None:
    telegram_account(parts)
    [landed] = arrive(parts, opened())
    arrive(parts, said("hi"))
    turn(parts)
    arrive(parts, said("again", 2))
    with parts.engine.begin() as connection:
        connection.execute(update(tables.conversations).values(fault="a node failed"))
        connection.execute(update(tables.events).where(tables.events.c.seq == 1).values(state="failed"))
    found = look(parts.engine, 100)
    assert (found.faults, found.failed_events, found.pending) == (1, 1, 1)
    with parts.engine.begin() as connection:
        connection.execute(update(tables.conversations).values(status="resolved"))
    assert look(parts.engine, 100).faults == 0
    assert landed.new
