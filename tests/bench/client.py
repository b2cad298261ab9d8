"""Whoever writes to a server under test: a process of its own, told by JSON lines what to do.

One client for all that is measured, so that what it costs itself strikes all alike; with every answer it tells its own
CPU time. It is raw HTTP/1.1 with keep-alive on uvloop, and stands for the platform as well: replies that Parley
delivers are taken, at the port it prints first, by the same process, so that all moments are of one clock.

A *loop* is what one connection does: send a message, wait, send the next.

- ``answer``: the next follows the HTTP answer. For the bare routes and Node-RED that is the whole way there and back.
- ``row``: the next follows the commit of the reply's row. The row itself is not polled for, which would load the
  database that is measured: after the commit a worker tells the screens on the bus which conversation went further, and
  this process listens there as a screen does. That moment lies after the commit, never before it.
"""

import asyncio
import hmac
import json
import re
import sys
import time
from collections import deque
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import uvloop

SIGNATURE = "X-Parley-Signature"
LIVE = "parley:live"
WORDS = ("What is the price of the silver ring?", "Do you ship to Spain?", "I want to return it", "Hello there")
"""What is written: one for each way of the bench's flow."""

_WENT_FURTHER = re.compile(rb'"kind":"conversation","id":"(\w+)"')
_CONTACT = re.compile(rb'"contact":"([\w-]+)"')
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Ears(asyncio.Protocol):
    """Subscribed to the news for the screens: calls ``heard`` with the id of each conversation that went further."""

    def __init__(self, heard: Callable[[bytes], None]) -> None:
        self._heard = heard
        self._rest = b""

    def connection_made(self, transport: Any) -> None:
        transport.write(f"SUBSCRIBE {LIVE}\r\n".encode())

    def data_received(self, data: bytes) -> None:
        whole, end, rest = (self._rest + data).rpartition(b"\r\n")
        self._rest = rest if end else self._rest + data
        for conversation in _WENT_FURTHER.findall(whole):
            self._heard(conversation)


