"""The list of flows, and what can be done with one as a whole."""

from dataclasses import dataclass, field
from typing import Any

import reflex as rx

import flows
from builder_ui import backend
from builder_ui.picture import Picture, picture
from builder_ui.state import State, handler, in_thread
from builder_ui.toasts import toast_with_undo
from builder_ui.wording import ago
from builder_ui.words import Language, say
from engine.flow import Flow
from flows.starters import Starter
from schemas.words import language_name
from server import publishing
from server.accounts import Account
from server.bus import LIVE
from server.examples import add_documents, has_documents
from server.flow_list import FlowCard
from server.uses import Using

LARGEST = 2 * 1024 * 1024
# So many names of accounts have room in a row; of more the number is told.
NAMED = 2


@dataclass(frozen=True)
class FlowRow:
    """A flow in the list. `week` are seven heights from 0 to 20; `look` is the kind of its state's chip.

    `accounts` says which it takes only, '' for all of its channels; `account_names` are all of them. One that is
    `called` takes none: only other flows run it.
    """

    id: str
    name: str
    state: str
    look: str
    words: str
    changed: str
    total: int
    handed: str
    live: bool
    published: bool
    picture: Picture
    called: bool
    accounts: str
    account_names: str
    week: list[int] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class StarterRow:
    """A starter flow to begin from."""

    id: str
    name: str
    promise: str
    picture: Picture
    # The languages it speaks, and how many test cases it comes with.
    facts: str


@dataclass(frozen=True)
class FaultRow:
    """Something wrong in a file."""

    path: str
    message: str


class Flows(State):
    """The list, and the dialogs over it: `dialog` is new, rename or nothing."""

    rows: list[FlowRow] = []  # noqa: RUF012
    starters: list[StarterRow] = []  # noqa: RUF012
    loaded: bool = False
    dialog: str = ""
    which: str = ""
    name: str = ""
    faults: list[FaultRow] = []  # noqa: RUF012
    busy: bool = False
    # Whether a starter's documents come with it.
    with_documents: bool = True

    @handler("see_flows")
    async def load(self) -> None:
        """Show the flows."""
        await self._list()
        self.loaded = True

    @handler("edit_flows")
    async def begin_new(self) -> None:
        """Offer the ways to begin a flow."""
        language = self._language()
        found = await in_thread(_starters, language)
        self.starters = found
        self.faults = []
        self.dialog = "new"

    @handler("edit_flows")
    async def begin_rename(self, which: str, name: str) -> None:
        """Ask for another name."""
        self.which, self.name, self.dialog = which, name, "rename"

    @handler("see_flows")
    async def close(self, is_open: bool = False) -> None:
        """Close the dialog."""
        if not is_open:
            self.dialog = ""

    @handler("edit_flows", while_open="dialog")
    async def create(self, form: dict[str, str]) -> Any:
        """Make an empty flow with the name that was typed."""
        person = await self._signed_in()
        name = form.get("name", "").strip() or self._say("flows.unnamed")
        made = await in_thread(publishing.create_flow, backend.database(), person, name, language=self._language())
        await self._list(news=True)
        self.dialog = ""
        return rx.redirect(f"/flows/{made}")

    @handler("edit_flows", while_open="dialog")
    async def start_from(self, starter: str) -> Any:
        """Make a flow like a starter."""
        person = await self._signed_in()
        flow = await in_thread(flows.starter, starter, self._language())
        named = next((row.name for row in self.starters if row.id == starter), flow.name)
        made = await in_thread(publishing.create_flow, backend.database(), person, named, flow=flow)
        await self._list(news=True)
        self.dialog = ""
        yield rx.redirect(f"/flows/{made}")
        if self.with_documents and "edit_knowledge" in self.permissions and await in_thread(has_documents, starter):
            yield Flows.learn(starter)

    @handler("edit_flows")
    async def take_documents(self, wanted: bool) -> None:
        """Have a starter's documents come with it, or not."""
        self.with_documents = wanted

    @handler("edit_knowledge", background=True)
    async def learn(self, starter: str) -> Any:
        """Learn a starter's documents, while its flow is looked at already."""
        if await in_thread(add_documents, backend.here().knowledge, starter):
            async with self:
                yield rx.toast.success(self._say("flows.documents_added"))

    @handler("edit_flows")
    async def take_file(self, files: list[rx.UploadFile]) -> Any:
        """Read a flow's file into a new draft, or say everything that is wrong with it."""
        self.faults = []
        if not files:
            return None
        data = await files[0].read(LARGEST + 1)
        if len(data) > LARGEST:
            self.faults = [FaultRow("", self._say("flows.file_too_large"))]
            return None
        person = await self._signed_in()
        try:
            made = await in_thread(publishing.import_flow, backend.database(), data, person, if_exists="copy")
            await self._list(news=True)
        except flows.FlowError as error:
            self.faults = [FaultRow(fault.path, fault.in_words(self._language())) for fault in error.faults[:50]]
            return None
        self.dialog = ""
        return rx.redirect(f"/flows/{made.id}")

    @handler("edit_flows")
    async def rename(self, form: dict[str, str]) -> None:
        """Give the flow its new name."""
        if form.get("name", "").strip():
            here = backend.here()
            person = await self._signed_in()
            await in_thread(publishing.rename_flow, here.engine, self.which, form["name"], person, bus=here.bus)
        self.dialog = ""
        await self._list(news=True)

    @handler("edit_flows")
    async def duplicate(self, which: str, name: str) -> Any:
        """Make a new draft like this flow."""
        person = await self._signed_in()
        copied = self._say("flows.copy_of", name=name)
        await in_thread(publishing.duplicate_flow, backend.database(), person, which, copied)
        await self._list(news=True)
        return rx.toast.success(self._say("flows.duplicated", name=copied))

    @handler("see_flows")
    async def export(self, which: str) -> Any:
        """Give the browser the flow's file."""
        data = await in_thread(publishing.export_flow, backend.database(), which)
        return rx.download(data=data, filename=f"{which}.flow.json")

    @handler("publish")
    async def pause(self, which: str, paused: bool) -> Any:
        """Have a published flow take no new conversations, or take them again."""
        users = await in_thread(publishing.pause, backend.database(), which, await self._signed_in(), paused)
        await self._list(news=True)
        if users:
            return rx.toast.info(self._say("flows.still_run", flows=self._names(users)), duration=8000)
        return None

    @handler("delete_flows")
    async def delete(self, which: str, name: str) -> Any:
        """Put a flow aside; the message offers to take it back."""
        users = await in_thread(publishing.delete_flow, backend.database(), which, await self._signed_in())
        await self._list(news=True)
        text = self._say("flows.deleted", name=name)
        if users:
            text = self._say("flows.deleted_in_use", name=name, flows=self._names(users))
        return toast_with_undo(text, self._say("act.undo"), Flows.undelete(which))

    @handler("delete_flows")
    async def undelete(self, which: str) -> None:
        """Bring a deleted flow back."""
        await in_thread(publishing.undelete_flow, backend.database(), which, await self._signed_in())
        await self._list(news=True)

    def _names(self, users: list[Using]) -> str:
        return self._say("hours.list").join(one.name for one in users)

    async def _list(self, *, news: bool = False) -> None:
        """Show the flows; `news` has everybody's list follow."""
        self.rows = await in_thread(_rows, self._language())
        if news:
            await in_thread(backend.here().bus.publish, LIVE, [{"kind": "flows"}])

    async def _follow(self) -> None:
        """Show what others did to the flows, if the list is looked at."""
        if self.loaded and self.router.url.path.rstrip("/") == "/flows":
            await self._list()


