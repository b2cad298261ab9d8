"""Operations: what runs, what waits, which flows went wrong."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import reflex as rx
from sqlalchemy.exc import SQLAlchemyError

from builder_ui import backend
from builder_ui.state import State, handler, in_thread
from builder_ui.states.inbox import contact_name
from builder_ui.states.letters import Letters
from builder_ui.way import nodes_of
from builder_ui.wording import ago
from builder_ui.words import Language
from server import faults
from server.operations import PAGE, PARTS, Backlog, Fault, Situation
from server.permissions import Permission

LATE = timedelta(minutes=1)
"""What waits longer is behind."""

MOST = 200


@dataclass(frozen=True)
class Light:
    """A part, and whether it is good, bad or unknown."""

    name: str
    state: str


@dataclass(frozen=True)
class PauseRow:
    """A channel account that sends nothing, why, and until when (ISO)."""

    name: str
    why: str
    until: str


@dataclass(frozen=True)
class Figure:
    """How much waits, and since when the oldest does; `late` where that is too long."""

    name: str
    count: str
    since: str
    late: bool


@dataclass(frozen=True)
class FaultRow:
    """A flow that went wrong; `node` is the node's title, `detail` what the program said."""

    id: str
    conversation: str
    channel: str
    contact: str
    status: str
    agent: str
    flow: str
    node: str
    detail: str
    since: str


class Operations(State):
    """What one tab shows. `verdict` is good, late, or the part that matters most of those that are not well."""

    loaded: bool = False
    at: str = ""
    verdict: str = ""
    lights: list[Light] = []  # noqa: RUF012
    pauses: list[PauseRow] = []  # noqa: RUF012
    figures: list[Figure] = []  # noqa: RUF012
    fault_count: int = 0
    fault_rows: list[FaultRow] = []  # noqa: RUF012
    fault_limit: int = PAGE
    asking: str = ""

    @handler("operate")
    async def load(self) -> None:
        """Show how things are."""
        self.asking = ""
        self.fault_limit = PAGE
        await self._look()
        self.loaded = True

    @handler("operate")
    async def look(self) -> Any:
        """Show how things are now."""
        await self._look()
        # What failed cannot be looked up without the database, and would say so every few seconds.
        return Letters.look if self.figures else None

    @handler("operate")
    async def more_faults(self) -> None:
        """List more of the faults."""
        self.fault_limit = min(self.fault_limit + PAGE, MOST)
        await self._list_faults()

    @handler("operate")
    async def see(self, fault: str) -> None:
        """Mark one fault as seen."""
        await in_thread(backend.operations().seen, await self._signed_in(), [fault])
        await self._look()

    @handler("operate")
    async def ask(self, what: str) -> None:
        """Ask before a thing is done to many."""
        self.asking = what

    @handler("operate")
    async def do_not(self, is_open: bool = False) -> None:
        """Leave it after all."""
        if not is_open:
            self.asking = ""

    @handler("operate")
    async def see_all(self) -> Any:
        """Mark all faults as seen, up to the newest that is shown: what came meanwhile is new."""
        self.asking = ""
        if not self.fault_rows:
            return None
        up_to = self.fault_rows[0].id
        count = await in_thread(backend.operations().seen, await self._signed_in(), None, up_to)
        await self._look()
        return rx.toast.success(self._say("operations.seen_all", n=count))

    async def _refusal(self, permission: Permission) -> Any:
        try:
            return await super()._refusal(permission)
        except SQLAlchemyError:
            # Who asks cannot even be looked up; that is what is to be told here.
            self._without_database()
            return []

    async def _look(self) -> None:
        situation = await in_thread(backend.operations().situation)
        if situation.handling is None:
            self._without_database(situation)
            return
        now = datetime.now(UTC)
        language = self._language()
        self.at = situation.at.isoformat()
        self.lights = [Light(part.name, part.state) for part in situation.parts]
        self.pauses = [
            PauseRow(one.name, faults.told(one.kind, language), one.until.isoformat()) for one in situation.pauses
        ]
        self.figures = [
            _figure(name, backlog, language, now)
            for name in ("handling", "sending", "limits")
            if (backlog := getattr(situation, name)) is not None
        ]
        self.verdict = _verdict(situation, any(figure.late for figure in self.figures))
        self.fault_count = situation.faults
        await self._list_faults()

    async def _list_faults(self) -> None:
        language, now = self._language(), datetime.now(UTC)
        found = await in_thread(backend.operations().faults, self.fault_limit)
        self.fault_rows = await in_thread(lambda: [_row(one, language, now) for one in found])

    def _without_database(self, situation: Situation | None = None) -> None:
        """What is known while the database is away; lists stay as they were."""
        self.verdict = "database"
        states = {part.name: part.state for part in situation.parts} if situation else {"database": "bad"}
        self.lights = [Light(name, states.get(name, "unknown")) for name in PARTS]
        self.figures = []


def _verdict(situation: Situation, late: bool) -> str:
    bad = [part.name for part in situation.parts if part.state == "bad"]
    return bad[0] if bad else "late" if late else "good"


def _figure(name: str, backlog: Backlog, language: Language, now: datetime) -> Figure:
    since = backlog.since
    return Figure(
        name,
        f"{backlog.count:,}",
        ago(since, language, now) if since else "",
        since is not None and now - since > LATE,
    )


def _row(fault: Fault, language: Language, now: datetime) -> FaultRow:
    node = nodes_of(backend.database(), fault.flow, fault.revision, language).get(fault.node) if fault.node else None
    return FaultRow(
        id=fault.id,
        conversation=fault.conversation,
        channel=fault.channel,
        contact=contact_name(fault.name, fault.contact, language),
        status=fault.status,
        agent=fault.agent,
        flow=fault.flow_name,
        node=(node.name or node.title) if node else fault.node,
        detail=fault.reason,
        since=ago(fault.at, language, now),
    )
