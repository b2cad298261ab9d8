"""News from the server to every open tab: one listener on the bus, many tabs.

The first news reach a tab at once; those of a burst are gathered, so that a hundred messages a second redraw it a
few times, not a hundred.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import reflex as rx
from reflex.istate.manager.token import BaseStateToken

from builder_ui import backend, presence
from builder_ui.state import State, in_thread
from builder_ui.states.editor import EditorState
from builder_ui.states.flows import Flows
from builder_ui.states.inbox import Inbox
from builder_ui.states.knowledge import Knowledge
from server import bus

log = logging.getLogger("parley.screens")

PAUSE = 0.25
"""Seconds that a tab is left in peace after it was told something."""

TICK = 30.0
"""Seconds after which tabs are told even without news: "4 min" has become "5 min"."""

FLOW = "flow/"
"""Before the id of a flow among the news, to tell it from a conversation's."""

DELIVERY = "delivery/"
"""Before the id of a conversation of which no more is new than how far its messages have come."""

KNOWLEDGE = "knowledge"
"""The news that documents have come, gone or been learnt further."""

HERE = "here/"
"""Before the id of a flow which others have opened or left, or where they have selected something else."""

SIGN = 2.0
"""Seconds between two signs of life of the tabs that have a flow open."""

GONE = 0.5
"""Seconds after which it is noticed at the latest that a tab has gone."""

BREATH = 1.0
"""Seconds before a part of this that broke off begins anew."""

LIST = "flows"
"""The news that a flow is new, put aside, paused, published or called otherwise."""

FLOW_KINDS = frozenset({"flow", "replaced", "published"})
"""News after which a draft may be another."""


@asynccontextmanager
async def following(app: rx.App) -> AsyncIterator[None]:
    """While this is open, every tab of this process follows what happens."""
    task = asyncio.create_task(_follow(app), name="live")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _follow(app: rx.App) -> None:
    news: asyncio.Queue[str] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(_steadily(lambda: _listen(news)))
        group.create_task(_steadily(lambda: _tell(app, news)))
        group.create_task(_steadily(lambda: _sign(app, news)))


async def _steadily(work: Callable[[], Awaitable[None]]) -> None:
    """Do something that never ends; begun anew after a fault, which must not leave every tab without news for good."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("news for the screens broke off and begin anew")
            await asyncio.sleep(BREATH)


async def _listen(news: asyncio.Queue[str]) -> None:
    async for piece in bus.listen(backend.here().settings.redis_url, bus.LIVE):
        # None comes after a gap in the connection: anything may have changed.
        if piece is None:
            news.put_nowait("")
        elif piece.get("kind") == "conversation":
            news.put_nowait(str(piece["id"]))
        elif piece.get("kind") == "delivery":
            news.put_nowait(f"{DELIVERY}{piece['id']}")
        elif piece.get("kind") == KNOWLEDGE:
            news.put_nowait(KNOWLEDGE)
        elif piece.get("kind") == "here":
            await in_thread(presence.look, piece["id"])
            news.put_nowait(f"{HERE}{piece['id']}")
        elif piece.get("kind") == LIST:
            news.put_nowait(LIST)
        elif piece.get("kind") in FLOW_KINDS:
            news.put_nowait(f"{FLOW}{piece['id']}")
            if piece["kind"] != "flow" or _renames(piece.get("edit", {})):
                news.put_nowait(LIST)


def _renames(edit: dict[str, Any]) -> bool:
    return (edit.get("op"), edit.get("field")) == ("set_flow", "name") or "name" in (edit.get("flow") or {})


async def _sign(app: rx.App, news: asyncio.Queue[str]) -> None:
    """Give signs of life of this process's tabs, and notice who gives none any more."""
    while True:
        for _ in range(round(SIGN / GONE)):
            await asyncio.sleep(GONE)
            await in_thread(presence.sweep, set(app.event_namespace.token_to_sid) if app.event_namespace else set())
        for flow in await in_thread(presence.renew):
            news.put_nowait(f"{HERE}{flow}")


async def _tell(app: rx.App, news: asyncio.Queue[str]) -> None:
    tabs: dict[str, Tab] = {}
    while True:
        changed: set[str] = set()
        with contextlib.suppress(TimeoutError):
            changed.add(await asyncio.wait_for(news.get(), TICK))
        while not news.empty():
            changed.add(news.get_nowait())
        open_tabs = set(app.event_namespace.token_to_sid) if app.event_namespace else set()
        tabs = {token: tabs.get(token) or Tab(app, token) for token in open_tabs}
        for token, tab in tabs.items():
            concerning = {one for one in changed if not one.startswith(HERE) or presence.is_here(token)}
            # Empty is news, too: time has passed.
            if concerning or not changed:
                tab.tell(concerning)


class Tab:
    """One open tab; it is told at once, and in a burst of news no oftener than every PAUSE."""

    def __init__(self, app: rx.App, token: str) -> None:
        self.app = app
        self.token = token
        self.changed: set[str] = set()
        self.task: asyncio.Task[None] | None = None

    def tell(self, changed: set[str]) -> None:
        """Have the tab show what has changed; an empty set means that time has passed."""
        self.changed |= changed
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        while True:
            changed, self.changed = self.changed, set()
            try:
                await self._refresh(changed)
            except Exception:
                # One tab that cannot be told must not leave the others without news.
                log.exception("a tab could not be told the news")
            await asyncio.sleep(PAUSE)
            if not self.changed:
                return

    async def _refresh(self, changed: set[str]) -> None:
        async with self.app.modify_state(BaseStateToken(ident=self.token, cls=State), background=True) as root:
            state = await root.get_state(State)
            # Who has been signed out or lost the right meanwhile hears no more.
            if not state.ready:
                return
            about = {news for news in changed if not news.startswith((FLOW, KNOWLEDGE, DELIVERY, HERE, LIST))}
            sent = {news.removeprefix(DELIVERY) for news in changed if news.startswith(DELIVERY)} - about
            if (about or sent or not changed) and await state._refusal("see_conversations") is None:  # noqa: SLF001
                inbox = await root.get_state(Inbox)
                if about or not changed:
                    await state._count()  # noqa: SLF001
                    await inbox._follow(about)  # noqa: SLF001
                await inbox._follow_delivery(sent)  # noqa: SLF001
            if not changed.isdisjoint({"", KNOWLEDGE}) and await state._refusal("see_knowledge") is None:  # noqa: SLF001
                knowledge = await root.get_state(Knowledge)
                await knowledge._follow()  # noqa: SLF001
            flows = {news.removeprefix(FLOW) for news in changed if not news or news.startswith(FLOW)}
            if not changed.isdisjoint({"", LIST}) and await state._refusal("see_flows") is None:  # noqa: SLF001
                listed = await root.get_state(Flows)
                await listed._follow()  # noqa: SLF001
            met = {news.removeprefix(HERE) for news in changed if not news or news.startswith(HERE)}
            if (flows or met) and await state._refusal("see_flows") is None:  # noqa: SLF001
                editor = await root.get_state(EditorState)
                if flows:
                    await editor._follow(flows)  # noqa: SLF001
                editor._meet(met)  # noqa: SLF001
