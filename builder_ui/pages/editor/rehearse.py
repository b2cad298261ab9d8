"""The simulator: a chat with the draft, who is writing above it, and what can happen next beneath it."""

from typing import Any

import reflex as rx

from builder_ui.effect import effect, happens
from builder_ui.pages.editor import rehearse_hand
from builder_ui.pages.editor.rehearse_chat import chat_class, exchange
from builder_ui.pages.editor.rehearse_who import popover, who
from builder_ui.states.rehearse import Rehearse
from builder_ui.template import HIDDEN, icon_button
from builder_ui.words import t

# Keys of the chat: the arrow up in the empty field says the last turn anew, Alt with a number taps a choice.
KEYS = """
useEffect(() => {
  const press = (event) => {
    const chat = document.getElementById("rehearsal-chat");
    if (!chat || !chat.offsetParent || event.isComposing) return;
    const field = event.target.closest(".chat-form .chat-input");
    if (event.key === "ArrowUp" && field && !field.value) {
      event.preventDefault();
      (%s)();
    } else if (event.key === "Escape" && event.target.closest(".chat-instead")) {
      event.preventDefault();
      event.target.closest(".chat-instead").querySelector("[data-leave]").click();
    } else if (event.altKey && /^Digit[1-9]$/.test(event.code)) {
      const offered = [...chat.querySelectorAll(".chat-answer")].filter((one) => one.querySelector("[data-choice]"));
      const choice = offered.at(-1)?.querySelector(`[data-choice="${event.code.at(-1)}"]`);
      if (choice) { event.preventDefault(); choice.click(); }
    }
  };
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}, []);
"""


def content() -> rx.Component:
    """The rehearsal's tab."""
    last = happens(Rehearse.edit_turn(-1))
    return rx.el.div(
        who(),
        _news(),
        # It follows what is said, unless the reader has scrolled away.
        rx.auto_scroll(
            rx.cond(Rehearse.begun, rx.fragment(), _begin()),
            rx.el.ol(rx.foreach(Rehearse.exchanges, exchange), class_name="chat-steps"),
            rx.cond(
                Rehearse.thinking,
                rx.el.p(rx.spinner(size="1"), t("rehearse.thinking"), class_name="chat-note", role="status"),
            ),
            rx.el.div(_standing(), class_name="chat-standing"),
            id="rehearsal-chat",
            class_name=chat_class(),
            role="log",
            aria_label=t("rehearse.chat"),
        ),
        _total(),
        _field(),
        rehearse_hand.dialog(),
        effect(KEYS % last, last),
        on_mount=Rehearse.prepare,
        class_name="rehearsal",
    )


def _news() -> rx.Component:
    """What one should know before going on: the flow was changed, inputs were left out, which try this is."""

    def again(words: Any, act: Any, role: str) -> rx.Component:
        return rx.el.div(
            rx.el.span(words),
            rx.el.button(act, type="button", on_click=Rehearse.play_again, class_name="small-button"),
            role=role,
            class_name="rehearsal-news",
        )

    return rx.fragment(
        rx.cond(Rehearse.stale, again(t("rehearse.changed"), t("rehearse.play_again"), "status")),
        rx.cond(Rehearse.broken & ~Rehearse.thinking, again(t("rehearse.broken"), t("rehearse.try_again"), "alert")),
        rx.cond(
            Rehearse.dropped > 0,
            rx.el.p(t("rehearse.dropped", n=Rehearse.dropped), role="status", class_name="rehearsal-news"),
        ),
        rx.cond(
            Rehearse.tries > 1,
            rx.el.div(
                rx.el.span(t("rehearse.tries", n=Rehearse.tries, attempt=Rehearse.attempt)),
                rx.el.span(class_name="grow"),
                icon_button(
                    "arrow-left", t("rehearse.try_before"), Rehearse.see_try(-1), disabled=Rehearse.attempt <= 1
                ),
                icon_button(
                    "arrow-right",
                    t("rehearse.try_after"),
                    Rehearse.see_try(1),
                    disabled=Rehearse.attempt >= Rehearse.tries,
                ),
                class_name="rehearsal-tries",
            ),
        ),
    )


