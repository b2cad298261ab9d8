"""Knowledge: what answers are made from."""

from typing import Any

import reflex as rx

from builder_ui.crud import removal
from builder_ui.drop_zone import drop_zone
from builder_ui.keys import enter_sends
from builder_ui.state import State, shown_to
from builder_ui.states.knowledge import LANGUAGES, DocumentRow, Knowledge, PassageRow, Problem, threshold
from builder_ui.template import HIDDEN, dialog, empty, menu_button, menu_item, notice, page, waiting
from builder_ui.wording import day
from builder_ui.words import t
from schemas.words import language_name

UPLOAD = "knowledge-files"
ACCEPT = {"text/markdown": [".md", ".markdown"], "text/csv": [".csv", ".tsv"], "text/plain": [".txt"]}


def knowledge() -> rx.Component:
    """The page of knowledge."""
    return page(
        t("knowledge.title"),
        rx.cond(
            Knowledge.loaded,
            rx.el.div(
                rx.el.div(rx.cond(shown_to("edit_knowledge"), _upload()), _documents(), class_name="stack loose grow"),
                _ask(),
                class_name="beside",
            ),
            waiting(),
        ),
        _looked_at(),
        removal(
            Knowledge,
            t("knowledge.remove_title", name=Knowledge.leaving_name),
            t("knowledge.remove_text", n=Knowledge.leaving_passages),
        ),
        at="/knowledge",
    )


def _upload() -> rx.Component:
    return rx.el.section(
        drop_zone(
            UPLOAD,
            "file-up",
            t("knowledge.drop"),
            Knowledge.add,
            ACCEPT,
            multiple=True,
        ),
        rx.el.div(
            rx.el.label(t("knowledge.language"), html_for="knowledge-language", class_name="small soft"),
            rx.el.select(
                *(rx.el.option(_language(tag), value=tag) for tag in LANGUAGES),
                id="knowledge-language",
                value=Knowledge.language,
                on_change=Knowledge.choose_for,
                class_name="input small-select",
            ),
            rx.el.span(t("knowledge.kinds"), class_name="small soft"),
            class_name="row wrap",
        ),
        rx.cond(
            Knowledge.reading != "",
            rx.el.div(rx.spinner(size="2"), Knowledge.reading, class_name="notice", role="status"),
        ),
        rx.foreach(Knowledge.problems, _problem),
        class_name="section",
        aria_label=t("knowledge.upload"),
    )


def _language(tag: str) -> Any:
    if not tag:
        return t("knowledge.detected")
    return rx.cond(State.zh, language_name(tag, "zh"), language_name(tag, "en"))


def _problem(problem: rx.Var[Problem]) -> rx.Component:
    return notice(
        "bad",
        rx.el.div(problem.name, class_name="strong"),
        rx.el.div(problem.message),
        rx.cond(problem.faults != "", rx.el.div(problem.faults, class_name="small pre")),
    )


def _documents() -> rx.Component:
    heads = (
        ("knowledge.document", ""),
        ("knowledge.state", ""),
        ("knowledge.passages", "less"),
        ("knowledge.added_on", "less"),
    )
    table = rx.el.div(
        rx.el.table(
            rx.el.thead(
                rx.el.tr(
                    *(rx.el.th(t(key), scope="col", class_name=look) for key, look in heads),
                    rx.el.th(rx.el.span(t("knowledge.acts"), class_name="hidden-text"), scope="col"),
                )
            ),
            rx.el.tbody(rx.foreach(Knowledge.rows, _row)),
            class_name="table",
        ),
        class_name="table-room",
    )
    none = empty("book-open", t("knowledge.none"), t("knowledge.none_text"))
    return rx.cond(Knowledge.rows.length() > 0, table, none)


def _row(row: rx.Var[DocumentRow]) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.button(
                rx.icon("file-text", size=20, custom_attrs=HIDDEN, class_name="soft"),
                rx.el.span(
                    rx.el.span(row.name, class_name="strong"),
                    rx.el.span(row.about, " · ", row.size, class_name="small soft"),
                    class_name="stack flow-name",
                ),
                type="button",
                on_click=Knowledge.look(row.id, row.name),
                class_name="row-button flow-link",
            )
        ),
        rx.el.td(
            rx.match(
                row.status,
                ("ready", _state("good", t("knowledge.ready"))),
                (
                    "failed",
                    rx.el.div(_state("bad", t("knowledge.failed")), rx.el.div(row.reason, class_name="small soft")),
                ),
                _learning(row),
            )
        ),
        rx.el.td(row.passages, class_name="less"),
        rx.el.td(day(row.created), class_name="nowrap less"),
        rx.el.td(
            menu_button(
                t("flows.acts_of", name=row.name),
                menu_item("list", t("knowledge.look"), Knowledge.look(row.id, row.name)),
                rx.cond(
                    shown_to("edit_knowledge"),
                    menu_item("trash-2", t("act.remove"), Knowledge.ask_to_remove(row.id), color_scheme="red"),
                ),
            ),
            class_name="end",
        ),
        key=row.id,
    )


