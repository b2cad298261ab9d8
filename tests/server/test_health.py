"""What is told to who asks whether Parley lives, is ready, is well."""

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from server import health
from server.app import create_api
from server.settings import Settings


def states(client: TestClient[Litestar]) -> list[tuple[int, str]]:
    answers = [client.get(path) for path in ("/health", "/health/ready", "/health/live")]
    return [(answer.status_code, answer.json()["status"]) for answer in answers]


def test_without_workers_messages_are_taken_all_the_same(database_settings: Settings) -> None:
    with TestClient(create_api(database_settings)) as client:
        assert states(client) == [(503, "unavailable"), (200, "degraded"), (200, "ok")]
        assert client.get("/health/ready").json()["missing"] == ["queue"]


def test_without_a_database_none_can_be_taken(settings: Settings) -> None:
    away = msgspec.structs.replace(settings, database_url="postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    with TestClient(create_api(away)) as client:
        assert states(client) == [(503, "unavailable"), (503, "unavailable"), (200, "ok")]
        assert client.get("/health/ready").json()["missing"] == ["database", "queue"]


def test_a_flood_of_questions_is_one_look(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FRESH", 60)
    monkeypatch.setattr(health, "LONGEST", 60)
    with TestClient(create_api(settings)) as client:
        looks: list[int] = []
        found = client.app.state.health
        monkeypatch.setattr(found, "_missing_in_database", lambda: looks.append(1) or [])
        for _ in range(20):
            client.get("/health")
        assert len(looks) == 1
