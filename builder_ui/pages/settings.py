"""Settings: oneself, how the screens look, the team, and programs' tokens."""

from typing import Any

import reflex as rx
from reflex.style import color_mode, set_color_mode

from builder_ui.crud import add_button, name_field, submit
from builder_ui.pages.hours import hours_link
from builder_ui.pages.services import services
from builder_ui.state import State, shown_to
from builder_ui.states.settings import PersonRow, Settings, TokenRow
from builder_ui.template import (
    HIDDEN,
    THEMES,
    confirm,
    copyable,
    dialog,
    field,
    menu_button,
    menu_item,
    notice,
    page,
    sign_out,
)
from builder_ui.words import LANGUAGES, t

ROLE_WORDS = {
    "owner": "role.owner",
    "admin": "role.admin",
    "builder": "role.builder",
    "agent": "role.agent",
    "viewer": "role.viewer",
}


def settings() -> rx.Component:
    """The settings page."""
    return page(
        t("settings.title"),
        rx.el.div(
            _me(),
            _looks(),
            services(),
            hours_link(),
            rx.cond(shown_to("manage_people"), _people()),
            rx.cond(shown_to("manage_tokens"), _tokens()),
            class_name="narrow",
        ),
        _new_password(),
        _new_person(),
        _new_token(),
        confirm(
            Settings.leaving != "",
            Settings.keep,
            t("settings.revoke_title", name=Settings.leaving_name),
            t("settings.revoke_text"),
            t("settings.revoke"),
            Settings.revoke,
        ),
        at="/settings",
    )


def role_in_words(role: Any) -> Any:
    """A role as people call it."""
    return rx.match(role, *((name, t(key)) for name, key in ROLE_WORDS.items()), role)


def _me() -> rx.Component:
    return rx.el.section(
        rx.el.h2(t("settings.me")),
        rx.el.form(
            field(
                t("settings.name"),
                rx.el.input(
                    id="my-name",
                    name="name",
                    default_value=State.person_name,
                    max_length=120,
                    required=True,
                    class_name="input",
                ),
                "my-name",
            ),
            rx.button(t("act.save"), type="submit", variant="soft"),
            on_submit=Settings.rename,
            class_name="row me-name",
        ),
        _fact(t("sign_in.email"), State.person_email),
        _fact(t("settings.role"), role_in_words(State.person_role)),
        rx.el.div(
            _quiet("key-round", t("settings.change_password"), Settings.ask_for("password")),
            _quiet("log-out", t("frame.sign_out"), sign_out()),
            class_name="row wrap quiet-row",
        ),
        class_name="card section",
    )


def _fact(name: Any, value: Any) -> rx.Component:
    return rx.el.div(rx.el.span(name, class_name="soft"), rx.el.span(value), class_name="setting")


def _quiet(icon: str, name: Any, event: Any) -> rx.Component:
    return rx.el.button(
        rx.icon(icon, size=16, custom_attrs=HIDDEN), name, type="button", on_click=event, class_name="quiet"
    )


def _looks() -> rx.Component:
    languages = [
        (name, State.choose_language(code), State.zh if code == "zh" else ~State.zh) for code, name in LANGUAGES
    ]
    themes = [(t(key), set_color_mode(mode), color_mode == mode) for mode, _, key in THEMES]
    return rx.el.section(
        rx.el.h2(t("settings.looks")),
        _choice(t("frame.language"), languages),
        _choice(t("frame.theme"), themes),
        class_name="card section",
    )


def _choice(label: Any, options: list[tuple[Any, Any, Any]]) -> rx.Component:
    buttons = (
        rx.el.button(
            name, type="button", on_click=event, custom_attrs={"aria-pressed": rx.cond(chosen, "true", "false")}
        )
        for name, event, chosen in options
    )
    group = rx.el.div(*buttons, class_name="choice", role="group", aria_label=label)
    return rx.el.div(rx.el.span(label, class_name="soft"), group, class_name="setting")


def _section(title: Any, help_text: Any, add: Any, event: Any, *content: rx.Component) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(title, class_name="grow"),
            add_button(add, event, variant="soft"),
            class_name="row",
        ),
        rx.el.p(help_text, class_name="soft"),
        *content,
        class_name="card section",
    )


def _people() -> rx.Component:
    return _section(
        t("settings.people"),
        t("settings.people_help"),
        t("settings.add_person"),
        Settings.ask_for("person"),
        rx.el.ul(rx.foreach(Settings.people, _person), class_name="lines-list"),
    )


