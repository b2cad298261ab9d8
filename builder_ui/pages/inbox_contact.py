"""What the inbox shows of the contact: addresses, language, tags, values, the way through the flow."""

from typing import Any

import reflex as rx

from builder_ui.states.inbox import Fact, Inbox
from builder_ui.template import HIDDEN, channel_icon, channel_name, chip, icon_button
from builder_ui.way import StepRow
from builder_ui.wording import time_in
from builder_ui.words import t

SOURCE_WORDS = {
    "direct": "source.direct",
    "organic": "source.organic",
    "facebook_ad": "source.facebook_ad",
    "google_ad": "source.google_ad",
}


def contact() -> rx.Component:
    """The column about the contact."""
    return rx.cond(
        Inbox.talk.id != "",
        rx.el.aside(
            rx.el.div(
                turn_to("talk", "arrow-left", t("inbox.to_talk"), "only-narrow"),
                rx.el.div(
                    rx.el.h2(t("inbox.contact")),
                    # Here the conversation, which is headed by the name, does not stand beside it.
                    rx.el.div(Inbox.talk.name, class_name="only-narrow soft contact-name"),
                    class_name="stack-tight",
                ),
                class_name="row",
            ),
            rx.el.dl(
                _fact(
                    t("inbox.channel"),
                    rx.el.span(channel_icon(Inbox.talk.channel), channel_name(Inbox.talk.channel), class_name="row"),
                ),
                rx.foreach(Inbox.talk.facts, _known),
                class_name="facts",
            ),
            rx.cond(
                Inbox.talk.tags.length() > 0,
                _part(
                    t("inbox.tags"),
                    rx.el.div(rx.foreach(Inbox.talk.tags, lambda tag: chip(tag, icon="tag")), class_name="row wrap"),
                ),
            ),
            rx.cond(
                Inbox.talk.known.length() > 0,
                _part(t("inbox.values"), rx.el.dl(rx.foreach(Inbox.talk.known, _value), class_name="facts")),
            ),
            rx.cond(
                Inbox.path.length() > 0,
                _part(t("inbox.path"), rx.el.ol(rx.foreach(Inbox.path, _step), class_name="path")),
            ),
            class_name="inbox-contact",
            aria_label=t("inbox.contact"),
            tab_index=0,
        ),
        rx.el.aside(class_name="inbox-contact", aria_label=t("inbox.contact")),
    )


def _step(step: rx.Var[StepRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(step.title),
        rx.cond(
            step.way != "",
            rx.el.span(rx.icon("arrow-right", size=12, custom_attrs=HIDDEN), step.way, class_name="row small soft"),
        ),
    )


def _part(title: Any, *content: rx.Component) -> rx.Component:
    return rx.el.div(rx.el.h3(title), *content, class_name="contact-part")


def _fact(name: Any, value: Any) -> rx.Component:
    return rx.el.div(rx.el.dt(name), rx.el.dd(value))


def _known(fact: rx.Var[Fact]) -> rx.Component:
    value = rx.match(
        fact.name,
        ("source", rx.match(fact.value, *((source, t(key)) for source, key in SOURCE_WORDS.items()), fact.value)),
        ("timezone", t("inbox.time_there", time=time_in(fact.value), zone=fact.words)),
        fact.value,
    )
    return _fact(_fact_name(fact.name), value)


def _value(fact: rx.Var[Fact]) -> rx.Component:
    return _fact(rx.el.span(fact.name, class_name="code"), fact.value)


def _fact_name(name: Any) -> Any:
    return rx.match(
        name,
        ("address", t("inbox.address")),
        ("email", t("inbox.email")),
        ("phone", t("inbox.phone")),
        ("language", t("inbox.language")),
        ("country", t("inbox.country")),
        ("source", t("inbox.source")),
        ("timezone", t("inbox.timezone")),
        name,
    )


def turn_to(column: str, icon: str, name: Any, where: str) -> rx.Component:
    """The button that turns to another column where they do not stand side by side; `where` says on which widths."""
    return icon_button(icon, name, Inbox.go(column), size=20, look=f"icon-button {where}", id=f"to-{column}")
