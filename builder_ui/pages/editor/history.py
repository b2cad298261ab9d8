"""What was published: each revision with its note, its author and its time, and the way back to it."""

from typing import Any

import reflex as rx

from builder_ui.state import shown_to
from builder_ui.states.compare import DRAFT, Compare
from builder_ui.states.revisions import RevisionLine, Revisions
from builder_ui.template import HIDDEN, chip, empty, language_tag, menu_button, menu_item
from builder_ui.words import t


def content() -> rx.Component:
    """The list of revisions, the newest first."""
    return rx.el.div(
        rx.cond(
            Revisions.revisions.length() > 0,
            rx.fragment(
                rx.el.div(
                    rx.button(
                        rx.icon("columns-2", size=16, custom_attrs=HIDDEN),
                        t("compare.open"),
                        on_click=Compare.compare("", DRAFT),
                        variant="soft",
                        size="2",
                    ),
                    class_name="revisions-head",
                ),
                rx.el.ol(rx.foreach(Revisions.revisions, _line), class_name="revisions"),
            ),
            empty("history", t("editor.no_revisions"), t("editor.no_revisions_help")),
        ),
        on_mount=Revisions.look_back,
    )


def _line(line: rx.Var[RevisionLine]) -> rx.Component:
    shown: Any = line
    return rx.el.li(
        rx.el.div(
            rx.el.strong(t("editor.revision", number=shown.number)),
            rx.cond(shown.live, chip(t("editor.live"), "good")),
            rx.el.span(class_name="grow"),
            _menu(shown),
            class_name="row",
        ),
        rx.cond(shown.again > 0, rx.el.p(t("history.again", number=shown.again), class_name="soft")),
        rx.cond(shown.note != "", rx.el.p(shown.note)),
        rx.cond(
            shown.failing > 0,
            rx.el.p(t("history.override", n=shown.failing, reason=shown.override), class_name="case-fault"),
        ),
        rx.el.div(rx.cond(shown.who != "", shown.who + " · ", ""), local_time(shown.at), class_name="soft small"),
        custom_attrs={"data-revision": shown.number},
    )


def local_time(at: Any) -> rx.Var[str]:
    """A moment (ISO 8601) as the browser's person writes it, in their zone."""
    style = '{dateStyle: "medium", timeStyle: "short"}'
    return rx.Var(f"new Date({at!s}).toLocaleString({language_tag()!s}, {style})").to(str)


def _menu(shown: Any) -> rx.Component:
    which = shown.number.to_string()
    before = (shown.number - 1).to_string()
    return menu_button(
        t("editor.revision_more", number=shown.number),
        menu_item("columns-2", t("compare.with_draft"), Compare.compare(which, DRAFT)),
        rx.cond(shown.number > 1, menu_item("columns-2", t("compare.with_before"), Compare.compare(before, which))),
        rx.cond(shown_to("edit_flows"), menu_item("pencil", t("editor.restore"), Revisions.restore(shown.number))),
        rx.cond(
            ~shown.live & shown_to("publish"),
            menu_item("undo-2", t("editor.roll_back"), Compare.before_rolling_back(which)),
        ),
    )
