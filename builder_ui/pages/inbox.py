"""The inbox: the list, the conversation, and what is known of the contact."""

from typing import Any

import reflex as rx

from builder_ui.drafts import drafts
from builder_ui.keys import enter_sends, shortcuts
from builder_ui.pages.inbox_contact import contact, turn_to
from builder_ui.pages.inbox_lines import one_line
from builder_ui.pages.inbox_snooze import choose_time, put_off, snooze_menu
from builder_ui.state import shown_to
from builder_ui.states.inbox import VIEWS, Inbox, Row
from builder_ui.template import HIDDEN, channel_icon, chip, empty, menu_button, notice, page, secondary_button, waiting
from builder_ui.wording import coming
from builder_ui.words import t

# A key, and the id of the element it clicks or, for an input, goes to.
KEYS = {
    "/": "inbox-search",
    "r": "write-reply",
    "n": "write-note",
    "t": "take",
    "b": "give-back",
    "s": "snooze",
    "e": "resolve",
    "Escape": "to-list",
}

VIEW_WORDS = {
    "waiting": "inbox.view_waiting",
    "mine": "inbox.view_mine",
    "snoozed": "inbox.view_snoozed",
    "all": "inbox.view_all",
    "resolved": "inbox.view_resolved",
}


def inbox() -> rx.Component:
    """The inbox page."""
    return page(
        t("inbox.title"),
        rx.el.h1(t("inbox.title"), class_name="hidden-text"),
        rx.el.div(
            _list(),
            _talk(),
            contact(),
            class_name="inbox",
            custom_attrs={"data-step": Inbox.step, "data-shown": _shown()},
        ),
        choose_time(),
        shortcuts(KEYS, rows=".inbox-row"),
        at="/inbox",
        bare=True,
    )


def _shown() -> rx.Var[str]:
    """How much there is to show: an open conversation, a list to choose from, or nothing."""
    listed = rx.cond(Inbox.loaded & (Inbox.rows.length() == 0), "nothing", "list")
    return rx.cond(Inbox.talk.id != "", "talk", listed)


def _list() -> rx.Component:
    return rx.el.section(
        rx.el.header(
            rx.el.div(t("inbox.title"), class_name="inbox-title", custom_attrs=HIDDEN),
            rx.el.div(
                *(_view(view) for view in VIEWS),
                class_name="choice inbox-views",
                role="group",
                aria_label=t("inbox.views"),
            ),
            rx.el.div(
                rx.icon("search", size=16, custom_attrs=HIDDEN),
                rx.el.input(
                    id="inbox-search",
                    type="search",
                    placeholder=t("inbox.search"),
                    aria_label=t("inbox.search"),
                    on_change=Inbox.look_for.debounce(250),
                    class_name="input",
                ),
                class_name="search",
            ),
            class_name="inbox-head",
        ),
        rx.cond(
            Inbox.loaded,
            rx.cond(
                Inbox.rows.length() > 0,
                rx.el.div(
                    rx.el.ul(rx.foreach(Inbox.rows, _row), class_name="inbox-rows"),
                    rx.cond(
                        Inbox.more,
                        secondary_button(t("inbox.more"), Inbox.list_more),
                    ),
                    class_name="inbox-scroll",
                ),
                _nothing(),
            ),
            waiting(),
        ),
        class_name="inbox-list",
        aria_label=t("inbox.list"),
    )


def _view(view: str) -> rx.Component:
    return rx.el.button(
        t(VIEW_WORDS[view]),
        type="button",
        id=f"view-{view}",
        on_click=Inbox.choose(view),
        custom_attrs={"aria-pressed": rx.cond(Inbox.view == view, "true", "false")},
    )


def _nothing() -> rx.Component:
    """Why nothing is listed, and the way to where something is."""
    others = rx.match(
        Inbox.elsewhere,
        ("waiting", _turn(t("inbox.show_waiting"), "waiting")),
        ("all", _turn(t("inbox.show_all"), "all")),
        _turn(t("inbox.show_resolved"), "resolved"),
    )
    here = rx.match(
        Inbox.view,
        ("waiting", empty("coffee", t("inbox.none_waiting"), t("inbox.none_waiting_text"), others)),
        ("mine", empty("inbox", t("inbox.none_mine"), t("inbox.none_mine_text"), others)),
        ("snoozed", empty("alarm-clock", t("inbox.none_snoozed"), t("inbox.none_snoozed_text"), others)),
        ("resolved", empty("archive", t("inbox.none_resolved"), t("inbox.none_resolved_text"), others)),
        empty("messages-square", t("inbox.none_going_on"), t("inbox.none_text"), others),
    )
    search = [Inbox.look_for(""), rx.set_value("inbox-search", ""), rx.set_focus("inbox-search")]
    not_found = empty(
        "search-x",
        t("inbox.none_found"),
        t("inbox.none_found_text"),
        secondary_button(t("inbox.clear_search"), search),
    )
    return rx.cond(Inbox.search != "", not_found, rx.cond(Inbox.elsewhere != "", here, _none()))


