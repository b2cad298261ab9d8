"""Messages that could not be sent, as a part of the page of operations."""

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink

from builder_ui.states.letters import GroupRow, LetterRow, Letters
from builder_ui.template import HIDDEN, confirm, empty, secondary_button
from builder_ui.words import t


def letters() -> rx.Component:
    """What could not be sent, by account and reason."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2(t("operations.letters"), class_name="section-title"),
            rx.cond(Letters.total > 0, rx.el.span(Letters.total, class_name="chip chip-bad")),
            class_name="row",
        ),
        rx.cond(
            Letters.groups.length() > 0,
            rx.fragment(
                rx.el.p(t("operations.letters_help"), class_name="soft"),
                rx.el.ul(rx.foreach(Letters.groups, _group), class_name="lines-list troubles card"),
            ),
            rx.el.div(empty("send", t("operations.no_letters"), t("operations.no_letters_text")), class_name="card"),
        ),
        class_name="section",
        aria_label=t("operations.letters"),
    )


def questions() -> rx.Component:
    """What is asked before something is let go."""
    return rx.fragment(
        confirm(
            Letters.asking == "group",
            Letters.keep,
            t("operations.discard_title", n=Letters.leaving.count),
            t("operations.discard_text", name=Letters.leaving.name),
            t("operations.discard"),
            Letters.discard_group,
        ),
        confirm(
            Letters.asking == "letter",
            Letters.keep,
            t("operations.discard_one_title", name=Letters.leaving_letter.contact),
            t("operations.discard_one_text"),
            t("operations.discard"),
            Letters.discard_letter,
        ),
    )


def _group(group: rx.Var[GroupRow]) -> rx.Component:
    is_open = Letters.shown == group.key
    return rx.el.li(
        rx.el.div(
            rx.el.button(
                rx.icon("chevron-right", size=16, custom_attrs=HIDDEN),
                rx.el.span(
                    rx.el.span(
                        rx.el.span(group.name, class_name="strong"),
                        rx.el.span(group.count, class_name="chip"),
                        class_name="row",
                    ),
                    rx.el.span(rx.cond(group.why != "", group.why, t("operations.why_unknown")), class_name="soft"),
                    class_name="stack-tight",
                ),
                type="button",
                on_click=Letters.toggle(group.key),
                class_name="row-button fold",
                custom_attrs={"aria-expanded": rx.cond(is_open, "true", "false")},
            ),
            rx.cond(Letters.busy == group.key, _progress(), _acts(group)),
            class_name="row wrap group-head",
        ),
        rx.cond(is_open, _opened()),
        class_name="group",
        key=group.key,
    )


def _acts(group: rx.Var[GroupRow]) -> rx.Component:
    return rx.el.div(
        rx.button(
            rx.icon("rotate-cw", size=16, custom_attrs=HIDDEN),
            t("operations.send_all"),
            variant="soft",
            on_click=Letters.send_group(group.key),
            disabled=Letters.busy != "",
            aria_label=t("operations.send_all_of", name=group.name, why=group.why),
        ),
        rx.el.button(
            rx.icon("trash-2", size=16, custom_attrs=HIDDEN),
            t("operations.discard_all"),
            type="button",
            class_name="quiet quiet-bad",
            on_click=Letters.ask_group(group.key),
            aria_label=t("operations.discard_all_of", name=group.name, why=group.why),
        ),
        class_name="row",
    )


def _progress() -> rx.Component:
    done = Letters.busy_total - Letters.busy_left
    return rx.el.div(
        rx.spinner(size="2"),
        rx.el.span(t("operations.so_far", done=done, total=Letters.busy_total)),
        class_name="row soft",
        role="status",
    )


def _opened() -> rx.Component:
    return rx.el.div(
        rx.el.ul(rx.foreach(Letters.letters, _letter), class_name="lines-list"),
        rx.cond(
            Letters.more,
            secondary_button(t("inbox.more"), Letters.show_more),
        ),
        class_name="group-letters",
    )


def _letter(letter: rx.Var[LetterRow]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(letter.text, class_name="pre", dir="auto"),
            rx.cond(letter.told != "", rx.el.div(letter.told, class_name="code soft detail")),
            rx.el.div(
                ReactRouterLink.create(letter.contact, to=f"/inbox?c={letter.conversation}", class_name="link"),
                " · ",
                letter.since,
                rx.cond(letter.uncertain, rx.el.span(" · ", t("inbox.maybe_arrived"))),
                class_name="small soft",
            ),
            class_name="grow",
        ),
        rx.el.button(
            rx.icon("rotate-cw", size=16, custom_attrs=HIDDEN),
            t("inbox.send_again"),
            type="button",
            class_name="quiet",
            on_click=Letters.send_one(letter.message),
            aria_label=t("operations.send_to", name=letter.contact),
        ),
        rx.el.button(
            rx.icon("trash-2", size=16, custom_attrs=HIDDEN),
            type="button",
            class_name="icon-button",
            on_click=Letters.ask_letter(letter.message),
            aria_label=t("operations.discard_of", name=letter.contact),
            title=t("operations.discard"),
        ),
        key=letter.message,
    )