def _rows(language: Language) -> list[FlowRow]:
    engine = backend.database()
    accounts = backend.here().accounts.list()
    return [
        flow_row(card, picture(publishing.draft(engine, card.id).flow), accounts, language)
        for card in publishing.flows_list(engine)
    ]


def flow_row(card: FlowCard, drawn: Picture, accounts: list[Account], language: Language) -> FlowRow:
    """A flow as its row shows it; `accounts` are all there are."""
    names = {one.id: one.name for one in accounts}
    taken = [names.get(account) or say("form.account_gone", language) for account in card.accounts]
    named = say("hours.list", language).join(taken)
    busiest = max(card.week, default=0)
    total = sum(card.week)
    return FlowRow(
        id=card.id,
        name=card.name,
        state=card.state,
        look={"live": "good", "paused": "warn"}.get(card.state, ""),
        words=state_in_words(card, language),
        changed=ago(card.changed, language),
        total=total,
        handed=f"{card.handed_over:.0%}" if total else "",
        live=card.state == "live",
        published=card.revision > 0,
        picture=drawn,
        called=card.only_called,
        week=[round(20 * day / busiest) if busiest else 0 for day in card.week],
        channels=list(card.channels),
        accounts=named if len(taken) <= NAMED else say("flows.accounts", language, n=len(taken)),
        account_names=named,
    )


def state_in_words(card: FlowCard, language: Language) -> str:
    """Such as "Live, revision 7; 3 edits not published"."""
    if not card.revision:
        return say("flows.never_published", language)
    key = "flows.live" if card.state == "live" else "flows.paused"
    words = say(key, language, revision=card.revision)
    if card.unpublished:
        words += say("flows.unpublished", language, n=card.unpublished)
    return words


def _starters(language: Language) -> list[StarterRow]:
    return [_starter(one, flows.starter(one.id), language) for one in flows.library(language)]


def _starter(one: Starter, flow: Flow[Any], language: Language) -> StarterRow:
    joint = "、" if language == "zh" else ", "
    spoken = joint.join(language_name(tag, language) for tag in flow.languages)
    facts = " · ".join([spoken, say("flows.starter_cases", language, n=len(flow.cases))])
    return StarterRow(one.id, one.name, one.promise, picture(flow), facts)