def _none() -> rx.Component:
    """Nobody has ever written: from where conversations come."""
    connect = rx.cond(
        shown_to("edit_channels"),
        rx.button(
            rx.icon("cable", size=16, custom_attrs=HIDDEN), t("inbox.connect"), on_click=rx.redirect("/channels")
        ),
        rx.el.p(t("error.ask_admin")),
    )
    return rx.cond(
        Inbox.connected,
        empty("messages-square", t("inbox.none"), t("inbox.none_text")),
        empty("messages-square", t("inbox.none"), t("inbox.none_no_channel"), connect),
    )


def _turn(label: Any, view: str) -> rx.Component:
    """Lists other conversations; the keyboard goes along."""
    return secondary_button(label, [Inbox.choose(view), rx.set_focus(f"view-{view}")])


def _row(row: rx.Var[Row]) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(channel_icon(row.channel), class_name="inbox-icon"),
            rx.el.span(
                rx.el.span(
                    rx.el.span(row.name, class_name="strong clip grow"),
                    rx.el.span(row.since, class_name="small soft"),
                    class_name="row",
                ),
                rx.el.span(
                    rx.el.span(
                        rx.match(
                            row.author,
                            ("agent", t("inbox.by_agent", text=row.text)),
                            ("flow", t("inbox.by_flow", text=row.text)),
                            row.text,
                        ),
                        class_name="soft clip grow",
                    ),
                    rx.cond(
                        row.unread > 0,
                        rx.el.span(row.unread, class_name="count", aria_label=t("inbox.unread", n=row.unread)),
                    ),
                    class_name="row",
                ),
                rx.el.span(
                    rx.cond(
                        (Inbox.view == "all") | (Inbox.view == "snoozed"), _status(row.status, row.agent, row.until)
                    ),
                    rx.cond(row.country != "", rx.el.span(row.country, class_name="small soft")),
                    rx.foreach(row.tags, _tag),
                    rx.cond(
                        row.more_tags.length() > 0,
                        rx.el.span(
                            rx.el.span(f"+{row.more_tags.length()}", custom_attrs=HIDDEN),
                            rx.el.span(row.more_tags.join(", "), class_name="hidden-text"),
                            class_name="chip chip-rest",
                            title=row.more_tags.join(", "),
                        ),
                    ),
                    class_name="row inbox-chips",
                ),
                class_name="inbox-about",
            ),
            type="button",
            on_click=Inbox.open(row.id),
            class_name="row-button inbox-row",
            custom_attrs={"aria-current": rx.cond(Inbox.talk.id == row.id, "true", "false"), "data-id": row.id},
        ),
        key=row.id,
    )


def _tag(tag: rx.Var[str]) -> rx.Component:
    return rx.el.span(rx.el.span(tag, class_name="clip"), class_name="chip", title=tag)


def _status(status: Any, agent: Any, until: rx.Var[str] | None = None) -> rx.Component:
    snoozed = t("inbox.status_snoozed") if until is None else t("inbox.back_when", when=coming(until))
    return rx.match(
        status,
        ("queued", chip(t("inbox.status_queued"), "warn", "clock")),
        ("open", chip(rx.cond(agent != "", agent, t("inbox.status_open")), "accent", "user-round")),
        ("snoozed", chip(snoozed, icon="alarm-clock")),
        ("resolved", chip(t("inbox.status_resolved"), "good", "check")),
        chip(t("inbox.status_bot"), icon="workflow"),
    )


def _talk() -> rx.Component:
    return rx.el.section(
        rx.cond(
            Inbox.talk.id != "",
            rx.fragment(
                _talk_head(),
                rx.auto_scroll(
                    rx.cond(
                        Inbox.talk.older,
                        secondary_button(t("inbox.older"), Inbox.show_older, size="1"),
                    ),
                    rx.el.ol(rx.foreach(Inbox.lines, one_line), class_name="lines"),
                    class_name="talk-scroll",
                    id="talk-scroll",
                    tab_index=0,
                    role="log",
                    aria_label=t("inbox.messages"),
                    key=Inbox.talk.id,
                ),
                _composer(),
            ),
            rx.cond(
                Inbox.rows.length() > 0,
                empty("message-square-text", t("inbox.choose"), t("inbox.choose_text"), _key_help()),
            ),
        ),
        class_name="inbox-talk",
        aria_label=t("inbox.talk"),
    )


