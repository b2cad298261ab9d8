"""Settings, Hours: when the shop's teams are there."""

from typing import Any

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink

from builder_ui.crud import add_button, change_and_remove, name_field, removal, submit
from builder_ui.form.team_hours import team_hours
from builder_ui.state import shown_to
from builder_ui.states.hours import HoursRow, HoursState
from builder_ui.template import HIDDEN, chip, dialog, empty, menu_button, notice, page, waiting
from builder_ui.words import t

PATH = "/settings/hours"


def hours() -> rx.Component:
    """The page of hours."""
    return page(
        t("hours.title"),
        rx.cond(HoursState.loaded, _list(), waiting()),
        _form(),
        removal(
            HoursState,
            t("hours.remove_title", name=HoursState.leaving_name),
            rx.cond(
                HoursState.leaving_used != "",
                t("hours.remove_used", flows=HoursState.leaving_used),
                t("hours.remove_unused"),
            ),
        ),
        at="/settings",
        needs="see_hours",
        action=rx.cond(shown_to("edit_hours"), _add()),
    )


def hours_link() -> rx.Component:
    """The way there from the settings, for those who may see hours."""
    return rx.cond(
        shown_to("see_hours"),
        rx.el.section(
            rx.el.h2(t("hours.title")),
            rx.el.p(t("hours.help"), class_name="soft"),
            _link("clock", t("hours.open_page"), PATH),
            class_name="card section",
        ),
    )


def _link(icon: str, name: Any, path: str) -> rx.Component:
    link = ReactRouterLink.create(rx.icon(icon, size=16, custom_attrs=HIDDEN), name, to=path, class_name="quiet")
    return rx.el.div(link, class_name="row quiet-row")


def _add() -> rx.Component:
    return add_button(t("hours.add"), HoursState.begin(""))


def _list() -> rx.Component:
    back = _link("arrow-left", t("settings.title"), "/settings")
    return rx.cond(
        HoursState.rows.length() > 0,
        rx.el.div(
            back,
            rx.el.section(
                rx.el.p(t("hours.help"), class_name="soft"),
                rx.el.ul(rx.foreach(HoursState.rows, _row), class_name="lines-list"),
                class_name="card section",
            ),
            class_name="narrow",
        ),
        rx.fragment(
            back,
            empty("clock", t("hours.none"), t("hours.none_help"), rx.cond(shown_to("edit_hours"), _add())),
        ),
    )


def _row(row: rx.Var[HoursRow]) -> rx.Component:
    acts = menu_button(
        t("flows.acts_of", name=row.name),
        change_and_remove(t("hours.change"), HoursState.begin(row.id), HoursState.ask_to_remove(row.id)),
    )
    used = rx.cond(
        row.used != "", rx.el.div(t("hours.used_by", flows=row.used), class_name="small soft"), rx.fragment()
    )
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                row.name,
                rx.cond(row.now != "", rx.cond(row.open, chip(row.now, "good"), chip(row.now)), rx.fragment()),
                class_name="strong row wrap",
            ),
            rx.el.div(row.week),
            rx.el.div(row.details, class_name="small soft"),
            used,
            class_name="grow",
        ),
        rx.cond(shown_to("edit_hours"), acts),
        key=row.id,
    )


def _form() -> rx.Component:
    row = HoursState.shown
    return dialog(
        HoursState.open,
        HoursState.close,
        rx.cond(row.id != "", t("hours.change"), t("hours.add")),
        rx.el.div(
            rx.cond(HoursState.fault != "", notice("bad", HoursState.fault)),
            # Apart from the hours, in which Enter takes a line and must not save all of it.
            rx.el.form(
                name_field("hours-name", t("hours.name"), row.name, t("hours.name_help")),
                id="hours-form",
                on_submit=HoursState.save,
            ),
            team_hours(hours=HoursState.hours, lists=HoursState.lists, on_hours=HoursState.put),
            submit(rx.cond(row.id != "", t("act.save"), t("hours.add")), form="hours-form"),
            class_name="stack loose",
        ),
        width="560px",
    )
