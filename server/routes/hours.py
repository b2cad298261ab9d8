"""/api/hours: when the shop's teams are there."""

from typing import Annotated

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody

from engine.hours import Hours
from server.hours import TeamHours
from server.routes.given import Asker, Here
from server.uses import Users, Using

TAGS = ["Hours"]


class HoursGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hours and what people call them."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120, examples=["Shop hours"])]
    hours: Hours


class Read(msgspec.Struct, frozen=True):
    """Hours with the flows that go by them."""

    hours: TeamHours
    used_by: list[Using]


@get("/api/hours", tags=TAGS, needs="see_hours", sync_to_thread=True)
def list_hours(parts: Here) -> list[TeamHours]:
    """Everybody's hours, by name."""
    return parts.hours.list()


@post("/api/hours", tags=TAGS, needs="edit_hours", sync_to_thread=True)
def create_hours(parts: Here, person: Asker, data: JSONBody[HoursGiven]) -> TeamHours:
    """Add hours; their id is made from the name."""
    return parts.hours.create(data.name, data.hours, person=person.id)


@get("/api/hours/{hours:str}", tags=TAGS, needs="see_hours", sync_to_thread=True)
def read_hours(parts: Here, hours: FromPath[str]) -> Read:
    """Hours, and which flows go by them."""
    return Read(parts.hours.get(hours), parts.hours.used_by().get(hours, []))


@put("/api/hours/{hours:str}", tags=TAGS, needs="edit_hours", sync_to_thread=True)
def change_hours(parts: Here, person: Asker, hours: FromPath[str], data: JSONBody[HoursGiven]) -> TeamHours:
    """Say other hours, or call them otherwise."""
    return parts.hours.change(hours, data.name, data.hours, person=person.id)


@delete("/api/hours/{hours:str}", tags=TAGS, needs="edit_hours", status_code=200, sync_to_thread=True)
def delete_hours(parts: Here, person: Asker, hours: FromPath[str]) -> Users:
    """Remove hours. The flows that still go by them are told; they go on by "closed"."""
    return Users(parts.hours.remove(hours, person=person.id))
