"""What every socket of the widget in this process shares, and the talk over one of them."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_network
from time import monotonic
from typing import Any

import msgspec
from litestar import Litestar, WebSocket
from litestar.exceptions import WebSocketDisconnect
from sqlalchemy.exc import SQLAlchemyError

from engine.events import Contact
from server import geo, metrics
from server.arrivals import Arrival
from server.bus import widget_channel
from server.channels import webwidget
from server.channels.base import MalformedError
from server.channels.webwidget import Frame, Hello, Older, Open, Ping, Say, TooLongError, WebWidget
from server.ingest import FullError
from server.parts import Parts
from server.store import utcnow
from server.widget import pretend, screen, tokens
from server.widget.limits import Buckets, Rate
from server.widget.live import Live, Watch

# What one visitor may say, what all behind one address may say, and how often that address may connect.
BY_VISITOR = Rate(burst=10, seconds=1.5)
BY_ADDRESS = Rate(burst=60, seconds=0.25)
CONNECTS = Rate(burst=60, seconds=1.0)
SOCKETS = 100
"""Sockets that may be open at once from one address: a whole office may stand behind it."""

SOCKETS_IN_ALL = 5_000
"""Sockets that may be open at once in this process."""

GREETING = 10
"""Seconds within which a socket must say who it is."""

SILENCE = 75
"""Seconds after which a socket that says nothing, not even ping, counts as gone."""

FULL = 2.0
"""Seconds after which to try again what could not be stored."""

# Codes of closed sockets, RFC 6455: policy violation, message too big, internal error.
POLICY, TOO_BIG, INTERNAL = 1008, 1009, 1011

# What receiving and sending raise when the browser has gone.
_GONE = (WebSocketDisconnect, OSError)

log = logging.getLogger("parley.widget")


class Desk:
    """One a process. ``running`` must be open while sockets are."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.live = Live(parts)
        self.by_visitor = Buckets(BY_VISITOR)
        self.by_address = Buckets(BY_ADDRESS)
        self.connects = Buckets(CONNECTS)
        self.sockets: Counter[str] = Counter()
        self._trusted = [ip_network(network) for network in parts.settings.trusted_proxies]

    @asynccontextmanager
    async def running(self, _: Litestar) -> AsyncIterator[None]:
        """Listens to the bus meanwhile."""
        listening = asyncio.create_task(self.live.run())
        try:
            yield
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening

    def address(self, peer: str, forwarded_for: str) -> str:
        """The visitor's address, what trusted proxies say of it included."""
        return geo.client_ip(peer, forwarded_for, self._trusted)

    def admits(self, address: str) -> bool:
        """Whether one more socket from this address is taken."""
        if sum(self.sockets.values()) >= SOCKETS_IN_ALL:
            log.warning("There are %s sockets: more servers are needed.", SOCKETS_IN_ALL)
            return False
        if self.sockets[address] >= SOCKETS:
            log.warning(
                "One address has %s sockets. If that is a proxy, PARLEY_TRUSTED_PROXIES should name it.", SOCKETS
            )
            return False
        return not self.connects.take(address, monotonic())


