"""What is wrong with the draft, in words, gravest first; a click selects the node, a button mends it."""

from typing import Any

import reflex as rx

from builder_ui.problem_lines import FixLine, ProblemLine
from builder_ui.state import shown_to
from builder_ui.states.editor import EditorState
from builder_ui.template import HIDDEN, empty
from builder_ui.words import t


def content() -> rx.Component:
    """The list of problems: those that keep the flow from being published, then the others."""
    return rx.cond(
        EditorState.problem_count > 0,
        rx.fragment(
            rx.cond(EditorState.errors > 0, _part("error", t("editor.must_mend"))),
            rx.cond(EditorState.warnings > 0, _part("warning", t("editor.may_mend"))),
            rx.cond(
                EditorState.more_problems > 0,
                rx.el.p(t("editor.more_problems", n=EditorState.more_problems), class_name="problems-more"),
            ),
        ),
        empty("circle-check", t("editor.no_problems"), t("editor.no_problems_help")),
    )


def _part(severity: str, title: Any) -> rx.Component:
    return rx.el.section(
        rx.el.h2(title, class_name="problem-part"),
        rx.el.ul(
            rx.foreach(
                EditorState.problems,
                lambda problem: rx.cond(problem.severity == severity, _line(problem, (), fixes=True)),
            ),
            class_name="problem-list",
        ),
    )


def problem_list(problems: Any, *on_click: Any) -> rx.Component:
    """Problems that can be clicked; `on_click` runs beside the selection."""
    return rx.el.ul(rx.foreach(problems, lambda problem: _line(problem, on_click)), class_name="problem-list")


def _line(problem: rx.Var[ProblemLine], on_click: tuple[Any, ...], fixes: bool = False) -> rx.Component:
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
                on_click=[EditorState.go_to_field(shown.node, shown.field), *on_click],
                class_name="row-button problem",
                custom_attrs={"data-node": shown.node},
            ),
            rx.el.div(severity, words, class_name="problem"),
        ),
        _fixes(shown) if fixes else None,
        class_name=rx.cond(EditorState.selected.contains(shown.node), "of-selected", ""),
        custom_attrs={"data-code": shown.code},
    )


def _fixes(shown: Any) -> rx.Component:
    """Buttons that mend it, for whoever may edit."""
    return rx.cond(
        shown_to("edit_flows") & (shown.fixes.length() > 0),
        rx.el.div(rx.foreach(shown.fixes, _fix), class_name="problem-fixes"),
    )


def _fix(fix: rx.Var[FixLine]) -> rx.Component:
    shown: Any = fix
    return rx.el.button(
        rx.icon("wrench", size=14, custom_attrs=HIDDEN),
        shown.title,
        type="button",
        on_click=EditorState.apply(shown.edit),
        class_name="problem-fix",
    )
