"""Whoever puts aside what flows use is told by the API which flows do."""

from collections.abc import Iterator

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from engine.hours import OFFICE
from nodes.business_hours import BusinessHours
from server import publishing, staff
from server.app import create_api
from server.parts import Parts
from server.people import PARLEY
from server.settings import Settings
from tests.server.house import document, echo

Api = TestClient[Litestar]


@pytest.fixture
def api(database_settings: Settings) -> Iterator[Api]:
    with TestClient(create_api(database_settings)) as client:
        token = staff.create_token(client.app.state.parts.engine, PARLEY, "owner", "owner").token
        client.headers["authorization"] = f"Bearer {token}"
        yield client


@pytest.fixture
def parts(api: Api) -> Parts:
    """With a flow that is published, and one that runs it and goes by the hours of repairs."""
    found: Parts = api.app.state.parts
    publishing.create_flow(found.engine, PARLEY, flow=echo())
    publishing.publish(found.engine, "echo", "", PARLEY)
    found.hours.create("Repairs", OFFICE)
    uses = document("outer", {"run": {"type": "subflow", "flow": "echo"}}, [])
    uses = msgspec.structs.replace(uses, nodes={**uses.nodes, "open": BusinessHours(team="repairs")})
    publishing.create_flow(found.engine, PARLEY, flow=uses)
    return found


OUTER = [{"id": "outer", "name": "outer"}]


def test_who_runs_a_flow_that_is_paused_or_deleted(api: Api, parts: Parts) -> None:
    assert api.patch("/api/flows/echo", json={"paused": True}).json()["used_by"] == OUTER
    assert api.patch("/api/flows/echo", json={"paused": False}).json()["used_by"] == []
    assert api.delete("/api/flows/outer").json() == {"used_by": []}
    publishing.undelete_flow(parts.engine, "outer", PARLEY)
    assert api.delete("/api/flows/echo").json() == {"used_by": OUTER}


def test_who_goes_by_hours_that_are_removed(api: Api, parts: Parts) -> None:
    assert [one.id for one in parts.hours.list()] == ["repairs", "shop"]
    assert api.get("/api/hours/repairs").json()["used_by"] == OUTER
    assert api.delete("/api/hours/repairs").json() == {"used_by": OUTER}
    assert api.delete("/api/hours/shop").json() == {"used_by": []}


def test_it_is_in_the_description(api: Api) -> None:
    paths = api.get("/api/docs/openapi.json").json()["paths"]
    for path in ("/api/flows/{flow_id}", "/api/hours/{hours}"):
        answer = paths[path]["delete"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert answer["$ref"].endswith("/Users"), path
