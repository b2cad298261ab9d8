"""Channels: where contacts write from, and how each is connected."""

from typing import Any

import reflex as rx

from builder_ui.crud import add_button, change_and_remove, name_field, removal, submit
from builder_ui.state import shown_to
from builder_ui.states.channels import AccountRow, Channels, FieldRow, TypeRow
from builder_ui.template import (
    HIDDEN,
    channel_icon,
    copyable,
    dialog,
    empty,
    menu_button,
    menu_item,
    notice,
    page,
    waiting,
)
from builder_ui.words import t

# A secret nobody has to think up; it is shown while it is being set, so that it can be given to the platform.
RANDOM_TEXT = """(event) => {
  const input = event.currentTarget.parentElement.querySelector("input");
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  input.type = "text";
  input.value = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
  input.focus();
  input.select();
}"""


def channels() -> rx.Component:
    """The page of channels."""
    return page(
        t("channels.title"),
        rx.cond(
            Channels.loaded,
            rx.cond(Channels.rows.length() > 0, rx.el.ul(rx.foreach(Channels.rows, _row), class_name="cards"), _none()),
            waiting(),
        ),
        _choose(),
        _form(),
        _connect(),
        removal(Channels, t("channels.remove_title", name=Channels.leaving_name), t("channels.remove_text")),
        at="/channels",
        action=rx.cond(shown_to("edit_channels"), _add()),
    )


def _add() -> rx.Component:
    return add_button(t("channels.add"), Channels.begin)


def _none() -> rx.Component:
    return empty("cable", t("channels.none"), t("channels.none_text"), rx.cond(shown_to("edit_channels"), _add()))


def _row(row: rx.Var[AccountRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(channel_icon(row.channel), class_name="inbox-icon"),
        rx.el.div(
            rx.el.div(row.name, class_name="strong"),
            rx.el.div(row.title, class_name="small soft"),
            class_name="grow",
        ),
        rx.el.div(
            rx.cond(row.script != "", _labelled(row.script, t("channels.script"))),
            rx.cond(row.address != "", _labelled(row.address, t("channels.webhook"))),
            class_name="card-address",
        ),
        rx.el.label(
            rx.switch(
                checked=row.active,
                on_change=lambda active: Channels.switch(row.id, active),
                disabled=~shown_to("edit_channels"),
                aria_label=t("channels.switch", name=row.name),
            ),
            rx.el.span(rx.cond(row.active, t("channels.on"), t("channels.off")), class_name="switch-word"),
            class_name="row",
        ),
        menu_button(
            t("flows.acts_of", name=row.name),
            menu_item("plug", t("channels.how"), Channels.how_to_connect(row.id)),
            rx.cond(
                shown_to("edit_channels"),
                change_and_remove(
                    t("channels.change"), Channels.change(row.id), Channels.ask_to_remove(row.id, row.name)
                ),
            ),
        ),
        class_name="card card-row",
        key=row.id,
    )


def _labelled(text: Any, label: Any) -> rx.Component:
    return rx.el.div(rx.el.div(label, class_name="small soft"), copyable(text, label), class_name="labelled")


def _choose() -> rx.Component:
    return dialog(
        Channels.dialog == "choose",
        Channels.close,
        t("channels.which"),
        rx.el.div(rx.foreach(Channels.types, _type), class_name="stack"),
        width="520px",
    )


def _type(row: rx.Var[TypeRow]) -> rx.Component:
    return rx.el.button(
        rx.el.span(channel_icon(row.channel), class_name="inbox-icon"),
        rx.el.span(
            rx.el.span(row.title, class_name="strong"),
            rx.el.span(row.help, class_name="small soft"),
            class_name="stack",
        ),
        type="button",
        on_click=Channels.choose(row.channel),
        class_name="starter starter-row",
    )


def _form() -> rx.Component:
    return dialog(
        Channels.dialog == "form",
        Channels.close,
        Channels.kind_title,
        rx.el.form(
            rx.el.p(Channels.kind_help, class_name="soft"),
            rx.cond(Channels.fault != "", notice("bad", Channels.fault)),
            name_field("account-name", t("channels.name"), Channels.name, t("channels.name_help")),
            rx.foreach(Channels.fields, _field),
            submit(rx.cond(Channels.which != "", t("act.save"), t("channels.add"))),
            on_submit=Channels.save,
            class_name="stack loose",
        ),
        width="520px",
    )


def _field(row: rx.Var[FieldRow]) -> rx.Component:
    name = f"setting-{row.name}"
    attrs = {
        "aria-describedby": f"{name}-help",
        "aria-invalid": rx.cond(row.fault != "", "true", "false"),
    }
    control = rx.match(
        row.widget,
        (
            "switch",
            rx.el.label(
                rx.el.input(type="checkbox", id=name, name=name, default_checked=row.on, custom_attrs=attrs),
                row.title,
                class_name="row",
            ),
        ),
        (
            "lines",
            rx.el.textarea(
                id=name, name=name, rows="3", default_value=row.value, class_name="input code", custom_attrs=attrs
            ),
        ),
        ("secret", _secret(row, name, attrs)),
        (
            "number",
            rx.el.input(
                id=name, name=name, type="number", default_value=row.value, class_name="input", custom_attrs=attrs
            ),
        ),
        rx.el.input(id=name, name=name, default_value=row.value, class_name="input", custom_attrs=attrs),
    )
    return rx.el.div(
        rx.cond(row.widget != "switch", rx.el.label(row.title, html_for=name)),
        control,
        rx.cond(row.fault != "", rx.el.div(row.fault, class_name="small field-fault", role="alert")),
        rx.el.div(row.help, class_name="soft small", id=f"{name}-help"),
        class_name="field",
        key=row.name,
    )


def _secret(row: rx.Var[FieldRow], name: Any, attrs: dict[str, Any]) -> rx.Component:
    return rx.el.div(
        rx.el.input(
            id=name,
            name=name,
            type="password",
            auto_complete="new-password",
            default_value=row.value,
            placeholder=rx.cond(row.kept, t("channels.kept"), ""),
            class_name="input grow",
            custom_attrs=attrs,
        ),
        rx.cond(
            row.name == "secret",
            rx.el.button(
                rx.icon("dices", size=16, custom_attrs=HIDDEN),
                t("channels.make_secret"),
                type="button",
                class_name="quiet",
                custom_attrs={"onClick": rx.Var(RANDOM_TEXT)},
            ),
        ),
        class_name="row",
    )


def _connect() -> rx.Component:
    row = Channels.connect
    return dialog(
        Channels.dialog == "connect",
        Channels.close,
        t("channels.connect_title", name=row.name),
        rx.cond(
            row.script != "",
            rx.el.div(
                rx.el.p(t("channels.connect_script")),
                copyable(row.script, t("channels.script"), whole=True),
                rx.el.p(t("channels.connect_script_next"), class_name="soft"),
                class_name="section",
            ),
            rx.el.div(
                rx.el.p(t("channels.connect_webhook")),
                copyable(row.address, t("channels.webhook"), whole=True),
                rx.cond(
                    row.channel == "telegram",
                    rx.fragment(
                        rx.el.p(t("channels.connect_telegram"), class_name="soft"),
                        copyable(
                            f'curl "https://api.telegram.org/bot<TOKEN>/setWebhook" -d url={row.address} '
                            "-d secret_token=<SECRET>",
                            t("channels.command"),
                            whole=True,
                        ),
                    ),
                ),
                class_name="section",
            ),
        ),
        width="600px",
    )
