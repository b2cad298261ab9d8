"""Operations: is everything running, how far behind is it, and what went wrong."""

from typing import Any

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink

from builder_ui.pages.letters import letters, questions
from builder_ui.pulse import pulse
from builder_ui.states.operations import FaultRow, Figure, Light, Operations, PauseRow
from builder_ui.template import HIDDEN, channel_icon, chip, confirm, empty, page, secondary_button, waiting
from builder_ui.wording import coming, exactly
from builder_ui.words import t

PAUSE = 4.0
"""Seconds between two looks."""

VERDICTS = {
    "good": "operations.good",
    "late": "operations.late",
    "database": "operations.no_database",
    "queue": "operations.no_queue",
    "worker": "operations.no_worker",
    "sweeper": "operations.no_sweeper",
    "channels": "operations.no_channel",
}

# Of each part: its name, what it is for, and how it is called when it is not well.
PARTS = {
    "database": ("operations.database", "operations.database_help", "operations.no_answer"),
    "queue": ("operations.queue", "operations.queue_help", "operations.no_answer"),
    "worker": ("operations.worker", "operations.worker_help", "operations.not_running"),
    "sweeper": ("operations.sweeper", "operations.sweeper_help", "operations.not_running"),
    "channels": ("operations.channels", "operations.channels_help", "operations.paused"),
}

FIGURES = {
    "handling": "operations.handling",
    "sending": "operations.sending",
    "limits": "operations.limits",
}


def operations() -> rx.Component:
    """The page of operations."""
    return page(
        t("operations.title"),
        rx.cond(
            Operations.loaded,
            rx.fragment(_health(), _backlog(), letters(), _faults()),
            waiting(),
        ),
        pulse(Operations.look, PAUSE),
        questions(),
        confirm(
            Operations.asking == "see",
            Operations.do_not,
            t("operations.see_all_title", n=Operations.fault_count),
            t("operations.see_all_text"),
            t("operations.see_all"),
            Operations.see_all,
            color="indigo",
        ),
        at="/operations",
        action=rx.cond(
            Operations.at != "",
            rx.el.button(
                rx.icon("refresh-cw", size=16, custom_attrs=HIDDEN),
                rx.el.span(t("operations.as_of", time=exactly(Operations.at))),
                type="button",
                on_click=Operations.look,
                class_name="quiet soft",
                title=t("operations.look_again"),
            ),
        ),
    )


def _health() -> rx.Component:
    looks = {"good": ("circle-check", "good"), "late": ("hourglass", "warn")}
    icon = rx.match(
        Operations.verdict,
        *((verdict, _verdict_icon(*look)) for verdict, look in looks.items()),
        _verdict_icon("circle-alert", "bad"),
    )
    return rx.el.section(
        rx.el.h2(t("operations.health"), class_name="hidden-text"),
        rx.el.div(
            icon,
            rx.el.p(rx.match(Operations.verdict, *((name, t(key)) for name, key in VERDICTS.items()), "")),
            class_name="verdict",
            role="status",
        ),
        rx.el.ul(rx.foreach(Operations.lights, _light), class_name="lamps"),
        rx.foreach(Operations.pauses, _pause),
        class_name="card section",
    )


def _verdict_icon(icon: str, look: str) -> rx.Component:
    return rx.icon(icon, size=24, class_name=f"verdict-{look}", custom_attrs=HIDDEN)


def _light(light: rx.Var[Light]) -> rx.Component:
    def of(place: int) -> Any:
        return rx.match(light.name, *((name, t(keys[place])) for name, keys in PARTS.items()), light.name)

    state = rx.match(light.state, ("good", t("operations.running")), ("bad", of(2)), t("operations.unknown"))
    return rx.el.li(
        rx.el.span(class_name="lamp", custom_attrs={"data-state": light.state, "aria-hidden": "true"}),
        rx.el.div(
            rx.el.div(rx.el.span(of(0), class_name="strong"), rx.el.span(state, class_name="lamp-state")),
            rx.el.div(of(1), class_name="small soft"),
        ),
        custom_attrs={"data-part": light.name, "data-state": light.state},
        key=light.name,
    )


