"""What the panel shows of the selected node, and what it changes there."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from builder_ui.state import handler
from builder_ui.states.editor import EditorState
from engine.flow import Flow, Node
from engine.text import texts
from flows.views import node_card


@dataclass(frozen=True)
class TextLine:
    """A text of the node in the language shown; `own` is what it says in the flow's own."""

    key: str
    path: str
    title: str
    text: str
    own: str


class Properties(EditorState):
    """The selected node's name and texts."""

    @rx.var
    def node(self) -> str:
        """The selected node's id, '' when none or several are."""
        known = self._flow.nodes if self._flow else {}
        return self.selected[0] if len(self.selected) == 1 and self.selected[0] in known else ""

    @rx.var
    def node_name(self) -> str:
        """What the selected node is called, '' as its type is."""
        return str(self._flow.nodes[self.node].name) if self.node else ""

    @rx.var
    def node_type(self) -> str:
        """The title of the selected node's type."""
        return node_card(self._flow.nodes[self.node], self._language()).title if self.node else ""

    @rx.var
    def node_help(self) -> str:
        """What nodes of its type do."""
        return node_card(self._flow.nodes[self.node], self._language()).help if self.node else ""

    @rx.var
    def texts(self) -> list[TextLine]:
        """What the selected node says."""
        if not self.node:
            return []
        flow: Flow[Any] = self._flow
        node: Node = flow.nodes[self.node]
        titles = {field.name: field.title for field in node_card(node, self._language()).fields}
        said = flow.translations.get(self.content, {}).get(self.node, {})
        own = self.content == flow.language
        return [
            TextLine(
                f"{self.node}/{self.content}/{path}",
                path,
                titles[path.partition(".")[0]],
                text if own else said.get(path, ""),
                "" if own else text,
            )
            for path, text in texts(node)
        ]

    @handler("edit_flows")
    async def call(self, node: str, name: str) -> Any:
        """Give a node a name of its own."""
        if name != self._flow.nodes[node].name:
            return EditorState.apply({"op": "set", "node": node, "field": "name", "value": name})
        return None

    @handler("edit_flows")
    async def write(self, node: str, path: str, text: str) -> Any:
        """Change a text in the language shown."""
        if any(line.path == path and line.text != text for line in self.texts):
            change = {"op": "translate", "language": self.content, "node": node, "path": path, "text": text}
            return EditorState.apply(change)
        return None
