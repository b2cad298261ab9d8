"""The editor: one flow's canvas, what surrounds it, and the panel beside it."""

import reflex as rx
from reflex.style import resolved_color_mode

from builder_ui.canvas.canvas import canvas
from builder_ui.form.form import all_texts
from builder_ui.pages.editor.cases import legend, watch
from builder_ui.pages.editor.compare import compare
from builder_ui.pages.editor.panel import panel
from builder_ui.pages.editor.steps import steps
from builder_ui.pages.editor.together import notices
from builder_ui.pages.editor.top import top
from builder_ui.pages.editor.transfer import import_dialog
from builder_ui.state import State
from builder_ui.states.cases import Cases
from builder_ui.states.editor import EditorState
from builder_ui.states.form import FormState
from builder_ui.template import page
from builder_ui.words import t


def editor() -> rx.Component:
    """The editor's page."""
    return page(
        t("editor.title"),
        rx.el.div(
            top(),
            steps(),
            rx.el.div(
                canvas(
                    load=EditorState.load,
                    patches=EditorState.patches,
                    lit=EditorState.lit,
                    people=EditorState.people,
                    coverage=Cases.coverage,
                    select=EditorState.selection,
                    language=rx.cond(State.zh, "zh", "en"),
                    theme=resolved_color_mode,
                    on_edit=EditorState.edit,
                    on_select=EditorState.select,
                    on_act=EditorState.act,
                ),
                notices(),
                legend(),
                class_name="editor-canvas",
            ),
            panel(),
            import_dialog(),
            compare(),
            all_texts(
                texts=FormState.texts,
                lists=FormState.lists,
                on_close=FormState.hide_texts,
                on_go=EditorState.go_to,
            ),
            watch(),
            class_name="editor",
        ),
        at="/flows",
        bare=True,
    )