class Taker(asyncio.Protocol):
    """The platform: takes each reply with an empty 200, and notes when."""

    def __init__(self, took: Callable[[bytes], None]) -> None:
        self._took = took
        self._rest = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        while (head := data.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(data, 0, head)
            end = head + 4 + (int(length[1]) if length else 0)
            if len(data) < end:
                break
            if contact := _CONTACT.search(data, head, end):
                self._took(contact[1])
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            data = data[end:]
        self._rest = data


class Connection(asyncio.Protocol):
    """One connection that sends signed messages of one contact at a time and calls ``answered`` at each answer."""

    def __init__(self, secret: bytes, answered: Callable[[], None]) -> None:
        self._secret = secret
        self._answered = answered
        self._rest = b""
        self.reply = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def send(self, message: str, contact: str, text: str) -> None:
        """Send one message; its id is unique."""
        body = f'{{"events":[{{"id":"{message}","contact":"{contact}","text":"{text}","country":"DE"}}]}}'.encode()
        at = b"%d" % time.time()
        signed = hmac.digest(self._secret, at + b"." + body, sha256).hex()
        self.transport.write(
            f"POST /webhooks/shop HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"{SIGNATURE}: t={at.decode()},v1={signed}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        head = data.find(b"\r\n\r\n")
        length = _LENGTH.search(data, 0, head) if head >= 0 else None
        if length is None or len(data) < head + 4 + int(length[1]):
            self._rest = data
            return
        if not data.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"Not taken: {data!r}")
        self._rest = b""
        self.reply = data[head + 4 :]
        self._answered()


class Round:
    """Messages over some connections for some seconds, or a number of them; then the figures."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.contacts: list[str] = order["contacts"]
        self.rows_too: bool = order["loop"] == "row"
        self.deliveries: bool = order.get("deliveries", True)
        self.conversations = {
            one.encode(): self.contacts.index(contact) for contact, one in order.get("conversations", {}).items()
        }
        self.numbers = {contact.encode(): number for number, contact in enumerate(self.contacts)}
        self.connections: list[Connection] = []
        self.count = self.left = 0
        self.until = 0.0
        # By connection: when the message under way was sent, what it still waits for, and what was not delivered yet.
        self.sent = [0.0] * len(self.contacts)
        self.lacks = [0] * len(self.contacts)
        self.undelivered: list[deque[float]] = [deque() for _ in self.contacts]
        self.answers: list[float] = []
        self.rows: list[float] = []
        self.delivered: list[float] = []
        self.ended = {"answer": 0.0, "row": 0.0, "delivery": 0.0}
        self.done = asyncio.Event()

    async def run(self, loop: asyncio.AbstractEventLoop) -> dict[str, Any]:
        """Send until the time or the number is over and nothing is waited for any more."""
        secret = self.order["secret"].encode()
        for number in range(len(self.contacts)):
            _, made = await loop.create_connection(
                lambda number=number: Connection(secret, lambda: self.answered(number)), "127.0.0.1", self.order["port"]
            )
            self.connections.append(made)
        cpu, began = time.process_time(), time.monotonic()
        self.until = began + self.order.get("seconds", 3600.0)
        if gaps := self.order.get("gaps"):
            self.left = len(gaps)
            await self.at_intervals(gaps)
        else:
            self.left = self.order.get("messages", sys.maxsize)
            for number in range(len(self.contacts)):
                self.send(number)
        await asyncio.wait_for(self.done.wait(), self.order.get("patience", 120.0))
        cpu = time.process_time() - cpu
        for one in self.connections:
            one.transport.close()
        return {
            "count": self.count,
            "cpu": cpu,
            "seconds": {name: at - began for name, at in self.ended.items() if at},
            "answers": self.answers,
            "rows": self.rows,
            "delivered": self.delivered,
            "reply": self.connections[0].reply.decode(errors="replace"),
        }

    async def at_intervals(self, gaps: list[float]) -> None:
        """The open loop: a message after each gap, each by the next connection."""
        due = time.monotonic()
        for number, gap in enumerate(gaps):
            due += gap
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self.send(number % len(self.contacts))

    @property
    def over(self) -> bool:
        """Whether no more is to be sent."""
        return self.left <= 0 or time.monotonic() >= self.until

    def send(self, number: int) -> None:
        """The next message of this connection."""
        self.left -= 1
        self.count += 1
        self.lacks[number] = 2 if self.rows_too else 1
        now = self.sent[number] = time.monotonic()
        self.undelivered[number].append(now)
        text = WORDS[(self.count + number) % len(WORDS)]
        self.connections[number].send(f"{self.order['wave']}-{self.count}", self.contacts[number], text)

    def answered(self, number: int) -> None:
        """The HTTP answer is there."""
        now = self.ended["answer"] = time.monotonic()
        self.answers.append(now - self.sent[number])
        self.step(number)

    def went_further(self, conversation: bytes) -> None:
        """A conversation's rows are committed."""
        number = self.conversations.get(conversation)
        if number is None:
            return
        now = self.ended["row"] = time.monotonic()
        if self.rows_too:
            self.rows.append(now - self.sent[number])
            self.step(number)

    def took(self, contact: bytes) -> None:
        """A reply was delivered."""
        number = self.numbers.get(contact)
        if number is None:
            return
        now = self.ended["delivery"] = time.monotonic()
        self.delivered.append(now - self.undelivered[number].popleft())
        self.look()

    def step(self, number: int) -> None:
        """One thing less is lacking; with the last the connection goes on."""
        self.lacks[number] -= 1
        if self.lacks[number] == 0 and not self.order.get("gaps") and not self.over:
            self.send(number)
        self.look()

    def look(self) -> None:
        """Whether all is there."""
        wanted = [self.answers]
        if self.rows_too:
            wanted.append(self.rows)
        if self.conversations and self.deliveries:
            wanted.append(self.delivered)
        if self.over and all(len(found) >= self.count for found in wanted):
            self.done.set()


class Client:
    """The process: orders in, figures out."""

    def __init__(self) -> None:
        self.round: Round | None = None

    async def run(self, orders: asyncio.StreamReader) -> None:
        """Answer one order after the other until there are no more."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Taker(self.took), "127.0.0.1", 0)
        tell({"port": server.sockets[0].getsockname()[1]})
        ears: asyncio.BaseTransport | None = None
        while line := await orders.readline():
            order = json.loads(line)
            if path := order.get("bus"):
                ears, _ = await loop.create_unix_connection(lambda: Ears(self.went_further), path)
            self.round = Round(order)
            tell(await self.round.run(loop))
            self.round = None
            if ears is not None:
                ears.close()
                ears = None
        server.close()

    def went_further(self, conversation: bytes) -> None:
        if self.round is not None:
            self.round.went_further(conversation)

    def took(self, contact: bytes) -> None:
        if self.round is not None:
            self.round.took(contact)


def tell(what: dict[str, Any]) -> None:
    """One JSON line to who started this."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def main() -> None:
    """Orders come as JSON lines; the end of them is the end."""
    orders = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    await Client().run(orders)


if __name__ == "__main__":
    uvloop.run(main())
