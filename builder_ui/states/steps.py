"""The first steps with a flow that nobody has published yet: what to do, and what is done."""

import reflex as rx

from builder_ui.state import handler
from builder_ui.states.editor import EditorState


class Steps(EditorState):
    """The strip over the canvas. It is there until the flow is live, or until this browser's owner has had enough."""

    # "off" once it was put away in this browser.
    strip: str = rx.LocalStorage("", name="parley_first_steps")

    @rx.var
    def stepping(self) -> bool:
        """Whether the steps are shown."""
        return self.unpublished and self.strip != "off" and "publish" in self.permissions

    @handler("see_flows")
    async def put_away(self) -> None:
        """No more steps in this browser."""
        self.strip = "off"
