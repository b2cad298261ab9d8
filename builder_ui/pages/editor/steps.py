"""Three steps to the first live flow, over the canvas: draw, rehearse, publish. Each is a button that does it."""

from typing import Any

import reflex as rx

from builder_ui.states.editor import EditorState
from builder_ui.states.gate import Gate
from builder_ui.states.rehearse import Rehearse
from builder_ui.states.revisions import Revisions
from builder_ui.states.steps import Steps
from builder_ui.template import HIDDEN, icon_button
from builder_ui.words import t


def steps() -> rx.Component:
    """The strip, while there is something to do."""
    return rx.cond(
        Steps.stepping,
        rx.el.section(
            rx.el.ol(
                _step(
                    1,
                    rx.cond(EditorState.drawn, t("steps.look"), t("steps.draw")),
                    rx.cond(EditorState.drawn, t("steps.look_help"), t("steps.draw_help")),
                    EditorState.drawn & EditorState.seen,
                    EditorState.to_start,
                ),
                _step(
                    2, t("rehearse.title"), t("steps.rehearse_help"), Rehearse.begun, EditorState.show_tab("rehearse")
                ),
                _step(
                    3,
                    t("editor.publish"),
                    t("steps.publish_help"),
                    rx.Var.create(False),
                    [Revisions.open_dialog, Gate.test],
                ),
            ),
            icon_button("x", t("steps.put_away"), Steps.put_away, look="icon-button"),
            class_name="steps",
            aria_label=t("steps.title"),
        ),
    )


def _step(number: int, title: Any, help_text: Any, done: Any, event: Any) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(
                rx.cond(done, rx.icon("check", size=14, custom_attrs=HIDDEN), rx.el.span(str(number))),
                class_name="step-number",
            ),
            rx.el.strong(title),
            rx.el.span(help_text, class_name="soft"),
            type="button",
            on_click=event,
            class_name=rx.cond(done, "row-button step done", "row-button step"),
        )
    )
