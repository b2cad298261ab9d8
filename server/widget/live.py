"""Telling this process's open sockets that there is something new for their visitor; what it is stands in the database.

One subscription a process, however many sockets.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from server.bus import overhear, widget_channel
from server.parts import Parts
from server.widget import screen

KNOWN = 10_000
"""So many conversations are remembered with their visitor."""

Visitor = tuple[str, str]
"""An account, and a visitor's id on it."""

log = logging.getLogger("parley.widget")


class Watch:
    """What one socket waits on: ``news`` is set when there may be something new, ``typing`` while someone writes."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        self.typing = False


class Live:
    """The watches of one process; all methods are called in its event loop."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._watches: dict[Visitor, set[Watch]] = {}
        self._visitors: OrderedDict[str, Visitor] = OrderedDict()

    @contextmanager
    def watching(self, visitor: Visitor) -> Iterator[Watch]:
        """A watch for as long as a socket is open."""
        watch = Watch()
        self._watches.setdefault(visitor, set()).add(watch)
        try:
            yield watch
        finally:
            watches = self._watches[visitor]
            watches.discard(watch)
            if not watches:
                del self._watches[visitor]

    def tell(self, visitor: Visitor, typing: bool = False) -> None:
        """Have this visitor's sockets look, or show that an agent is writing."""
        for watch in self._watches.get(visitor, ()):
            watch.typing |= typing
            watch.news.set()

    async def run(self) -> None:
        """Listen for ever; cancel it to end it."""
        prefix = widget_channel("")
        async for heard in overhear(self._parts.settings.redis_url, widget_channel("*")):
            if heard is None:
                # The connection is new: what was said meanwhile went unheard.
                for visitor in list(self._watches):
                    self.tell(visitor)
            elif self._watches:
                channel, news = heard
                await self._pass_on(channel.removeprefix(prefix), news)

    async def _pass_on(self, conversation: str, news: Any) -> None:
        visitor = self._visitors.get(conversation)
        if visitor is None:
            try:
                visitor = await asyncio.to_thread(screen.visitor_of, self._parts.engine, conversation)
            except SQLAlchemyError:
                log.exception("News of conversation %s could not be passed on", conversation)
            if visitor is None:
                return
            self._visitors[conversation] = visitor
            if len(self._visitors) > KNOWN:
                self._visitors.popitem(last=False)
        self.tell(visitor, typing=isinstance(news, dict) and news.get("kind") == "typing")
