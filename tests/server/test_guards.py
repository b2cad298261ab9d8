"""Every route, one by one: closed to strangers, closed to the wrong role, open only where `server.app` says so."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar, WebSocket
from litestar.exceptions import ImproperlyConfiguredException, WebSocketDisconnect
from litestar.handlers import get, websocket
from litestar.handlers.base import BaseRouteHandler
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from server import app, staff
from server.app import create_api
from server.guards import NEEDS, OPEN, guard, needed
from server.people import COOKIE, PARLEY, sign_in
from server.permissions import PERMISSIONS, ROLES, Role
from server.settings import Settings

PASSWORD = "a pass phrase of hers"
OURS = "http://127.0.0.1:8000"


@pytest.fixture
def client(database_settings: Settings) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_api(database_settings)) as made:
        yield made


def routes(api: Litestar) -> list[tuple[str, str, BaseRouteHandler]]:
    """(method, path with its parameters filled, handler) of each route, CONNECT for a socket."""
    found: list[tuple[str, str, BaseRouteHandler]] = []
    for route in api.routes:
        path = "".join(
            part if isinstance(part, str) else "/" + ("1" if part.type is int else "nowhere")
            for part in (f"/{part}" if isinstance(part, str) else part for part in route.path_components)
        )
        if isinstance(route, HTTPRoute):
            found += [
                (method, path or "/", handler)
                for handler in route.route_handlers
                for method in sorted(handler.http_methods)
                if method not in ("OPTIONS", "HEAD")
            ]
        else:
            found.append(("CONNECT", path or "/", route.route_handler))
    return found


def guarded(api: Litestar) -> list[tuple[str, str, BaseRouteHandler]]:
    return [route for route in routes(api) if route[2].opt.get(NEEDS)]


def opened(api: Litestar) -> list[tuple[str, str, BaseRouteHandler]]:
    return [route for route in routes(api) if route[2].opt.get(OPEN)]


def call(client: TestClient[Litestar], method: str, path: str, **headers: str) -> tuple[int, str]:
    """The status and the code of the refusal, if it is one."""
    answer = client.request(method, path, headers=headers)
    said = answer.json() if answer.headers.get("content-type", "").startswith("application/json") else {}
    error = said.get("error", {}) if isinstance(said, dict) else {}
    return answer.status_code, error.get("code", "") if isinstance(error, dict) else ""


def tokens(client: TestClient[Litestar]) -> dict[Role, str]:
    engine = client.app.state.parts.engine
    return {role: f"Bearer {staff.create_token(engine, PARLEY, role, role).token}" for role in ROLES}


def test_every_route_is_either_guarded_or_one_of_these(client: TestClient[Litestar]) -> None:
    closed = {route[:2] for route in guarded(client.app)}
    assert {route[:2] for route in routes(client.app)} - closed == {
        ("GET", "/health"),
        ("GET", "/health/ready"),
        ("GET", "/health/live"),
        ("POST", "/webhooks/nowhere"),
        ("POST", "/api/session"),
        ("GET", "/api/docs"),
        ("GET", "/api/docs/nowhere"),
        ("GET", "/api/docs/openapi.json"),
        ("GET", "/widget.js"),
        ("GET", "/widget/nowhere/config"),
        ("CONNECT", "/widget/nowhere"),
        ("GET", "/shop"),
        ("GET", "/shop/product/nowhere"),
        ("GET", "/shop/shipping"),
        ("GET", "/shop/art/nowhere"),
        ("GET", "/shop/shop.css"),
        ("GET", "/shop/shop.js"),
    }
    assert not closed & {route[:2] for route in opened(client.app)}
    assert len(closed) == len(app.GUARDED)


def test_every_permission_is_asked_for_somewhere(client: TestClient[Litestar]) -> None:
    # Publishing asks for it only where a test case fails (server.gate).
    within = {"override_cases"}
    assert {needed(handler) for _, _, handler in guarded(client.app)} == set(PERMISSIONS) - within


def test_a_stranger_is_turned_away_everywhere(client: TestClient[Litestar]) -> None:
    for method, path, _ in guarded(client.app):
        for headers in ({}, {"cookie": f"{COOKIE}=guess"}, {"authorization": "Bearer parley_guess"}):
            assert call(client, method, path, origin=OURS, **headers) == (401, "not_signed_in"), (method, path)


def test_each_role_is_let_in_where_the_table_says_and_nowhere_else(client: TestClient[Litestar]) -> None:
    of_role = tokens(client)
    for method, path, handler in guarded(client.app):
        for role in ROLES:
            status, code = call(client, method, path, authorization=of_role[role])
            if role in PERMISSIONS[needed(handler)]:
                assert status not in (401, 403), (method, path, role)
            else:
                assert (status, code) == (403, "not_allowed"), (method, path, role)


def test_the_open_ones_ask_for_nothing(client: TestClient[Litestar]) -> None:
    for method, path, _ in opened(client.app):
        if method != "CONNECT":
            assert call(client, method, path)[1] != "not_signed_in", (method, path)
    assert client.get("/api/docs/openapi.json").json()["info"]["title"] == "Parley"


def test_writes_by_cookie_come_from_our_own_pages(client: TestClient[Litestar]) -> None:
    engine = client.app.state.parts.engine
    staff.add_person(engine, PARLEY, "ada@luna.example", "Ada", "owner", PASSWORD)
    cookie = f"{COOKIE}={sign_in(engine, 'ada@luna.example', PASSWORD).token}"
    for method, path, _ in guarded(client.app):
        for headers in ({}, {"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
            status, code = call(client, method, path, cookie=cookie, **headers)
            if method == "GET":
                assert status not in (401, 403), (method, path)
            else:
                assert (status, code) == (403, "foreign_origin"), (method, path, headers)
    assert call(client, "POST", "/api/flows", cookie=cookie, origin=OURS)[0] == 400
    assert call(client, "POST", "/api/flows", cookie=cookie, **{"sec-fetch-site": "same-origin"})[0] == 400


def test_a_foreign_page_cannot_sign_its_visitor_in(client: TestClient[Litestar]) -> None:
    answer = client.post(
        "/api/session", json={"email": "a@b", "password": "x"}, headers={"origin": "https://evil.example"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_origin")


def test_a_route_that_declares_no_permission_stops_the_start() -> None:
    @get("/api/forgotten", sync_to_thread=False)
    def forgotten() -> None: ...

    with pytest.raises(ImproperlyConfiguredException, match="declares no permission"):
        needed(forgotten)


def test_a_guarded_socket_is_closed_to_who_may_not(client: TestClient[Litestar]) -> None:
    @websocket("/live", needs="answer")
    async def live(socket: WebSocket[Any, Any, Any]) -> None:
        await socket.accept()
        await socket.send_text(socket.user.name)
        await socket.close()

    of_role = tokens(client)
    with TestClient(Litestar([live], guards=[guard], state=client.app.state)) as sockets:
        for headers, code in [({}, 4401), ({"authorization": of_role["viewer"]}, 4403)]:
            with pytest.raises(WebSocketDisconnect) as closed, sockets.websocket_connect("/live", headers=headers):
                pass
            assert closed.value.code == code
        with sockets.websocket_connect("/live", headers={"authorization": of_role["agent"]}) as socket:
            assert socket.receive_text() == "agent"


def test_no_foreign_page_may_read_answers(client: TestClient[Litestar]) -> None:
    foreign = client.get("/api/docs/openapi.json", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in foreign.headers
    ours = client.get("/api/docs/openapi.json", headers={"origin": OURS})
    assert ours.headers["access-control-allow-origin"] == OURS
