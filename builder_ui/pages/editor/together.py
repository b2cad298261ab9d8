"""Two people in one flow: who else is here, and what of one's own somebody's edit has taken the place of."""

from typing import Any

import reflex as rx

from builder_ui.states.editor import EditorState
from builder_ui.template import HIDDEN, secondary_button
from builder_ui.together import LostLine, PersonLine
from builder_ui.words import t


def people() -> rx.Component:
    """Who else has this flow open, each person once."""
    return rx.cond(
        EditorState.people.length() > 0,
        rx.el.ul(
            rx.foreach(EditorState.people, lambda one: rx.cond(one.first, _face(one), rx.fragment())),
            aria_label=t("together.people"),
            class_name="people",
        ),
    )


def beside() -> rx.Component:
    """Who else has the same node selected, over its form."""
    return rx.foreach(EditorState.people, _beside)


def notices() -> rx.Component:
    """What of one's own is not in the flow any more, with a way to put it back."""
    return rx.el.section(
        rx.foreach(EditorState.lost, _notice), aria_label=t("together.notices"), role="status", class_name="notices"
    )


def _face(one: rx.Var[PersonLine]) -> rx.Component:
    shown: Any = one
    return rx.el.li(
        rx.el.span(shown.initials, custom_attrs=HIDDEN),
        rx.el.span(shown.name, class_name="hidden-text"),
        title=shown.name,
        class_name=f"person person-{shown.colour}",
    )


def _beside(one: rx.Var[PersonLine]) -> rx.Component:
    shown: Any = one
    same = (EditorState.selected.length() == 1) & (shown.ids.join("/") == EditorState.selected.join("/"))
    return rx.cond(
        same,
        rx.el.p(
            rx.el.span(class_name="person-dot"),
            t("together.editing", name=shown.name),
            class_name=f"person-beside person-{shown.colour}",
            role="status",
        ),
    )


def _notice(line: rx.Var[LostLine]) -> rx.Component:
    shown: Any = line
    return rx.el.div(
        rx.icon("git-merge", size=16, custom_attrs=HIDDEN),
        rx.el.div(
            rx.el.p(shown.words),
            rx.cond(shown.yours != "", rx.el.p(shown.yours, class_name="soft")),
            rx.el.div(
                rx.cond(
                    shown.back != "",
                    rx.button(t("together.put_back"), on_click=EditorState.put_back(shown.id), size="1"),
                    rx.cond(
                        shown.text != "",
                        rx.button(
                            t("together.copy"),
                            on_click=[rx.set_clipboard(shown.text), rx.toast.success(t("together.copied"))],
                            size="1",
                        ),
                    ),
                ),
                secondary_button(
                    rx.cond(shown.back != "", t("together.leave"), t("act.close")),
                    EditorState.let_go(shown.id),
                    size="1",
                ),
                class_name="row",
            ),
            class_name="grow",
        ),
        class_name="floating lost-line",
    )
