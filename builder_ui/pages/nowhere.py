"""An address at which there is nothing."""

import reflex as rx

from builder_ui.template import empty, page
from builder_ui.words import t


def nowhere() -> rx.Component:
    """The page for it."""
    return page(
        t("nowhere.title"),
        empty(
            "map-pin-off",
            t("nowhere.title"),
            t("nowhere.text"),
            rx.button(t("nowhere.back"), on_click=rx.redirect("/flows")),
        ),
        at="",
    )
