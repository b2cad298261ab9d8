"""How Parley runs, and which flows went wrong, as admins are told."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from redis import Redis
from sqlalchemy import update

from server import operations, tables
from server.audit import entries
from server.health import Health
from server.kept import Kept
from server.operations import Operations, Pause
from server.parts import Parts
from server.people import PARLEY
from server.settings import Settings
from server.standing import look
from server.store import utcnow
from tests.server.house import arrive, document, echo, publish, said, telegram_account, turn


def made(parts: Parts) -> Operations:
    return Operations(parts, Health(parts), Kept(lambda: look(parts.engine, 100), 0))


def states(parts: Parts) -> dict[str, str]:
    return {part.name: part.state for part in made(parts).situation().parts}


@pytest.fixture
def awake(database_settings: Settings, valkey: Redis) -> Iterator[Parts]:
    """The parts, with a queue that is there."""
    opened = Parts(database_settings)
    yield opened
    opened.close()


def test_lights_go_on_one_after_the_other(awake: Parts) -> None:
    assert states(awake) == {
        "database": "good",
        "queue": "good",
        "worker": "bad",
        "sweeper": "bad",
        "channels": "good",
    }
    awake.bus.beat("worker")
    awake.bus.beat("sweeper")
    assert set(states(awake).values()) == {"good"}


def test_without_the_queue_nobody_knows_who_lives(parts: Parts) -> None:
    told = states(parts)
    assert (told["database"], told["queue"], told["worker"], told["sweeper"]) == ("good", "bad", "unknown", "unknown")


def test_without_the_database_nothing_is_counted(settings: Settings) -> None:
    gone = Parts(msgspec.structs.replace(settings, database_url=f"sqlite:///{settings.data}/no/such/folder.db"))
    found = made(gone).situation()
    assert (found.handling, found.sending, found.limits) == (None, None, None)
    assert {part.name: part.state for part in found.parts}["database"] == "bad"
    assert {part.name: part.state for part in found.parts}["channels"] == "unknown"
    gone.close()


def test_an_account_that_pauses_is_named(parts: Parts) -> None:
    telegram_account(parts)
    until = utcnow() + timedelta(minutes=5)
    paused = update(tables.accounts).values(fault="credentials", paused_until=until)
    with parts.engine.begin() as connection:
        connection.execute(paused)
    assert made(parts).situation().pauses == [Pause("bot", "Our bot", "credentials", until)]
    assert states(parts)["channels"] == "bad"
    with parts.engine.begin() as connection:
        connection.execute(paused.values(paused_until=utcnow()))
    assert made(parts).situation().pauses == []


def test_what_waits_and_since_when(parts: Parts) -> None:
    telegram_account(parts)
    publish(parts.engine, echo())
    idle = made(parts).situation()
    assert (idle.handling, idle.sending) == (operations.Backlog(0, None),) * 2
    arrive(parts, *(said("hi", number, address=str(number)) for number in range(3)))
    before = utcnow()
    match made(parts).situation().handling:
        case operations.Backlog(count, since):
            assert count == 3
            assert since is not None
            assert since <= before
        case None:
            pytest.fail("it was not counted")
    turn(parts)
    found = made(parts).situation()
    assert found.handling == operations.Backlog(0, None)
    assert found.sending is not None
    assert found.sending.count == 3


def broken(parts: Parts, *addresses: str) -> None:
    """A flow that fails at its branch, and contacts who write to it."""
    flow = document(
        "broken",
        {"hello": {"type": "welcome", "text": "Hello"}, "guess": {"type": "knowledge_answer", "documents": []}},
        ["hello > guess"],
    )
    publish(parts.engine, flow)
    for address in addresses:
        arrive(parts, said("hi", address, address))


def test_a_fault_is_listed_until_somebody_has_seen_it(parts: Parts) -> None:
    telegram_account(parts)
    broken(parts, "1", "2", "3")

    def fail(query: object) -> None:
        raise RuntimeError("out of order")

    for _ in range(3):
        with parts.engine.begin() as connection:
            connection.execute(
                update(tables.conversations)
                .where(tables.conversations.c.ready_at.is_not(None))
                .values(ready_at=utcnow())
            )
        turn(parts, fail)
    watched = made(parts)
    listed = watched.faults()
    assert [(one.flow_name, one.status, one.channel) for one in listed] == [("broken", "queued", "telegram")] * 3
    assert all("RuntimeError: out of order" in one.reason for one in listed)
    assert [one.id for one in listed] == sorted((one.id for one in listed), reverse=True)
    assert watched.situation().faults == 3
    assert watched.faults(1, before=listed[0].id) == [listed[1]]
    # However soon an agent has dealt with the conversation, the fault stays for the admin.
    parts.inbox.resolve(listed[0].conversation, "")
    turn(parts)
    assert watched.faults()[0].status == "resolved"
    assert watched.seen(PARLEY, [listed[0].id, "nothing"]) == 1
    assert watched.seen(PARLEY, [listed[0].id]) == 0
    assert watched.faults() == listed[1:]
    assert watched.seen(PARLEY, up_to="") == 0
    assert watched.seen(PARLEY, up_to=listed[1].id) == 2
    assert (watched.faults(), watched.situation().faults) == ([], 0)
    assert [entry.details for entry in entries(parts.engine) if entry.action == "faults.seen"] == [
        {"count": 2},
        {"count": 1},
    ]


@pytest.mark.parametrize(
    ("reason", "node", "what"),
    [
        ("price: KeyError: 'total'", "price", "KeyError: 'total'"),
        ("event 3 failed 3 times: ValueError: no", "", "event 3 failed 3 times: ValueError: no"),
        ("broken", "", "broken"),
    ],
)
def test_the_node_is_told_apart_from_what_happened(parts: Parts, reason: str, node: str, what: str) -> None:
    telegram_account(parts)
    [landed] = arrive(parts, said("hi"))
    row = {"id": "1", "conversation": landed.conversation, "reason": reason, "at": utcnow()}
    with parts.engine.begin() as connection:
        connection.execute(tables.faults.insert(), row)
    [found] = made(parts).faults()
    assert (found.node, found.reason, found.flow_name) == (node, what, "")
