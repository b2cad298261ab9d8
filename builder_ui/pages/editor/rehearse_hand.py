"""The dialog in which one says oneself what a node is to hear."""

from typing import Any

import reflex as rx

from builder_ui.focus import given_back
from builder_ui.pages.editor.rehearse_who import labelled, option
from builder_ui.state import shown_to
from builder_ui.states.by_hand import Hand
from builder_ui.states.rehearse import Rehearse
from builder_ui.states.visitor import ValueLine
from builder_ui.template import secondary_button
from builder_ui.words import t


def dialog() -> rx.Component:
    """One dialog for every kind of question."""
    return rx.dialog.root(
        rx.dialog.content(
            rx.dialog.title(t("hand.title", node=Hand.hand_node)),
            rx.dialog.description(t("hand.help"), size="2", class_name="soft"),
            rx.el.form(
                _outcomes(),
                rx.cond(
                    Hand.hand_outcome == "failed",
                    _text("reason", t("hand.reason"), Hand.hand_reason),
                    rx.match(
                        Hand.hand_kind,
                        ("knowledge", _knowledge()),
                        ("service", _service()),
                        ("language", _language()),
                        _hours(),
                    ),
                ),
                rx.cond((Hand.hand_kind == "service") & shown_to("try_services"), _real()),
                rx.el.div(
                    rx.cond(
                        Hand.hand_given,
                        secondary_button(t("hand.take_back"), Hand.let_world_answer),
                    ),
                    rx.el.span(class_name="grow"),
                    rx.dialog.close(secondary_button(t("act.cancel"))),
                    rx.button(t("rehearse.play_on"), type="submit"),
                    class_name="hand-acts",
                ),
                on_submit=Hand.answer_by_hand,
                class_name="hand-form",
            ),
            max_width="480px",
            custom_attrs=given_back(),
        ),
        open=Hand.hand_open,
        on_open_change=Hand.close_hand,
    )


def _outcomes() -> rx.Component:
    def one(value: str, title: Any) -> rx.Component:
        return rx.el.button(
            title,
            type="button",
            aria_pressed=rx.cond(Hand.hand_outcome == value, "true", "false"),
            on_click=Hand.choose_outcome(value),
        )

    return rx.el.div(
        one("answered", t("hand.answered")),
        rx.cond(Hand.hand_kind == "knowledge", one("unsure", t("hand.unsure"))),
        rx.cond(Hand.hand_kind != "language", one("failed", t("hand.failed"))),
        role="group",
        aria_label=t("hand.outcome"),
        class_name="choice",
    )


def _knowledge() -> rx.Component:
    return rx.fragment(
        rx.cond(
            Hand.hand_outcome == "answered",
            labelled(
                t("hand.text"),
                rx.el.textarea(
                    name="text", default_value=Hand.hand_text, required=True, rows=3, dir="auto", class_name="input"
                ),
            ),
        ),
        labelled(
            t("hand.score", threshold=Hand.hand_threshold),
            rx.el.input(
                name="score", type="number", min=0, max=100, default_value=Hand.hand_score.to(str), class_name="input"
            ),
        ),
        _text("source", t("hand.source"), Hand.hand_source),
    )


def _service() -> rx.Component:
    return rx.fragment(
        rx.el.p(rx.el.code(Hand.hand_request), class_name="hand-request"),
        labelled(
            t("hand.status"),
            rx.el.input(
                name="status",
                type="number",
                min=100,
                max=599,
                default_value=Hand.hand_status.to(str),
                class_name="input",
            ),
        ),
        rx.foreach(Hand.hand_values, _value),
    )


def _value(one: rx.Var[ValueLine]) -> rx.Component:
    shown: Any = one
    return labelled(
        shown.name,
        rx.el.input(name="value." + shown.name, default_value=shown.value, auto_complete="off", class_name="input"),
    )


def _real() -> rx.Component:
    """Asking the service truly: a click for what only reads, two for what may change something there."""
    return rx.el.div(
        rx.cond(
            Hand.hand_confirm,
            rx.fragment(
                rx.el.p(t("hand.changes"), role="alert", class_name="field-fault"),
                rx.button(
                    t("hand.really"), type="button", color_scheme="red", size="1", on_click=Hand.ask_service(True)
                ),
            ),
            rx.button(
                t("hand.real"),
                type="button",
                variant="outline",
                color_scheme="gray",
                size="1",
                on_click=Hand.ask_service(False),
            ),
        ),
        class_name="hand-real",
    )


def _language() -> rx.Component:
    return _choice(
        t("hand.language"),
        rx.el.option(t("hand.no_language"), value=""),
        rx.foreach(Rehearse.locales, option),
    )


def _hours() -> rx.Component:
    return _choice(
        t("hand.hours"),
        rx.el.option(t("ask.open"), value="open"),
        rx.el.option(t("ask.closed"), value="closed"),
    )


def _choice(label: Any, *options: rx.Component) -> rx.Component:
    return labelled(
        label,
        rx.el.select(*options, name="choice", default_value=Hand.hand_choice, key=Hand.hand_choice, class_name="input"),
    )


def _text(name: str, label: Any, value: Any) -> rx.Component:
    return labelled(
        label,
        rx.el.input(name=name, default_value=value, auto_complete="off", max_length=500, class_name="input"),
    )
