"""The form beside the canvas as a Reflex component.

It shows what the server says of the selected node, and sends one edit for each change: on leaving a line, on Enter, on
a choice, and in a longer text also when the fingers rest.
"""

from pathlib import Path
from typing import Any

import reflex as rx
from reflex.components.component import NoSSRComponent

from builder_ui.canvas.canvas import icons

SCRIPT = rx.asset("form.jsx", shared=True).importable_path
# Asked for here, for all scripts of a package lie where the module that asks for them is.
TEAM_HOURS = rx.asset("team_hours.jsx", shared=True).importable_path
TEXTS_SCRIPT = rx.asset("alltexts.jsx", shared=True).importable_path
for _part in sorted(path.name for path in Path(__file__).parent.iterdir() if path.suffix in {".js", ".jsx", ".css"}):
    rx.asset(_part, shared=True)


def _on_go(node: rx.Var[str]) -> list[rx.Var[Any]]:
    return [node]


def _on_try(values: rx.Var[dict[str, str]], text: rx.Var[str]) -> list[rx.Var[Any]]:
    return [values, text]


def _on_match(pattern: rx.Var[str], text: rx.Var[str]) -> list[rx.Var[Any]]:
    return [pattern, text]


class Form(NoSSRComponent):
    """The properties of one node, or of the flow. Its edits go the way of the canvas beside it.

    `form`: as `protocol.node_form` or `protocol.flow_form` makes it; `options`: as `protocol.options` does;
    `lists`: as `lists.lists` makes them.
    """

    library = SCRIPT
    tag = "Form"

    form: rx.Var[dict[str, Any]]
    options: rx.Var[dict[str, Any]]
    lists: rx.Var[dict[str, Any]]
    icons: rx.Var[dict[str, Any]]
    wanted: rx.Var[dict[str, Any]]
    matched: rx.Var[dict[str, Any]]

    @classmethod
    def get_event_triggers(cls) -> dict[str, Any]:
        """Beside Reflex's own: `on_go(node)`, `on_try(values, text)`, `on_match(pattern, text)`."""
        return {**super().get_event_triggers(), "on_go": _on_go, "on_try": _on_try, "on_match": _on_match}

    @classmethod
    def create(cls, *children: Any, **props: Any) -> "Form":
        """The component with the icons of every node type that is installed."""
        return super().create(*children, icons=icons(), **props)


form = Form.create


def _nothing() -> list[rx.Var[Any]]:
    return []


class AllTexts(NoSSRComponent):
    """Every text of the flow side by side in its languages, over the canvas; nothing while `texts` is empty.

    `texts`: as `textrows.all_texts` makes them; `lists`: as `lists.lists` makes them.
    """

    library = TEXTS_SCRIPT
    tag = "AllTexts"

    texts: rx.Var[dict[str, Any]]
    lists: rx.Var[dict[str, Any]]

    @classmethod
    def get_event_triggers(cls) -> dict[str, Any]:
        """Beside Reflex's own: `on_close()`, `on_go(node)`."""
        return {**super().get_event_triggers(), "on_close": _nothing, "on_go": _on_go}


all_texts = AllTexts.create
