"""The real worker and sweeper as processes, with a real Valkey: from webhook to reply."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import redis
from litestar.testing import TestClient

from server import turns
from server.app import create_api
from server.arrivals import Landed
from server.claims import Claimed, Turned
from server.drain import Drain
from server.health import Health
from server.parts import Parts
from server.settings import Settings
from tests.server.house import arrive, document, echo, publish, said, telegram_account
from tests.server.platform import Platform, Told

ROOT = Path(__file__).parents[2]
PATIENCE = 60


class Processes:
    """`parley worker` and `parley sweep` on a test's database and Valkey; what they print is kept."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.running: list[subprocess.Popen[bytes]] = []
        self._log = settings.data / "processes.log"

    def start(self, command: str) -> subprocess.Popen[bytes]:
        settings = self.settings
        environ = {
            "PYTHONPATH": str(ROOT),
            "PARLEY_DATA": str(settings.data),
            "PARLEY_TELEGRAM_URL": settings.telegram_url,
            "DATABASE_URL": settings.database_url,
        }
        with self._log.open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "server.cli", command], env=os.environ | environ, stdout=out, stderr=out
            )
        self.running.append(process)
        return process

    def stop(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        # Told to end while it is still starting, a process ends by the signal itself.
        ends = (0, -signal.SIGKILL, -signal.SIGTERM)
        for process in self.running:
            assert process.wait(PATIENCE) in ends, self._log.read_text()


@contextmanager
def until(patience: float = PATIENCE) -> Iterator[Callable[[], None]]:
    """A step of waiting for a condition; fails after a while."""
    deadline = time.monotonic() + patience

    def step() -> None:
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)

    yield step


def wait(condition: Callable[[], object]) -> None:
    with until() as step:
        while not condition():
            step()


@pytest.fixture
def house(database_settings: Settings, valkey: redis.Redis, platform: Platform) -> Iterator[Parts]:
    """A process's parts, with Redis there."""
    made = Parts(msgspec.structs.replace(database_settings, telegram_url=platform.url))
    made.ingest.start()
    yield made
    made.close()


@pytest.fixture
def processes(house: Parts) -> Iterator[Processes]:
    made = Processes(house.settings)
    yield made
    made.stop()


def test_from_webhook_to_reply(house: Parts, processes: Processes, platform: Platform) -> None:
    telegram_account(house)
    publish(house.engine, echo())
    with TestClient(create_api(house.settings)) as client:
        assert client.get("/health").json()["missing"] == ["worker", "sweeper"]
        processes.start("worker")
        processes.start("sweep")
        wait(lambda: client.get("/health").status_code == 200)
        for number in range(3):
            update = {
                "update_id": number,
                "message": {"message_id": number, "chat": {"id": 7}, "date": 1800000000, "text": f"m{number}"},
            }
            told = client.post("/webhooks/bot", json=update, headers={"X-Telegram-Bot-Api-Secret-Token": "hook-secret"})
            assert (told.status_code, told.json()) == (200, {"stored": 1, "known": 0})
    platform.wait_for(lambda told: len(told) == 3)
    assert platform.texts() == ["You said m0", "You said m1", "You said m2"]


def test_a_time_limit_fires_once(house: Parts, processes: Processes, platform: Platform) -> None:
    telegram_account(house)
    waits = document(
        "waits",
        {
            "ask": {"type": "question", "text": "Still there?", "no_reply": 1},
            "bye": {"type": "message", "text": "Goodbye"},
            "end": {"type": "close"},
        },
        ["ask.answered > end", "ask.no_reply > bye", "bye > end"],
    )
    publish(house.engine, waits)
    landed = house.ingest.put([said("hello")]).result(PATIENCE)[0]
    processes.start("worker")
    processes.start("sweep")
    processes.start("sweep")
    platform.wait_for(lambda told: len(told) == 2)
    wait(lambda: house.inbox.conversation(landed.conversation).card.status == "resolved")
    assert platform.texts() == ["Still there?", "Goodbye"]


def test_workers_killed_at_work_lose_nothing_and_say_nothing_twice(
    house: Parts, processes: Processes, platform: Platform
) -> None:
    """120 messages of 40 contacts while workers are killed; the platform sees every reply, in order.

    Telegram has no idempotency key: a reply whose sender died between the call and the commit is sent again, and the
    row says so. Everything else is said exactly once.
    """
    contacts, messages = 40, 3
    telegram_account(house)
    publish(house.engine, echo())
    processes.start("sweep")
    workers = [processes.start("worker"), processes.start("worker")]
    pending: list[Future[list[Landed]]] = []
    for number in range(messages):
        for contact in range(contacts):
            arrival = said(f"c{contact} m{number}", f"{contact}-{number}", str(contact))
            pending.append(house.ingest.put([arrival, arrival]))
        word = f" m{number}"
        platform.wait_for(lambda told, word=word: any(one.json["text"].endswith(word) for one in told))  # type: ignore[misc]
        workers[0].kill()
        workers[0].wait()
        workers = [workers[1], processes.start("worker")]
    assert all(future.result(PATIENCE) for future in pending)

    def replies(told: list[Told]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for one in told:
            found.setdefault(one.json["chat_id"], []).append(one.json["text"])
        return found

    def unique(texts: list[str]) -> list[str]:
        return list(dict.fromkeys(texts))

    expected = {contact: [f"You said c{contact} m{n}" for n in range(messages)] for contact in range(contacts)}
    platform.wait_for(lambda told: {c: unique(t) for c, t in replies(told).items()} == expected, patience=120)
    # One kill can make one sender's batch uncertain at most: a reply of each conversation under lease.
    assert len(platform.told) <= contacts * messages + 3 * 16


def test_health_names_what_is_missing(house: Parts, valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.health.LONGEST", 0)
    health = Health(house)
    assert health.missing() == ["worker", "sweeper"]
    house.bus.beat("worker")
    house.bus.beat("sweeper")
    assert health.missing() == []
    with house.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    assert health.missing() == ["migration"]
    valkey.shutdown(nosave=True)
    assert health.missing() == ["migration", "queue"]


def test_a_worker_told_to_end_finishes_what_it_has_in_hand_and_gives_the_rest_back(
    house: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram_account(house)
    publish(house.engine, echo())
    arrive(house, *(said("hi", number, address=str(number)) for number in range(3)))
    drain = Drain(house, house.answers)

    def told_meanwhile(claimed: Claimed, *given: Any) -> Turned:
        house.ending.set()
        return turns.take(claimed, *given)

    monkeypatch.setattr("server.drain.take", told_meanwhile)
    assert drain.run() == 1
    # It takes nothing more, and another need not wait until its leases run out.
    assert drain.run() == 0
    monkeypatch.undo()
    other = Parts(house.settings)
    assert Drain(other, other.answers).run() == 2
    other.close()
