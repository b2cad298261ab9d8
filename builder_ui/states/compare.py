"""Two versions of a flow beside each other: any two revisions, or a revision and the draft."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from builder_ui import backend
from builder_ui.differences import side_by_side
from builder_ui.state import handler, in_thread
from builder_ui.states.revisions import Revisions
from engine.flow import Flow
from server import publishing

Plain = dict[str, Any]

DRAFT = "draft"


@dataclass(frozen=True)
class VersionLine:
    """A version one can choose: `value` is its number, or DRAFT."""

    value: str
    title: str


class Compare(Revisions):
    """The comparison; `left` is the older one."""

    comparing: bool = False
    left: str = ""
    right: str = DRAFT
    sides: Plain = {}  # noqa: RUF012
    versions: list[VersionLine] = []  # noqa: RUF012
    asked: str = ""

    @rx.var
    def left_is_live(self) -> bool:
        """Whether new conversations get the left side."""
        return any(one.live and str(one.number) == self.left for one in self.revisions)

    @handler("see_flows")
    async def compare(self, left: str, right: str) -> Any:
        """Show two versions; `left` '' is the live one, or the newest there is."""
        self.comparing, self.sides, self.asked, self.dialog_open = True, {}, "", False
        yield
        found = await self._list()
        live = next((one for one in found if one.live), found[0] if found else None)
        self.versions = [VersionLine(DRAFT, self._say("compare.draft"))] + [
            VersionLine(
                str(one.number), self._say("compare.live" if one.live else "editor.revision", number=one.number)
            )
            for one in found
        ]
        self.left = left or (str(live.number) if live else DRAFT)
        self.right = right
        await self._show()

    @handler("publish")
    async def before_rolling_back(self, number: str) -> Any:
        """Show what new conversations get now beside what they would get again, and ask."""
        await self._list()
        live = next((str(one.number) for one in self.revisions if one.live), DRAFT)
        yield Compare.compare(number, live)
        yield Compare.ask("live")

    @handler("see_flows")
    async def choose(self, side: str, version: str) -> None:
        """Take another version on one of the sides."""
        if side == "left":
            self.left = version
        else:
            self.right = version
        await self._show()

    @handler("see_flows")
    async def show_comparison(self, shown: bool) -> None:
        """Close the comparison."""
        self.comparing = shown
        if not shown:
            self.sides = {}

    @handler("see_flows")
    async def ask(self, what: str) -> None:
        """Ask before what conversations would notice; '' takes it back."""
        self.asked = what

    @handler("edit_flows")
    async def take(self) -> Any:
        """Make the draft what the left side is."""
        if self.left != DRAFT:
            self.comparing = False
            yield Revisions.restore(int(self.left))

    @handler("publish")
    async def make_live(self) -> Any:
        """Make the left side live again."""
        if self.left != DRAFT:
            self.comparing, self.asked = False, ""
            yield Revisions.roll_back(int(self.left))

    async def _show(self) -> None:
        before, after = await self._at(self.left), await self._at(self.right)
        self.sides = await in_thread(side_by_side, before, after, self._language(), self._names)

    async def _at(self, which: str) -> Flow[Any]:
        if which == DRAFT:
            flow: Flow[Any] = self._flow
            return flow
        return await in_thread(publishing.revision, backend.database(), self.opened, int(which))
