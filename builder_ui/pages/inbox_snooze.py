"""Putting a conversation off: until when, and what is told of one that is put off."""

from typing import Any

import reflex as rx

from builder_ui.crud import submit
from builder_ui.states.inbox import Inbox
from builder_ui.template import HIDDEN, dialog, field, menu_item, notice
from builder_ui.wording import coming
from builder_ui.words import t

HOUR = 3_600_000
"""Milliseconds."""

# Days by the calendar of the browser, so that nine o'clock is nine also where the clocks change between.
AT_NINE = "((day) => {{ day.setDate(day.getDate() + {days}); day.setHours(9, 0, 0, 0); return day; }})(new Date())"
TOMORROW = AT_NINE.format(days=1)
MONDAY = AT_NINE.format(days="(((8 - day.getDay()) % 7) || 7)")
# On a Sunday the two above are one moment.
MONDAY_IS_LATER: rx.Var[bool] = rx.Var("(new Date().getDay() !== 0)", _var_type=bool)

# What the field of day and time holds, as a moment with its zone.
CHOSEN = """((text) => {
  const at = new Date(text);
  return text && !isNaN(at) ? at.toISOString() : "";
})(document.getElementById("snooze-at").value)"""

# A moment as that field takes it: the browser's own day and time without a zone.
AS_FIELD = "((at) => new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16))({at})"


def snooze_menu() -> rx.Component:
    """The button that puts the open conversation off, with the times that are wanted most."""
    button = rx.button(
        rx.icon("alarm-clock", size=16, custom_attrs=HIDDEN),
        rx.el.span(t("inbox.snooze")),
        id="snooze",
        variant="soft",
        color_scheme="gray",
        high_contrast=True,
        aria_label=t("inbox.snooze"),
        title=t("inbox.snooze"),
    )
    return rx.menu.root(
        rx.menu.trigger(button),
        rx.menu.content(
            rx.el.div(t("inbox.snooze_head"), class_name="menu-head small soft"),
            menu_item("clock-1", t("inbox.in_1_hour"), Inbox.snooze(_moment(f"new Date(Date.now() + {HOUR})"))),
            menu_item("clock-3", t("inbox.in_3_hours"), Inbox.snooze(_moment(f"new Date(Date.now() + {3 * HOUR})"))),
            menu_item("sunrise", t("inbox.tomorrow_at_9"), Inbox.snooze(_moment(TOMORROW))),
            rx.cond(
                MONDAY_IS_LATER,
                menu_item("calendar", t("inbox.monday_at_9"), Inbox.snooze(_moment(MONDAY))),
            ),
            rx.menu.separator(),
            menu_item("calendar-clock", t("inbox.pick_time"), Inbox.choose_time),
            size="1",
            lang=rx.cond(Inbox.zh, "zh-CN", "en"),
        ),
        modal=False,
    )


def choose_time() -> rx.Component:
    """The dialog that asks for another day and time."""
    return dialog(
        Inbox.choosing,
        Inbox.choose_no_time,
        t("inbox.pick_title"),
        rx.el.form(
            field(
                t("inbox.pick_field"),
                rx.el.input(
                    id="snooze-at",
                    type="datetime-local",
                    default_value=rx.Var(AS_FIELD.format(at=TOMORROW)),
                    min=rx.Var(AS_FIELD.format(at="new Date()")),
                    required=True,
                    class_name="input",
                    custom_attrs={"aria-describedby": "snooze-at-help"},
                ),
                "snooze-at",
                t("inbox.snooze_help"),
            ),
            rx.cond(
                Inbox.snooze_fault != "",
                rx.el.div(Inbox.snooze_fault, class_name="small field-fault", role="alert"),
            ),
            submit(t("inbox.snooze")),
            on_submit=lambda _: Inbox.snooze_until(rx.Var(CHOSEN)),
            class_name="stack loose",
        ),
        width="380px",
    )


def put_off() -> rx.Component:
    """What is told of the open conversation while it is put off."""
    when: Any = rx.el.span(coming(Inbox.talk.until), class_name="strong")
    return notice("plain", rx.el.span(t("inbox.comes_back")), " ", when, t("inbox.or_sooner"))


def _moment(script: str) -> rx.Var[str]:
    return rx.Var(f"({script}).toISOString()", _var_type=str)
