"""Rehearsing: the chat, and the conversations that were kept as test cases; what they cover on the canvas."""

from typing import Any

import reflex as rx

from builder_ui.case_runs import CaseLine
from builder_ui.effect import effect, happens
from builder_ui.pages.editor import rehearse
from builder_ui.pages.editor.case_view import acts, case_view
from builder_ui.state import shown_to
from builder_ui.states.cases import Cases
from builder_ui.states.editor import EditorState
from builder_ui.template import HIDDEN, dialog, field, icon_button, menu_button, secondary_button
from builder_ui.words import t

# A while after the last edit, so that typing is not answered letter by letter.
WATCH = """
useEffect(() => {
  const timer = setTimeout(() => (%(run)s)(), 500);
  return () => clearTimeout(timer);
}, [%(looked)s]);
"""


def content() -> rx.Component:
    """The tab: a chat for who may rehearse, or the cases."""
    return rx.el.div(
        rx.el.div(
            rx.el.div(
                rx.cond(shown_to("rehearse"), _part("chat", t("case.chat"))),
                _part("cases", t("case.cases"), _count()),
                role="group",
                aria_label=t("rehearse.title"),
                class_name="choice case-choice",
            ),
            rx.el.span(class_name="grow"),
            rx.cond(
                (Cases.shown == "chat") & Cases.begun & shown_to("edit_flows"),
                rx.button(
                    rx.icon("bookmark-plus", size=16, custom_attrs=HIDDEN),
                    t("case.save"),
                    size="1",
                    variant="soft",
                    on_click=Cases.ask_save,
                ),
            ),
            class_name="row case-bar",
        ),
        rx.cond(
            Cases.listing,
            rx.el.div(rx.cond(Cases.case != "", case_view(), panel()), class_name="case-room"),
            rehearse.content(),
        ),
        _save_dialog(),
        class_name="rehearse-room",
    )


def watch() -> rx.Component:
    """Runs the cases whenever the flow has been looked at anew, whatever tab is shown."""
    run = happens(Cases.run_all(False))
    return effect(WATCH % {"run": run, "looked": EditorState.looked}, run, EditorState.looked)


def _part(name: str, label: Any, *more: rx.Component) -> rx.Component:
    return rx.el.button(
        label,
        *more,
        type="button",
        on_click=Cases.show_part(name),
        custom_attrs={"aria-pressed": rx.cond(Cases.listing == (name == "cases"), "true", "false")},
    )


def _count() -> rx.Component:
    return rx.cond(
        Cases.failed > 0,
        rx.el.span(Cases.failed, class_name="tab-count case-count-bad", title=t("case.failing", n=Cases.failed)),
        rx.cond(Cases.count > 0, rx.el.span(Cases.count, class_name="tab-count")),
    )


def panel() -> rx.Component:
    """The list of cases, how they fare, and what they cover."""
    return rx.cond(Cases.count > 0, rx.fragment(_summary(), _coverage(), _list()), _none())


def _none() -> rx.Component:
    return rx.el.div(
        rx.icon("list-checks", size=24, class_name="soft", custom_attrs=HIDDEN),
        rx.el.h2(t("case.none")),
        rx.el.p(t("case.none_help"), class_name="soft"),
        rx.cond(shown_to("rehearse"), rx.button(t("case.none_act"), on_click=Cases.show_part("chat"), size="2")),
        class_name="chat-begin",
    )


def _summary() -> rx.Component:
    return rx.el.div(
        rx.cond(
            Cases.running,
            rx.el.span(rx.spinner(size="1"), t("case.running"), class_name="row"),
            rx.cond(
                Cases.failed > 0,
                rx.el.span(_state("failed"), t("case.failing_of", n=Cases.failed, all=Cases.count), class_name="row"),
                rx.el.span(_state("passed"), t("case.all_pass", n=Cases.passed, time=Cases.took), class_name="row"),
            ),
        ),
        rx.el.span(class_name="grow"),
        rx.button(
            rx.icon("play", size=12, custom_attrs=HIDDEN),
            t("case.run_all"),
            size="1",
            variant="soft",
            color_scheme="gray",
            disabled=Cases.running,
            on_click=Cases.run_all(True),
        ),
        class_name="row case-summary",
        role="status",
    )


