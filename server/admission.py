"""The bound on what one server has in hand at once: past it, a call is told at once to come again."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from server import metrics
from server.failures import LARGEST_BODY, ErrorBody, ErrorDetail

MOST_CALLS = 2_000
"""Calls under way in this process."""

MOST_BYTES = 64 * 1024 * 1024
"""Bytes of their bodies, as they announce them."""

AGAIN = "1"
"""Seconds after which to come again."""

ALWAYS = frozenset({"/health", "/health/live", "/health/ready", "/metrics"})
"""Paths that answer however full it is: who looks after Parley must see that it lives."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_BUSY = msgspec.json.encode(ErrorBody(ErrorDetail("busy", "There is too much to do at the moment: come again.")))


class Admission:
    """Stands before the application. For one event loop."""

    def __init__(self, application: Application, calls: int = MOST_CALLS, size: int = MOST_BYTES) -> None:
        self._application = application
        self._calls = calls
        self._size = size
        self._calls_now = 0
        self._size_now = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, or turn it away."""
        if scope["type"] != "http" or scope["path"] in ALWAYS:
            await self._application(scope, receive, send)
            return
        size = _announced(scope)
        if self._calls_now >= self._calls or (size and self._size_now + size > self._size):
            metrics.refused.labels("too_many").inc()
            await _turn_away(send)
            return
        self._calls_now += 1
        self._size_now += size
        try:
            await self._application(scope, receive, send)
        finally:
            self._calls_now -= 1
            self._size_now -= size


def _announced(scope: Scope) -> int:
    """How many bytes will come; a body of unknown length counts as the longest that is taken."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return min(int(value), LARGEST_BODY) if value.isdigit() else LARGEST_BODY
        if name == b"transfer-encoding":
            return LARGEST_BODY
    return 0


async def _turn_away(send: Send) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(_BUSY)).encode()),
        (b"retry-after", AGAIN.encode()),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": _BUSY})
