"""What the selected node is called."""

import reflex as rx

from builder_ui.states.editor import EditorState
from builder_ui.template import empty
from builder_ui.words import t


def content() -> rx.Component:
    """The properties of the selected node, or of the flow when none is."""
    return rx.cond(
        EditorState.selected.length() == 1,
        rx.el.div(EditorState.selected[0]),
        empty("mouse-pointer-click", t("editor.nothing_selected"), t("editor.nothing_selected_help")),
    )
