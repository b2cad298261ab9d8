"""/api/services: the shop's own systems that flows may ask."""

from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody

from engine.effects import Value
from server.routes.given import Asker, Here
from server.services import Service
from server.trying import Tried, node_of, try_request

TAGS = ["Services"]

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120, examples=["Order system"])]
Address = Annotated[str, msgspec.Meta(min_length=1, max_length=500, examples=["https://api.shop.example/v2"])]
Secrets = Annotated[
    dict[str, Annotated[str, msgspec.Meta(max_length=4000)]],
    msgspec.Meta(max_length=20, examples=[{"api_key": "Bearer …"}]),
]


class NewService(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A service; flows name its ``id`` and its secrets' names, whose texts nobody sees again."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", examples=["orders"])]
    name: Name
    address: Address
    secrets: Secrets = {}


class ServiceChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays, each secret too; an empty secret is taken away. Another host begins without any."""

    name: Name | None = None
    address: Address | None = None
    secrets: Secrets | None = None


class Trial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A node's configuration, and what the conversation is to hold."""

    node: dict[str, Any]
    values: dict[str, Value] = {}
    text: Annotated[str, msgspec.Meta(max_length=4000)] = ""


@get("/api/services", tags=TAGS, needs="see_services", sync_to_thread=True)
def list_services(parts: Here) -> list[Service]:
    """Every service, by name; of its secrets only the names."""
    return parts.services.list()


@post("/api/services", tags=TAGS, needs="edit_services", sync_to_thread=True)
def create_service(parts: Here, person: Asker, data: JSONBody[NewService]) -> Service:
    """Add a service."""
    return parts.services.create(data.id, data.name, data.address, data.secrets, person=person.id)


@post("/api/services/try", tags=TAGS, needs="try_services", status_code=200, sync_to_thread=True)
def try_service(parts: Here, person: Asker, data: JSONBody[Trial]) -> Tried:
    """Perform the request of an HTTP request node, really and at once."""
    return try_request(parts, person, node_of(data.node), data.values, data.text)


@get("/api/services/{service:str}", tags=TAGS, needs="see_services", sync_to_thread=True)
def read_service(parts: Here, service: FromPath[str]) -> Service:
    """One service."""
    return parts.services.get(service)


@patch("/api/services/{service:str}", tags=TAGS, needs="edit_services", sync_to_thread=True)
def change_service(parts: Here, person: Asker, service: FromPath[str], data: JSONBody[ServiceChange]) -> Service:
    """Change a service, set or take away secrets."""
    return parts.services.change(service, name=data.name, address=data.address, secrets=data.secrets, person=person.id)


@delete("/api/services/{service:str}", tags=TAGS, needs="edit_services", sync_to_thread=True)
def delete_service(parts: Here, person: Asker, service: FromPath[str]) -> None:
    """Remove a service. Flows that ask it go on by "no answer"."""
    parts.services.remove(service, person=person.id)
