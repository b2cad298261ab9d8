"""The web widget: its script, what it needs to know of an account, and its socket."""

import asyncio
import json
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, WebSocket, get, websocket
from litestar.datastructures import State
from litestar.exceptions import WebSocketException
from litestar.params import FromPath, QueryParameter

from server import geo
from server.accounts import Accounts
from server.channels.webwidget import WebWidget
from server.errors import RefusedError
from server.failures import ErrorBody, ErrorDetail
from server.widget.desk import Desk, Talk
from server.widget.script import put_together

WORDS = Path(__file__).parent.parent / "widget" / "words.json"
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


class Config(msgspec.Struct, frozen=True):
    """How the widget looks and speaks; ``longest`` is what a message may have, in UTF-16 code units."""

    title: str
    color: str
    longest: int
    language: str
    direction: str
    words: dict[str, str]


@get("/widget.js", sync_to_thread=False, include_in_schema=False)
def script(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The script that a shop puts on its pages."""
    sent = put_together()
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    headers = {
        "etag": sent.tag,
        "vary": "Accept-Encoding",
        "cache-control": "public, max-age=300, stale-while-revalidate=86400",
        # For pages that isolate themselves by Cross-Origin-Embedder-Policy.
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
    }
    if sent.tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    if zipped:
        headers["content-encoding"] = "gzip"
    return Response(sent.zipped if zipped else sent.plain, media_type="text/javascript", headers=headers)


@get("/widget/{account:str}/config", include_in_schema=False)
async def config(
    request: Request[Any, Any, Any],
    state: State,
    account: FromPath[str],
    wanted: Annotated[str, QueryParameter(name="language", max_length=35)] = "en",
) -> Response[Config | ErrorBody]:
    """The account's widget, for a page that may show it; its own words in the language nearest to `wanted`."""
    desk: Desk = state.desk
    channel = await _channel(desk.parts.accounts, account)
    origin = request.headers.get("origin", "")
    # A refusal may be read, too: else the script could not tell it from a server that is away.
    headers = {"cache-control": "public, max-age=300", "vary": "Origin"}
    if origin:
        headers["access-control-allow-origin"] = origin
    if channel is None:
        return _refusal(404, "not_found", f"There is no web widget {account}.", headers)
    # Browsers leave Origin out within one site.
    if origin and not channel.allows(origin):
        return _refusal(403, "foreign_origin", f"{origin} is not among the allowed pages of {account}.", headers)
    words = _words()
    spoken = geo.choose([wanted], list(words)) or "en"
    told = Config(
        title=channel.title,
        color=channel.color,
        longest=channel.LIMITS.text or 0,
        language=spoken,
        direction="rtl" if spoken in _RIGHT_TO_LEFT else "ltr",
        words=words[spoken],
    )
    return Response(told, headers=headers)


@websocket("/widget/{account:str}")
async def chat(socket: WebSocket[Any, Any, Any], state: State, account: FromPath[str]) -> None:
    """A visitor's socket. server.channels.webwidget says what is spoken on it."""
    desk: Desk = state.desk
    peer = socket.client.host if socket.client else ""
    address = desk.address(peer, socket.headers.get("x-forwarded-for", ""))
    if not desk.admits(address):
        raise WebSocketException(detail="Too many connections.", code=4429)
    channel = await _channel(desk.parts.accounts, account)
    if channel is None or not channel.allows(socket.headers.get("origin", "")):
        raise WebSocketException(detail="This page may not use this channel.", code=4403)
    await socket.accept()
    await Talk(desk, socket, account, channel, address).run()


async def _channel(accounts: Accounts, account: str) -> WebWidget | None:
    try:
        placed = await asyncio.to_thread(accounts.placed, account)
    except RefusedError:
        return None
    return placed.channel if placed.active and isinstance(placed.channel, WebWidget) else None


def _refusal(status: int, code: str, message: str, headers: dict[str, str]) -> Response[Config | ErrorBody]:
    refused = headers | {"cache-control": "no-store"}
    return Response(ErrorBody(ErrorDetail(code, message)), status_code=status, headers=refused)


@cache
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(WORDS.read_text(encoding="utf-8"))
    return found
