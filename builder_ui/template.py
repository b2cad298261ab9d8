"""The frame of every screen: the rail, the title with its one main action, and the parts that screens share."""

from collections.abc import Callable
from typing import Any, Literal

import reflex as rx
from reflex.event import EventSpec
from reflex.style import set_color_mode
from reflex_components_core.react_router.dom import ReactRouterLink

from builder_ui.focus import first_field, given_back, remembered
from builder_ui.state import ON_LOAD, State, shown_to
from builder_ui.words import LANGUAGES, t
from server.channels import channel_types
from server.permissions import Permission

# Key of the name, icon, path, and the permission without which it is not shown.
RAIL: tuple[tuple[str, str, str, Permission], ...] = (
    ("rail.flows", "workflow", "/flows", "see_flows"),
    ("rail.inbox", "inbox", "/inbox", "see_conversations"),
    ("rail.knowledge", "book-open", "/knowledge", "see_knowledge"),
    ("rail.channels", "cable", "/channels", "see_channels"),
    ("rail.operations", "activity", "/operations", "operate"),
    ("rail.settings", "settings", "/settings", "be_signed_in"),
)

THEMES: tuple[tuple[Literal["light", "dark", "system"], str, str], ...] = (
    ("light", "sun", "theme.light"),
    ("dark", "moon", "theme.dark"),
    ("system", "monitor", "theme.system"),
)

# Their names are brands elsewhere; these are ours to translate.
CHANNEL_WORDS = {"webwidget": "channel.webwidget", "api": "channel.api"}

HIDDEN = {"aria-hidden": "true"}

STYLESHEETS = (
    "/tokens.css",
    "/frame.css",
    "/buttons.css",
    "/parts.css",
    "/inbox.css",
    "/conversation.css",
    "/flows.css",
    "/knowledge.css",
    "/operations.css",
    "/editor.css",
    "/rehearse.css",
    "/visitor.css",
    "/chat.css",
    "/cases.css",
    "/together.css",
)


def page(
    title: rx.Var[str] | str,
    *content: rx.Component,
    at: str,
    needs: Permission | None = None,
    action: rx.Component | None = None,
    bare: bool = False,
) -> rx.Component:
    """A screen within the frame.

    `at` is its place in the rail, such as "/flows", and `needs` the permission to see it, that of its place if none is
    given; `action` stands at the top right. A `bare` screen fills the room beside the rail by itself, without head and
    margins, and brings its own h1.
    """
    inner = content if bare else (_head(title, action), rx.el.div(*content, class_name="page-body"))
    needed = needs or next((permission for _, _, path, permission in RAIL if path == at), None)
    if needed is not None:
        refused = empty("lock", t("error.not_permitted"), t("error.ask_admin"))
        refusal = rx.fragment(rx.el.h1(title, class_name="hidden-text"), refused)
        inner = (rx.cond(shown_to(needed), rx.fragment(*inner), refusal),)
    return rx.el.div(
        rx.cond(
            State.ready,
            rx.el.div(
                rail(at),
                rx.el.main(*inner, id="main", tab_index=-1, class_name="page page-bare" if bare else "page"),
                class_name="frame",
            ),
            rx.el.main(rx.el.h1("Parley", class_name="hidden-text"), waiting(), class_name="page"),
        ),
        remembered(),
        lang=language_tag(),
    )


def language_tag() -> rx.Var[str]:
    """The language of the screens as HTML names it; it also chooses the shapes of Chinese characters."""
    return rx.cond(State.zh, "zh-CN", "en")


def _head(title: rx.Var[str] | str, action: rx.Component | None) -> rx.Component:
    return rx.el.header(rx.el.h1(title), *([action] if action else []), class_name="page-head")


def rail(at: str) -> rx.Component:
    """The way to every other screen; at its foot language, theme and oneself."""
    return rx.el.nav(
        rx.el.a(t("frame.skip"), href="#main", class_name="skip"),
        rx.el.div(mark(), class_name="rail-mark"),
        *(rx.cond(shown_to(permission), _rail_link(key, icon, path, at)) for key, icon, path, permission in RAIL),
        rx.el.div(class_name="rail-gap"),
        rx.el.div(language_menu(), theme_menu(), person_menu(), class_name="rail-foot"),
        class_name="rail",
        aria_label=t("frame.rail"),
    )


def _rail_link(key: str, icon: str, path: str, at: str) -> rx.Component:
    current = {"aria-current": "page"} if path == at else {}
    count = (
        rx.cond(
            State.waiting_count > 0,
            rx.el.span(
                State.waiting_count, class_name="rail-count", aria_label=t("frame.waiting", n=State.waiting_count)
            ),
        )
        if path == "/inbox"
        else rx.fragment()
    )
    return ReactRouterLink.create(
        rx.icon(icon, size=20, custom_attrs=HIDDEN),
        t(key),
        count,
        to=path,
        class_name="rail-item",
        custom_attrs=current,
    )


