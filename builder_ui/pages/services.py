"""A part of the settings: the shop's own systems that flows may ask."""

from typing import Any

import reflex as rx

from builder_ui.crud import add_button, change_and_remove, name_field, removal, submit
from builder_ui.state import shown_to
from builder_ui.states.services import ServiceRow, Services
from builder_ui.template import chip, dialog, field, menu_button, notice
from builder_ui.words import t


def services() -> rx.Component:
    """The list of services with its dialogs, for those who may see it."""
    return rx.cond(shown_to("see_services"), _section())


def _section() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(t("services.title"), class_name="grow"),
            rx.cond(shown_to("edit_services"), add_button(t("services.add"), Services.begin(""), variant="soft")),
            class_name="row",
        ),
        rx.el.p(t("services.help"), class_name="soft"),
        rx.cond(
            Services.rows.length() > 0,
            rx.el.ul(rx.foreach(Services.rows, _row), class_name="lines-list"),
        ),
        _form(),
        removal(Services, t("services.remove_title", name=Services.leaving_name), t("services.remove_text")),
        on_mount=Services.load,
        class_name="card section",
    )


def _row(row: rx.Var[ServiceRow]) -> rx.Component:
    acts = menu_button(
        t("flows.acts_of", name=row.name),
        change_and_remove(t("services.change"), Services.begin(row.id), Services.ask_to_remove(row.id, row.name)),
    )
    return rx.el.li(
        rx.el.div(
            rx.el.div(row.name, class_name="strong"),
            rx.el.div(row.address, class_name="small soft clip"),
            class_name="grow",
        ),
        rx.el.div(rx.foreach(row.secrets, lambda name: chip(name, icon="key-round")), class_name="row wrap"),
        rx.cond(shown_to("edit_services"), acts),
        key=row.id,
    )


def _form() -> rx.Component:
    row = Services.shown
    return dialog(
        Services.open,
        Services.close,
        rx.cond(row.id != "", t("services.change"), t("services.add")),
        rx.el.form(
            rx.cond(Services.fault != "", notice("bad", Services.fault)),
            name_field("service-name", t("services.name"), row.name, t("services.name_help")),
            field(
                t("services.address"),
                rx.el.input(
                    id="service-address",
                    name="address",
                    type="url",
                    default_value=row.address,
                    max_length=500,
                    required=True,
                    placeholder="https://api.shop.example/v2",
                    class_name="input",
                ),
                "service-address",
                rx.cond(row.secrets.length() > 0, t("services.address_help_secrets"), t("services.address_help")),
            ),
            rx.foreach(row.secrets, _secret),
            rx.el.div(
                field(
                    t("services.new_secret"),
                    rx.el.input(
                        id="service-new-secret",
                        name="new_secret",
                        max_length=64,
                        pattern="[a-z][a-z0-9_]*",
                        placeholder="api_key",
                        auto_complete="off",
                        class_name="input",
                    ),
                    "service-new-secret",
                ),
                field(
                    t("services.secret_text"),
                    _hidden_text("service-new-secret-text", "new_secret_value", "Bearer …"),
                    "service-new-secret-text",
                ),
                class_name="pair",
            ),
            rx.el.p(t("services.secrets_help"), class_name="small soft"),
            submit(rx.cond(row.id != "", t("act.save"), t("services.add"))),
            on_submit=Services.save,
            class_name="stack loose",
        ),
        width="520px",
    )


def _secret(name: rx.Var[str]) -> rx.Component:
    which = f"secret-{name}"
    return rx.el.div(
        rx.el.label(t("services.secret", name=name), html_for=which),
        rx.el.div(
            rx.el.div(_hidden_text(which, which, t("channels.kept")), class_name="grow"),
            rx.el.label(
                rx.el.input(type="checkbox", name=f"without-{name}"),
                t("services.take_away"),
                class_name="row small",
            ),
            class_name="row",
        ),
        class_name="field",
        key=name,
    )


def _hidden_text(which: Any, name: Any, placeholder: Any) -> rx.Component:
    return rx.el.input(
        id=which,
        name=name,
        type="password",
        auto_complete="new-password",
        placeholder=placeholder,
        max_length=4000,
        class_name="input",
    )
