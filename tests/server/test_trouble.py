"""A disk that is full, a database that is locked, a queue that takes nothing: come again later, and all is there."""

import logging
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
import pytest
import redis
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.exc import OperationalError

from server import database, tables
from server.app import create_api
from server.bus import queue
from server.channels.api import signature
from server.drain import Drain
from server.parts import Parts
from server.settings import Settings
from server.store import utcnow
from server.sweeping import sweep
from server.valkey import Valkey
from tests.server.house import SECRET, api_account, echo, publish

SECOND = timedelta(seconds=1)
BUSY = 300
"""Milliseconds that writers wait for one another here."""

LONG = "x" * 20_000


class House:
    """The API of a house as its clients see it, and its parts."""

    def __init__(self, client: TestClient[Litestar]) -> None:
        self.client = client
        self.parts: Parts = client.app.state.parts
        self.engine: Engine = self.parts.engine

    def post(self, number: int, text: str = "hello") -> Any:
        """A call with three events, of three contacts."""
        told = [{"id": f"{number}-{n}", "contact": f"c{n}", "text": f"m{number} {text}"} for n in range(3)]
        body = msgspec.json.encode({"events": told})
        headers = {"X-Parley-Signature": signature(SECRET, body, utcnow())}
        return self.client.post("/webhooks/shop", content=body, headers=headers)

    def take_turns(self) -> int:
        """Let a worker take all there is."""
        drain = Drain(self.parts, self.parts.answers)
        try:
            return drain.run()
        finally:
            drain.close()

    def states(self) -> dict[str, int]:
        """How many events are in which state."""
        events = tables.events.c
        with self.engine.begin() as connection:
            rows = connection.execute(select(events.state, func.count()).group_by(events.state)).all()
        return dict(map(tuple, rows))

    def said(self) -> list[str]:
        """The replies, each conversation's in their order, without what makes them long."""
        messages = tables.messages.c
        with self.engine.begin() as connection:
            rows = connection.execute(
                select(messages.text)
                .where(messages.direction == "out")
                .order_by(messages.conversation, messages.position)
            )
            return [row.text.split()[2] for row in rows]

    def with_persons(self) -> int:
        """How many conversations stand with people, or had a fault."""
        columns = tables.conversations.c
        with self.engine.begin() as connection:
            wrong = (columns.status != "bot") | (columns.fault != "") | (columns.tries > 0)
            return int(
                connection.execute(select(func.count()).select_from(tables.conversations).where(wrong)).scalar_one()
            )


@pytest.fixture
def house(database_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(database, "BUSY", BUSY)
    with TestClient(create_api(database_settings)) as client:
        made = House(client)
        api_account(made.parts)
        publish(made.engine, echo())
        yield made


@contextmanager
def full(engine: Engine) -> Iterator[None]:
    """No more room on the database's disk: SQLite's own limit; PostgreSQL is made to say what it would say."""
    if engine.dialect.name == "sqlite":

        def limit(connection: Connection) -> None:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")

        event.listen(engine, "begin", limit)
        yield
        event.remove(engine, "begin", limit)
        # The limit is a connection's own.
        engine.dispose()
        return
    body = "BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $${body}$$")
        for table in ("event", "message", "turn"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION full_disk()"
            )
    yield
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP FUNCTION full_disk CASCADE")


@contextmanager
def locked(engine: Engine) -> Iterator[None]:
    """Somebody else holds what every writer needs."""
    other = create_engine(engine.url)
    with other.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("LOCK TABLE event, conversation IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()
    other.dispose()


def told(caplog: pytest.LogCaptureFixture, log: str = "parley.parts") -> list[str]:
    """What one log tells from warnings on."""
    records = [one for one in caplog.records if one.levelno >= logging.WARNING and one.name == log]
    return [record.getMessage().partition(":")[0] for record in records]


@pytest.mark.parametrize("trouble", [full, locked])
def test_what_cannot_be_stored_is_to_come_again_and_nothing_acknowledged_is_lost(
    house: House, caplog: pytest.LogCaptureFixture, trouble: Any
) -> None:
    assert house.post(0).status_code == 200
    with trouble(house.engine):
        answers = [house.post(number, LONG) for number in range(1, 5)]
        assert {answer.status_code for answer in answers[1:]} == {503}
        assert answers[-1].headers["retry-after"] == "5"
        assert answers[-1].json()["error"]["code"] == "busy"
    assert [house.post(number, LONG).status_code for number in range(1, 5)] == [200] * 4
    assert told(caplog) == [
        "Events cannot be stored, platforms are told to come again",
        "Events can be stored again",
    ]
    assert house.take_turns() == 15
    assert house.states() == {"done": 15}
    assert house.said() == [f"m{number}" for _ in range(3) for number in range(5)]
    assert house.with_persons() == 0


@pytest.mark.parametrize("trouble", [full, locked])
def test_turns_that_cannot_be_written_blame_no_conversation(
    house: House, monkeypatch: pytest.MonkeyPatch, trouble: Any
) -> None:
    for number in range(3):
        assert house.post(number, LONG).status_code == 200
    now = utcnow()
    with trouble(house.engine):
        for attempt in range(4):
            # Each time the last one's leases are over.
            monkeypatch.setattr("server.drain.utcnow", lambda attempt=attempt: now + attempt * 60 * SECOND)
            with pytest.raises(OperationalError):
                house.take_turns()
    monkeypatch.setattr("server.drain.utcnow", lambda: now + 600 * SECOND)
    assert house.take_turns() == 9
    assert house.states() == {"done": 9}
    assert house.said() == ["m0", "m1", "m2"] * 3
    assert house.with_persons() == 0


@pytest.fixture
def small_valkey(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Valkey]:
    """A Valkey that is told, and not ended, when its file may grow no more."""
    started = partial(subprocess.Popen, restore_signals=False)
    monkeypatch.setattr("server.valkey.subprocess.Popen", started)
    server = Valkey(settings)
    server.start()
    yield server
    server.stop()


def test_a_queue_whose_disk_is_full_holds_up_no_webhook_and_loses_no_event(
    small_valkey: Valkey, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Valkey takes no write while it cannot write its own file: MISCONF."""
    assert signal.getsignal(signal.SIGXFSZ) == signal.SIG_IGN  # as Python has it, and now its child
    bus = house.parts.bus
    aof = next(small_valkey.folder.glob("appendonlydir/*.incr.aof"))
    room = resource.prlimit(small_valkey.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(small_valkey.pid, resource.RLIMIT_FSIZE, (aof.stat().st_size, room[1]))
    until(lambda: refused(bus.redis))
    assert house.post(0).status_code == 200
    sweep(house.parts)
    assert told(caplog, "parley.bus") == ["Redis is away or takes nothing, the sweeper makes up for it"]
    resource.prlimit(small_valkey.pid, resource.RLIMIT_FSIZE, room)
    until(lambda: not refused(bus.redis))
    sweep(house.parts)
    assert told(caplog, "parley.bus")[1:] == ["Redis is back"]
    assert len(queue("turns", bus.redis).jobs) == 1


def refused(client: redis.Redis) -> bool:
    """Whether a write is refused."""
    try:
        client.set("room", "x" * 100)
    except redis.ResponseError:
        return True
    return False


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
