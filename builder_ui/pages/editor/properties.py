"""What the selected node is called and says."""

from typing import Any

import reflex as rx

from builder_ui.state import shown_to
from builder_ui.states.properties import Properties, TextLine
from builder_ui.template import empty, field
from builder_ui.words import t


def content() -> rx.Component:
    """The properties of the selected node."""
    return rx.cond(
        Properties.node != "",
        rx.el.div(
            rx.el.h2(Properties.node_type),
            rx.el.p(Properties.node_help, class_name="soft small"),
            field(
                t("editor.node_name"),
                rx.el.input(
                    id="node-name",
                    key=f"{Properties.node}{Properties.node_name}",
                    default_value=Properties.node_name,
                    placeholder=Properties.node_type,
                    on_blur=lambda name: Properties.call(Properties.node, name),
                    read_only=~shown_to("edit_flows"),
                    max_length=80,
                    class_name="input",
                ),
                "node-name",
            ),
            rx.foreach(Properties.texts, _text),
            class_name="properties",
        ),
        empty("mouse-pointer-click", t("editor.nothing_selected"), t("editor.nothing_selected_help")),
    )


def _text(line: rx.Var[TextLine]) -> rx.Component:
    shown: Any = line
    return rx.el.div(
        rx.el.label(shown.title, html_for=shown.path),
        rx.el.textarea(
            id=shown.path,
            # Another text from elsewhere (undo, somebody else) makes a new field with it.
            key=f"{shown.key}{shown.text}",
            default_value=shown.text,
            placeholder=shown.own,
            on_blur=lambda text: Properties.write(Properties.node, shown.path, text),
            read_only=~shown_to("edit_flows"),
            rows=4,
            class_name="input",
        ),
        class_name="field",
    )
