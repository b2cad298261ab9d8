"""The editor's top: where one is, what is saved, undo, language, problems, publish."""

from typing import Any

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors
from reflex_components_core.react_router.dom import ReactRouterLink

from builder_ui.canvas.canvas import save_mark
from builder_ui.effect import effect
from builder_ui.pages.editor.publish import publish
from builder_ui.pages.editor.together import people
from builder_ui.pages.editor.transfer import export_item, import_item
from builder_ui.state import shown_to
from builder_ui.states.editor import EditorState, LanguageLine
from builder_ui.states.form import FormState
from builder_ui.template import HIDDEN, icon_button, menu_button
from builder_ui.words import t


def top() -> rx.Component:
    """The bar over the canvas."""
    return rx.el.header(
        ReactRouterLink.create(
            rx.icon("arrow-left", size=20, custom_attrs=HIDDEN),
            to="/flows",
            class_name="icon-button",
            aria_label=t("editor.back"),
            title=t("editor.back"),
        ),
        _name(),
        save_mark(
            connected=~has_connection_errors,
            words={
                "saved": t("editor.saved"),
                "saving": t("editor.saving"),
                "offline": t("editor.offline"),
                "failed": t("editor.save_failed"),
                "again": t("editor.save_again"),
                "one": t("editor.waiting", n=1, count=1),
                "several": t("editor.waiting", n=2, count="{count}"),
            },
        ),
        rx.el.div(class_name="grow"),
        people(),
        rx.cond(
            shown_to("edit_flows"),
            rx.fragment(
                _button("undo-2", t("canvas.act_undo"), EditorState.undo, disabled=~EditorState.can_undo),
                _button("redo-2", t("canvas.act_redo"), EditorState.redo, disabled=~EditorState.can_redo),
                rx.el.span(class_name="top-gap"),
            ),
        ),
        rx.cond(EditorState.languages.length() > 1, _language()),
        _button("table-properties", t("editor.all_texts"), FormState.show_texts),
        _problems(),
        _menu(),
        rx.cond(
            shown_to("rehearse"),
            rx.button(
                rx.icon("play", size=16, custom_attrs=HIDDEN),
                t("rehearse.title"),
                on_click=EditorState.show_tab("rehearse"),
                variant="soft",
                size="2",
            ),
        ),
        rx.cond(shown_to("publish"), publish()),
        class_name="editor-top",
    )


# As in every field: Enter takes what is written, Escape leaves the name as it was.
_KEYS = """({ key, currentTarget: field }) => {
  if (key === "Escape") field.value = field.defaultValue;
  if (key === "Enter" || key === "Escape") field.blur();
}"""
# A new name (one's own, by undo, somebody else's) is shown at once, but for what somebody is just writing there.
_FOLLOWS = """
useEffect(() => {
  const field = document.querySelector(".top-name");
  if (field && !field.dataset.writing) field.value = %(name)s;
}, [%(name)s]);
"""
_WRITES = "({ currentTarget: field }) => { field.dataset.writing = true; }"
_LEAVES = """({ currentTarget: field }) => {
  delete field.dataset.writing;
  // Never empty.
  if (!field.value.trim()) field.value = field.defaultValue;
}"""


def _name() -> rx.Component:
    return rx.el.h1(
        rx.el.input(
            default_value=EditorState.name,
            on_blur=EditorState.rename,
            custom_attrs={
                "onKeyDown": rx.Var(_KEYS),
                "onInput": rx.Var(_WRITES),
                "onBlurCapture": rx.Var(_LEAVES),
            },
            max_length=120,
            read_only=~shown_to("edit_flows"),
            aria_label=t("editor.name"),
            class_name="top-name",
        ),
        effect(_FOLLOWS % {"name": EditorState.name}, EditorState.name),
    )


def _button(icon: str, label: Any, event: Any, **attributes: Any) -> rx.Component:
    return icon_button(icon, label, event, size=20, look="icon-button", **attributes)


def _language() -> rx.Component:
    return rx.el.label(
        rx.icon("languages", size=16, custom_attrs=HIDDEN),
        rx.el.select(
            rx.foreach(EditorState.languages, _option),
            value=EditorState.content,
            on_change=EditorState.speak,
            aria_label=t("editor.content_language"),
        ),
        title=t("editor.content_language"),
        class_name="top-select",
    )


def _option(line: rx.Var[LanguageLine]) -> rx.Component:
    shown: Any = line
    missing = t("editor.language_missing", language=shown.name, n=shown.missing)
    return rx.el.option(rx.cond(shown.missing > 0, missing, shown.name), value=shown.tag)


def _problems() -> rx.Component:
    icon = rx.cond(EditorState.errors > 0, rx.icon("circle-alert", size=16), rx.icon("triangle-alert", size=16))
    return rx.cond(
        EditorState.problem_count > 0,
        rx.el.button(
            icon,
            EditorState.problem_count,
            type="button",
            on_click=EditorState.show_tab("problems"),
            aria_label=t("editor.problem_count", n=EditorState.problem_count),
            title=t("editor.problems"),
            class_name=rx.cond(EditorState.errors > 0, "top-problems bad", "top-problems warn"),
        ),
        rx.el.span(
            rx.icon("circle-check", size=16),
            title=t("editor.no_problems"),
            role="img",
            aria_label=t("editor.no_problems"),
            class_name="top-problems good",
        ),
    )


def _menu() -> rx.Component:
    return menu_button(t("editor.more"), export_item(), import_item())
