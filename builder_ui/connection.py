"""What is said while the server cannot be reached."""

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from builder_ui.template import HIDDEN, language_tag
from builder_ui.words import t


def lost_connection() -> rx.Component:
    """A line over the page while the server cannot be reached; it goes by itself when it can be."""
    return rx.cond(
        has_connection_errors,
        rx.el.div(
            rx.icon("wifi-off", size=16, custom_attrs=HIDDEN),
            rx.el.span(t("frame.lost")),
            class_name="lost",
            role="alert",
            lang=language_tag(),
        ),
    )
