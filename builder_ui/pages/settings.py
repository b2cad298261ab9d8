"""Settings: how the screens look to oneself."""

from typing import Any

import reflex as rx
from reflex.style import color_mode, set_color_mode

from builder_ui.state import State
from builder_ui.template import THEMES, chip, page
from builder_ui.words import LANGUAGES, t


def settings() -> rx.Component:
    """The settings page."""
    return page(t("settings.title"), _me(), _looks(), at="/settings")


def _me() -> rx.Component:
    return rx.el.section(
        rx.el.h2(t("settings.me")),
        rx.el.div(
            rx.el.div(State.person_name, class_name="strong"),
            rx.el.div(State.person_email, class_name="soft"),
            rx.el.div(chip(State.person_role)),
            class_name="stack",
        ),
        class_name="card section",
        id="me",
    )


def _looks() -> rx.Component:
    languages = [
        (name, State.choose_language(code), State.zh if code == "zh" else ~State.zh) for code, name in LANGUAGES
    ]
    themes = [(t(key), set_color_mode(mode), color_mode == mode) for mode, _, key in THEMES]
    return rx.el.section(
        rx.el.h2(t("settings.looks")),
        rx.el.p(t("settings.looks_help"), class_name="soft"),
        _choice(t("settings.language"), languages),
        _choice(t("frame.theme"), themes),
        class_name="card section",
    )


def _choice(label: Any, options: list[tuple[Any, Any, Any]]) -> rx.Component:
    buttons = (
        rx.el.button(
            name, type="button", on_click=event, custom_attrs={"aria-pressed": rx.cond(chosen, "true", "false")}
        )
        for name, event, chosen in options
    )
    group = rx.el.div(*buttons, class_name="choice", role="group", aria_label=label)
    return rx.el.div(rx.el.span(label, class_name="label"), group, class_name="setting")
