"""The editor's state: the draft as this tab knows it, its undo, and the canvas's edits up and down."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import msgspec
import reflex as rx

from builder_ui import backend, presence
from builder_ui.canvas import protocol
from builder_ui.canvas.kinds import is_merged, means_something
from builder_ui.canvas.undone import told
from builder_ui.form.protocol import field_of
from builder_ui.problem_lines import ProblemLine, changed, marks
from builder_ui.state import handler, in_thread
from builder_ui.states.selection import Selection
from builder_ui.together import LostLine, PersonLine, gone_line, lost_line, people_lines
from engine.flow import Flow
from flows.edit import EditError
from flows.edits import Patch
from flows.inverse import written
from flows.merge import same
from flows.starters import beginning
from flows.views import node_title
from schemas.words import language_name
from server import publishing
from server.checking import problems
from server.errors import RefusedError
from server.names import names
from server.together import Together

Plain = dict[str, Any]

MOST_UNDO = 200
MOST_WRITTEN = 500
"""Places that a tab remembers to have written, to hear when somebody else's edit takes one."""
MOST_GONE = 200
"""Nodes removed by others of which a tab remembers the names."""
MOST_PROBLEMS = 100
"""Shown at once; who has mended them sees the next."""


@dataclass(frozen=True)
class LanguageLine:
    """A language of the flow, with how many texts it lacks."""

    tag: str
    name: str
    missing: int


