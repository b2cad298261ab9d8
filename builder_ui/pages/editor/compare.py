"""Two versions of the flow over the whole screen, and the way back to the older one."""

from typing import Any

import reflex as rx
from reflex.style import resolved_color_mode

from builder_ui.canvas.compare import comparison
from builder_ui.focus import given_back
from builder_ui.state import shown_to
from builder_ui.states.compare import DRAFT, Compare, VersionLine
from builder_ui.template import HIDDEN, cross, language_tag, secondary_button
from builder_ui.words import t


def compare() -> rx.Component:
    """The comparison; Escape and the cross close it."""
    return rx.dialog.root(
        rx.dialog.content(
            _head(),
            rx.cond(Compare.asked != "", _question()),
            comparison(
                sides=Compare.sides,
                left_title=_title(Compare.left),
                right_title=_title(Compare.right),
                theme=resolved_color_mode,
            ),
            class_name="compare",
            aria_describedby="",
            lang=language_tag(),
            custom_attrs=given_back(),
        ),
        open=Compare.comparing,
        on_open_change=Compare.show_comparison,
    )


def _title(which: Any) -> rx.Var[str]:
    return rx.cond(which == DRAFT, t("compare.draft"), t("editor.revision", number=which))


def _head() -> rx.Component:
    return rx.el.header(
        rx.dialog.title(t("compare.title"), margin="0", size="3"),
        _choice("left", Compare.left, t("compare.left")),
        rx.icon("arrow-right", size=16, class_name="soft", custom_attrs=HIDDEN),
        _choice("right", Compare.right, t("compare.right")),
        rx.el.span(class_name="grow"),
        rx.cond(
            Compare.left != DRAFT,
            rx.fragment(
                rx.cond(
                    shown_to("edit_flows"),
                    rx.button(
                        t("compare.restore", number=Compare.left), on_click=Compare.take, variant="soft", size="2"
                    ),
                ),
                rx.cond(
                    shown_to("publish") & ~Compare.left_is_live,
                    rx.button(
                        t("compare.roll_back", number=Compare.left),
                        on_click=Compare.ask("live"),
                        variant="soft",
                        size="2",
                    ),
                ),
            ),
        ),
        cross(),
        class_name="compare-head",
    )


def _choice(side: str, chosen: Any, label: Any) -> rx.Component:
    return rx.el.select(
        rx.foreach(Compare.versions, _version),
        value=chosen,
        on_change=lambda value: Compare.choose(side, value),
        aria_label=label,
        class_name="input",
    )


def _version(line: rx.Var[VersionLine]) -> rx.Component:
    shown: Any = line
    return rx.el.option(shown.title, value=shown.value)


def _question() -> rx.Component:
    return rx.el.div(
        rx.el.p(t("compare.ask_live", number=Compare.left)),
        rx.button(t("editor.roll_back"), on_click=Compare.make_live, size="2"),
        secondary_button(t("act.cancel"), Compare.ask(""), size="2"),
        class_name="compare-question",
        role="alert",
    )
