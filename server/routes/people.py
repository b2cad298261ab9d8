"""/api/people, /api/tokens, /api/audit: who works here, which programs do, and who did what."""

from typing import Annotated

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from server import audit, staff
from server.people import Person
from server.permissions import Role
from server.routes.given import Asker, Here
from server.staff import NewToken, Token

TAGS = ["People"]

Name = Annotated[str, msgspec.Meta(max_length=120)]
Password = Annotated[str, msgspec.Meta(max_length=1024)]


class NewPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Someone who shall be able to sign in."""

    email: Annotated[str, msgspec.Meta(max_length=254, examples=["ada@luna.example"])]
    name: Name
    role: Role
    password: Password


class PersonChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays. Who is disabled or gets a new password is signed out everywhere."""

    name: Name | None = None
    role: Role | None = None
    active: bool | None = None
    password: Password | None = None


class TokenWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a program is called, and what it may do."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120, examples=["Order system"])]
    role: Role = "viewer"


@get("/api/people", tags=TAGS, needs="manage_people", sync_to_thread=True)
def list_people(parts: Here) -> list[Person]:
    """Everyone, by name; the disabled too."""
    return staff.people(parts.engine)


@post("/api/people", tags=TAGS, needs="manage_people", sync_to_thread=True)
def add_person(parts: Here, person: Asker, data: JSONBody[NewPerson]) -> Person:
    """Let someone sign in. Nobody gives a role above their own."""
    return staff.add_person(parts.engine, person, data.email, data.name, data.role, data.password)


@patch("/api/people/{which:str}", tags=TAGS, needs="manage_people", sync_to_thread=True)
def change_person(parts: Here, person: Asker, which: FromPath[str], data: JSONBody[PersonChange]) -> Person:
    """Change someone's name, role or password, disable or enable them. The last owner stays one."""
    return staff.change_person(parts.engine, person, which, **msgspec.structs.asdict(data))


@get("/api/tokens", tags=TAGS, needs="manage_tokens", sync_to_thread=True)
def list_tokens(parts: Here) -> list[Token]:
    """The API tokens, the newest first; never the tokens themselves."""
    return staff.tokens(parts.engine)


@post("/api/tokens", tags=TAGS, needs="manage_tokens", sync_to_thread=True)
def create_token(parts: Here, person: Asker, data: JSONBody[TokenWanted]) -> NewToken:
    """Make a token for a program, shown this once. It never does more than who made it."""
    return staff.create_token(parts.engine, person, data.name, data.role)


@delete("/api/tokens/{which:str}", tags=TAGS, needs="manage_tokens", sync_to_thread=True)
def revoke_token(parts: Here, person: Asker, which: FromPath[str]) -> None:
    """Make a token void."""
    staff.revoke_token(parts.engine, person, which)


@get("/api/audit", tags=TAGS, needs="see_audit", sync_to_thread=True)
def list_audit(
    parts: Here,
    limit: Annotated[int, QueryParameter(ge=1, le=500)] = 100,
    before: Annotated[str, QueryParameter(description="The id of the last entry already seen.")] = "",
) -> list[audit.Entry]:
    """Who did what, the newest first."""
    return audit.entries(parts.engine, limit, before)
