"""A shop that depends on it: two servers, two workers, two sweepers, each with a data folder of its own, as on machines
of their own, on one PostgreSQL and one Valkey.
"""

import json
import re
import signal
import socket
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import select
from websockets import ConnectionClosed, Origin
from websockets.sync.client import connect

from server import tables
from server.parts import Parts
from server.settings import Settings
from server.vault import new_key
from tests.postgres import Postgres
from tests.server.house import echo, publish, telegram_account
from tests.server.platform import Platform, Told
from tests.serving import Parley, free_port

CHATS, EACH = 12, 3
TOKEN = "a token of Prometheus' own"
LIMIT = 60


@pytest.fixture
def copies(
    tmp_path: Path, settings: Settings, valkey: redis.Redis, postgres: Postgres, platform: Platform
) -> Iterator[dict[str, Parley]]:
    """The six processes by name, told to start all at once on an empty database."""
    shared = {
        "DATABASE_URL": postgres.url(postgres.create()),
        "REDIS_URL": settings.redis_url,
        "PARLEY_KEY": new_key(),
        "PARLEY_TELEGRAM_URL": platform.url,
        "PARLEY_METRICS_TOKEN": TOKEN,
        "PARLEY_LOG": "json",
    }
    made: dict[str, Parley] = {}
    for command in ("serve", "worker", "sweep"):
        for number in (1, 2):
            own = {"PARLEY_METRICS_PORT": str(free_port())} if command != "serve" else {}
            name = f"{command}{number}"
            made[name] = Parley(tmp_path / name, command, **shared, **own)
    yield made
    for copy in made.values():
        copy.process.kill()
        copy.process.wait()


def test_what_comes_to_any_of_them_is_answered_once_and_in_order_whichever_of_them_end(
    copies: dict[str, Parley], platform: Platform
) -> None:
    one, two = (copies[name].wait_until_healthy() for name in ("serve1", "serve2"))
    assert sum("owner@localhost" in copy.log for copy in (one, two)) == 1
    parts = shop(one)
    telegram_account(parts)
    publish(parts.engine, echo())

    leaving = [copies[name] for name in ("worker1", "sweep1")]
    for number in range(CHATS * EACH):
        # Each is brought twice, to either server, as platforms do that saw no answer in time.
        assert [deliver(copy, number) for copy in (one, two)] == [200, 200]
        if number == CHATS * EACH // 3:
            # A worker and a sweeper of two are told to end; the others go on with what those had in hand. The servers
            # are healthy with one of each: these may still be on their way.
            wait_until(lambda: all(map(shows_figures, leaving)))
            assert [copy.stop(signal.SIGTERM) for copy in leaving] == [0, 0]
    platform.wait_for(lambda told: len(told) >= CHATS * EACH)
    assert said(platform.told) == {
        chat: [f"You said m{number}" for number in range(chat, CHATS * EACH, CHATS)] for chat in range(CHATS)
    }

    figures = [of_figures(f"{copy.url}/metrics") for copy in (one, two)]
    assert total(figures, 'parley_events_total{account="bot",result="stored"}') == CHATS * EACH
    assert total(figures, 'parley_events_total{account="bot",result="known"}') == CHATS * EACH
    assert [one["parley_events_pending"] for one in figures] == [0, 0]
    worker = of_figures(door_of(copies["worker2"]))
    assert worker['parley_turns_total{result="handled"}'] > 0
    assert worker['parley_processes{role="worker"}'] == 1
    assert "parley_events_pending" not in worker

    # One id leads from the server that stored a message to the worker that sent the reply.
    stored = events(copies, "stored")
    assert len(stored) == len(set(stored)) == CHATS * EACH
    # A worker hears the platform's answer after the platform has given it.
    wait_until(lambda: sorted(events(copies, "taken")) == sorted(stored))
    assert sorted(events(copies, "handled")) == sorted(stored)
    assert "You said" not in "".join(copy.log for copy in copies.values())

    # Told to end, a server takes no new call, and answers the one that is under way.
    parts.accounts.create("web", "webwidget", "Web", {"origins": ["https://luna.example"]})
    under_way = half_a_call(one, CHATS * EACH)
    with connect(f"ws://127.0.0.1:{one.port}/widget/web", origin=Origin("https://luna.example")) as visitor:
        one.process.send_signal(signal.SIGTERM)
        wait_until(lambda: refuses(one))
        # "Service restart": the widget comes back by itself.
        with pytest.raises(ConnectionClosed) as closed:
            visitor.recv(LIMIT)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
    assert rest_of_it(under_way).startswith(b"HTTP/1.1 200 ")
    one.process.wait(LIMIT)
    with parts.engine.begin() as connection:
        assert str(CHATS * EACH) in connection.execute(select(tables.events.c.provider_id)).scalars().all()
    # Told again, it waits for nothing.
    under_way = half_a_call(two, CHATS * EACH + 1)
    two.process.send_signal(signal.SIGTERM)
    wait_until(lambda: refuses(two))
    two.process.send_signal(signal.SIGTERM)
    two.process.wait(LIMIT)
    assert rest_of_it(under_way) == b""
    parts.close()
    assert [line for copy in copies.values() for line in copy.log.splitlines() if "Traceback" in line] == []


