"""The flows: what each does, whether it is live, how the week went."""

from typing import Any

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink

from builder_ui.crud import add_button, name_field, submit
from builder_ui.pages.flow_file import flow_file
from builder_ui.state import shown_to
from builder_ui.states.flows import FlowRow, Flows, StarterRow
from builder_ui.template import (
    HIDDEN,
    channel_icon,
    channel_name,
    dialog,
    empty,
    menu_button,
    menu_item,
    page,
    waiting,
)
from builder_ui.words import t

UPLOAD = "flow-file"


def flows() -> rx.Component:
    """The page of flows."""
    return page(
        t("flows.title"),
        rx.cond(
            Flows.loaded,
            rx.cond(Flows.rows.length() > 0, _table(), _none()),
            waiting(),
        ),
        _new(),
        _rename(),
        at="/flows",
        action=rx.cond(shown_to("edit_flows"), add_button(t("flows.new"), Flows.begin_new)),
    )


def _none() -> rx.Component:
    begin = add_button(t("flows.first"), Flows.begin_new)
    return empty("workflow", t("flows.none"), t("flows.none_text"), rx.cond(shown_to("edit_flows"), begin))


def _table() -> rx.Component:
    heads = ("flows.flow", "flows.state", "flows.channels", "flows.week", "flows.handed")
    return rx.el.div(
        rx.el.table(
            rx.el.thead(
                rx.el.tr(
                    *(rx.el.th(t(key), scope="col") for key in heads),
                    rx.el.th(rx.el.span(t("flows.acts"), class_name="hidden-text"), scope="col"),
                )
            ),
            rx.el.tbody(rx.foreach(Flows.rows, _row)),
            class_name="table flows",
        ),
    )


def _row(row: rx.Var[FlowRow]) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            ReactRouterLink.create(
                drawn(row.picture),
                rx.el.span(
                    rx.el.span(row.name, class_name="strong"),
                    rx.el.span(t("flows.changed", ago=row.changed), class_name="small soft"),
                    class_name="stack flow-name",
                ),
                to=f"/flows/{row.id}",
                class_name="flow-link",
            ),
            class_name="flow-cell",
        ),
        rx.el.td(
            rx.el.span(
                rx.el.span(class_name="dot", custom_attrs={"data-look": row.look} | HIDDEN), row.words, class_name="row"
            ),
        ),
        rx.el.td(_taken(row), class_name=rx.cond(row.called, "flow-channels called", "flow-channels")),
        rx.el.td(
            rx.el.span(
                _week(row.week),
                rx.el.span(row.total, class_name="not-card"),
                rx.el.span(t("flows.conversations", n=row.total), class_name="only-card"),
                class_name="row",
            ),
        ),
        rx.el.td(
            rx.cond(
                row.handed != "",
                rx.el.span(
                    rx.el.span(row.handed),
                    rx.el.span(t("flows.handed_phone"), class_name="only-card"),
                    class_name="row",
                ),
                rx.el.span("–", class_name="soft not-card"),
            ),
        ),
        rx.el.td(_acts(row), class_name="end flow-acts"),
        key=row.id,
    )


def _taken(row: rx.Var[FlowRow]) -> rx.Component:
    """The channels and accounts it takes conversations of, where it does not take all; or that it takes none."""
    channels = rx.foreach(
        row.channels,
        lambda kind: rx.el.span(
            channel_icon(kind),
            rx.el.span(channel_name(kind), class_name="hidden-text"),
            title=channel_name(kind),
            class_name="row",
        ),
    )
    named = rx.cond(
        (row.channels.length() > 0) | (row.accounts != ""),
        rx.el.span(channels, rx.el.span(row.accounts, title=row.account_names), class_name="row"),
        rx.el.span(t("flows.all_channels"), class_name="soft"),
    )
    return rx.cond(row.called, rx.el.span(t("form.only_called"), class_name="soft"), named)


