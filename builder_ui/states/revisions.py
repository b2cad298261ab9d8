"""Publishing from the editor, and what was published before."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from builder_ui import backend
from builder_ui.differences import DifferenceLine, differences
from builder_ui.problem_lines import ProblemLine
from builder_ui.state import handler, in_thread
from builder_ui.states.editor import EditorState
from builder_ui.words import say
from engine.flow import Flow
from server import publishing, subflows
from server.plans import Plans
from server.publishing import Revision
from server.revisions import brought_back

MOST_LINES = 60


@dataclass(frozen=True)
class RevisionLine:
    """A published revision in the list; `at` is ISO 8601, the browser shows it at its own time."""

    number: int
    note: str
    who: str
    at: str
    live: bool
    failing: int = 0
    override: str = ""
    # The number of the revision that this one brought back; 0: it was published from the draft.
    again: int = 0


class Revisions(EditorState):
    """The publish dialog and the history."""

    revisions: list[RevisionLine] = []  # noqa: RUF012
    dialog_open: bool = False
    blocking: list[ProblemLine] = []  # noqa: RUF012
    differences: list[DifferenceLine] = []  # noqa: RUF012
    more: int = 0
    first: bool = True
    ahead: str = ""
    busy: bool = False

    @handler("see_flows")
    async def look_back(self) -> None:
        """List what was published."""
        await self._list()

    @handler("publish")
    async def open_dialog(self) -> Any:
        """Show what publishing would change, before it does anything."""
        self.busy = True
        yield
        self.busy = False
        await self._look()
        live = next((one for one in await self._list() if one.live), None)
        self.first = live is None
        self.blocking = [problem for problem in self._problems if problem.severity == "error"]
        lines = [] if live is None else await self._since(live.number)
        self.differences, self.more = lines[:MOST_LINES], max(0, len(lines) - MOST_LINES)
        self.ahead = await in_thread(_ahead, self.opened, self._flow)
        self.dialog_open = True

    async def _since(self, number: int) -> list[DifferenceLine]:
        engine, language = backend.database(), self._language()
        before = await in_thread(publishing.revision, engine, self.opened, number)
        newer = await in_thread(subflows.outdated, engine, self.opened, number, self._flow)
        lines = [DifferenceLine("changed", say("difference.subflow", language, name=name)) for name in newer]
        return lines + differences(before, self._flow, language, self._names)

    @handler("see_flows")
    async def show_dialog(self, shown: bool) -> None:
        """Close the dialog, or leave it open."""
        self.dialog_open = shown

    @handler("edit_flows")
    async def restore(self, number: int) -> Any:
        """Make the draft what a revision was; undo brings the draft back."""
        edited = await in_thread(
            publishing.restore, backend.database(), self.opened, number, await self._signed_in(), bus=backend.here().bus
        )
        self._know(edited.flow, edited.version)
        self._push(edited.inverse)
        self._give()
        yield rx.toast.success(
            self._say("editor.restored", number=number), description=self._say("editor.restored_help")
        )
        await self._look()

    @handler("publish")
    async def roll_back(self, number: int) -> Any:
        """Publish an earlier revision again; what is not yet published stays in the draft."""
        made = await in_thread(
            publishing.roll_back,
            backend.database(),
            self.opened,
            number,
            await self._signed_in(),
            bus=backend.here().bus,
        )
        await self._list()
        await self._read()
        yield rx.toast.success(self._say("editor.rolled_back", number=number, made=made.number))

    async def _list(self) -> list[Revision]:
        found = await in_thread(publishing.revisions, backend.database(), self.opened)
        self.revisions = list(map(_line, found))
        return found


def _line(one: Revision) -> RevisionLine:
    number = brought_back(one.note)
    note = "" if number else one.note
    at = one.at.isoformat()
    return RevisionLine(one.number, note, one.who, at, one.live, one.failing, one.override, number)


def _ahead(which: str, flow: Flow[Any]) -> str:
    """The name of a live flow that would leave this one no conversation, '' where none does."""
    found = Plans(backend.database()).ahead_of(which, flow)
    return publishing.draft(backend.database(), found).flow.name if found else ""