def _coverage() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            t(
                "case.covered",
                nodes=Cases.nodes_done,
                all_nodes=Cases.nodes_all,
                ways=Cases.ways_done,
                all_ways=Cases.ways_all,
            ),
            class_name="small",
        ),
        rx.el.div(
            rx.el.label(
                rx.switch(checked=Cases.covering, on_change=Cases.cover, size="1"),
                t("case.show_covered"),
                class_name="row small",
            ),
            rx.cond(
                Cases.begun,
                rx.el.label(
                    rx.switch(checked=Cases.with_chat, on_change=Cases.cover_chat, size="1"),
                    t("case.with_chat"),
                    class_name="row small",
                ),
            ),
            rx.cond(
                (Cases.nodes_done < Cases.nodes_all) | (Cases.ways_done < Cases.ways_all),
                rx.el.button(
                    rx.icon("locate", size=12, custom_attrs=HIDDEN),
                    t("case.next_uncovered"),
                    type="button",
                    on_click=Cases.next_uncovered,
                    class_name="plain-button case-small",
                ),
            ),
            class_name="row case-switches",
        ),
        class_name="case-coverage",
    )


def legend() -> rx.Component:
    """On the canvas, while what was never rehearsed is drawn."""
    return rx.cond(
        Cases.covering,
        rx.el.div(
            rx.el.span(class_name="never-sample", custom_attrs=HIDDEN),
            t("case.never"),
            icon_button("locate", t("case.next_uncovered"), Cases.next_uncovered),
            icon_button("x", t("case.hide_covered"), Cases.cover(False)),
            class_name="never-legend",
        ),
    )


def _list() -> rx.Component:
    return rx.el.ul(rx.foreach(Cases.lines, _line), class_name="case-list")


def _line(line: rx.Var[CaseLine]) -> rx.Component:
    shown: Any = line
    return rx.el.li(
        rx.el.button(
            rx.match(
                shown.state,
                ("passed", _state("passed")),
                ("failed", _state("failed")),
                ("broken", _state("failed")),
                _state("pending"),
            ),
            rx.el.span(
                rx.el.span(shown.name, class_name="case-title"),
                rx.cond(
                    (shown.first != "") & (shown.state != "passed"), rx.el.span(shown.first, class_name="case-first")
                ),
                class_name="case-words",
            ),
            rx.cond(shown.took != "", rx.el.span(t("case.took", time=shown.took), class_name="soft small case-took")),
            type="button",
            on_click=Cases.open_case(shown.id),
            class_name="case-open",
        ),
        menu_button(t("case.acts", name=shown.name), *acts(shown.id)),
        custom_attrs={"data-case": shown.id, "data-state": shown.state},
    )


def _state(state: str) -> rx.Component:
    icon, kind, label = {
        "passed": ("circle-check", "good", t("case.passed")),
        "failed": ("circle-x", "bad", t("case.failed")),
        "pending": ("circle-dashed", "soft", t("case.pending")),
    }[state]
    return rx.el.span(
        rx.icon(icon, size=16, custom_attrs=HIDDEN),
        rx.el.span(label, class_name="hidden-text"),
        class_name=f"case-mark {kind}",
    )


def _save_dialog() -> rx.Component:
    return dialog(
        Cases.saving,
        Cases.show_save,
        t("case.save"),
        rx.el.form(
            rx.el.p(t("case.save_help"), class_name="soft"),
            rx.cond(
                Cases.count > 0,
                field(
                    t("case.save_into"),
                    rx.el.select(
                        rx.el.option(t("case.save_new"), value=""),
                        rx.foreach(Cases.lines, _target),
                        id="case-into",
                        name="into",
                        value=Cases.save_into,
                        on_change=Cases.choose_save,
                        class_name="input",
                    ),
                    "case-into",
                ),
            ),
            rx.cond(
                Cases.save_into == "",
                field(
                    t("case.name"),
                    rx.el.input(
                        id="case-name",
                        name="name",
                        default_value=Cases.save_name,
                        auto_focus=True,
                        max_length=120,
                        class_name="input",
                    ),
                    "case-name",
                ),
            ),
            rx.el.div(
                secondary_button(t("act.cancel"), Cases.show_save(False)),
                rx.button(t("act.save"), type="submit"),
                class_name="row dialog-foot",
            ),
            on_submit=Cases.save,
            class_name="stack loose",
        ),
    )


def _target(line: rx.Var[CaseLine]) -> rx.Component:
    shown: Any = line
    return rx.el.option(shown.name, value=shown.id)
