"""Messages that could not be sent: by account and reason, sent again or let go."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import reflex as rx

from builder_ui import backend
from builder_ui.state import State, handler, in_thread
from builder_ui.states.inbox import contact_name
from builder_ui.wording import ago
from builder_ui.words import Language
from server import faults
from server.dead_letters import Count, DeadLetter

PAGE = 20
MOST = 200

LOOKS = 0.5
"""Seconds between two looks at how far it is."""


@dataclass(frozen=True)
class GroupRow:
    """Messages of one account that failed for the same reason; `left` of `count` while they are sent again."""

    key: str
    account: str
    kind: str
    name: str
    why: str
    count: int


@dataclass(frozen=True)
class LetterRow:
    """A message that could not be sent; `told` is what the platform said."""

    message: str
    conversation: str
    contact: str
    text: str
    told: str
    since: str
    uncertain: bool


class Letters(State):
    """What one tab shows. `shown` is the group that is open, `busy` the one being dealt with, `total` its size then;
    `asking` is group, letter or nothing, and `leaving` what it is about.
    """

    groups: list[GroupRow] = []  # noqa: RUF012
    total: int = 0
    shown: str = ""
    letters: list[LetterRow] = []  # noqa: RUF012
    limit: int = PAGE
    more: bool = False
    busy: str = ""
    busy_total: int = 0
    busy_left: int = 0
    asking: str = ""
    leaving: GroupRow = GroupRow("", "", "", "", "", 0)
    leaving_letter: LetterRow = LetterRow("", "", "", "", "", "", False)

    @handler("operate")
    async def load(self) -> None:
        """Show what failed."""
        self.busy = self.asking = ""
        await self._list()

    @handler("operate")
    async def look(self) -> None:
        """Show what has failed by now."""
        await self._list()

    @handler("operate")
    async def toggle(self, key: str) -> None:
        """Show the messages of a group, or hide them."""
        self.shown = "" if self.shown == key else key
        self.limit = PAGE
        await self._list_letters()

    @handler("operate")
    async def show_more(self) -> None:
        """List more of them."""
        self.limit = min(self.limit + PAGE, MOST)
        await self._list_letters()

    @handler("operate")
    async def send_one(self, message: str) -> None:
        """Send one message again."""
        await in_thread(backend.here().dead_letters.send_again, message, person=(await self._signed_in()).id)
        await self._list()

    @handler("operate")
    async def send_group(self, key: str) -> AsyncIterator[Any]:
        """Send all messages of a group again, and show how far it is."""
        letters = backend.here().dead_letters
        async for events in self._with_all(key, letters.send_all_again, "operations.sent_again"):
            yield events

    @handler("operate")
    async def ask_group(self, key: str) -> None:
        """Ask before a whole group is let go."""
        group = self._group(key)
        if group is not None:
            self.leaving, self.asking = group, "group"

    @handler("operate")
    async def ask_letter(self, message: str) -> None:
        """Ask before a message is let go."""
        found = next((one for one in self.letters if one.message == message), None)
        if found is not None:
            self.leaving_letter, self.asking = found, "letter"

    @handler("operate")
    async def keep(self, is_open: bool = False) -> None:
        """Let nothing go after all."""
        if not is_open:
            self.asking = ""

    @handler("operate")
    async def discard_letter(self) -> None:
        """Let the message go that was asked about."""
        self.asking = ""
        letters = backend.here().dead_letters
        await in_thread(letters.discard, self.leaving_letter.message, person=(await self._signed_in()).id)
        await self._list()

    @handler("operate")
    async def discard_group(self) -> AsyncIterator[Any]:
        """Let the group go that was asked about, and show how far it is."""
        self.asking = ""
        letters = backend.here().dead_letters
        async for events in self._with_all(self.leaving.key, letters.discard_all, "operations.discarded"):
            yield events

    async def _with_all(self, key: str, act: Any, said: str) -> AsyncIterator[Any]:
        group = self._group(key)
        if group is None or self.busy:
            return
        person = await self._signed_in()
        self.busy, self.busy_total, self.busy_left = key, group.count, group.count
        yield None
        doing = asyncio.create_task(in_thread(act, group.account, group.kind, person=person.id))
        try:
            while not (await asyncio.wait({doing}, timeout=LOOKS))[0]:
                await self._list()
                self.busy_left = left.count if (left := self._group(key)) else 0
                yield None
            count = await doing
        finally:
            self.busy = ""
            await self._list()
        yield rx.toast.success(self._say(said, n=count))

    def _group(self, key: str) -> GroupRow | None:
        return next((group for group in self.groups if group.key == key), None)

    async def _list(self) -> None:
        counts = await in_thread(backend.here().dead_letters.counts)
        self.groups = [_group(one, self._language()) for one in counts]
        self.total = sum(group.count for group in self.groups)
        if self.shown and self._group(self.shown) is None:
            self.shown = ""
        await self._list_letters()

    async def _list_letters(self) -> None:
        group = self._group(self.shown)
        if group is None:
            self.letters, self.more = [], False
            return
        page = await in_thread(backend.here().dead_letters.page, group.account, group.kind, "", self.limit)
        now = datetime.now(UTC)
        self.letters = [_letter(one, self._language(), now) for one in page.letters]
        self.more = bool(page.next) and self.limit < MOST


def _group(count: Count, language: Language) -> GroupRow:
    return GroupRow(
        key=f"{count.account} {count.kind}",
        account=count.account,
        kind=count.kind,
        name=count.account_name,
        why=faults.told(count.kind, language),
        count=count.count,
    )


def _letter(letter: DeadLetter, language: Language, now: datetime) -> LetterRow:
    return LetterRow(
        message=letter.message,
        conversation=letter.conversation,
        contact=contact_name(letter.name, letter.contact, language),
        text=letter.text,
        told=letter.fault,
        since=ago(letter.at, language, now),
        uncertain=letter.uncertain,
    )
