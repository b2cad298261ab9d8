from typing import Annotated

from engine.effects import ChangeTags
from engine.flow import Node
from engine.turn import Go, Outcome, Turn
from nodes.fields import Tags, field


class Tag(Node, frozen=True, tag="tag"):
    """Puts tags on the conversation or takes them off, so that rules, agents and figures can tell it apart."""

    TITLE = "Tag"
    ICON = "tag"
    GROUP = "do"
    SUMMARY = "Adds: {add} · Removes: {remove}"

    add: Annotated[Tags, field("Add")] = ()
    remove: Annotated[Tags, field("Remove")] = ()

    def missing(self) -> tuple[str, ...]:
        return () if self.add or self.remove else ("add",)

    def run(self, turn: Turn) -> Outcome:
        return Go("next", (ChangeTags(add=self.add, remove=self.remove),))