def shop(copy: Parley) -> Parts:
    """The parts of that installation, in this process."""
    return Parts(Settings.from_env(copy.environ))


def update(number: int) -> bytes:
    told = {
        "message_id": number,
        "date": 1_780_000_000 + number,
        "chat": {"id": number % CHATS, "type": "private"},
        "from": {"id": number % CHATS, "is_bot": False, "first_name": "Mia"},
        "text": f"m{number}",
    }
    return json.dumps({"update_id": number, "message": told}).encode()


HOOK = {"x-telegram-bot-api-secret-token": "hook-secret", "content-type": "application/json"}


def deliver(copy: Parley, number: int) -> int:
    request = urllib.request.Request(f"{copy.url}/webhooks/bot", data=update(number), headers=HOOK, method="POST")
    with urllib.request.urlopen(request, timeout=LIMIT) as answer:
        return int(answer.status)


def half_a_call(copy: Parley, number: int) -> tuple[socket.socket, bytes]:
    """A call under way, and what is left of its body."""
    body = update(number)
    connection = socket.create_connection(("127.0.0.1", copy.port), timeout=LIMIT)
    head = [f"{name}: {value}" for name, value in {**HOOK, "host": "parley", "content-length": len(body)}.items()]
    connection.sendall("\r\n".join(["POST /webhooks/bot HTTP/1.1", *head, "expect: 100-continue", "", ""]).encode())
    # The server has begun to read it once it asks for the body.
    assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")
    connection.sendall(body[:20])
    return connection, body[20:]


def rest_of_it(under_way: tuple[socket.socket, bytes]) -> bytes:
    """The answer, empty where there is none."""
    connection, body = under_way
    with connection:
        try:
            connection.sendall(body)
            return connection.recv(1000)
        except OSError:
            return b""


def refuses(copy: Parley) -> bool:
    try:
        socket.create_connection(("127.0.0.1", copy.port), timeout=LIMIT).close()
    except ConnectionRefusedError:
        return True
    return False


def said(told: list[Told]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for one in told:
        found[one.json["chat_id"]].append(one.json["text"])
    return dict(found)


def of_figures(url: str) -> dict[str, float]:
    request = urllib.request.Request(url, headers={"authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=LIMIT) as answer:
        shown = answer.read().decode()
    return {name: float(value) for name, value in re.findall(r"^(parley_[^ ]+) (\S+)$", shown, re.MULTILINE)}


def door_of(copy: Parley) -> str:
    """Where a worker or a sweeper shows its figures."""
    return f"http://127.0.0.1:{copy.environ['PARLEY_METRICS_PORT']}/metrics"


def shows_figures(copy: Parley) -> bool:
    try:
        return bool(of_figures(door_of(copy)))
    except urllib.error.URLError:
        return False


def total(figures: list[dict[str, float]], name: str) -> float:
    return sum(one.get(name, 0.0) for one in figures)


def events(copies: dict[str, Parley], text: str) -> list[str]:
    """The ids of the events of which all logs together say this."""
    lines: list[dict[str, Any]] = [
        json.loads(line) for copy in copies.values() for line in copy.log.splitlines() if line.startswith("{")
    ]
    return [line["event"] for line in lines if line["text"] == text]


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < deadline, "It did not come about."
        time.sleep(0.02)
