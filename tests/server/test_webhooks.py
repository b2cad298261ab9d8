"""POST /webhooks/{account}: what is taken, what is refused and how it is said."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import func, select

from server import tables
from server.app import create_api
from server.channels.api import signature
from server.parts import Parts
from server.routes.webhooks import LARGEST
from server.store import utcnow
from tests.server.house import SECRET, api_account, telegram_account


@pytest.fixture
def client(parts: Parts) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_api(parts.settings)) as made:
        yield made


def stored(parts: Parts) -> int:
    with parts.engine.begin() as connection:
        return int(connection.execute(select(func.count()).select_from(tables.events)).scalar_one())


def signed(body: bytes, seconds: float = 0) -> dict[str, str]:
    return {"X-Parley-Signature": signature(SECRET, body, utcnow() + timedelta(seconds=seconds))}


def batch(*ids: str) -> bytes:
    return msgspec.json.encode({"events": [{"id": one, "contact": "c-1", "text": "x"} for one in ids]})


def test_taken_once(parts: Parts, client: TestClient[Litestar]) -> None:
    api_account(parts)
    told = client.post("/webhooks/shop", content=batch("1", "2"), headers=signed(batch("1", "2")))
    assert (told.status_code, told.json()) == (200, {"stored": 2, "known": 0})
    told = client.post("/webhooks/shop", content=batch("2", "3", "3"), headers=signed(batch("2", "3", "3")))
    assert told.json() == {"stored": 1, "known": 2}
    assert stored(parts) == 3


def test_an_empty_batch_is_taken(parts: Parts, client: TestClient[Litestar]) -> None:
    api_account(parts)
    told = client.post("/webhooks/shop", content=batch(), headers=signed(batch()))
    assert (told.status_code, told.json()) == (200, {"stored": 0, "known": 0})


Sign = Callable[[], dict[str, str]]


def cases() -> Iterator[tuple[str, bytes, Sign, int, str]]:
    """Each is signed when its test runs: a signature made when the tests are collected may be too old by then."""
    good = batch("1")

    def hook() -> dict[str, str]:
        return {"X-Telegram-Bot-Api-Secret-Token": "hook-secret"}

    yield "shop", good, dict, 401, "X-Parley-Signature should be"
    yield "shop", good, lambda: signed(b"other"), 401, "not this account's"
    yield "shop", good, lambda: signed(good, -301), 401, "300 seconds"
    yield "shop", b"{", lambda: signed(b"{"), 400, "no batch of events"
    deep = b'{"update_id": 1, "poll": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    yield "bot", deep, hook, 400, "nested too deeply"
    long = msgspec.json.encode({"events": [{"id": "1", "contact": "c\0"}]})
    yield "shop", long, lambda: signed(long), 400, "address should have"
    yield "nobody", good, lambda: signed(good), 404, "no channel nobody"
    yield "bot", good, dict, 401, "not this account's secret"
    yield "bot", b"[]", hook, 400, "no update of Telegram's"


@pytest.mark.parametrize(("account", "body", "sign", "status", "error"), list(cases()))
def test_refused(
    parts: Parts,
    client: TestClient[Litestar],
    account: str,
    body: bytes,
    sign: Sign,
    status: int,
    error: str,
) -> None:
    api_account(parts)
    telegram_account(parts)
    told = client.post(f"/webhooks/{account}", content=body, headers=sign())
    assert told.status_code == status
    assert error in told.json()["error"]["message"]
    assert stored(parts) == 0


def test_too_large(parts: Parts, client: TestClient[Litestar]) -> None:
    api_account(parts)
    body = b" " * (LARGEST + 1)
    told = client.post("/webhooks/shop", content=body, headers=signed(body))
    assert told.status_code == 413
    assert str(LARGEST) in told.json()["error"]["message"]

    def chunks() -> Iterator[bytes]:
        for _ in range(4):
            yield b" " * (1 << 20)

    assert client.post("/webhooks/shop", content=chunks(), headers=signed(body)).status_code == 413


def test_an_account_that_is_switched_off_takes_nothing(parts: Parts, client: TestClient[Litestar]) -> None:
    api_account(parts)
    parts.accounts.change("shop", active=False)
    told = client.post("/webhooks/shop", content=batch("1"), headers=signed(batch("1")))
    assert told.status_code == 404


def test_when_the_database_fails_the_platform_is_to_come_again(
    parts: Parts, client: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    api_account(parts)
    assert client.post("/webhooks/shop", content=batch("1"), headers=signed(batch("1"))).status_code == 200
    with parts.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE event RENAME TO gone")
    told = client.post("/webhooks/shop", content=batch("2"), headers=signed(batch("2")))
    assert (told.status_code, told.headers["retry-after"]) == (503, "5")
    with parts.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO event")
    assert client.post("/webhooks/shop", content=batch("2"), headers=signed(batch("2"))).json()["stored"] == 1


def test_when_too_much_waits_the_platform_is_to_come_again(
    parts: Parts, client: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    api_account(parts)
    monkeypatch.setattr("server.ingest.WAITING", 0)
    told = client.post("/webhooks/shop", content=batch("1"), headers=signed(batch("1")))
    assert (told.status_code, told.headers["retry-after"]) == (503, "1")
    assert stored(parts) == 0


def test_a_tapped_button_is_acknowledged_once(
    parts: Parts, client: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram_account(parts)
    receipts: list[tuple[Any, ...]] = []
    monkeypatch.setattr("server.bus.Bus.acknowledge", lambda bus, *told: receipts.append(told))
    user = {"id": 7, "first_name": "A"}
    update = {"update_id": 1, "callback_query": {"id": "cb", "from": user, "message": {"chat": {"id": 7}}, "data": "x"}}
    for _ in range(2):
        client.post("/webhooks/bot", json=update, headers={"X-Telegram-Bot-Api-Secret-Token": "hook-secret"})
    assert receipts == [("bot", "cb")]
