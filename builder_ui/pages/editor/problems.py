"""What is wrong with the draft, in words; a click selects the node."""

from typing import Any

import reflex as rx

from builder_ui.states.editor import EditorState, ProblemLine
from builder_ui.template import HIDDEN, empty
from builder_ui.words import t


def content() -> rx.Component:
    """The list of problems, errors first."""
    return rx.cond(
        EditorState.problems.length() > 0,
        problem_list(EditorState.problems),
        empty("circle-check", t("editor.no_problems"), t("editor.no_problems_help")),
    )


def problem_list(problems: Any, *on_click: Any) -> rx.Component:
    """Problems that can be clicked; `on_click` runs beside the selection."""
    return rx.el.ul(rx.foreach(problems, lambda problem: _line(problem, on_click)), class_name="problem-list")


def _line(problem: rx.Var[ProblemLine], on_click: tuple[Any, ...]) -> rx.Component:
    shown: Any = problem
    severity = rx.cond(
        shown.severity == "error",
        rx.icon("circle-alert", size=16, class_name="bad", aria_label=t("canvas.error")),
        rx.icon("triangle-alert", size=16, class_name="warn", aria_label=t("canvas.warning")),
    )
    words = rx.el.span(shown.message, class_name="problem-words")
    return rx.el.li(
        rx.cond(
            shown.node != "",
            rx.el.button(
                severity,
                words,
                rx.icon("chevron-right", size=16, class_name="soft", custom_attrs=HIDDEN),
                type="button",
                on_click=[EditorState.go_to(shown.node), *on_click],
                class_name="problem",
                custom_attrs={"data-node": shown.node},
            ),
            rx.el.div(severity, words, class_name="problem"),
        )
    )
