"""What one server has in hand is bounded: past it a call is told to come again, and its body is not read."""

import asyncio
from typing import Any

import msgspec

from server.admission import Admission, Message, Receive, Scope, Send


class Slow:
    """An application whose calls last until told to end."""

    def __init__(self) -> None:
        self.end = asyncio.Event()
        self.calls = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.calls += 1
        await self.end.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})


async def call(door: Admission, path: str = "/webhooks/bot", length: int | None = None, kind: str = "http") -> Any:
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        raise AssertionError("the body of a call that is turned away is not read")

    headers = [] if length is None else [(b"content-length", str(length).encode())]
    await door({"type": kind, "path": path, "headers": headers}, receive, send)
    return said


async def let_run() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_past_the_bound_a_call_is_turned_away_until_there_is_room() -> None:
    async def run() -> None:
        slow = Slow()
        door = Admission(slow, calls=2)
        under_way = [asyncio.create_task(call(door)) for _ in range(2)]
        await let_run()
        start, body = await call(door)
        assert start["status"] == 503
        assert dict(start["headers"])[b"retry-after"] == b"1"
        assert msgspec.json.decode(body["body"])["error"]["code"] == "busy"
        # Who looks after it is let in, and so are sockets, which have a bound of their own.
        always = [
            asyncio.create_task(call(door, path, kind=kind))
            for path, kind in (("/health", "http"), ("/metrics", "http"), ("/widget/web", "websocket"))
        ]
        await let_run()
        assert slow.calls == 5
        slow.end.set()
        await asyncio.gather(*under_way, *always)
        assert (await call(door))[0]["status"] == 200

    asyncio.run(run())


def test_the_bytes_that_are_announced_are_bounded_too() -> None:
    async def run() -> None:
        slow = Slow()
        door = Admission(slow, size=1_000)
        under_way = asyncio.create_task(call(door, length=900))
        await let_run()
        assert (await call(door, length=200))[0]["status"] == 503
        small = asyncio.create_task(call(door, length=50))
        without = asyncio.create_task(call(door))
        await let_run()
        assert slow.calls == 3
        slow.end.set()
        await asyncio.gather(under_way, small, without)

    asyncio.run(run())