def drawn(picture: Any) -> rx.Component:
    """A flow's small picture."""
    graph = rx.el.svg(
        rx.el.path(d=picture.wires, class_name="wire"),
        rx.foreach(
            picture.boxes,
            lambda box: rx.el.rect(
                x=box.x.to_string(),
                y=box.y.to_string(),
                width="240",
                height="120",
                rx="18",
                custom_attrs={"data-group": box.group},
            ),
        ),
        view_box=picture.frame,
        custom_attrs={"preserveAspectRatio": "xMidYMid meet"} | HIDDEN,
    )
    nothing = rx.icon("workflow", size=20, custom_attrs=HIDDEN)
    return rx.el.span(rx.cond(picture.boxes.length() > 0, graph, nothing), class_name="flow-picture")


def _week(week: Any) -> rx.Component:
    return rx.el.svg(
        rx.foreach(
            week,
            lambda height, index: rx.el.rect(
                x=(index * 7).to_string(),
                y=(22 - height).to_string(),
                width="5",
                height=(height + 2).to_string(),
                rx="1",
            ),
        ),
        view_box="0 0 47 24",
        width="47",
        height="24",
        class_name="week",
        custom_attrs=HIDDEN,
    )


def _acts(row: rx.Var[FlowRow]) -> rx.Component:
    return menu_button(
        t("flows.acts_of", name=row.name),
        rx.cond(
            shown_to("edit_flows"),
            rx.fragment(
                menu_item("pencil", t("act.rename"), Flows.begin_rename(row.id, row.name)),
                menu_item("copy", t("act.duplicate"), Flows.duplicate(row.id, row.name)),
            ),
        ),
        menu_item("download", t("act.export"), Flows.export(row.id)),
        rx.cond(
            shown_to("publish") & row.published,
            rx.cond(
                row.live,
                menu_item("pause", t("flows.pause"), Flows.pause(row.id, True)),
                menu_item("play", t("flows.resume"), Flows.pause(row.id, False)),
            ),
        ),
        rx.cond(
            shown_to("delete_flows"),
            rx.fragment(
                rx.menu.separator(),
                menu_item("trash-2", t("act.delete"), Flows.delete(row.id, row.name), color_scheme="red"),
            ),
        ),
    )


def _new() -> rx.Component:
    return dialog(
        Flows.dialog == "new",
        Flows.close,
        t("flows.new"),
        rx.el.div(
            rx.el.h2(t("flows.from_starter")),
            rx.el.div(rx.foreach(Flows.starters, _starter), class_name="starters"),
            rx.cond(
                shown_to("edit_knowledge"),
                rx.el.label(
                    rx.switch(checked=Flows.with_documents, on_change=Flows.take_documents, size="1"),
                    t("flows.with_documents"),
                    class_name="row small",
                ),
            ),
            class_name="section",
        ),
        rx.el.form(
            rx.el.h2(t("flows.from_nothing")),
            rx.el.div(
                rx.el.input(
                    id="new-name",
                    name="name",
                    max_length=120,
                    placeholder=t("flows.name_example"),
                    aria_label=t("flows.name"),
                    class_name="input grow",
                ),
                rx.button(t("act.create"), type="submit", variant="soft"),
                class_name="row",
            ),
            on_submit=Flows.create,
            class_name="section",
        ),
        rx.el.div(
            rx.el.h2(t("flows.from_file")),
            *flow_file(UPLOAD, Flows.take_file, Flows.faults),
            class_name="section",
        ),
        width="720px",
    )


def _starter(row: rx.Var[StarterRow]) -> rx.Component:
    return rx.el.button(
        drawn(row.picture),
        rx.el.span(row.name, class_name="strong"),
        rx.el.span(row.promise, class_name="small soft"),
        rx.el.span(row.facts, class_name="small soft starter-facts"),
        type="button",
        on_click=Flows.start_from(row.id),
        class_name="starter",
    )


def _rename() -> rx.Component:
    return dialog(
        Flows.dialog == "rename",
        Flows.close,
        t("flows.rename"),
        rx.el.form(
            name_field("rename-name", t("flows.name"), Flows.name),
            submit(t("act.save")),
            on_submit=Flows.rename,
            class_name="stack loose",
        ),
    )
