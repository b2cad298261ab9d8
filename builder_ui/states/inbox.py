"""The inbox: which conversations are listed, which one is open, and what an agent does with it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import reflex as rx

from builder_ui import backend
from builder_ui.state import State, handler, in_thread
from builder_ui.way import StepRow, way
from builder_ui.wording import ago
from builder_ui.words import Language, say
from engine.step import FAULT
from schemas.words import country_name, language_name, zone_name
from server import faults, staff, turns
from server.errors import RefusedError
from server.history import PAGE, Said
from server.inbox import Card, Filter, Opened
from server.people import may

STATUS: dict[str, tuple[str, ...]] = {
    "waiting": ("queued",),
    "mine": ("open",),
    "snoozed": ("snoozed",),
    "all": ("queued", "open", "bot", "snoozed"),
    "resolved": ("resolved",),
}
"""View to the states of the conversations that it lists."""

VIEWS = tuple(STATUS)
STEP = 50
MOST = 200
SHOWN_TAGS = 2
SAID_IN_WORDS = frozenset(faults.SENTENCES) - {"refused"}
"""Kinds of fault whose sentence says all that helps an agent; why a platform refused, only its own words say."""


@dataclass(frozen=True)
class Row:
    """A conversation in the list; `until` is the ISO moment at which one that was put off comes back."""

    id: str
    channel: str
    name: str
    text: str
    author: str
    since: str
    status: str
    agent: str
    country: str
    unread: int
    until: str
    tags: list[str]
    more_tags: list[str]


@dataclass(frozen=True)
class Line:
    """A message. `kind` is contact, flow, agent, note or channel; `day` is set where another day begins.

    `what` is text, or what a channel tells beside messages: edited, blocked, unblocked. `trouble` says in words why it
    has not left, `fault` what was told of it where no words of ours say it; `again`: it can be sent again.
    """

    key: str
    id: str
    kind: str
    what: str
    who: str
    text: str
    at: str
    day: bool
    delivery: str
    trouble: str
    fault: str
    uncertain: bool
    again: bool
    source: str
    choices: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Fact:
    """Something known of the contact; `words` is the value as people say it, where they would not know it as it is."""

    name: str
    value: str
    words: str = ""


@dataclass(frozen=True)
class Colleague:
    """Somebody to whom a conversation can be given."""

    id: str
    name: str


@dataclass(frozen=True)
class Talk:
    """The open conversation without its messages."""

    id: str = ""
    name: str = ""
    channel: str = ""
    status: str = ""
    agent: str = ""
    mine: bool = False
    until: str = ""
    reason: str = ""
    fault: str = ""
    older: bool = False
    tags: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    known: list[Fact] = field(default_factory=list)


class Inbox(State):
    """What one tab shows of the inbox. `step` is the column a phone shows: list, talk or contact.

    Where nothing is listed, `elsewhere` is a view that lists something, '' if there is no conversation at all; then
    `connected` says whether there is a channel on which one could begin.
    """

    view: str = "waiting"
    search: str = ""
    limit: int = STEP
    loaded: bool = False
    rows: list[Row] = []  # noqa: RUF012
    elsewhere: str = ""
    connected: bool = False
    more: bool = False
    talk: Talk = Talk()
    lines: list[Line] = []  # noqa: RUF012
    path: list[StepRow] = []  # noqa: RUF012
    colleagues: list[Colleague] = []  # noqa: RUF012
    step: str = "list"
    mode: str = "reply"
    choosing: bool = False
    snooze_fault: str = ""

    @handler("see_conversations")
    async def load(self) -> Any:
        """Show the list, and the conversation that the address names."""
        await self._list()
        self.loaded = True
        found = await in_thread(staff.people, backend.database())
        self.colleagues = [Colleague(one.id, one.name) for one in found if may(one, "answer")]
        wanted = self.router.url.query_parameters.get("c", "")
        if wanted and wanted != self.talk.id:
            return await self._open(wanted)
        if self.talk.id:
            await self._show(self.talk.id)
        return None

    @handler("see_conversations")
    async def choose(self, view: str) -> None:
        """List other conversations."""
        self.view = view if view in VIEWS else "waiting"
        self.limit = STEP
        await self._list()

    @handler("see_conversations")
    async def look_for(self, text: str) -> None:
        """List those with this text in the name or the last message."""
        self.search = text[:100].strip()
        self.limit = STEP
        await self._list()

    @handler("see_conversations")
    async def list_more(self) -> None:
        """List more of them."""
        self.limit = min(self.limit + STEP, MOST)
        await self._list()

    @handler("see_conversations")
    async def open(self, conversation: str) -> Any:
        """Open a conversation."""
        return await self._open(conversation)

    @handler("see_conversations")
    async def show_older(self) -> None:
        """Show the messages before those that are shown."""
        if self.lines and self.talk.older:
            first = _position(self.lines[0])
            older = await in_thread(backend.here().inbox.messages, self.talk.id, first)
            self.lines = _lines(older, self._language()) + self.lines
            self.talk = replace(self.talk, older=len(older) >= PAGE)

    @handler("see_conversations")
    async def go(self, step: str) -> None:
        """Show another column on a phone."""
        self.step = step if step in ("list", "talk", "contact") else "list"

    @handler("see_conversations")
    async def write(self, mode: str) -> None:
        """Choose between replying and noting."""
        self.mode = "note" if mode == "note" else "reply"

    @handler("answer")
    async def send(self, form: dict[str, str]) -> None:
        """Send what was written: to the contact, or as a note to the colleagues.

        `about` is the conversation's id and "reply" or "note", as whoever wrote saw them: by now another may be open.
        """
        person = await self._signed_in()
        text = form.get("text", "").strip()
        conversation, _, mode = form.get("about", "").partition(" ")
        if not text or not conversation:
            return
        desk = backend.here().inbox
        act = desk.note if mode == "note" else desk.reply
        await in_thread(act, conversation, person.id, text)

    @handler("answer")
    async def send_again(self, message: str) -> None:
        """Send a message again that has failed."""
        await in_thread(backend.here().dead_letters.send_again, message, person=(await self._signed_in()).id)

    @handler("answer")
    async def take(self) -> None:
        """Take the conversation: the flow is silent from now on."""
        await in_thread(backend.here().inbox.take, self.talk.id, (await self._signed_in()).id)

    @handler("answer")
    async def give_back(self) -> None:
        """Give the conversation back to its flow."""
        await in_thread(backend.here().inbox.give_back, self.talk.id, (await self._signed_in()).id)

    @handler("answer")
    async def snooze(self, until: str) -> None:
        """Put the conversation off until this ISO moment."""
        await in_thread(backend.here().inbox.snooze, self.talk.id, (await self._signed_in()).id, _moment(until))

    @handler("answer")
    async def choose_time(self) -> None:
        """Ask for another day and time."""
        self.choosing, self.snooze_fault = True, ""

    @handler("answer")
    async def choose_no_time(self, is_open: bool = False) -> None:
        """Do not put it off after all."""
        self.choosing = is_open

    @handler("answer")
    async def snooze_until(self, until: str) -> None:
        """Put it off until the time that was chosen; what is wrong with it is told beneath it."""
        try:
            await in_thread(backend.here().inbox.snooze, self.talk.id, (await self._signed_in()).id, _moment(until))
        except RefusedError as refused:
            self.snooze_fault = refused.said(self._language())
        else:
            self.choosing = False

    @handler("answer")
    async def resolve(self) -> None:
        """Close the conversation."""
        await in_thread(backend.here().inbox.resolve, self.talk.id, (await self._signed_in()).id)

    @handler("answer")
    async def assign(self, to: str) -> None:
        """Give the conversation to a colleague."""
        person = await self._signed_in()
        await in_thread(backend.here().inbox.assign, self.talk.id, person.id, to)

    async def _open(self, conversation: str) -> Any:
        await self._show(conversation)
        self.step = "talk"
        self.mode = "reply"
        person = await self._signed_in()
        if may(person, "answer"):
            await in_thread(backend.here().inbox.mark_read, conversation)
            await self._list()
        # The address names the conversation, so that it can be sent to a colleague and survives a reload.
        return rx.call_script(f"history.replaceState(history.state, '', '/inbox?c={conversation}')")

    async def _list(self) -> None:
        person = await self._signed_in()
        wanted = Filter(
            status=STATUS[self.view],
            assigned=person.id if self.view == "mine" else "",
            search=self.search,
            limit=self.limit,
        )
        page = await in_thread(backend.here().inbox.conversations, wanted)
        now = datetime.now(UTC)
        self.rows = [_row(card, self._language(), now) for card in page.cards]
        self.more = bool(page.next) and self.limit < MOST
        if not self.rows and not self.search:
            self.elsewhere, self.connected = await in_thread(_elsewhere, self.view)

    async def _show(self, conversation: str) -> None:
        opened = await in_thread(backend.here().inbox.conversation, conversation)
        person = await self._signed_in()
        lines = _lines(opened.messages, self._language())
        talk = _talk(opened, person.id, self._language())
        if self.talk.id == talk.id and lines:
            # Who reads what was said long ago goes on reading it.
            before = [line for line in self.lines if _position(line) < _position(lines[0])]
            lines, talk = before + lines, replace(talk, older=self.talk.older if before else talk.older)
        self.talk, self.lines = talk, lines
        self.path = await in_thread(way, conversation, self._language())

    async def _follow_delivery(self, changed: set[str]) -> None:
        """Show how far the messages of these conversations have come."""
        if self.loaded and self.talk.id in changed and self.router.url.path.rstrip("/") == "/inbox":
            await self._show(self.talk.id)

    async def _follow(self, changed: set[str]) -> None:
        """Show what has changed; an empty id stands for anything, an empty set for time passing."""
        if not self.loaded or self.router.url.path.rstrip("/") != "/inbox":
            return
        await self._list()
        if self.talk.id and changed & {self.talk.id, ""}:
            await self._show(self.talk.id)


def _elsewhere(view: str) -> tuple[str, bool]:
    """A view that lists conversations while this one lists none, or ''; whether there is a channel at all."""
    here = backend.here()
    for other in ("waiting", "all", "resolved"):
        if other != view and here.inbox.conversations(Filter(status=STATUS[other], limit=1)).cards:
            return other, True
    return "", bool(here.accounts.list())


def _moment(text: str) -> datetime:
    """An ISO moment with its zone; what is none counts as one that has passed."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def contact_name(name: str, contact: str, language: Language) -> str:
    """The contact's name; without one, what tells them from other visitors."""
    return name or say("inbox.visitor", language, mark=contact[-4:].upper())


