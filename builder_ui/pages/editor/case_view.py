"""A test case read as a conversation: what is expected, what happened instead, and how much of it must hold."""

from typing import Any

import reflex as rx

from builder_ui.casing import RowLine, TurnLine
from builder_ui.effect import effect
from builder_ui.state import shown_to
from builder_ui.states.cases import Cases
from builder_ui.states.editor import LanguageLine
from builder_ui.states.expectations import Expectations
from builder_ui.template import HIDDEN, icon_button, menu_button, menu_item, notice, secondary_button
from builder_ui.words import t

# A case that is opened because it failed opens where it did.
SHOW_FIRST = """
useEffect(() => {
  document.querySelector(".case .case-row-first")?.scrollIntoView({ block: "center" });
}, [%s]);
"""


def case_view() -> rx.Component:
    """The opened case."""
    return rx.el.section(
        _head(),
        rx.cond(Cases.case_state == "failed", _otherwise()),
        rx.cond(Cases.case_state == "broken", notice("bad", Cases.case_fault)),
        rx.cond(
            Cases.as_text,
            _as_text(),
            rx.el.ol(rx.foreach(Cases.turns, _turn), class_name="case-turns"),
        ),
        effect(SHOW_FIRST % Cases.case, Cases.case),
        class_name="case",
        aria_label=Cases.case_name,
    )


def _head() -> rx.Component:
    return rx.el.div(
        icon_button("arrow-left", t("case.back"), Cases.close_case),
        rx.el.input(
            default_value=Cases.case_name,
            key=f"{Cases.case}{Cases.case_name}",
            on_blur=Cases.rename_case,
            read_only=~shown_to("edit_flows"),
            aria_label=t("case.name"),
            max_length=120,
            class_name="case-name",
        ),
        menu_button(t("case.more"), *acts(Cases.case), _text_item()),
        class_name="row case-head",
    )


def _text_item() -> rx.Component:
    return menu_item(
        "file-text",
        rx.cond(Cases.as_text, t("case.as_talk"), t("case.as_text")),
        Expectations.show_text(~Cases.as_text),
    )


def acts(case: Any) -> list[rx.Component]:
    """What can be done with a case."""
    return [
        rx.cond(shown_to("rehearse"), menu_item("message-circle", t("case.load"), Cases.load_case(case))),
        rx.cond(
            shown_to("edit_flows"),
            rx.fragment(
                menu_item("copy", t("case.duplicate"), Cases.duplicate_case(case)),
                menu_item("trash-2", t("case.delete"), Cases.delete_case(case), color="red"),
            ),
        ),
    ]


def _otherwise() -> rx.Component:
    return notice(
        "bad",
        rx.el.p(t("case.otherwise")),
        rx.cond(
            shown_to("edit_flows"),
            rx.button(t("case.accept"), size="1", variant="soft", on_click=Cases.accept(Cases.case)),
        ),
    )


def _turn(turn: rx.Var[TurnLine]) -> rx.Component:
    shown: Any = turn
    return rx.el.li(
        rx.cond(shown.later != "", rx.el.p(shown.later, class_name="chat-note")),
        rx.cond(
            shown.who == "contact",
            rx.el.p(shown.text, dir="auto", class_name="bubble bubble-contact"),
            rx.el.p(shown.text, class_name="chat-note"),
        ),
        rx.cond(shown.fault != "", rx.el.p(shown.fault, class_name="case-fault")),
        rx.el.ul(rx.foreach(shown.rows, _row), class_name="case-rows"),
        rx.cond(shown_to("edit_flows"), _more(shown)),
        class_name=rx.cond(shown.fine, "case-turn", "case-turn case-turn-bad"),
    )


def _row(row: rx.Var[RowLine]) -> rx.Component:
    shown: Any = row
    differs = (shown.verdict == "different") | (shown.verdict == "missing") | (shown.verdict == "extra")
    return rx.el.li(
        rx.cond(differs, _beside(shown), _fine(shown)),
        rx.cond(shown.given != "", rx.el.p(_small("book-open"), shown.given, class_name="chat-source")),
        rx.cond(Cases.changing == f"{shown.turn}:{shown.line}", _change(shown)),
        class_name=rx.cond(
            differs, rx.cond(shown.first, "case-row case-row-bad case-row-first", "case-row case-row-bad"), "case-row"
        ),
        custom_attrs={"data-verdict": shown.verdict},
    )


def _fine(shown: Any) -> rx.Component:
    return rx.el.div(
        _said(shown, shown.expected),
        rx.el.span(class_name="grow"),
        rx.cond(shown.checked & (shown.line >= 0), _how(shown)),
        class_name=rx.cond(shown.verdict == "unchecked", "case-line case-line-soft", "case-line"),
    )


def differing(row: rx.Var[RowLine]) -> rx.Component:
    """An expectation that was not met, for reading only."""
    shown: Any = row
    return rx.el.li(
        rx.el.div(*_sides(shown), class_name="case-beside"),
        class_name=rx.cond(shown.first, "case-row case-row-bad case-row-first", "case-row case-row-bad"),
    )


def _sides(shown: Any) -> tuple[rx.Component, rx.Component]:
    """Expected, and what happened, as two people's words would stand."""
    nothing = rx.el.p(t("case.nothing"), class_name="case-nothing")
    return (
        rx.el.div(
            rx.el.span(t("case.expected"), class_name="case-caption"),
            rx.cond(shown.expected != "", _said(shown, shown.expected), nothing),
            class_name="case-side case-side-expected",
        ),
        rx.el.div(
            rx.el.span(t("case.happened"), class_name="case-caption"),
            rx.cond(shown.actual != "", _said(shown, shown.actual), nothing),
            class_name="case-side case-side-happened",
        ),
    )