def mark(size: int = 32) -> rx.Component:
    """The mark of Parley: two speech bubbles that meet."""
    return rx.el.svg(
        rx.el.path(
            d="M5 3h11a3 3 0 0 1 3 3v5a3 3 0 0 1-3 3h-5l-5 4v-4H5a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3z",
            fill="var(--accent)",
        ),
        rx.el.path(
            d="M22 9v5.5a3 3 0 0 1-3 3v3.5l-4.5-3.5H12",
            stroke="var(--accent)",
            stroke_width="1.8",
            stroke_linecap="round",
            stroke_linejoin="round",
            fill="none",
        ),
        view_box="0 0 24 24",
        width=str(size),
        height=str(size),
        custom_attrs={"aria-hidden": "true"},
    )


def language_menu() -> rx.Component:
    """The languages of the screens, each named in itself."""
    items = (rx.menu.item(name, on_select=State.choose_language(code), lang=code) for code, name in LANGUAGES)
    return foot_menu("languages", rx.cond(State.zh, "中文", "English"), t("frame.language"), *items)


def theme_menu() -> rx.Component:
    """Light, dark, or as the system is."""
    items = (rx.menu.item(rx.icon(icon, size=16), t(key), on_select=set_color_mode(mode)) for mode, icon, key in THEMES)
    return foot_menu("sun-moon", t("frame.theme"), t("frame.theme_choose"), *items)


def person_menu() -> rx.Component:
    """Who is signed in, and the way out."""
    return foot_menu(
        "circle-user-round",
        State.person_name,
        t("frame.me"),
        rx.el.div(
            rx.el.div(State.person_name, class_name="strong"),
            rx.el.div(State.person_email, class_name="soft small"),
            class_name="menu-head",
        ),
        rx.menu.separator(),
        rx.menu.item(rx.icon("log-out", size=16), t("frame.sign_out"), on_select=sign_out()),
    )


def sign_out() -> EventSpec:
    """End the session at the server, then leave for the sign-in page on a new connection."""
    return rx.call_script("fetch('/api/session', {method: 'DELETE'}).finally(() => location.assign('/sign-in'))")


def foot_menu(icon: str, name: Any, label: Any, *items: rx.Component) -> rx.Component:
    """A button in the look of the rail that opens a menu; `label` says what the menu is for."""
    button = rx.el.button(
        rx.icon(icon, size=20, custom_attrs=HIDDEN),
        rx.el.span(name, class_name="clip", style={"max_width": "100%"}),
        class_name="rail-item",
        type="button",
        title=label,
    )
    return rx.menu.root(rx.menu.trigger(button), rx.menu.content(*items, size="1"), modal=False)


def waiting(label: rx.Var[str] | None = None) -> rx.Component:
    """Shown while something loads; what is quicker than a quarter of a second shows nothing."""
    return rx.el.div(
        rx.spinner(size="3"),
        *([rx.el.span(label)] if label is not None else []),
        class_name="wait",
        role="status",
        custom_attrs={"aria-busy": "true"},
    )


def empty(icon: str, title: Any, text: Any, *actions: rx.Component) -> rx.Component:
    """An empty screen that says what to do."""
    return rx.el.div(
        rx.icon(icon, size=32, custom_attrs=HIDDEN), rx.el.h2(title), rx.el.p(text), *actions, class_name="empty"
    )


def notice(kind: str, *content: Any) -> rx.Component:
    """A lasting message on the page; `kind` is plain, warn or bad."""
    icon = {"plain": "info", "warn": "triangle-alert", "bad": "circle-alert"}[kind]
    return rx.el.div(
        rx.icon(icon, size=16, custom_attrs=HIDDEN),
        rx.el.div(*content),
        class_name=f"notice notice-{kind}",
        role="alert" if kind == "bad" else "status",
    )


def field(label: Any, control: rx.Component, name: str, help_text: Any = None) -> rx.Component:
    """A labelled field; `control` has the id `name`."""
    helped = [rx.el.div(help_text, class_name="soft small", id=f"{name}-help")] if help_text is not None else []
    return rx.el.div(rx.el.label(label, html_for=name), control, *helped, class_name="field")


def chip(text: Any, kind: str = "", icon: str = "") -> rx.Component:
    """A short state or tag; `kind` is good, warn, bad, accent or nothing."""
    drawn = [rx.icon(icon, size=12, custom_attrs=HIDDEN)] if icon else []
    return rx.el.span(*drawn, text, class_name=f"chip chip-{kind}" if kind else "chip")


