"""/api/session: signing in and out, and who one is."""

from ipaddress import ip_network
from typing import Annotated

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody

from server import people, staff
from server.failures import AnyRequest
from server.geo import client_ip
from server.guards import AnyConnection, same_origin
from server.people import COOKIE, LONGEST, Person
from server.permissions import Permission, permissions_of
from server.routes.given import Asker, Here
from server.settings import Settings


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person signs in with."""

    email: Annotated[str, msgspec.Meta(max_length=254, examples=["owner@localhost"])]
    password: Annotated[str, msgspec.Meta(max_length=1024)]


class Me(msgspec.Struct, frozen=True):
    """Who is signed in, and all they may do."""

    person: Person
    permissions: list[Permission]


class SelfChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What everyone may change of themselves; what is left out stays. A new password needs the old one."""

    name: Annotated[str, msgspec.Meta(max_length=120)] | None = None
    language: Annotated[str, msgspec.Meta(pattern="^(en|zh)?$")] | None = None
    old_password: str = ""
    password: str | None = None


@post("/api/session", tags=["Session"], status_code=200, sync_to_thread=True)
def sign_in(request: AnyRequest, parts: Here, data: JSONBody[Credentials]) -> Response[Me]:
    """Sign in.

    Sets the cookie `parley_session`. After ten failures for an e-mail from one address it answers 429 for a while.
    """
    # Else a foreign page could sign its visitor in as somebody else.
    if "origin" in request.headers:
        same_origin(request, parts.settings)
    signed_in = people.sign_in(parts.engine, data.email, data.password, _address(request, parts.settings))
    return Response(_me(signed_in.person), cookies=[_cookie(signed_in.token, parts.settings)])


@get("/api/session", tags=["Session"], needs="be_signed_in", sync_to_thread=False)
def me(person: Asker) -> Me:
    """Who is asking, by cookie or token."""
    return _me(person)


@patch("/api/session", tags=["Session"], needs="be_signed_in", sync_to_thread=True)
def change_me(parts: Here, person: Asker, data: JSONBody[SelfChange]) -> Me:
    """Change one's own name, language or password. A new password ends all sign-ins, this one too."""
    return _me(staff.change_self(parts.engine, person, **msgspec.structs.asdict(data)))


@delete("/api/session", tags=["Session"], needs="be_signed_in", sync_to_thread=True)
def sign_out(request: AnyRequest, parts: Here) -> Response[None]:
    """Sign out: the cookie is void from now on."""
    people.sign_out(parts.engine, request.headers.get("cookie", ""))
    return Response(None, status_code=204, cookies=[_cookie("", parts.settings)])


def _me(person: Person) -> Me:
    return Me(person, permissions_of(person.role))


def _cookie(token: str, settings: Settings) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=token,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.public_url.startswith("https:"),
        max_age=int(LONGEST.total_seconds()) if token else 0,
    )


def _address(connection: AnyConnection, settings: Settings) -> str:
    peer = connection.client.host if connection.client else ""
    return client_ip(
        peer,
        connection.headers.get("x-forwarded-for", ""),
        [ip_network(network) for network in settings.trusted_proxies],
    )