def _beside(shown: Any) -> rx.Component:
    return rx.el.div(
        *_sides(shown),
        rx.el.div(
            rx.cond(
                shown.node != "",
                rx.el.button(
                    _small("locate"),
                    shown.title,
                    type="button",
                    on_click=Cases.go_to_node(shown.node),
                    title=t("case.go_to", node=shown.title),
                    class_name="plain-button case-node",
                ),
            ),
            rx.el.span(class_name="grow"),
            rx.cond(
                shown_to("edit_flows"),
                rx.cond(
                    shown.line >= 0,
                    _how(shown),
                    _small_button(t("case.expect_it"), Expectations.expect_row(shown.turn, shown.at)),
                ),
            ),
            class_name="row case-acts",
        ),
        class_name="case-beside",
    )


def _said(shown: Any, text: Any) -> rx.Component:
    return rx.cond(
        shown.bubble,
        rx.el.p(text, dir="auto", class_name="bubble bubble-flow"),
        rx.el.p(text, dir="auto", class_name="case-done"),
    )


def _how(shown: Any) -> rx.Component:
    """How much of a line must hold, and taking it away."""
    return rx.cond(
        shown_to("edit_flows"),
        rx.el.div(
            rx.el.select(
                rx.el.option(t("case.exactly"), value="exactly"),
                rx.cond(shown.loose, rx.el.option(t("case.contains"), value="contains")),
                rx.cond(shown.loose, rx.el.option(t("case.any"), value="any")),
                rx.el.option(t("case.unchecked"), value="unchecked"),
                value=shown.how,
                on_change=lambda how: Expectations.change_row(shown.turn, shown.line, how),
                aria_label=t("case.how"),
                class_name="case-how",
            ),
            rx.cond(
                shown.loose & ((shown.how == "exactly") | (shown.how == "contains")),
                icon_button("pencil", t("case.edit_row"), Expectations.edit_row(shown.turn, shown.line)),
            ),
            icon_button("x", t("case.remove_row"), Expectations.remove_row(shown.turn, shown.line)),
            class_name="row case-tools",
        ),
    )


def _change(shown: Any) -> rx.Component:
    return rx.el.form(
        rx.el.textarea(
            name="text",
            default_value=shown.text,
            rows=3,
            auto_focus=True,
            max_length=10_000,
            aria_label=rx.cond(Cases.changing_how == "contains", t("case.part"), t("case.whole")),
            class_name="input",
        ),
        rx.el.p(
            rx.cond(Cases.changing_how == "contains", t("case.part"), t("case.whole")), class_name="soft small grow"
        ),
        _form_foot(t("act.save")),
        on_submit=Expectations.put_row,
        class_name="case-form",
    )


def _more(shown: Any) -> rx.Component:
    """One more expectation in a turn."""
    return rx.cond(
        Cases.adding == shown.number,
        rx.el.form(
            rx.el.select(
                rx.el.option(t("case.add_bot"), value="bot"),
                rx.el.option(t("case.add_tag"), value="tag"),
                rx.el.option(t("case.add_hand_off"), value="hand off"),
                rx.el.option(t("case.add_language"), value="language"),
                rx.el.option(t("case.add_close"), value="close"),
                rx.el.option(t("case.add_rest"), value="rest"),
                value=Cases.adding_kind,
                on_change=Expectations.ask_kind,
                aria_label=t("case.what"),
                class_name="input",
            ),
            rx.match(
                Cases.adding_kind,
                ("language", rx.el.select(rx.foreach(Cases.languages, _language), name="text", class_name="input")),
                ("rest", rx.fragment()),
                rx.el.input(
                    name="text",
                    placeholder=rx.match(
                        Cases.adding_kind, ("tag", t("case.tag_name")), ("bot", t("case.part")), t("case.any_reason")
                    ),
                    aria_label=t("case.part"),
                    auto_focus=True,
                    max_length=10_000,
                    class_name="input",
                ),
            ),
            _form_foot(t("case.add")),
            on_submit=Expectations.add_row,
            class_name="case-form",
        ),
        _small_button(t("case.expect_more"), Expectations.ask_row(shown.number), "plus"),
    )


def _language(one: rx.Var[LanguageLine]) -> rx.Component:
    shown: Any = one
    return rx.el.option(shown.name, value=shown.tag)


def _form_foot(act: Any) -> rx.Component:
    return rx.el.div(
        secondary_button(t("act.cancel"), Expectations.leave_row, size="1"),
        rx.button(act, type="submit", size="1"),
        class_name="row case-acts",
    )


def _as_text() -> rx.Component:
    return rx.el.form(
        rx.el.textarea(
            name="case",
            default_value=Cases.text,
            key=Cases.case,
            rows=18,
            spell_check=False,
            read_only=~shown_to("edit_flows"),
            aria_label=t("case.as_text"),
            aria_describedby="case-text-fault",
            max_length=50_000,
            class_name="input case-text",
        ),
        rx.el.p(Cases.text_fault, id="case-text-fault", role="alert", class_name="field-fault"),
        rx.el.p(t("case.text_help"), class_name="soft small"),
        rx.el.div(
            secondary_button(t("case.as_talk"), Expectations.show_text(False), size="1"),
            rx.cond(shown_to("edit_flows"), rx.button(t("act.save"), type="submit", size="1")),
            class_name="row case-acts",
        ),
        on_submit=Expectations.put_text,
        class_name="case-form",
    )


def _small_button(label: Any, event: Any, icon: str = "check") -> rx.Component:
    return rx.el.button(_small(icon), label, type="button", on_click=event, class_name="plain-button case-small")


def _small(icon: str) -> rx.Component:
    return rx.icon(icon, size=12, custom_attrs=HIDDEN)