def _key_help() -> rx.Component:
    pairs = (
        ("↑ ↓", "inbox.key_rows"),
        ("R", "inbox.reply"),
        ("N", "inbox.note"),
        ("T", "inbox.take"),
        ("B", "inbox.give_back"),
        ("S", "inbox.snooze"),
        ("E", "inbox.resolve"),
        ("/", "inbox.key_search"),
    )
    return rx.el.dl(
        *(rx.el.div(rx.el.dt(rx.el.kbd(key)), rx.el.dd(t(word))) for key, word in pairs), class_name="keys-help"
    )


def _talk_head() -> rx.Component:
    return rx.el.header(
        rx.el.div(
            turn_to("list", "arrow-left", t("inbox.to_list"), "only-phone"),
            rx.el.div(
                rx.el.h2(Inbox.talk.name, class_name="clip"),
                _status(Inbox.talk.status, Inbox.talk.agent),
                class_name="row grow talk-name",
            ),
            rx.cond(Inbox.talk.status != "resolved", rx.cond(shown_to("answer"), _acts())),
            turn_to("contact", "panel-right", t("inbox.contact"), "only-narrow"),
            class_name="row talk-bar",
        ),
        rx.cond(Inbox.talk.status == "snoozed", put_off()),
        rx.cond(
            Inbox.talk.fault != "",
            notice("bad", rx.el.span(t("inbox.fault"), class_name="strong"), " ", Inbox.talk.fault),
        ),
        rx.cond(
            Inbox.talk.reason != "",
            notice("warn", rx.el.span(t("inbox.reason"), class_name="strong"), " ", Inbox.talk.reason),
        ),
        class_name="talk-head",
    )


def _acts() -> rx.Component:
    return rx.el.div(
        rx.match(
            Inbox.talk.status,
            ("open", _act("undo-2", t("inbox.give_back"), Inbox.give_back, "give-back", "soft")),
            ("snoozed", _act("alarm-clock-off", t("inbox.wake"), Inbox.take, "take", "solid")),
            _act("hand", t("inbox.take"), Inbox.take, "take", "solid"),
        ),
        snooze_menu(),
        _act("check", t("inbox.resolve"), Inbox.resolve, "resolve", "soft"),
        menu_button(
            t("inbox.assign"),
            rx.el.div(t("inbox.assign"), class_name="menu-head small soft"),
            rx.foreach(
                Inbox.colleagues,
                lambda one: rx.menu.item(one.name, on_select=Inbox.assign(one.id)),
            ),
        ),
        class_name="row talk-acts",
    )


def _act(icon: str, name: Any, event: Any, key: str, look: str) -> rx.Component:
    return rx.button(
        rx.icon(icon, size=16, custom_attrs=HIDDEN),
        rx.el.span(name),
        on_click=event,
        id=key,
        variant=look,
        color_scheme="indigo" if look == "solid" else "gray",
        high_contrast=look != "solid",
        aria_label=name,
        title=name,
    )


def _composer() -> rx.Component:
    return rx.cond(
        shown_to("answer"),
        rx.el.form(
            rx.el.div(
                _mode("reply", "reply", t("inbox.reply")),
                _mode("note", "lock", t("inbox.note")),
                rx.el.span(t("inbox.enter_sends"), class_name="small soft not-phone"),
                class_name="row",
            ),
            rx.el.textarea(
                id="write",
                name="text",
                rows="2",
                aria_label=rx.cond(Inbox.mode == "note", t("inbox.note"), t("inbox.reply")),
                placeholder=rx.cond(
                    Inbox.mode == "note",
                    t("inbox.note_here"),
                    rx.match(
                        Inbox.talk.status,
                        ("open", t("inbox.reply_here")),
                        ("resolved", t("inbox.reply_resolved")),
                        ("snoozed", t("inbox.reply_wakes")),
                        t("inbox.reply_takes"),
                    ),
                ),
                class_name="input",
                custom_attrs=enter_sends(),
            ),
            drafts(
                "write",
                of=f"{Inbox.talk.id} {Inbox.mode}",
                turns={f"write-{mode}": f"{Inbox.talk.id} {mode}" for mode in ("reply", "note")},
            ),
            rx.el.div(
                rx.button(
                    rx.icon("send-horizontal", size=16, custom_attrs=HIDDEN),
                    rx.cond(Inbox.mode == "note", t("inbox.save_note"), t("inbox.send")),
                    type="submit",
                    id="send",
                ),
                class_name="row composer-foot",
            ),
            on_submit=Inbox.send,
            reset_on_submit=True,
            class_name="composer",
            custom_attrs={"data-mode": Inbox.mode},
            key=Inbox.talk.id,
        ),
    )


def _mode(mode: str, icon: str, name: Any) -> rx.Component:
    return rx.el.button(
        rx.icon(icon, size=14, custom_attrs=HIDDEN),
        name,
        type="button",
        id=f"write-{mode}",
        class_name="tab",
        on_click=[Inbox.write(mode), rx.set_focus("write")],
        custom_attrs={"aria-pressed": rx.cond(Inbox.mode == mode, "true", "false")},
    )
