"""The messages of a conversation: who said what, and how far what we said has come."""

from typing import Any

import reflex as rx

from builder_ui.state import shown_to
from builder_ui.states.inbox import Inbox, Line
from builder_ui.template import HIDDEN
from builder_ui.wording import clock, day
from builder_ui.words import t


def one_line(line: rx.Var[Line]) -> rx.Component:
    """A message with who said it, when, and how far it has come."""
    return rx.el.li(
        rx.cond(line.day, rx.el.div(rx.el.span(day(line.at)), class_name="line-day")),
        rx.cond(line.kind == "channel", _told_by_channel(line), _said(line)),
        class_name="line",
        custom_attrs={"data-kind": line.kind},
        key=line.key,
    )


def _told_by_channel(line: rx.Var[Line]) -> rx.Component:
    return rx.el.div(
        rx.match(
            line.what,
            ("edited", t("inbox.edited", text=line.text)),
            ("blocked", t("inbox.blocked")),
            ("unblocked", t("inbox.unblocked")),
            line.text,
        ),
        class_name="line-day",
    )


def _said(line: rx.Var[Line]) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.match(
                line.kind,
                ("flow", rx.fragment(_small("workflow"), t("inbox.flow"))),
                ("agent", rx.fragment(_small("user-round"), line.who)),
                ("note", rx.fragment(_small("lock"), t("inbox.note_by", name=line.who))),
                rx.fragment(Inbox.talk.name),
            ),
            rx.el.time(clock(line.at), date_time=line.at),
            _delivery(line),
            class_name="line-who",
        ),
        rx.el.div(line.text, class_name="line-text", dir="auto"),
        rx.foreach(
            line.files,
            lambda file: rx.el.div(rx.icon("paperclip", size=12, custom_attrs=HIDDEN), file, class_name="row small"),
        ),
        rx.cond(
            line.choices.length() > 0,
            rx.el.div(
                rx.foreach(line.choices, lambda choice: rx.el.span(choice, class_name="line-choice")),
                class_name="row wrap",
            ),
        ),
        rx.cond(
            line.source != "",
            rx.el.div(_small("book-open"), line.source, class_name="row small soft"),
        ),
        _trouble(line),
        class_name="line-box",
    )


def _trouble(line: rx.Var[Line]) -> rx.Component:
    """What went wrong on the way, in words, and what can be done about it."""
    return rx.fragment(
        rx.cond(
            line.delivery == "failed",
            rx.el.div(
                rx.el.span(_small("circle-alert"), rx.el.span(t("inbox.not_sent", why=line.trouble)), class_name="row"),
                rx.cond(
                    line.again & shown_to("answer"),
                    rx.el.button(
                        _small("rotate-cw"),
                        t("inbox.send_again"),
                        type="button",
                        on_click=Inbox.send_again(line.id),
                        class_name="line-act",
                    ),
                ),
                class_name="row wrap small line-failed",
            ),
            rx.cond(
                line.trouble != "",
                rx.el.div(
                    _small("hourglass"), t("inbox.still_trying", why=line.trouble), class_name="row small line-note"
                ),
            ),
        ),
        rx.cond(line.fault != "", rx.el.div(line.fault, class_name="code line-told")),
        rx.cond(
            line.uncertain,
            rx.el.div(
                _small("circle-help"),
                rx.cond(line.delivery == "sent", t("inbox.maybe_twice"), t("inbox.maybe_arrived")),
                class_name="row small line-note",
            ),
        ),
    )


def _small(icon: str) -> rx.Component:
    return rx.icon(icon, size=12, custom_attrs=HIDDEN)


def _delivery(line: rx.Var[Line]) -> rx.Component:
    return rx.match(
        line.delivery,
        ("waiting", _tick("clock", t("inbox.sending"))),
        ("sent", _tick("check", t("inbox.sent"))),
        ("delivered", _tick("check-check", t("inbox.delivered"))),
        ("read", _tick("check-check", t("inbox.read"), "line-read")),
        rx.fragment(),
    )


def _tick(icon: str, name: Any, look: str = "") -> rx.Component:
    return rx.el.span(
        rx.icon(icon, size=12, custom_attrs=HIDDEN),
        rx.el.span(name, class_name="hidden-text"),
        class_name=f"line-tick {look}",
        title=name,
    )