class Talk:
    """The talk with one visitor over one open socket."""

    def __init__(
        self, desk: Desk, socket: WebSocket[Any, Any, Any], account: str, channel: WebWidget, address: str
    ) -> None:
        self.desk = desk
        self.socket = socket
        self.account = account
        self.channel = channel
        self.address = address
        self.visitor = ""
        self.contact = Contact()
        self.shown: set[str] = set()
        self.status = ""

    async def run(self) -> None:
        """Talk until either side goes."""
        self.desk.sockets[self.address] += 1
        metrics.sockets.inc()
        try:
            async with asyncio.timeout(GREETING):
                hello = await self._next()
            if not isinstance(hello, Hello):
                raise MalformedError("The first frame should be hello.")
            await self._meet(hello)
            with self.desk.live.watching((self.account, self.visitor)) as watch:
                await self._welcome(hello)
                pushing = asyncio.create_task(self._push(watch))
                try:
                    while True:
                        async with asyncio.timeout(SILENCE):
                            frame = await self._next()
                        await self._heard(frame)
                finally:
                    pushing.cancel()
                    with suppress(asyncio.CancelledError, *_GONE):
                        await pushing
        except (MalformedError, TimeoutError) as fault:
            await self.socket.close(POLICY, str(fault)[:100])
        except _TooBigError:
            await self.socket.close(TOO_BIG)
        except SQLAlchemyError as fault:
            await self._failed(fault)
        except _GONE:
            pass
        finally:
            metrics.sockets.dec()
            self.desk.sockets[self.address] -= 1
            if not self.desk.sockets[self.address]:
                del self.desk.sockets[self.address]

    async def _next(self) -> Frame:
        data = await self.socket.receive_data("text")
        if len(data) > webwidget.LONGEST_FRAME:
            raise _TooBigError
        return webwidget.read(data)

    async def _meet(self, hello: Hello) -> None:
        """Learn who the visitor is and where they come from."""
        visitor, stale = tokens.verify(hello.token, utcnow(), self.account, self.channel.keys)
        self.visitor = visitor or tokens.new_visitor()
        self.token = ""
        if stale or not visitor:
            self.token = tokens.issue(self.visitor, utcnow(), self.account, self.channel.keys[0])
        address = self.address
        country = self.channel.pretends(hello)
        self.language = next(iter(geo.territory_languages(country)), "") if country else ""
        if self.language:
            address = await asyncio.to_thread(pretend.address_in, country) or address
        self.contact = self.channel.contact(hello, address)

    async def _welcome(self, hello: Hello) -> None:
        shown = await asyncio.to_thread(screen.newest, self.desk.parts.engine, self.account, self.visitor, hello.after)
        self.status = shown.status
        self.shown = {line.id for line in shown.messages}
        await self._send(
            {
                "type": "welcome",
                "token": self.token,
                "language": self.language,
                "status": shown.status,
                "messages": shown.messages,
                "more": shown.more,
            }
        )

    async def _heard(self, frame: Frame) -> None:
        if not isinstance(frame, Say | Open) and (wait := self.desk.by_address.take(self.address, monotonic())):
            await asyncio.sleep(wait)
        match frame:
            case Say() | Open():
                await self._said(frame)
            case Older(before=before):
                shown = await asyncio.to_thread(
                    screen.older, self.desk.parts.engine, self.account, self.visitor, before
                )
                await self._send({"type": "messages", "messages": shown.messages, "more": shown.more})
            case Ping():
                await self._send({"type": "pong"})
            case Hello():
                raise MalformedError("Hello is said once.")

    async def _said(self, frame: Say | Open) -> None:
        """Store it, and only then acknowledge it."""
        wait = self.desk.by_visitor.take(self.visitor, monotonic()) or self.desk.by_address.take(
            self.address, monotonic()
        )
        if wait:
            await self._send({"type": "refused", "id": frame.id, "why": "too_fast", "again": round(wait + 0.05, 2)})
            return
        try:
            incoming = self.channel.incoming(frame, self.visitor, self.contact)
            arrival = Arrival(account=self.account, channel=WebWidget.KIND, incoming=incoming, at=utcnow())
            [landed] = await asyncio.wrap_future(self.desk.parts.ingest.put([arrival]))
        except TooLongError as fault:
            await self._send({"type": "refused", "id": fault.id, "why": "too_long"})
            return
        except FullError as fault:
            await self._send({"type": "refused", "id": frame.id, "why": "full", "again": max(FULL, fault.again)})
            return
        await self._send({"type": "ack", "id": frame.id, "fresh": landed.new})
        if landed.new and isinstance(frame, Say):
            # The visitor's other tabs, here and in other processes.
            self.desk.live.tell((self.account, self.visitor))
            await asyncio.to_thread(
                self.desk.parts.bus.publish, widget_channel(landed.conversation), [{"kind": "said"}]
            )

    async def _push(self, watch: Watch) -> None:
        """Send what is new, as often as there may be something."""
        while True:
            await watch.news.wait()
            watch.news.clear()
            if watch.typing:
                watch.typing = False
                await self._send({"type": "typing"})
            try:
                shown = await asyncio.to_thread(screen.newest, self.desk.parts.engine, self.account, self.visitor)
            except SQLAlchemyError as fault:
                await self._failed(fault)
                return
            if shown.status != self.status:
                self.status = shown.status
                await self._send({"type": "status", "status": shown.status})
            fresh = [line for line in shown.messages if line.id not in self.shown]
            self.shown |= {line.id for line in fresh}
            if fresh:
                await self._send({"type": "messages", "messages": fresh})

    async def _failed(self, fault: SQLAlchemyError) -> None:
        """The database is away: the browser comes back by itself, and sends again what was not acknowledged."""
        log.error("A widget's socket is closed, its visitor will try again", exc_info=fault)
        await self.socket.close(INTERNAL)

    async def _send(self, frame: dict[str, Any]) -> None:
        await self.socket.send_data(msgspec.json.encode(frame).decode(), mode="text")


class _TooBigError(Exception):
    """A frame beyond webwidget.LONGEST_FRAME."""
