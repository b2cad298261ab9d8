"""What screens share that keep a list of things: adding one, its form's name and foot, changing and removing it."""

from typing import Any

import reflex as rx

from builder_ui.template import HIDDEN, confirm, field, menu_item
from builder_ui.words import t


def add_button(label: Any, event: Any, **look: Any) -> rx.Component:
    """The button that begins a new one."""
    return rx.button(rx.icon("plus", size=16, custom_attrs=HIDDEN), label, on_click=event, **look)


def name_field(which: str, label: Any, value: Any = "", help_text: Any = None) -> rx.Component:
    """What it is called: the form's `name`, in an input with the id `which`."""
    control = rx.el.input(
        id=which,
        name="name",
        default_value=value,
        max_length=120,
        required=True,
        auto_complete="off",
        class_name="input",
    )
    return field(label, control, which, help_text)


def submit(label: Any, **of: Any) -> rx.Component:
    """The foot of a form in a dialog; `of` says of which form where it stands outside of it."""
    return rx.el.div(rx.button(label, type="submit", **of), class_name="row dialog-foot")


def change_and_remove(change_label: Any, change: Any, remove: Any) -> rx.Component:
    """The two acts in the menu of a row."""
    return rx.fragment(
        menu_item("settings-2", change_label, change),
        rx.menu.separator(),
        menu_item("trash-2", t("act.remove"), remove, color_scheme="red"),
    )


def removal(state: Any, title: Any, text: Any) -> rx.Component:
    """The question before one is gone; `state` is a ``states.removal.Removal`` with a handler `remove`."""
    return confirm(state.leaving != "", state.keep, title, text, t("act.remove"), state.remove)