def add_page(
    app: rx.App, route: str, build: Callable[[], rx.Component], title: rx.Var[str] | str, *on_load: Any
) -> None:
    """Give the app a screen that only those signed in see; further events run when it opens.

    The tab of the browser also tells how many conversations wait.
    """
    waits = rx.cond(State.waiting_count > 0, f"({State.waiting_count}) ", "")
    ON_LOAD[route] = list(on_load)
    app.add_page(build, route=route, title=f"{waits}{title} · Parley", on_load=[State.enter, *on_load])


def channel_icon(kind: rx.Var[str]) -> rx.Component:
    """The icon of a channel by its kind."""
    icons = [(name, rx.icon(channel.ICON, size=16, custom_attrs=HIDDEN)) for name, channel in channel_types().items()]
    return rx.match(kind, *icons, rx.icon("message-square", size=16, custom_attrs=HIDDEN))


def channel_name(kind: rx.Var[str]) -> rx.Var[str]:
    """The name of a channel by its kind."""
    names = [
        (name, t(CHANNEL_WORDS[name]) if name in CHANNEL_WORDS else rx.Var.create(channel.TITLE))
        for name, channel in channel_types().items()
    ]
    return rx.match(kind, *names, kind)


def dialog(is_open: Any, on_change: Any, title: Any, *content: rx.Component, width: str = "440px") -> rx.Component:
    """A dialog over the page; Escape and the cross close it."""
    return rx.dialog.root(
        rx.dialog.content(
            rx.el.div(
                rx.dialog.title(title, class_name="grow", margin="0"),
                cross(),
                class_name="row dialog-head",
            ),
            rx.el.div(*content, class_name="dialog-body"),
            max_width=width,
            aria_describedby="",
            lang=language_tag(),
            custom_attrs=first_field() | given_back(),
        ),
        open=is_open,
        on_open_change=on_change,
    )


def cross() -> rx.Component:
    """What closes the dialog it stands in."""
    return rx.dialog.close(
        rx.el.button(
            rx.icon("x", size=20, custom_attrs=HIDDEN),
            type="button",
            class_name="icon-button",
            aria_label=t("act.close"),
        )
    )


def icon_button(
    icon: str, label: Any, event: Any = None, *, size: int = 16, look: str = "plain-button", **attributes: Any
) -> rx.Component:
    """A button that is a picture with a name; without an event of its own it is to be what opens something."""
    if event is not None:
        attributes["on_click"] = event
    return rx.el.button(
        rx.icon(icon, size=size, custom_attrs=HIDDEN),
        type="button",
        aria_label=label,
        title=label,
        class_name=look,
        **attributes,
    )


def secondary_button(label: Any, event: Any = None, **look: Any) -> rx.Component:
    """A button beside the main one, or for what is wanted less; without an event it stands in what has one."""
    if event is not None:
        look["on_click"] = event
    return rx.button(label, type="button", variant="soft", color_scheme="gray", **look)


def menu_button(label: Any, *items: rx.Component) -> rx.Component:
    """Three dots that open a menu; `label` says of what."""
    return rx.menu.root(
        rx.menu.trigger(
            rx.el.button(
                rx.icon("ellipsis", size=20, custom_attrs=HIDDEN),
                type="button",
                class_name="icon-button",
                aria_label=label,
            )
        ),
        rx.menu.content(*items, size="1"),
        modal=False,
    )


def menu_item(icon: str, name: Any, event: Any, **look: Any) -> rx.Component:
    """An act in a menu."""
    return rx.menu.item(rx.icon(icon, size=16, custom_attrs=HIDDEN), name, on_select=event, **look)


def confirm(
    is_open: Any, on_change: Any, title: Any, text: Any, act: Any, event: Any, color: Literal["red", "indigo"] = "red"
) -> rx.Component:
    """A question before something is lost for good: `title` names it, `text` what goes with it."""
    return rx.alert_dialog.root(
        rx.alert_dialog.content(
            rx.alert_dialog.title(title),
            rx.alert_dialog.description(text),
            rx.el.div(
                rx.alert_dialog.cancel(secondary_button(t("act.cancel"))),
                rx.alert_dialog.action(rx.button(act, color_scheme=color, on_click=event)),
                class_name="row dialog-foot dialog-acts",
            ),
            max_width="440px",
            lang=language_tag(),
            custom_attrs=given_back(),
        ),
        open=is_open,
        on_open_change=on_change,
    )


def copyable(text: Any, label: Any, whole: bool = False) -> rx.Component:
    """A text to take along, with a button that copies it; the `whole` text is shown over several lines."""
    return rx.el.div(
        rx.el.code(text, class_name="code" if whole else "code clip"),
        rx.el.button(
            rx.icon("copy", size=16, custom_attrs=HIDDEN),
            type="button",
            class_name="icon-button",
            on_click=[rx.set_clipboard(text), rx.toast(t("frame.copied"))],
            aria_label=t("frame.copy", what=label),
            title=t("frame.copy", what=label),
        ),
        class_name="copyable",
    )
