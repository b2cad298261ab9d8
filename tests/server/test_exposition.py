"""Who may read the figures, and where."""

import urllib.error
import urllib.request
from collections.abc import Iterator

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from server import exposition, staff
from server.app import create_api
from server.people import PARLEY
from server.refusal import Refusal
from server.settings import Settings
from tests.serving import free_port

TOKEN = "a token of Prometheus' own"


@pytest.fixture
def client(database_settings: Settings) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_api(msgspec.structs.replace(database_settings, metrics_token=TOKEN))) as made:
        yield made


def test_prometheus_reads_them_by_its_token_and_admins_by_theirs(client: TestClient[Litestar]) -> None:
    def status(authorization: str) -> int:
        return client.get("/metrics", headers={"authorization": authorization}).status_code

    engine = client.app.state.parts.engine
    admin, viewer = (staff.create_token(engine, PARLEY, role, role).token for role in ("admin", "viewer"))
    assert [status(f"Bearer {token}") for token in (TOKEN, admin, viewer, "guess", "")] == [200, 200, 403, 401, 401]
    # It opens nothing else.
    assert client.get("/api/audit", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 401
    shown = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert shown.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "\nparley_database_up 1.0\n" in shown.text
    assert "\nparley_events_pending 0.0\n" in shown.text
    assert '\nparley_conversations{status="queued"} 0.0\n' in shown.text
    assert "# HELP parley_lag_seconds " in shown.text


def test_without_a_token_nobody_is_prometheus(settings: Settings) -> None:
    assert settings.metrics_token is None
    assert not exposition.admits(settings, "Bearer ")
    assert not exposition.admits(settings, "Bearer None")


def test_a_database_that_is_away_is_a_figure_too(settings: Settings) -> None:
    away = msgspec.structs.replace(
        settings, metrics_token=TOKEN, database_url="postgresql+psycopg://nobody@127.0.0.1:9/nothing"
    )
    with TestClient(create_api(away)) as client:
        shown = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert shown.status_code == 200
    assert "\nparley_database_up 0.0\n" in shown.text
    assert "parley_events_pending" not in shown.text


def test_a_process_without_a_web_server_has_a_door_of_its_own(settings: Settings) -> None:
    port = free_port()
    close = exposition.open_door(msgspec.structs.replace(settings, metrics_port=port, metrics_token=TOKEN))
    # Another process of this machine with the same port waits for its turn.
    also = exposition.open_door(msgspec.structs.replace(settings, metrics_port=port, metrics_token=TOKEN))
    try:
        assert asked(port, "/metrics", TOKEN)[0] == 200
        assert "parley_processes" in asked(port, "/metrics", TOKEN)[1]
        assert asked(port, "/metrics", "guess")[0] == 401
        assert asked(port, "/", TOKEN)[0] == 404
    finally:
        also()
        close()


def test_a_door_that_others_can_reach_needs_a_token(settings: Settings) -> None:
    with pytest.raises(Refusal, match="set PARLEY_METRICS_TOKEN, too"):
        exposition.open_door(msgspec.structs.replace(settings, host="0.0.0.0", metrics_port=free_port()))


def asked(port: int, path: str, token: str) -> tuple[int, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"authorization": f"Bearer {token}"})
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as fault:
            with fault:
                return fault.code, fault.read().decode()
        except urllib.error.URLError:
            continue  # the door is not open yet