def _reason(reason: str, language: Language) -> str:
    """Why a person is needed: in the flow's words, or where Parley itself gave the reason, in the screens'."""
    own = {FAULT: "inbox.reason_fault", turns.NO_FLOW: "inbox.reason_no_flow"}
    return say(own[reason], language) if reason in own else reason


def _row(card: Card, language: Language, now: datetime) -> Row:
    return Row(
        id=card.id,
        channel=card.channel,
        name=contact_name(card.name, card.contact, language),
        text=card.last_text,
        author=card.last_author,
        since=ago(card.waiting_since or card.last_at, language, now),
        status=card.status,
        agent=card.agent,
        country=country_name(card.country, language) if card.country else "",
        unread=card.unread,
        until=card.snoozed_until.isoformat() if card.snoozed_until else "",
        tags=card.tags[:SHOWN_TAGS],
        more_tags=card.tags[SHOWN_TAGS:],
    )


def _talk(opened: Opened, person: str, language: Language) -> Talk:
    card, facts = opened.card, opened.facts
    told = {
        # The widget deals its addresses by lot: one tells nobody who the visitor is.
        "address": opened.address if card.channel != "webwidget" else "",
        "language": language_name(card.language, language) if card.language else "",
        "country": country_name(card.country, language) if card.country else "",
        "email": facts.email,
        "phone": facts.phone,
        "source": facts.source,
        "timezone": facts.timezone,
    }
    words = {"timezone": zone_name(facts.timezone, language)} if facts.timezone else {}
    return Talk(
        id=card.id,
        name=contact_name(card.name, card.contact, language),
        channel=card.channel,
        status=card.status,
        agent=card.agent,
        mine=card.assigned == person,
        until=card.snoozed_until.isoformat() if card.snoozed_until else "",
        reason=_reason(card.reason, language),
        fault=card.fault,
        older=opened.older,
        tags=card.tags,
        facts=[Fact(name, value, words.get(name, "")) for name, value in told.items() if value],
        known=[Fact(name, _shown(value)) for name, value in sorted(opened.values.items())],
    )


def _position(line: Line) -> int:
    return int(line.key.partition(":")[0])


def _trouble(said: Said, language: Language) -> str:
    if said.delivery == "failed":
        # What was let go has no kind any more.
        return faults.told(said.trouble, language) or say("inbox.given_up", language)
    return faults.told(said.trouble, language) if said.delivery == "waiting" else ""


def _lines(messages: list[Said], language: Language) -> list[Line]:
    lines = []
    before: Said | None = None
    for said in messages:
        lines.append(
            Line(
                key=f"{said.position}:{said.key}",
                id=said.id,
                kind="note" if said.direction == "note" else said.author,
                what=said.kind,
                who=said.name,
                text=said.text,
                at=said.at.isoformat(),
                day=before is None or before.at.date() != said.at.date(),
                delivery=said.delivery,
                trouble=_trouble(said, language),
                fault="" if said.trouble in SAID_IN_WORDS else said.fault,
                uncertain=said.uncertain,
                again=said.again,
                source=said.citation.name if said.citation else "",
                choices=[choice.label for choice in said.choices],
                files=[file.name or file.kind for file in said.attachments],
            )
        )
        before = said
    return lines


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
