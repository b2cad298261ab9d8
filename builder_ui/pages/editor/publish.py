"""Publishing: what it would change, in words, before it does anything; errors block it."""

from typing import Any

import reflex as rx

from builder_ui.differences import DifferenceLine
from builder_ui.pages.editor.case_view import differing
from builder_ui.pages.editor.problems import problem_list
from builder_ui.state import shown_to
from builder_ui.states.cases import Cases
from builder_ui.states.compare import DRAFT, Compare
from builder_ui.states.editor import EditorState
from builder_ui.states.gate import FailedCase, Gate
from builder_ui.states.revisions import Revisions
from builder_ui.template import HIDDEN, dialog, field, notice, secondary_button
from builder_ui.words import t
from server.gate import LONGEST_REASON


def publish() -> rx.Component:
    """The main button of the editor and its dialog."""
    return rx.fragment(
        rx.button(t("editor.publish"), on_click=[Revisions.open_dialog, Gate.test], loading=Revisions.busy, size="2"),
        dialog(
            Revisions.dialog_open,
            Revisions.show_dialog,
            t("editor.publish_title", name=EditorState.name),
            rx.cond(Revisions.blocking.length() > 0, _blocked(), _ready()),
            width="560px",
        ),
    )


def _blocked() -> rx.Component:
    return rx.el.div(
        rx.cond(Revisions.first, rx.fragment(), _differences()),
        notice("bad", t("editor.errors_block", n=Revisions.blocking.length())),
        problem_list(Revisions.blocking, Revisions.show_dialog(False)),
        rx.el.div(_cancel(t("act.close")), class_name="row dialog-foot"),
        class_name="stack loose",
    )


def _ready() -> rx.Component:
    reason = _written("reason", t("gate.reason"), t("gate.reason_help"), LONGEST_REASON, required=True)
    return rx.el.form(
        rx.cond(Revisions.first, rx.el.p(t("editor.first_publish"), class_name="soft"), _differences()),
        rx.cond(EditorState.warnings > 0, notice("warn", t("editor.warnings_left", n=EditorState.warnings))),
        rx.cond(Revisions.ahead != "", notice("warn", t("editor.nothing_left", name=Revisions.ahead))),
        _cases(),
        _written("note", t("editor.note"), t("editor.note_help"), 2000),
        rx.cond(Gate.keeping.length() > 0, rx.cond(shown_to("override_cases"), reason)),
        rx.el.div(
            _cancel(t("act.cancel")),
            rx.cond(
                Gate.keeping.length() > 0,
                rx.cond(
                    shown_to("override_cases"),
                    rx.button(t("gate.publish_anyway"), type="submit", color_scheme="red", loading=Revisions.busy),
                ),
                rx.button(t("editor.publish"), type="submit", loading=Revisions.busy, disabled=~Gate.tested),
            ),
            class_name="row dialog-foot",
        ),
        on_submit=Gate.publish,
        class_name="stack loose",
    )


def _cases() -> rx.Component:
    """How the test cases fare on what would go live."""
    return rx.el.div(
        rx.el.h2(t("case.cases"), class_name="label"),
        rx.cond(
            ~Gate.tested,
            rx.el.p(rx.spinner(size="1"), t("gate.running", n=Gate.total), class_name="row"),
            rx.cond(
                Gate.total == 0,
                rx.el.p(t("gate.none"), class_name="soft"),
                rx.cond(
                    Gate.keeping.length() > 0,
                    rx.fragment(
                        notice("bad", t("gate.failing", n=Gate.keeping.length(), all=Gate.total)),
                        rx.el.ul(rx.foreach(Gate.keeping, _failed), class_name="case-list case-gate"),
                        rx.cond(
                            shown_to("override_cases"),
                            rx.fragment(),
                            rx.el.p(t("gate.ask"), class_name="soft"),
                        ),
                    ),
                    rx.el.p(
                        rx.icon("circle-check", size=16, class_name="good", custom_attrs=HIDDEN),
                        t("gate.pass", n=Gate.total),
                        class_name="row",
                    ),
                ),
            ),
        ),
        class_name="stack",
        role="status",
    )


def _failed(one: rx.Var[FailedCase]) -> rx.Component:
    shown: Any = one
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.icon("circle-x", size=16, class_name="bad", custom_attrs=HIDDEN),
                rx.el.strong(shown.name, class_name="grow"),
                rx.el.button(
                    t("gate.open"),
                    type="button",
                    on_click=[Revisions.show_dialog(False), Cases.open_case(shown.id)],
                    class_name="plain-button case-small",
                ),
                class_name="row",
            ),
            rx.cond(shown.turn != "", rx.el.p(t("gate.after", turn=shown.turn), class_name="soft small")),
            rx.cond(shown.first != "", rx.el.p(shown.first, class_name="case-fault")),
            rx.el.ul(rx.foreach(shown.rows, differing), class_name="case-rows"),
            class_name="stack grow",
        ),
        custom_attrs={"data-case": shown.id},
    )


def _written(name: str, label: Any, example: Any, longest: int, required: bool = False) -> rx.Component:
    text = rx.el.textarea(
        id=name,
        name=name,
        placeholder=example,
        required=required,
        max_length=longest,
        rows=2,
        class_name="input",
    )
    return field(label, text, name)


def _differences() -> rx.Component:
    return rx.cond(
        Revisions.differences.length() > 0,
        rx.el.div(
            rx.el.div(
                rx.el.h2(t("editor.differences"), class_name="label grow"),
                rx.el.button(
                    t("compare.see"), type="button", on_click=Compare.compare("", DRAFT), class_name="link-button"
                ),
                class_name="row",
            ),
            rx.el.ul(rx.foreach(Revisions.differences, _difference), class_name="differences"),
            rx.cond(
                Revisions.more > 0, rx.el.p(t("editor.more_differences", n=Revisions.more), class_name="soft small")
            ),
            class_name="stack",
        ),
        rx.el.p(t("editor.no_differences"), class_name="soft"),
    )


def _difference(line: rx.Var[DifferenceLine]) -> rx.Component:
    shown: Any = line
    icon = rx.match(
        shown.kind,
        ("added", rx.icon("plus", size=16, class_name="good", custom_attrs=HIDDEN)),
        ("removed", rx.icon("minus", size=16, class_name="bad", custom_attrs=HIDDEN)),
        rx.icon("pencil", size=16, class_name="soft", custom_attrs=HIDDEN),
    )
    details = rx.foreach(shown.details, lambda detail: rx.el.span(detail, class_name="difference-detail"))
    return rx.el.li(icon, rx.el.span(shown.text, details))


def _cancel(label: Any) -> rx.Component:
    return secondary_button(label, Revisions.show_dialog(False))
