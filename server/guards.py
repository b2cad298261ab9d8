"""Before any handler runs: who is asking, from where, and may they?

Every route that `server.app` does not list as open passes here; one that names no permission stops the start.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from litestar import Router
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.exceptions import ImproperlyConfiguredException, WebSocketException
from litestar.handlers.base import BaseRouteHandler

from server import exposition, people
from server.errors import RefusedError
from server.people import Person
from server.permissions import PERMISSIONS, Permission
from server.settings import Settings

NEEDS = "needs"
"""The key of a handler's `opt` that holds its permission: `@get("/api/flows", needs="see_flows")`."""

OPEN = "open"
"""The key of its `opt` that says a handler asks nothing; only `opened` sets it."""

_READS = frozenset({"GET", "HEAD", "OPTIONS"})

AnyConnection = ASGIConnection[Any, Any, Any, Any]


async def guard(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Let through who may, as `connection.user`. Raises RefusedError, on a socket WebSocketException."""
    # OPTIONS tells which methods an address takes, no more.
    if handler.opt.get(OPEN) or connection.scope.get("method") == "OPTIONS":
        return
    # Prometheus has a token of its own, which holds also while the database that knows all others is away.
    if handler.opt[NEEDS] == "see_metrics" and _is_prometheus(connection):
        return
    try:
        connection.scope["user"] = await _admitted(connection, needed(handler))
    except RefusedError as refused:
        if connection.scope["type"] == ScopeType.WEBSOCKET:
            raise WebSocketException(detail=str(refused), code=4000 + refused.status) from None
        raise


def opened(handlers: Sequence[BaseRouteHandler | Router]) -> Sequence[BaseRouteHandler | Router]:
    """The same handlers, which now ask nothing."""
    for handler in handlers:
        handler.opt[OPEN] = True
    return handlers


def declared(handlers: Sequence[BaseRouteHandler]) -> Sequence[BaseRouteHandler]:
    """The same handlers. Raises ImproperlyConfiguredException when one declares no permission."""
    for handler in handlers:
        needed(handler)
    return handlers


def needed(handler: BaseRouteHandler) -> Permission:
    """The permission a handler declares. Raises ImproperlyConfiguredException when it declares none."""
    permission: Permission | None = handler.opt.get(NEEDS)
    if permission not in PERMISSIONS:
        raise ImproperlyConfiguredException(f"{handler} declares no permission and is not listed as open")
    return permission


def same_origin(connection: AnyConnection, settings: Settings) -> None:
    """Raise RefusedError unless the request comes from a page of ours, as browsers say it.

    Browsers send Origin with every write and every socket; Sec-Fetch-Site stands in where a privacy tool took it away.
    """
    origin = connection.headers.get("origin", "")
    if origin in settings.origins:
        return
    if not origin and connection.headers.get("sec-fetch-site") == "same-origin":
        return
    raise RefusedError("foreign_origin", where="Origin")


def _is_prometheus(connection: AnyConnection) -> bool:
    return exposition.admits(connection.app.state.settings, connection.headers.get("authorization", ""))


async def _admitted(connection: AnyConnection, permission: Permission) -> Person:
    cookie = connection.headers.get("cookie", "")
    authorization = connection.headers.get("authorization", "")
    person = await asyncio.to_thread(people.person_of, connection.app.state.parts.engine, cookie, authorization)
    if person is None:
        raise RefusedError("not_signed_in")
    writes = connection.scope.get("method", "CONNECT") not in _READS
    # A program's token is sent on purpose; a cookie goes along with whatever a foreign page makes the browser do.
    if writes and not authorization:
        same_origin(connection, connection.app.state.parts.settings)
    people.demand(person, permission)
    return person