def _pause(row: rx.Var[PauseRow]) -> rx.Component:
    return rx.el.div(
        rx.icon("circle-pause", size=16, custom_attrs=HIDDEN),
        rx.el.div(
            rx.el.span(row.name, class_name="strong"),
            " · ",
            row.why,
            " ",
            t("operations.tries_again", when=coming(row.until)),
        ),
        class_name="notice notice-warn",
        key=row.name,
    )


def _backlog() -> rx.Component:
    return rx.el.section(
        rx.el.h2(t("operations.behind"), class_name="section-title"),
        rx.cond(
            Operations.figures.length() > 0,
            rx.el.ul(rx.foreach(Operations.figures, _figure), class_name="figures"),
            rx.el.p(t("operations.not_counted"), class_name="soft"),
        ),
        class_name="section",
    )


def _figure(figure: rx.Var[Figure]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.match(figure.name, *((name, t(key)) for name, key in FIGURES.items()), figure.name), class_name="soft"
        ),
        rx.el.div(figure.count, class_name="figure"),
        rx.cond(
            figure.since != "",
            rx.cond(
                figure.late,
                chip(t("operations.oldest", ago=figure.since), "warn", "hourglass"),
                rx.el.div(t("operations.oldest", ago=figure.since), class_name="small soft"),
            ),
            rx.el.div(t("operations.nothing_waits"), class_name="small soft"),
        ),
        class_name="card",
        custom_attrs={"data-figure": figure.name},
        key=figure.name,
    )


def _faults() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(t("operations.faults"), class_name="section-title"),
            rx.cond(Operations.fault_count > 0, rx.el.span(Operations.fault_count, class_name="chip chip-bad")),
            rx.el.span(class_name="grow"),
            rx.cond(
                Operations.fault_rows.length() > 1,
                rx.el.button(
                    rx.icon("check-check", size=16, custom_attrs=HIDDEN),
                    t("operations.see_all"),
                    type="button",
                    class_name="quiet",
                    on_click=Operations.ask("see"),
                ),
            ),
            class_name="row",
        ),
        rx.cond(
            Operations.fault_rows.length() > 0,
            rx.fragment(
                rx.el.p(t("operations.faults_help"), class_name="soft"),
                rx.el.ul(rx.foreach(Operations.fault_rows, _fault), class_name="lines-list troubles card"),
                rx.cond(
                    Operations.fault_count > Operations.fault_rows.length(),
                    secondary_button(t("inbox.more"), Operations.more_faults),
                ),
            ),
            rx.el.div(empty("workflow", t("operations.no_faults"), t("operations.no_faults_text")), class_name="card"),
        ),
        class_name="section",
        aria_label=t("operations.faults"),
    )


def _fault(row: rx.Var[FaultRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(channel_icon(row.channel), class_name="inbox-icon"),
        rx.el.div(
            rx.el.div(
                rx.el.span(rx.cond(row.flow != "", row.flow, t("operations.flow_unknown")), class_name="strong"),
                " · ",
                rx.cond(row.node != "", t("operations.at_node", node=row.node), t("operations.at_event")),
            ),
            rx.el.div(row.detail, class_name="code soft detail", title=row.detail),
            rx.el.div(
                ReactRouterLink.create(row.contact, to=f"/inbox?c={row.conversation}", class_name="link"),
                " · ",
                row.since,
                " · ",
                rx.match(
                    row.status,
                    ("queued", t("operations.still_waits")),
                    ("resolved", t("inbox.status_resolved")),
                    ("bot", t("inbox.status_bot")),
                    rx.cond(row.agent != "", t("operations.with_agent", agent=row.agent), t("inbox.status_open")),
                ),
                class_name="small soft",
            ),
            class_name="grow",
        ),
        rx.el.button(
            rx.icon("check", size=16, custom_attrs=HIDDEN),
            t("operations.see"),
            type="button",
            class_name="quiet",
            on_click=Operations.see(row.id),
            aria_label=t("operations.see_of", name=row.contact),
        ),
        key=row.id,
    )
