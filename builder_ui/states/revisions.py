"""Publishing from the editor, and what was published before."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from builder_ui import backend
from builder_ui.problem_lines import ProblemLine
from builder_ui.state import handler, in_thread
from builder_ui.states.editor import EditorState
from builder_ui.words import Language, say
from engine.flow import Edge, Flow
from flows.diff import Diff, diff
from flows.views import node_title, port_titles
from schemas.words import language_name
from server import publishing, subflows
from server.plans import Plans
from server.publishing import Revision

MOST_LINES = 60
FIELDS = {
    "name": "difference.name",
    "language": "difference.language",
    "timezone": "difference.timezone",
    "trigger": "difference.trigger",
    "start": "difference.start",
    "interrupts": "difference.interrupts",
    "apologies": "difference.apologies",
    "inputs": "difference.inputs",
    "outputs": "difference.outputs",
}


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


@dataclass(frozen=True)
class DifferenceLine:
    """One thing that publishing would change; `kind` is added, removed or changed."""

    kind: str
    text: str


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
        return lines + differences(before, self._flow, language)

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
        self.revisions = [
            RevisionLine(one.number, one.note, one.who, one.at.isoformat(), one.live, one.failing, one.override)
            for one in found
        ]
        return found


def differences(before: Flow[Any], after: Flow[Any], language: Language) -> list[DifferenceLine]:
    """What is different in `after`, a line in words each."""
    found: Diff = diff(before, after)
    both = set(before.nodes) & set(after.nodes)

    def said(key: str, **values: object) -> str:
        return say(key, language, **values)

    def way(flow: Flow[Any], edge: Edge) -> dict[str, str]:
        port = port_titles(flow.nodes[edge.source], language).get(edge.port, edge.port)
        return {"node": called(flow, edge.source), "port": port, "target": called(flow, edge.target)}

    def called(flow: Flow[Any], node_id: str) -> str:
        return node_title(flow, node_id, language)

    lines = [DifferenceLine("added", said("difference.node_added", node=called(after, one))) for one in found.added]
    lines += [
        DifferenceLine("removed", said("difference.node_removed", node=called(before, one))) for one in found.removed
    ]
    lines += [
        DifferenceLine("changed", said("difference.node_changed", node=called(after, one))) for one in found.changed
    ]
    # Ways of a node that came or went need no word of their own.
    now = {(edge.source, edge.port) for edge in found.edges_added}
    lines += [
        DifferenceLine("changed", said("difference.way_added", **way(after, edge)))
        for edge in found.edges_added
        if edge.source in both
    ]
    lines += [
        DifferenceLine("removed", said("difference.way_removed", **way(before, edge)))
        for edge in found.edges_removed
        if edge.source in both and edge.target in after.nodes and (edge.source, edge.port) not in now
    ]
    lines += [DifferenceLine("changed", said(FIELDS[field])) for field in found.fields]
    lines += [DifferenceLine("changed", said("difference.cases", n=len(found.cases)))] if found.cases else []
    lines += [
        DifferenceLine("added", said("difference.language_added", language=language_name(tag, language)))
        for tag in found.languages_added
    ]
    lines += [
        DifferenceLine("removed", said("difference.language_removed", language=language_name(tag, language)))
        for tag in found.languages_removed
    ]
    return lines


def _ahead(which: str, flow: Flow[Any]) -> str:
    """The name of a live flow that would leave this one no conversation, '' where none does."""
    found = Plans(backend.database()).ahead_of(which, flow)
    return publishing.draft(backend.database(), found).flow.name if found else ""
