"""The simulator: a chat with the draft, who is writing above it, and why beneath each answer."""

from typing import Any

import reflex as rx

from builder_ui.states.rehearse import CHANNELS, ChoiceLine, Choosable, Exchange, Line, Rehearse
from builder_ui.telling import WhyLine
from builder_ui.template import HIDDEN
from builder_ui.words import t

HOURS = tuple(range(24))
TITLES = {"webwidget": t("channel.webwidget"), "telegram": "Telegram", "api": t("channel.api")}
DAYS = tuple(
    t(key)
    for key in (
        "rehearse.weekday_1",
        "rehearse.weekday_2",
        "rehearse.weekday_3",
        "rehearse.weekday_4",
        "rehearse.weekday_5",
        "rehearse.weekday_6",
        "rehearse.weekday_7",
    )
)


def content() -> rx.Component:
    """The rehearsal's tab."""
    return rx.el.div(
        _who(),
        # It follows what is said, unless the reader has scrolled away.
        rx.auto_scroll(
            rx.cond(Rehearse.begun, rx.fragment(), _begin()),
            rx.el.ol(rx.foreach(Rehearse.exchanges, _exchange), class_name="chat-steps"),
            rx.cond(
                Rehearse.thinking,
                rx.el.p(rx.spinner(size="1"), t("rehearse.thinking"), class_name="chat-note", role="status"),
            ),
            rx.el.div(_standing(), class_name="chat-standing"),
            id="rehearsal-chat",
            class_name=rx.match(
                Rehearse.channel, ("telegram", "chat chat-telegram"), ("api", "chat chat-api"), "chat chat-webwidget"
            ),
            custom_attrs={"aria-live": "polite"},
        ),
        _field(),
        on_mount=Rehearse.prepare,
        class_name="rehearsal",
    )


def _who() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(t("rehearse.who"), class_name="hidden-text"),
        _select("channel", t("rehearse.channel"), *(rx.el.option(TITLES[name], value=name) for name in CHANNELS)),
        _select("country", t("rehearse.country"), rx.foreach(Rehearse.countries, _option)),
        _select(
            "locale",
            t("rehearse.locale"),
            rx.el.option(t("rehearse.locale_none"), value=""),
            rx.foreach(Rehearse.locales, _option),
        ),
        _select(
            "weekday",
            t("rehearse.day"),
            rx.el.option(t("rehearse.today"), value=""),
            *(rx.el.option(title, value=str(number)) for number, title in enumerate(DAYS, 1)),
        ),
        _select(
            "hour",
            t("rehearse.hour"),
            rx.el.option(t("rehearse.now"), value=""),
            *(rx.el.option(f"{hour:02}:00", value=str(hour)) for hour in HOURS),
        ),
        class_name="rehearsal-who",
    )


def _select(part: str, label: Any, *options: Any) -> rx.Component:
    return rx.el.label(
        rx.el.span(label),
        rx.el.select(
            *options,
            value=getattr(Rehearse, part),
            on_change=lambda value: Rehearse.choose(part, value),
            name=part,
        ),
    )


def _option(one: rx.Var[Choosable]) -> rx.Component:
    shown: Any = one
    return rx.el.option(shown.title, value=shown.value)


def _begin() -> rx.Component:
    return rx.el.div(
        rx.icon("message-circle-more", size=24, class_name="soft", custom_attrs=HIDDEN),
        rx.el.h2(t("rehearse.empty")),
        rx.el.p(t("rehearse.empty_help"), class_name="soft"),
        rx.button(t("rehearse.open"), on_click=Rehearse.open_chat, size="2"),
        class_name="chat-begin",
    )


def _exchange(one: rx.Var[Exchange]) -> rx.Component:
    shown: Any = one
    return rx.el.li(
        rx.foreach(shown.said, _line),
        rx.foreach(shown.answers, _line),
        rx.cond(shown.silent, rx.el.p(t("rehearse.silent"), class_name="chat-note")),
        rx.el.div(
            rx.cond(
                shown.why.length() > 0,
                rx.el.details(
                    rx.el.summary(t("rehearse.why")),
                    rx.el.ol(rx.foreach(shown.why, _why), class_name="why"),
                    class_name="why-box",
                ),
            ),
            rx.el.span(class_name="grow"),
            rx.cond(
                shown.why.length() > 0,
                _icon_button("route", t("rehearse.show"), Rehearse.show_way(shown.step)),
            ),
            _icon_button("undo-2", t("rehearse.back"), Rehearse.back_to(shown.number)),
            class_name="chat-acts",
        ),
        custom_attrs={"data-step": shown.step},
    )


