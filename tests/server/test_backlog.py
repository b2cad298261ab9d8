"""Workers are stopped and messages keep coming: past the bounds they are turned away, and nothing taken is lost."""

import time

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select

from server import backlog, ingest, tables
from server.app import create_api
from server.ingest import FullError, Ingest
from server.parts import Parts
from tests.server.house import echo, publish, said, telegram_account, turn

MOST = 30
LIMIT = 60


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "LOOK", 0.0)
    monkeypatch.setattr(backlog, "SHARE", 0.0)


def test_a_flood_with_the_workers_stopped(parts: Parts) -> None:
    account = telegram_account(parts)
    publish(parts.engine, echo())
    settings = msgspec.structs.replace(parts.settings, most_waiting=MOST)
    taken: set[str] = set()
    with TestClient(create_api(settings)) as client:

        def deliver(number: int) -> int:
            """As the platform does it: the same update again until it is taken."""
            answer = client.post(
                f"/webhooks/{account}",
                json={
                    "update_id": number,
                    "message": {
                        "message_id": number,
                        "date": 1_780_000_000,
                        "chat": {"id": number % 7, "type": "private"},
                        "from": {"id": number % 7, "is_bot": False, "first_name": "Mia"},
                        "text": "hi",
                    },
                },
                headers={"x-telegram-bot-api-secret-token": "hook-secret"},
            )
            if answer.status_code == 200:
                taken.add(str(number))
            else:
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
                assert answer.json()["error"]["code"] == "busy"
            return answer.status_code

        number = 0
        deadline = time.monotonic() + LIMIT
        while deliver(number) == 200:
            assert time.monotonic() < deadline, "Nothing was ever turned away."
            number += 1
        assert len(taken) >= MOST
        assert ids(parts) == taken
        # The workers are back: all that was taken is handled, and the rest is taken now.
        turn(parts)
        while deliver(number) != 200:
            assert time.monotonic() < deadline, "It did not recover."
        turn(parts)
        assert ids(parts) == taken
        with parts.engine.begin() as connection:
            states = connection.execute(select(tables.events.c.state).distinct()).scalars().all()
        assert states == ["done"]


def test_what_waits_in_memory_is_bounded_in_bytes(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    telegram_account(parts)
    monkeypatch.setattr(ingest, "WAITING_BYTES", 1_000)
    monkeypatch.setattr(ingest, "BATCH_BYTES", 500)
    waiting = Ingest(parts.engine, parts.bus)
    # One call is taken whatever its size, else it would never be.
    futures = [waiting.put([said("a", 1)], 5_000)]
    with pytest.raises(FullError) as full:
        waiting.put([said("a", 2)], 1)
    assert full.value.again == 1
    waiting.start()
    assert futures[0].result(LIMIT)[0].new
    assert waiting.put([said("a", 2)], 400).result(LIMIT)[0].new
    waiting.stop()
    with parts.engine.begin() as connection:
        assert connection.execute(select(func.count()).select_from(tables.events)).scalar_one() == 2


def ids(parts: Parts) -> set[str]:
    with parts.engine.begin() as connection:
        return set(connection.execute(select(tables.events.c.provider_id)).scalars())