def _learning(row: rx.Var[DocumentRow]) -> rx.Component:
    done = rx.el.div(class_name="meter-value", style={"width": f"{row.progress}%"}, custom_attrs={"data-look": "warn"})
    return rx.el.div(
        _state("warn", t("knowledge.processing", progress=row.progress)),
        rx.el.div(done, class_name="meter", custom_attrs=HIDDEN),
    )


def _state(look: str, text: Any) -> rx.Component:
    return rx.el.span(
        rx.el.span(class_name="dot", custom_attrs={"data-look": look} | HIDDEN), text, class_name="row nowrap"
    )


def _ask() -> rx.Component:
    return rx.el.section(
        rx.el.h2(t("knowledge.ask")),
        rx.el.p(t("knowledge.ask_text"), class_name="soft small"),
        rx.el.form(
            rx.el.textarea(
                id="question",
                name="question",
                rows="2",
                placeholder=t("knowledge.question_example"),
                aria_label=t("knowledge.question"),
                max_length=1000,
                class_name="input",
                custom_attrs=enter_sends(),
            ),
            rx.button(t("knowledge.ask_now"), type="submit", loading=Knowledge.asking),
            on_submit=Knowledge.ask,
            class_name="stack",
        ),
        rx.el.div(rx.cond(Knowledge.asked != "", _answer()), role="status", class_name="stack loose"),
        class_name="card section ask",
    )


def _answer() -> rx.Component:
    return rx.fragment(
        rx.el.div(Knowledge.asked, class_name="asked", dir="auto"),
        rx.cond(
            Knowledge.sure,
            rx.el.div(
                rx.el.div(Knowledge.answer, class_name="pre", dir="auto"),
                rx.el.div(
                    rx.icon("book-open", size=12, custom_attrs=HIDDEN), Knowledge.citation, class_name="row small soft"
                ),
                _score(Knowledge.score, "good"),
                rx.cond(Knowledge.put != "", rx.el.div(Knowledge.put, class_name="small soft")),
                class_name="answered",
            ),
            rx.el.div(
                rx.el.div(t("knowledge.unsure"), class_name="strong"),
                rx.cond(
                    Knowledge.put != "",
                    rx.el.div(Knowledge.put, class_name="small"),
                    rx.fragment(
                        rx.el.div(t("knowledge.unsure_text"), class_name="small"), _score(Knowledge.score, "warn")
                    ),
                ),
                class_name="answered",
            ),
        ),
        rx.cond(
            Knowledge.hits.length() > 0,
            rx.el.details(
                rx.el.summary(t("knowledge.hits", n=Knowledge.hits.length())),
                rx.el.ol(rx.foreach(Knowledge.hits, _hit), class_name="hits"),
            ),
        ),
    )


def _score(score: Any, look: str) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.div(class_name="meter-value", style={"width": f"{score}%"}, custom_attrs={"data-look": look}),
            rx.el.div(class_name="meter-mark", style={"left": f"{threshold()}%"}),
            class_name="meter",
            custom_attrs=HIDDEN,
        ),
        rx.el.div(t("knowledge.score", score=score, threshold=threshold()), class_name="small"),
    )


def _hit(hit: rx.Var[PassageRow]) -> rx.Component:
    return rx.el.li(
        rx.el.div(rx.el.span(hit.title, class_name="strong grow"), rx.el.span(f"{hit.score}%"), class_name="row"),
        rx.el.div(hit.text, class_name="small pre", dir="auto"),
        rx.el.div(hit.name, " ", hit.about, class_name="small soft"),
    )


def _looked_at() -> rx.Component:
    return dialog(
        Knowledge.looked_at != "",
        Knowledge.look_away,
        Knowledge.looked_at,
        rx.el.p(t("knowledge.understood"), class_name="soft"),
        rx.el.ol(
            rx.foreach(
                Knowledge.passages,
                lambda passage: rx.el.li(
                    rx.el.div(passage.title, class_name="strong"),
                    rx.el.div(passage.text, class_name="pre", dir="auto"),
                    rx.el.div(passage.about, class_name="small soft"),
                ),
            ),
            class_name="hits",
        ),
        width="720px",
    )
