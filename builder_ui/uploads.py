"""Who may upload to the screens, and how much: asked before a byte of it is read.

Reflex takes files at `/_upload` and only then calls the handler with its guard; without this, anybody could fill the
disk of whoever lets them reach the port.
"""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from builder_ui import backend

PATH = "/_upload"
LARGEST = 64 * 1024 * 1024
"""Bytes of one upload, all its files together; each screen has limits of its own for a file."""


class Uploads:
    """Lets uploads through from those who are signed in, if they say how long they are and are not too long."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or answer why not."""
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith(PATH):
            refusal = await _refusal(Headers(scope=scope))
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)


async def _refusal(headers: Headers) -> PlainTextResponse | None:
    if await backend.person_of(headers.get("cookie", "")) is None:
        return PlainTextResponse("Sign in first.", 401)
    length = headers.get("content-length", "")
    if not length.isdecimal():
        return PlainTextResponse("An upload says how long it is.", 411)
    if int(length) > LARGEST:
        return PlainTextResponse(f"An upload has {LARGEST >> 20} MB at most.", 413)
    return None
