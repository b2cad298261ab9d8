"""The test button of an HTTP request: performed really, told to its author, kept to a measure, and on record."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from engine.queries import Fetch, Fetched, Wanted
from server import audit, staff, trying
from server.app import create_api
from server.errors import RefusedError
from server.people import PARLEY
from server.permissions import Role
from server.settings import Settings
from tests.server.service import Service

Api = TestClient[Litestar]
NODE = {
    "type": "http_request",
    "service": "orders",
    "path": "/orders/{value.order}",
    "headers": [{"name": "X-Key", "secret": "key"}],
    "keep": [{"path": "status", "name": "status"}, {"path": "count", "name": "count", "kind": "number"}],
}


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    made.says({"status": "sent", "count": "3"})
    yield made
    made.close()


@pytest.fixture
def api(database_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setattr(trying, "_tries", trying.Tries())
    settings = msgspec.structs.replace(database_settings, allowed_hosts=("127.0.0.1",))
    with TestClient(create_api(settings)) as client:
        client.headers["authorization"] = token(client, "builder")
        yield client


def token(client: Api, role: Role) -> str:
    return f"Bearer {staff.create_token(client.app.state.parts.engine, PARLEY, role, role).token}"


def add(api: Api, service: Service) -> None:
    made = api.post(
        "/api/services",
        json={"id": "orders", "name": "Orders", "address": service.url, "secrets": {"key": "s3cret"}},
        headers={"authorization": token(api, "admin")},
    )
    assert made.status_code == 201, made.text
    assert made.json()["secrets"] == ["key"]


def tried(api: Api, **more: Any) -> dict[str, Any]:
    answer = api.post("/api/services/try", json={"node": NODE, "values": {"order": "LU/7"}, **more})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_it_is_performed_and_told(api: Api, service: Service) -> None:
    add(api, service)
    told = tried(api)
    assert told.pop("milliseconds") >= 0
    assert told == {
        "port": "ok",
        "status": 200,
        "values": {"status": "sent", "count": 3},
        "path": "/orders/LU%2F7",
        "fault": "",
    }
    assert service.asked[0].headers["x-key"] == "s3cret"
    entry = audit.entries(api.app.state.parts.engine)[0]
    assert (entry.action, entry.subject, entry.details) == ("service.try", "orders", {"method": "GET", "status": 200})


def test_a_rehearsal_asks_really_where_somebody_wants_it(api: Api, service: Service) -> None:
    add(api, service)
    parts, query = api.app.state.parts, Fetch(service="orders", path="/orders/7", wanted=(Wanted("status", "status"),))
    assert trying.ask_really(parts, PARLEY, query) == Fetched(status=200, values={"status": "sent"})
    entry = audit.entries(parts.engine)[0]
    assert (entry.action, entry.subject, entry.details) == ("service.try", "orders", {"method": "GET", "status": 200})
    for _ in range(trying.MOST - 1):
        trying.ask_really(parts, PARLEY, query)
    with pytest.raises(RefusedError, match="Too many attempts"):
        trying.ask_really(parts, PARLEY, query)


def test_what_goes_wrong_is_told(api: Api, service: Service) -> None:
    add(api, service)
    service.says({}, 404)
    assert (tried(api)["port"], tried(api)["status"]) == ("refused", 404)
    assert tried(api, values={})["fault"] == "value.order is not known"
    assert tried(api, node={**NODE, "service": "gone"})["fault"] == "There is no service gone."
    assert len(service.asked) == 2
    service.close()
    told = tried(api, node={**NODE, "retries": 0})
    assert (told["port"], told["status"]) == ("failed", 0)
    assert told["fault"].startswith("ConnectError")


def test_what_is_no_request_is_refused(api: Api) -> None:
    for node in ({"type": "message", "text": "Hi"}, {**NODE, "time_limit": 600}, {**NODE, "zap": 1}):
        assert api.post("/api/services/try", json={"node": node}).status_code == 422


def test_it_is_for_looking_not_for_using(api: Api, service: Service) -> None:
    add(api, service)
    for _ in range(trying.MOST):
        tried(api)
    assert api.post("/api/services/try", json={"node": NODE}).status_code == 429
    # Another person has tries of their own.
    other = {"authorization": token(api, "owner")}
    assert api.post("/api/services/try", json={"node": NODE}, headers=other).status_code == 200


def test_only_admins_say_what_may_be_asked(api: Api, service: Service) -> None:
    add(api, service)
    admin = {"authorization": token(api, "admin")}
    assert [one["id"] for one in api.get("/api/services").json()] == ["orders"]
    roles: tuple[tuple[Role, int], ...] = (("builder", 200), ("agent", 403), ("viewer", 403))
    for role, seen in roles:
        headers = {"authorization": token(api, role)}
        assert api.get("/api/services", headers=headers).status_code == seen
        assert api.patch("/api/services/orders", json={"name": "x"}, headers=headers).status_code == 403
        assert api.delete("/api/services/orders", headers=headers).status_code == 403
    changed = api.patch("/api/services/orders", json={"secrets": {"key": "", "new": "n3w"}}, headers=admin)
    assert changed.json()["secrets"] == ["new"]
    for path in ("/api/services", "/api/services/orders", "/api/audit"):
        told = api.get(path, headers=admin).text
        assert "s3cret" not in told
        assert "n3w" not in told
    assert api.delete("/api/services/orders", headers=admin).status_code == 204
    assert api.get("/api/services/orders").status_code == 404


def test_a_flow_that_asks_what_is_not_there_is_not_published(api: Api, service: Service) -> None:
    document = {
        "format": 1,
        "id": "orders",
        "name": "Orders",
        "start": "ask",
        "nodes": {"ask": NODE, "end": {"type": "close"}},
        "edges": [{"source": "ask", "port": port, "target": "end"} for port in ("ok", "refused", "failed")],
    }
    made = api.post("/api/flows/import", json=document)
    assert made.status_code in (200, 201), made.text
    problems = {one["code"] for one in api.get("/api/flows/orders/check").json()}
    assert "unknown_service" in problems
    refused = api.post("/api/flows/orders/publish", json={})
    assert refused.json()["error"]["faults"][0]["path"] == "nodes/ask/service"
    add(api, service)
    assert api.post("/api/flows/orders/publish", json={}).status_code == 201