def _person(row: rx.Var[PersonRow]) -> rx.Component:
    role = rx.el.select(
        rx.foreach(Settings.roles, lambda name: rx.el.option(role_in_words(name), value=name)),
        value=row.role,
        on_change=lambda value: Settings.change_role(row.id, value),
        aria_label=t("settings.role_of", name=row.name),
        class_name="input small-select",
    )
    acts = menu_button(
        t("flows.acts_of", name=row.name),
        menu_item("key-round", t("settings.reset_password"), Settings.reset_password(row.id, row.email)),
        rx.cond(
            row.active,
            menu_item("user-round-x", t("settings.disable"), Settings.switch(row.id, False), color_scheme="red"),
            menu_item("user-round-check", t("settings.enable"), Settings.switch(row.id, True)),
        ),
    )
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                row.name,
                rx.cond(row.me, rx.el.span(t("settings.you"), class_name="chip")),
                rx.cond(~row.active, rx.el.span(t("settings.disabled"), class_name="chip chip-bad")),
                class_name="strong row",
            ),
            rx.el.div(row.email, class_name="small soft clip"),
            class_name="grow",
        ),
        rx.cond(row.within & ~row.me, role, rx.el.span(role_in_words(row.role), class_name="soft")),
        rx.cond(row.within & ~row.me, acts, rx.el.span(class_name="icon-room")),
        key=row.id,
    )


def _tokens() -> rx.Component:
    return _section(
        t("settings.tokens"),
        t("settings.tokens_help"),
        t("settings.add_token"),
        Settings.ask_for("token"),
        rx.cond(
            Settings.tokens.length() > 0,
            rx.el.ul(rx.foreach(Settings.tokens, _token), class_name="lines-list"),
        ),
    )


def _token(row: rx.Var[TokenRow]) -> rx.Component:
    used = rx.cond(row.used != "", t("settings.used", ago=row.used), t("settings.never_used"))
    return rx.el.li(
        rx.el.div(
            rx.el.div(row.name, class_name="strong"),
            rx.el.div(t("settings.token_made", ago=row.made), " · ", used, class_name="small soft"),
            class_name="grow",
        ),
        rx.el.span(role_in_words(row.role), class_name="soft"),
        rx.el.button(
            t("settings.revoke"),
            type="button",
            class_name="quiet quiet-bad",
            on_click=Settings.ask_to_remove(row.id, row.name),
            aria_label=t("settings.revoke_title", name=row.name),
        ),
        key=row.id,
    )


def _new_password() -> rx.Component:
    return dialog(
        Settings.dialog == "password",
        Settings.close,
        t("settings.change_password"),
        rx.el.form(
            field(t("settings.old_password"), _password("old", "current-password"), "old"),
            field(t("settings.new_password"), _password("new", "new-password"), "new", t("settings.password_help")),
            submit(t("act.save")),
            on_submit=Settings.change_password,
            class_name="stack loose",
        ),
    )


def _password(name: str, complete: str) -> rx.Component:
    return rx.el.input(id=name, name=name, type="password", auto_complete=complete, required=True, class_name="input")


def _new_person() -> rx.Component:
    return dialog(
        Settings.dialog == "person",
        Settings.close,
        rx.cond(Settings.made != "", t("settings.pass_on"), t("settings.add_person")),
        rx.cond(
            Settings.made != "",
            _shown_once(t("settings.person_made", email=Settings.made_for), t("sign_in.password")),
            rx.el.form(
                name_field("person-name", t("settings.name")),
                field(
                    t("sign_in.email"),
                    rx.el.input(
                        id="person-email", name="email", type="email", max_length=254, required=True, class_name="input"
                    ),
                    "person-email",
                ),
                _role_field("person-role", "agent"),
                submit(t("settings.add_person")),
                on_submit=Settings.add_person,
                class_name="stack loose",
            ),
        ),
    )


def _new_token() -> rx.Component:
    return dialog(
        Settings.dialog == "token",
        Settings.close,
        t("settings.add_token"),
        rx.cond(
            Settings.made != "",
            _shown_once(t("settings.token_once", name=Settings.made_for), t("settings.token")),
            rx.el.form(
                name_field("token-name", t("settings.token_name"), help_text=t("settings.token_name_help")),
                _role_field("token-role", "builder"),
                submit(t("settings.add_token")),
                on_submit=Settings.create_token,
                class_name="stack loose",
            ),
        ),
    )


def _role_field(name: str, first: str) -> rx.Component:
    return field(
        t("settings.role"),
        rx.el.select(
            rx.foreach(Settings.roles, lambda role: rx.el.option(role_in_words(role), value=role)),
            id=name,
            name="role",
            default_value=first,
            class_name="input",
        ),
        name,
        t("settings.role_help"),
    )


def _shown_once(text: Any, label: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(text),
        copyable(Settings.made, label, whole=True),
        notice("warn", t("settings.only_once")),
        class_name="section",
    )
