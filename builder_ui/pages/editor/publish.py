"""Publishing: what it would change, in words, before it does anything; errors block it."""

from typing import Any

import reflex as rx

from builder_ui.pages.editor.problems import problem_list
from builder_ui.states.editor import EditorState
from builder_ui.states.revisions import DifferenceLine, Revisions
from builder_ui.template import HIDDEN, dialog, notice
from builder_ui.words import t


def publish() -> rx.Component:
    """The main button of the editor and its dialog."""
    return rx.fragment(
        rx.button(t("editor.publish"), on_click=Revisions.open_dialog, loading=Revisions.busy, size="2"),
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
        notice("bad", t("editor.errors_block", n=Revisions.blocking.length())),
        problem_list(Revisions.blocking, Revisions.show_dialog(False)),
        rx.el.div(_cancel(t("act.close")), class_name="row dialog-foot"),
        class_name="stack loose",
    )


def _ready() -> rx.Component:
    return rx.el.form(
        rx.cond(EditorState.warnings > 0, notice("warn", t("editor.warnings_left", n=EditorState.warnings))),
        rx.cond(Revisions.ahead != "", notice("warn", t("editor.nothing_left", name=Revisions.ahead))),
        rx.cond(Revisions.first, rx.el.p(t("editor.first_publish"), class_name="soft"), _differences()),
        rx.el.div(
            rx.el.label(t("editor.note"), html_for="note"),
            rx.el.textarea(
                id="note",
                name="note",
                placeholder=t("editor.note_help"),
                max_length=2000,
                rows=2,
                class_name="input",
            ),
            class_name="field",
        ),
        rx.el.div(
            _cancel(t("act.cancel")),
            rx.button(t("editor.publish"), type="submit", loading=Revisions.busy),
            class_name="row dialog-foot",
        ),
        on_submit=Revisions.publish,
        class_name="stack loose",
    )


def _differences() -> rx.Component:
    return rx.cond(
        Revisions.differences.length() > 0,
        rx.el.div(
            rx.el.h2(t("editor.differences"), class_name="label"),
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
    return rx.el.li(icon, rx.el.span(shown.text))


def _cancel(label: Any) -> rx.Component:
    return rx.button(label, type="button", variant="soft", color_scheme="gray", on_click=Revisions.show_dialog(False))