class EditorState(Selection):
    """One open editor. What the canvas is told of the flow stands in the first block, see `canvas.protocol`."""

    load: Plain = {}  # noqa: RUF012
    patches: list[Plain] = []  # noqa: RUF012
    lit: Plain = {}  # noqa: RUF012

    name: str = ""
    opened: str = ""
    errors: int = 0
    warnings: int = 0
    # Grows whenever the draft may mean something else.
    looked: int = 0
    content: str = ""
    languages: list[LanguageLine] = []  # noqa: RUF012
    can_undo: bool = False
    can_redo: bool = False
    # Whether nobody ever published the flow, and whether there is anything in it.
    unpublished: bool = False
    drawn: bool = False
    # Where the last edit was refused, if it was one of a form: {node, field, message}.
    refusal: dict[str, str] = {}  # noqa: RUF012
    # Who else is in this flow, and what of one's own is not in it any more.
    people: list[PersonLine] = []  # noqa: RUF012
    lost: list[LostLine] = []  # noqa: RUF012

    # What the check found, and by it each node's mark: "error" or "warning".
    _problems: list[ProblemLine] = []  # noqa: RUF012
    _marks: dict[str, str] = {}  # noqa: RUF012
    _flow: Any = None
    _version: int = 0
    _seq: int = 0
    _done: int = 0
    # Edits as JSON, the last one on top.
    _undo: list[bytes] = []  # noqa: RUF012
    _names: dict[str, str] = {}  # noqa: RUF012
    _redo: list[bytes] = []  # noqa: RUF012
    # What this tab has put where: (node, path, language) -> value. And the losses it has looked at.
    _wrote: dict[tuple[str, str, str], Any] = {}  # noqa: RUF012
    _heard: list[str] = []  # noqa: RUF012
    # What nodes were called that others have removed.
    _removed: dict[str, str] = {}  # noqa: RUF012

    @rx.var(cache=False)
    def problems(self) -> list[ProblemLine]:
        """The gravest problems, while they are looked at. Not cached, Reflex sends them only when they changed."""
        return self._problems[:MOST_PROBLEMS] if self.tab == "problems" else []

    @rx.var
    def problem_count(self) -> int:
        """How many problems there are in all."""
        return self.errors + self.warnings

    @rx.var
    def more_problems(self) -> int:
        """How many problems stand behind those shown."""
        return max(0, self.problem_count - MOST_PROBLEMS)

    # --- Opening ------------------------------------------------------------------------------------------------

    @handler("see_flows")
    async def open(self) -> Any:
        """Load the flow whose address was opened; also after a reconnection."""
        try:
            await self._arrive()
        except RefusedError:
            yield rx.redirect("/flows")
            raise
        await in_thread(presence.come, self._tab(), self.opened, await self._signed_in())
        await self._hear()
        yield
        await self._look()

    async def _arrive(self) -> None:
        flow_id = self.router.url.path.rstrip("/").rpartition("/")[2]
        if flow_id != self.opened:
            self._begin(flow_id)
        await self._read()

    def _begin(self, flow_id: str) -> None:
        self.opened = flow_id
        self._look_away()
        self.lit, self._undo, self._redo, self._done, self.content = {}, [], [], 0, ""
        self.people, self.lost = [], []
        self._wrote, self._heard, self._removed = {}, [], {}
        self._problems, self._marks, self.errors, self.warnings = [], {}, 0, 0

    async def _read(self) -> None:
        """Take the draft as it is stored, and give the canvas all of it."""
        draft = await in_thread(publishing.draft, backend.database(), self.opened)
        self._names = await in_thread(names, backend.database())
        self.unpublished = draft.state == "draft"
        self._know(draft.flow, draft.version)
        self._give()

    def _give(self) -> None:
        self._seq += 1
        self.patches = []
        self.load = protocol.loading(
            self._flow,
            seq=self._seq,
            done=self._done,
            locked="edit_flows" not in self.permissions,
            screens=self._language(),
            content=self.content,
            person=self.person_id,
            marks=self._marks,
            names=self._names,
        )

    def _know(self, flow: Flow[Any], version: int) -> None:
        self._flow, self._version = flow, version
        self.name, self.drawn = flow.name, bool(flow.nodes)
        if self.content not in flow.languages:
            self.content = flow.language
        missing = protocol.missing(flow)
        self.languages = [
            LanguageLine(tag, language_name(tag, self._language()), missing[tag]) for tag in flow.languages
        ]
        self.can_undo, self.can_redo = bool(self._undo), bool(self._redo)

    # --- Edits --------------------------------------------------------------------------------------------------

    @handler("edit_flows")
    async def edit(self, edit: Plain, number: int, after: int, seen: int) -> Any:
        """An act of the hand, which the canvas shows already, or an edit of the form beside it.

        `after` is the number of the one before, if that had no answer yet: what has not arrived or broke is sent again,
        and with it all that comes after it. So is what arrives before `open`, where the server began anew.
        `seen` is the last step that the canvas has taken in; it need not hear of it again.
        """
        self.patches = [patch for patch in self.patches if patch["seq"] > seen]
        if self._flow is None or number <= self._done or after > self._done:
            return
        self._done = number
        try:
            self._push(await self._write(edit, number))
        except (EditError, RefusedError) as refused:
            self._tell((), number=number, refused=True)
            self.refusal = self._refused_at(edit, refused)
            if isinstance(refused, EditError) and refused.code == "no_such_node" and self.refusal.get("node"):
                self._came_too_late(edit, number)
            elif not self.refusal:
                yield self._why_not(refused)
            return
        except Exception:
            self._done = number - 1
            self._tell((), number=number, failed=True)
            yield
            raise
        self.refusal = {}
        yield
        if means_something(edit):
            await self._look()

    @handler("edit_flows")
    async def apply(self, edit: Plain) -> Any:
        """An edit from a form beside the canvas; nothing sends it again if it comes before `open`."""
        if self._flow is None:
            await self._arrive()
        try:
            self._push(await self._write(edit))
        except (EditError, RefusedError) as refused:
            yield self._why_not(refused)
            return
        yield
        await self._look()

    @handler("edit_flows")
    async def rename(self, name: str) -> Any:
        """Call the flow otherwise."""
        if name.strip() and name.strip() != self.name:
            async for event in EditorState.apply.fn(self, {"op": "set_flow", "field": "name", "value": name.strip()}):
                yield event

    @handler("edit_flows")
    async def undo(self) -> Any:
        """Take this editor's last edit back."""
        async for event in self._step(self._undo, self._redo):
            yield event

    @handler("edit_flows")
    async def redo(self) -> Any:
        """Do again what undo took back."""
        async for event in self._step(self._redo, self._undo, redone=True):
            yield event

    async def _step(self, taken: list[bytes], put: list[bytes], *, redone: bool = False) -> AsyncIterator[Any]:
        """Apply the last edit of one pile, lay its inverse on the other, and say what it was."""
        if not taken:
            return
        before = self._flow
        try:
            inverse = await self._write(msgspec.json.decode(taken[-1]))
            put.append(msgspec.json.encode(inverse))
            taken.pop()
            self._tell((), said=told(before, self._flow, self._language(), redone=redone))
        except (EditError, RefusedError) as refused:
            taken.pop()
            yield self._why_not(refused)
        self.can_undo, self.can_redo = bool(self._undo), bool(self._redo)
        yield
        await self._look()

    def _why_not(self, refused: EditError | RefusedError) -> Any:
        return rx.toast.error(self._say("editor.refused"), description=self._reason(refused), duration=8000)

    def _refused_at(self, edit: Plain, refused: EditError | RefusedError) -> dict[str, str]:
        """What the form says at its field; {} for an edit that no field makes."""
        place = field_of(edit)
        return {"node": place[0], "field": place[1], "message": self._reason(refused)} if place else {}

    def _reason(self, refused: EditError | RefusedError) -> str:
        said = refused.in_words if isinstance(refused, EditError) else refused.said
        return said(self._language())

    def _came_too_late(self, edit: Plain, number: int) -> None:
        """Keep what somebody wrote in a node that is gone by now, so that it can be copied."""
        node = self.refusal["node"]
        known = node in self._flow.nodes
        title = node_title(self._flow, node, self._language()) if known else self._removed.get(node, node)
        line = gone_line(number, title, edit, self._language())
        self.lost = [*(one for one in self.lost if one.words != line.words), line]

    async def _write(self, edit: Plain, number: int | None = None) -> Plain:
        """Store an edit, tell the canvas what it does not show yet; the edit's inverse. Raises RefusedError."""
        before = self._flow
        person = await self._signed_in()
        here = backend.here()
        edited = await in_thread(publishing.edit, here.engine, self.opened, edit, person, bus=here.bus, tab=self._tab())
        wrote = {**self._wrote, **written(msgspec.convert(edited.inverse, Patch))}
        self._wrote = dict(list(wrote.items())[-MOST_WRITTEN:])
        # More than this edit's own step: somebody else was here, and the canvas needs their part, too.
        alone = edited.version == self._version + 1
        self._know(edited.flow, edited.version)
        if alone and number is not None and field_of(edit) is None and not is_merged(edit):
            self._tell(edited.changed, number=number)
        else:
            await self._hear()
            done = protocol.change(before, edited.flow)
            self._tell(protocol.different(before, edited.flow), number=number, change=done)
        return edited.inverse

    async def _follow(self, flows: set[str]) -> None:
        """Show what others did to these flows; an empty id stands for any."""
        here = self.router.url.path.rstrip("/")
        if self._flow is None or here != f"/flows/{self.opened}" or not flows & {self.opened, ""}:
            return
        draft = await in_thread(publishing.draft, backend.database(), self.opened)
        if draft.version == self._version:
            return
        before = self._flow
        gone = {one: node_title(before, one, self._language()) for one in before.nodes.keys() - draft.flow.nodes.keys()}
        self._removed = dict(list({**self._removed, **gone}.items())[-MOST_GONE:])
        self._know(draft.flow, draft.version)
        await self._hear()
        self._tell(protocol.different(before, draft.flow), change=protocol.change(before, draft.flow))
        await self._look()

    async def _hear(self) -> None:
        """Say what of this tab's writing somebody else's has taken the place of, without having seen it."""
        if not self._wrote:
            return
        losses = await in_thread(Together(backend.here().bus).losses, self.opened)
        fresh = [loss for loss in losses if loss.id not in self._heard and loss.tab != self._tab()]
        self._heard = [loss.id for loss in losses]
        for loss in fresh:
            place = (loss.what.node, loss.what.path, loss.what.language)
            if place in self._wrote and same(self._wrote[place], loss.what.value):
                del self._wrote[place]
                line = lost_line(loss, self._flow, self._language())
                self.lost = [*(one for one in self.lost if one.words != line.words), line]

    def _meet(self, flows: set[str]) -> None:
        """Show who else is in these flows; an empty id stands for any."""
        if flows & {self.opened, ""}:
            others = presence.others(self.opened, self._tab())
            lines = people_lines(others, self.person_id, self._language())
            if lines != self.people:
                self.people = lines

    @handler("edit_flows")
    async def put_back(self, which: str) -> Any:
        """Put back what somebody else's edit has taken the place of."""
        line = next((one for one in self.lost if one.id == which), None)
        if line is not None and line.back:
            self.lost = [one for one in self.lost if one.id != which]
            return EditorState.apply(msgspec.json.decode(line.back))
        return None

    @handler("see_flows")
    async def let_go(self, which: str) -> None:
        """Leave it as somebody else has it."""
        self.lost = [one for one in self.lost if one.id != which]

    def _push(self, inverse: Plain) -> None:
        self._undo = [*self._undo[-MOST_UNDO + 1 :], msgspec.json.encode(inverse)]
        self._redo = []
        self.can_undo, self.can_redo = True, False

    def _tell(self, nodes: Any, **answer: Any) -> None:
        self._seq += 1
        shown = protocol.pictures(self._flow, nodes, self._language(), self.content, self._names)
        self.patches = protocol.recent(self.patches, protocol.patch(self._seq, shown, **answer))

    # --- Looking ------------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        """Check the draft."""
        self.looked += 1
        found = await in_thread(problems, backend.database(), self._flow, self._language())
        self._problems = [ProblemLine.of(one) for one in found]
        before, self._marks = self._marks, marks(found)
        if news := changed(before, self._marks):
            self._tell((), marks=news)
        self.errors = sum(problem.severity == "error" for problem in found)
        self.warnings = len(found) - self.errors

    @handler("see_flows")
    async def to_start(self) -> Any:
        """Look at where conversations begin; in an empty flow, at where nodes come from."""
        if self._flow.start in self._flow.nodes:
            return EditorState.go_to(self._flow.start)
        return rx.set_focus("palette-search")

    @handler("see_flows")
    async def act(self, name: str) -> Any:
        """What the canvas asks of the page."""
        match name:
            case "loaded":
                # What came once need not come again with the next reconnection.
                self.load = {}
            case "reload":
                await self._read()
                yield
                await self._look()
            case "properties" | "problems":
                self.tab = name
            case _ if name.startswith("flow/"):
                yield rx.redirect(f"/flows/{name.removeprefix('flow/')}")
            case _ if name.startswith("begin/"):
                begun = beginning(self._flow, name.removeprefix("begin/"), self._language())
                yield EditorState.apply(msgspec.to_builtins(begun))
            case "undo" | "redo":
                # Not as an event of its own: that would come after what the hand has done since.
                async for event in getattr(EditorState, name).fn(self):
                    yield event

    @handler("see_flows")
    async def speak(self, language: str) -> None:
        """Show the flow's texts in another of its languages."""
        self.content = language
        self._know(self._flow, self._version)
        self._give()
