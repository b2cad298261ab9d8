"""The panel beside the canvas: one tab for each thing one does with a flow, each a module with its `content`."""

from typing import Any

import reflex as rx

from builder_ui.pages.editor import cases, history, problems, properties
from builder_ui.pages.editor.edge import edge
from builder_ui.states.editor import EditorState
from builder_ui.words import t

TABS = (
    ("properties", t("editor.properties"), properties.content),
    ("rehearse", t("rehearse.title"), cases.content),
    ("problems", t("editor.problems"), problems.content),
    ("history", t("editor.history"), history.content),
)
"""Id, title, what is in it; in the order shown."""


def panel() -> rx.Component:
    """The panel, with the tab that the state says."""
    return rx.el.aside(
        edge(),
        rx.tabs.root(
            rx.tabs.list(*(_trigger(name, title) for name, title, _ in TABS), aria_label=t("editor.panel")),
            *(rx.tabs.content(content(), value=name, class_name="panel-content") for name, _, content in TABS),
            value=EditorState.tab,
            on_change=EditorState.show_tab,
            class_name="panel-tabs",
        ),
        class_name="panel",
        aria_label=t("editor.panel"),
    )


def _trigger(name: str, title: Any) -> rx.Component:
    count = (
        rx.cond(EditorState.problem_count > 0, rx.el.span(EditorState.problem_count, class_name="tab-count"))
        if name == "problems"
        else rx.fragment()
    )
    return rx.tabs.trigger(title, count, value=name)
