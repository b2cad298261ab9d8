"""The properties of what is selected on the canvas, or of the flow itself."""

import reflex as rx

from builder_ui.form.form import form
from builder_ui.pages.editor.together import beside
from builder_ui.states.editor import EditorState
from builder_ui.states.form import FormState
from builder_ui.template import empty
from builder_ui.words import t


def content() -> rx.Component:
    """The form of the selected node, of the flow when none is."""
    return rx.el.div(
        beside(),
        rx.cond(
            EditorState.selected.length() > 1,
            empty("mouse-pointer-click", t("form.several_title"), t("form.several_help")),
            form(
                form=FormState.form,
                options=FormState.options,
                lists=FormState.lists,
                on_go=EditorState.go_to,
                on_try=FormState.try_request,
                wanted=FormState.wanted,
                matched=FormState.matched,
                on_match=FormState.try_pattern,
            ),
        ),
        on_mount=FormState.look_up,
    )
