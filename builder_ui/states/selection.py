"""What one looks at in the editor: the nodes selected on the canvas, the panel's tab beside it, the field to mend."""

from typing import Any

from builder_ui import presence
from builder_ui.state import State, handler, in_thread

Plain = dict[str, Any]

MOST_SELECTED = 200
"""Selected nodes that others are shown."""


class Selection(State):
    """Where this tab's canvas and panel stand. Others who have the flow open see what is selected here."""

    # What the canvas is to select: {seq, ids, center}, see `canvas.protocol`.
    selection: Plain = {}  # noqa: RUF012

    # The field of the form to go to: {seq, node, field}.
    wanted: Plain = {}  # noqa: RUF012

    selected: list[str] = []  # noqa: RUF012
    # Whether any node of the flow was ever selected here.
    seen: bool = False
    tab: str = "properties"

    @handler("see_flows")
    async def select(self, ids: list[str]) -> None:
        """What is selected on the canvas."""
        self.selected, self.seen = ids, self.seen or bool(ids)
        await in_thread(presence.selects, self._tab(), ids[:MOST_SELECTED])

    @handler("see_flows")
    async def go_to(self, node: str) -> None:
        """Select a node and bring it into view, its properties beside it."""
        self._center(node)
        self.tab = "properties"
        await in_thread(presence.selects, self._tab(), [node])

    @handler("see_flows")
    async def go_to_field(self, node: str, field: str) -> Any:
        """Show a field of a node, or ('') of the flow, ready to be mended."""
        self.wanted = {"seq": self.wanted.get("seq", 0) + 1, "node": node, "field": field}
        if node:
            return Selection.go_to(node)
        self._point([], center=False)
        self.tab = "properties"
        return None

    @handler("see_flows")
    async def show_tab(self, tab: str) -> None:
        """Turn to another tab of the panel."""
        self.tab = tab

    def _center(self, node: str) -> None:
        self._point([node], center=True)

    def _point(self, ids: list[str], *, center: bool) -> None:
        """Have the canvas select these nodes."""
        self.selection = {"seq": self.selection.get("seq", 0) + 1, "ids": ids, "center": center}
        self.selected = ids

    def _look_away(self) -> None:
        """Nothing is selected: another flow is looked at."""
        self.selected, self.tab, self.selection, self.seen = [], "properties", {}, False

    def _tab(self) -> str:
        """What others know this tab of the browser by."""
        return str(self.router.session.client_token)