def _begin() -> rx.Component:
    return rx.el.div(
        rx.icon("message-circle-more", size=24, class_name="soft", custom_attrs=HIDDEN),
        rx.el.h2(t("rehearse.empty")),
        rx.el.p(t("rehearse.empty_help"), class_name="soft"),
        rx.cond(Rehearse.ignorant, rx.el.p(t("rehearse.ignorant"), class_name="soft")),
        rx.button(t("rehearse.open"), on_click=Rehearse.open_chat, size="2"),
        class_name="chat-begin",
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
            Rehearse.begun & ~Rehearse.closed,
            rx.el.div(
                rx.cond(
                    Rehearse.limit != "",
                    _act("fast-forward", t("rehearse.skip", limit=Rehearse.limit), Rehearse.skip),
                ),
                _passing(),
                class_name="chat-choices",
            ),
        ),
    )


def _passing() -> rx.Component:
    """Let time pass: an hour, the night, until it opens, or as long as one says."""

    def one(label: Any, what: str) -> rx.Component:
        return rx.popover.close(
            rx.el.button(label, type="button", on_click=Rehearse.pass_time(what), class_name="row-button who-option")
        )

    return popover(
        _act("clock", t("rehearse.pass"), None),
        t("rehearse.pass"),
        rx.el.div(
            rx.cond(Rehearse.hours != "", one(Rehearse.hours, "hours")),
            one(t("rehearse.pass_hour"), "hour"),
            one(t("rehearse.pass_morning"), "morning"),
            class_name="who-options",
        ),
        rx.el.form(
            rx.el.input(
                name="number",
                type="number",
                min=1,
                default_value="2",
                aria_label=t("rehearse.pass_number"),
                class_name="input",
            ),
            rx.el.select(
                rx.el.option(t("rehearse.minutes"), value="minutes"),
                rx.el.option(t("rehearse.hours"), value="hours"),
                rx.el.option(t("rehearse.days"), value="days"),
                name="unit",
                default_value="hours",
                aria_label=t("rehearse.pass_unit"),
                class_name="input",
            ),
            rx.popover.close(rx.el.button(t("rehearse.pass_go"), type="submit", class_name="chat-act")),
            on_submit=Rehearse.pass_so_long,
            class_name="pass-form",
        ),
    )


def _act(icon: str, label: Any, event: Any) -> rx.Component:
    return rx.el.button(
        rx.icon(icon, size=16, custom_attrs=HIDDEN),
        label,
        type="button",
        class_name="chat-act",
        **({} if event is None else {"on_click": event}),
    )


def _total() -> rx.Component:
    """All that would have been done, in one place: none of it was."""
    return rx.cond(
        Rehearse.done.length() > 0,
        rx.el.details(
            rx.el.summary(t("doing.total", n=Rehearse.done.length())),
            rx.el.ul(rx.foreach(Rehearse.done, lambda one: rx.el.li(one)), class_name="doing"),
            class_name="rehearsal-total",
        ),
    )


def _attach() -> rx.Component:
    def one(icon: str, kind: str, name: str) -> rx.Component:
        return rx.popover.close(
            rx.el.button(
                rx.icon(icon, size=16, custom_attrs=HIDDEN),
                rx.el.span(t(f"attach.{kind}")),
                type="button",
                on_click=Rehearse.attach(kind, name),
                class_name="row-button who-option",
            )
        )

    return popover(
        icon_button("paperclip", t("attach.title"), disabled=Rehearse.closed),
        t("attach.title"),
        rx.el.p(t("attach.help"), class_name="soft who-help"),
        rx.el.div(
            one("image", "image", "photo.jpg"),
            one("mic", "audio", "voice.ogg"),
            one("video", "video", "clip.mp4"),
            one("file-text", "file", "invoice.pdf"),
            class_name="who-options",
        ),
        width="280px",
    )


def _field() -> rx.Component:
    return rx.el.form(
        icon_button("rotate-ccw", t("rehearse.restart"), Rehearse.restart),
        _attach(),
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
