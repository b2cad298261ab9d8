"""The chat of a rehearsal in the look of its channel, and beneath each answer why it was given."""

from typing import Any

import reflex as rx

from builder_ui.rehearsed import ChoiceLine, Exchange, Line
from builder_ui.states.by_hand import Hand
from builder_ui.states.rehearse import Rehearse
from builder_ui.telling import AskLine, Detail, WhyLine
from builder_ui.template import HIDDEN, icon_button
from builder_ui.words import t

LOOKS = ("telegram", "whatsapp", "messenger", "instagram", "line", "email", "api")
"""Channels with a look of their own; the others look like the web widget."""


def chat_class() -> Any:
    """The look of the channel chosen."""
    channel = Rehearse.who.get("channel", "")
    return rx.match(channel, *((name, f"chat chat-{name}") for name in LOOKS), "chat chat-webwidget")


def exchange(one: rx.Var[Exchange]) -> rx.Component:
    """What happened, what was answered, and why."""
    shown: Any = one
    return rx.el.li(
        rx.cond(shown.stamp != "", rx.el.p(shown.stamp, class_name="chat-stamp")),
        rx.foreach(shown.said, lambda line: _said(line, shown.first)),
        rx.foreach(shown.answers, _answered),
        rx.cond(shown.silent, rx.el.p(t("rehearse.silent"), class_name="chat-note")),
        rx.cond(shown.differs, _before(shown)),
        rx.el.div(
            rx.cond(
                shown.why.length() > 0,
                rx.el.details(
                    rx.el.summary(t("rehearse.why")),
                    rx.el.ol(rx.foreach(shown.why, _why), class_name="why"),
                    rx.cond(shown.done.length() > 0, _done(shown)),
                    class_name="why-box",
                ),
            ),
            rx.el.span(class_name="grow"),
            rx.cond(
                shown.why.length() > 0,
                icon_button("route", t("rehearse.show"), Rehearse.show_way(shown.step)),
            ),
            class_name="chat-acts",
        ),
        class_name=rx.cond(shown.differs, "differs", ""),
        custom_attrs={"data-step": shown.step},
    )


def _said(one: rx.Var[Line], first: Any) -> rx.Component:
    """What the contact said, with what can be done about it; time that passes can be taken back, too."""
    shown: Any = one
    back = icon_button("undo-2", t("rehearse.back"), Rehearse.back_to(shown.number))
    mine = rx.el.div(
        rx.el.div(
            rx.cond(
                Rehearse.editing == shown.number,
                rx.fragment(),
                icon_button("pencil", t("rehearse.instead"), Rehearse.edit_turn(shown.number)),
            ),
            back,
            class_name="chat-turn-acts",
        ),
        rx.el.div(
            rx.foreach(shown.files, _file),
            rx.cond(
                Rehearse.editing == shown.number,
                _instead(),
                rx.cond(
                    shown.text != "", rx.el.p(shown.text, dir="auto", class_name="bubble bubble-contact"), rx.fragment()
                ),
            ),
            class_name="chat-mine",
        ),
        class_name="chat-turn",
    )
    note = rx.el.p(
        rx.el.span(shown.text), rx.cond(first, rx.el.span(back, class_name="chat-turn-acts")), class_name="chat-note"
    )
    return rx.cond(shown.who == "contact", mine, note)


def _file(name: rx.Var[str]) -> rx.Component:
    return rx.el.p(
        rx.icon("paperclip", size=16, custom_attrs=HIDDEN), name, class_name="bubble bubble-contact bubble-file"
    )


def _instead() -> rx.Component:
    """The field in which the turn is said anew, with the choices that stood there."""
    return rx.el.form(
        rx.el.input(
            name="text",
            default_value=Rehearse.edited_text,
            aria_label=t("rehearse.instead"),
            auto_focus=True,
            auto_complete="off",
            dir="auto",
            max_length=10_000,
            class_name="chat-input",
        ),
        rx.el.div(
            rx.foreach(Rehearse.edited_choices, _choice_instead),
            rx.el.button(t("rehearse.play_on"), type="submit", class_name="chat-act"),
            rx.el.button(
                t("act.cancel"),
                type="button",
                on_click=Rehearse.leave_turn,
                class_name="chat-act",
                custom_attrs={"data-leave": "true"},
            ),
            class_name="chat-choices",
        ),
        on_submit=Rehearse.say_instead,
        class_name="chat-instead",
    )


def _choice_instead(one: rx.Var[ChoiceLine]) -> rx.Component:
    shown: Any = one
    return rx.el.button(
        shown.label, type="button", dir="auto", on_click=Rehearse.tap_instead(shown.id), class_name="chat-choice"
    )