def _icon_button(icon: str, label: Any, event: Any) -> rx.Component:
    return rx.el.button(
        rx.icon(icon, size=16, custom_attrs=HIDDEN),
        type="button",
        on_click=event,
        aria_label=label,
        title=label,
        class_name="plain-button",
    )


def _line(one: rx.Var[Line]) -> rx.Component:
    shown: Any = one
    return rx.match(
        shown.who,
        ("contact", rx.el.p(shown.text, dir="auto", class_name="bubble bubble-contact")),
        ("note", rx.el.p(shown.text, class_name="chat-note")),
        rx.el.div(
            rx.el.p(shown.text, dir="auto", lang=shown.language, class_name="bubble bubble-flow"),
            rx.cond(
                shown.citation != "",
                rx.el.p(
                    rx.icon("book-open", size=12, custom_attrs=HIDDEN),
                    t("rehearse.source", place=shown.citation),
                    class_name="chat-source",
                ),
            ),
            rx.cond(
                shown.choices.length() > 0,
                rx.el.div(rx.foreach(shown.choices, _choice), class_name="chat-choices"),
            ),
            class_name="chat-answer",
        ),
    )


def _choice(one: rx.Var[ChoiceLine]) -> rx.Component:
    shown: Any = one
    return rx.el.button(
        shown.label, type="button", dir="auto", on_click=Rehearse.tap(shown.id), class_name="chat-choice"
    )


def _why(one: rx.Var[WhyLine]) -> rx.Component:
    shown: Any = one
    title = rx.cond(
        shown.node != "",
        rx.el.button(shown.title, type="button", on_click=Rehearse.go_to_node(shown.node), class_name="why-node"),
        rx.fragment(),
    )
    return rx.el.li(
        rx.el.p(title, " ", shown.text, class_name="why-" + shown.tone),
        rx.cond(
            shown.details.length() > 0,
            rx.el.ul(rx.foreach(shown.details, lambda detail: rx.el.li(detail)), class_name="why-details"),
        ),
    )


def _standing() -> rx.Component:
    """What the conversation stands at, and what can be done about it."""
    person = rx.el.div(
        rx.el.p(t("rehearse.with_person"), class_name="chat-note"),
        rx.el.div(
            _act("headset", t("rehearse.join"), Rehearse.person("joined")),
            _act("undo-2", t("rehearse.return"), Rehearse.person("returned")),
            _act("check", t("rehearse.resolve"), Rehearse.person("resolved")),
            class_name="chat-choices",
        ),
    )
    return rx.fragment(
        rx.cond(Rehearse.closed, rx.el.p(t("rehearse.is_closed"), class_name="chat-note")),
        rx.cond(Rehearse.with_person & ~Rehearse.closed, person),
        rx.cond(Rehearse.full, rx.el.p(t("rehearse.full"), class_name="chat-note")),
        rx.cond(
            Rehearse.limit != "",
            rx.el.div(
                _act("fast-forward", t("rehearse.skip", limit=Rehearse.limit), Rehearse.skip),
                class_name="chat-choices",
            ),
        ),
    )


def _act(icon: str, label: Any, event: Any) -> rx.Component:
    return rx.el.button(
        rx.icon(icon, size=16, custom_attrs=HIDDEN), label, type="button", on_click=event, class_name="chat-act"
    )


def _field() -> rx.Component:
    return rx.el.form(
        _icon_button("rotate-ccw", t("rehearse.restart"), Rehearse.restart),
        rx.el.input(
            name="text",
            placeholder=t("rehearse.placeholder"),
            aria_label=t("rehearse.placeholder"),
            auto_complete="off",
            max_length=10_000,
            dir="auto",
            disabled=Rehearse.closed,
            class_name="chat-input",
        ),
        rx.el.button(
            rx.icon("send-horizontal", size=16, custom_attrs=HIDDEN),
            type="submit",
            aria_label=t("rehearse.send"),
            title=t("rehearse.send"),
            disabled=Rehearse.closed | Rehearse.thinking,
            class_name="chat-send",
        ),
        on_submit=Rehearse.say_it,
        reset_on_submit=True,
        class_name="chat-form",
    )