def _answered(one: rx.Var[Line]) -> rx.Component:
    shown: Any = one
    return rx.cond(
        shown.who == "note",
        rx.el.p(shown.text, class_name="chat-note"),
        rx.el.div(
            rx.cond(shown.quoted != "", rx.el.p(t("rehearse.subject"), class_name="mail-subject")),
            rx.cond(
                shown.text != "",
                rx.el.p(shown.text, dir="auto", lang=shown.language, class_name="bubble bubble-flow"),
                rx.el.p(t("rehearse.unwritten"), class_name="chat-note"),
            ),
            rx.cond(shown.quoted != "", rx.el.blockquote(shown.quoted, dir="auto", class_name="mail-quoted")),
            rx.cond(shown.buttons.length() > 0, _buttons(shown)),
            rx.cond(shown.rows.length() > 0, _rows(shown)),
            rx.cond(
                shown.citation != "",
                rx.el.p(
                    rx.icon("book-open", size=12, custom_attrs=HIDDEN),
                    t("rehearse.source", place=shown.citation),
                    class_name="chat-source",
                ),
            ),
            rx.foreach(shown.notes, _limit),
            class_name="chat-answer",
        ),
    )


def _limit(note: rx.Var[str]) -> rx.Component:
    return rx.el.p(rx.icon("ruler", size=12, custom_attrs=HIDDEN), note, class_name="chat-limit")


def _buttons(shown: Any) -> rx.Component:
    return rx.el.div(
        rx.foreach(shown.buttons, _choice), role="group", aria_label=t("rehearse.choices"), class_name="chat-choices"
    )


def _rows(shown: Any) -> rx.Component:
    """A list that opens by a button, as WhatsApp has it."""
    return rx.el.details(
        rx.el.summary(rx.icon("list", size=16, custom_attrs=HIDDEN), t("rehearse.list"), class_name="chat-choice"),
        rx.el.div(rx.foreach(shown.rows, _choice), class_name="chat-rows"),
        class_name="chat-list",
    )


def _choice(one: rx.Var[ChoiceLine]) -> rx.Component:
    shown: Any = one
    return rx.el.button(
        rx.el.span(shown.label),
        rx.cond(shown.soft != "", rx.el.span(shown.soft, class_name="soft"), rx.fragment()),
        type="button",
        dir="auto",
        on_click=Rehearse.tap(shown.id),
        class_name="chat-choice",
        custom_attrs={"data-choice": shown.number},
    )


def _before(shown: Any) -> rx.Component:
    """What has become different since the flow was changed."""
    return rx.el.div(
        rx.el.p(rx.icon("diff", size=12, custom_attrs=HIDDEN), t("rehearse.differs"), class_name="chat-differs"),
        rx.foreach(shown.before, lambda text: rx.el.p(text, dir="auto", class_name="chat-was")),
    )


def _why(one: rx.Var[WhyLine]) -> rx.Component:
    shown: Any = one
    title = rx.cond(
        shown.node != "",
        rx.el.button(
            shown.title, type="button", on_click=Rehearse.go_to_node(shown.node), class_name="link-button why-node"
        ),
        rx.el.b(shown.title),
    )
    return rx.el.li(
        rx.el.p(title, " ", shown.text, class_name="why-" + shown.tone),
        rx.cond(
            shown.details.length() > 0,
            rx.el.ul(rx.foreach(shown.details, _detail), class_name="why-details"),
        ),
        rx.foreach(shown.asks, _ask),
    )


def _detail(one: rx.Var[Detail]) -> rx.Component:
    """A line in words, and small beneath it the pattern that somebody wrote for it, the first of several."""
    shown: Any = one
    pattern = shown.patterns[0]
    more = shown.patterns.length() - 1
    return rx.el.li(
        shown.text,
        rx.cond(
            shown.patterns.length() > 0,
            rx.el.div(
                rx.el.code(pattern, dir="ltr", title=pattern, class_name="code clip"),
                rx.cond(more > 0, rx.el.span(t("rehearse.more_patterns", count=more))),
                class_name="why-pattern",
            ),
        ),
    )


def _ask(one: rx.Var[AskLine]) -> rx.Component:
    """What the node heard and from whom, and a way to say it otherwise."""
    shown: Any = one
    return rx.el.p(
        rx.el.span(shown.text),
        rx.el.span(shown.by, class_name=rx.cond(shown.by_hand, "ask-by ask-by-hand", "ask-by")),
        rx.cond(
            shown.open,
            rx.el.button(
                t("ask.answer"),
                type="button",
                on_click=Hand.ask_by_hand(shown.step, shown.number),
                class_name="link-button",
            ),
        ),
        class_name="ask-line",
    )


def _done(shown: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(t("doing.would"), class_name="doing-title"),
        rx.el.ul(rx.foreach(shown.done, lambda one: rx.el.li(one)), class_name="doing"),
    )
