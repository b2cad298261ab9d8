"""Who is writing, in one line above the chat; each part opens what it can be changed to."""

from typing import Any

import reflex as rx

from builder_ui.states.rehearse import Rehearse
from builder_ui.states.visitor import ValueLine
from builder_ui.template import HIDDEN, icon_button
from builder_ui.visitor import Choosable, Preset, WhoPart
from builder_ui.words import t

WEEKDAYS = tuple((str(number), t(f"rehearse.weekday_{number}")) for number in range(1, 8))


def who() -> rx.Component:
    """The line, what it lacks, and people to be with one click."""
    return rx.el.div(
        rx.el.p(
            _person(),
            rx.foreach(Rehearse.parts, _part),
            role="group",
            aria_label=t("rehearse.who"),
            class_name="who-line",
        ),
        _presets(),
        rx.cond(
            Rehearse.who_fault != "", rx.el.p(Rehearse.who_fault, role="alert", class_name="field-fault"), rx.fragment()
        ),
        class_name="rehearsal-who",
    )


def _person() -> rx.Component:
    return _popover(
        rx.el.button(Rehearse.person_words, type="button", class_name="who-part"),
        t("who.person"),
        _field("name", t("who.name"), max_length=80),
        _either(
            "contact",
            t("who.known"),
            ("same", t("who.same"), t("who.same_help")),
            ("new", t("who.new"), t("who.new_help")),
        ),
    )


def _part(one: rx.Var[WhoPart]) -> rx.Component:
    shown: Any = one
    trigger = rx.el.button(
        shown.text, type="button", class_name=rx.cond(shown.unknown, "who-part who-unknown", "who-part")
    )
    return rx.match(
        shown.part,
        ("country", _popover(trigger, t("rehearse.country"), _country())),
        ("locale", _popover(trigger, t("rehearse.locale"), _locale())),
        ("channel", _popover(trigger, t("rehearse.channel"), _channel())),
        ("time", _popover(trigger, t("who.when"), _time())),
        ("source", _popover(trigger, t("who.source_title"), _source())),
        _popover(trigger, t("who.more_title"), _more()),
    )


def _popover(trigger: rx.Component, title: Any, *content: rx.Component) -> rx.Component:
    return popover(trigger, title, rx.el.h3(title, class_name="who-title"), *content)


def popover(trigger: rx.Component, label: Any, *content: rx.Component, width: str = "320px") -> rx.Component:
    """What opens over the chat at a click on the `trigger`."""
    return rx.popover.root(
        rx.popover.trigger(trigger),
        rx.popover.content(
            *content, size="1", class_name="who-popover", max_width=width, custom_attrs={"aria-label": label}
        ),
    )


def _country() -> rx.Component:
    return rx.fragment(
        _select("country", t("rehearse.country"), Rehearse.countries, t("who.no_country")),
        rx.el.p(t("who.country_help"), class_name="soft who-help"),
    )


def _locale() -> rx.Component:
    return rx.fragment(
        _select("locale", t("rehearse.locale"), Rehearse.locales, t("rehearse.locale_none")),
        rx.el.p(t("who.locale_help"), class_name="soft who-help"),
    )


def _channel() -> rx.Component:
    return rx.el.div(rx.foreach(Rehearse.channels, lambda one: _offered("channel", one)), class_name="who-options")


def _source() -> rx.Component:
    nobody = _chooser("source", "", t("who.no_source"), rx.fragment(), (Rehearse.who.get("source", "") == ""))
    return rx.el.div(
        nobody, rx.foreach(Rehearse.sources, lambda one: _offered("source", one)), class_name="who-options"
    )


def _offered(part: str, one: rx.Var[Choosable]) -> rx.Component:
    shown: Any = one
    soft = rx.cond(shown.soft != "", rx.el.span(shown.soft, class_name="soft"), rx.fragment())
    return _chooser(part, shown.value, shown.title, soft, Rehearse.who.get(part, "") == shown.value)


def _chooser(part: str, value: Any, title: Any, soft: rx.Component, chosen: Any) -> rx.Component:
    return rx.popover.close(
        rx.el.button(
            rx.el.span(title),
            soft,
            rx.cond(chosen, rx.icon("check", size=16, custom_attrs=HIDDEN), rx.fragment()),
            type="button",
            aria_pressed=rx.cond(chosen, "true", "false"),
            on_click=Rehearse.choose(part, value),
            class_name="row-button who-option",
            custom_attrs={"data-value": value},
        )
    )


def _time() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.label(
                rx.el.span(t("rehearse.day")),
                rx.el.select(
                    rx.el.option(t("rehearse.today"), value=""),
                    *(rx.el.option(title, value=number) for number, title in WEEKDAYS),
                    value=Rehearse.who.get("weekday", ""),
                    on_change=lambda value: Rehearse.choose("weekday", value),
                    class_name="input",
                ),
            ),
            _field("time", t("rehearse.hour"), type="time"),
            class_name="who-row",
        ),
        _field("moment", t("who.exactly"), type="datetime-local"),
        _select("clock", t("who.clock"), Rehearse.zones, None),
        rx.popover.close(
            rx.el.button(
                t("who.now"),
                type="button",
                on_click=Rehearse.choose("moment", ""),
                class_name="row-button who-option who-reset",
            )
        ),
    )


def _more() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.label(t("who.tags"), html_for="who-tags"),
            rx.el.div(rx.foreach(Rehearse.known_tags, _tag), class_name="who-tags"),
            rx.el.input(
                id="who-tags",
                default_value=Rehearse.who.get("tags", ""),
                key=Rehearse.who.get("tags", ""),
                placeholder=t("who.tags_example"),
                on_blur=lambda value: Rehearse.choose("tags", value),
                max_length=500,
                class_name="input",
            ),
            class_name="who-field",
        ),
        rx.cond(
            Rehearse.known_values.length() > 0,
            rx.el.fieldset(
                rx.el.legend(t("who.values")), rx.foreach(Rehearse.known_values, _value), class_name="who-values"
            ),
        ),
        _field("ip", t("who.ip"), help_text=t("who.ip_help"), max_length=45),
        _select("timezone", t("who.timezone"), Rehearse.zones, t("who.no_timezone"), own_first=False),
        rx.cond(
            Rehearse.accounts.length() > 0,
            _select("account", t("who.account"), Rehearse.accounts, t("who.no_account")),
        ),
    )


def _tag(tag: rx.Var[str]) -> rx.Component:
    chosen = rx.Var.create(Rehearse.who.get("tags", "")).to(str).split(", ").contains(tag)
    return rx.el.button(
        tag,
        type="button",
        aria_pressed=rx.cond(chosen, "true", "false"),
        on_click=Rehearse.choose_tag(tag),
        class_name="who-tag",
    )


def _value(one: rx.Var[ValueLine]) -> rx.Component:
    shown: Any = one
    return rx.el.label(
        rx.el.span(shown.name),
        rx.el.input(
            default_value=shown.value,
            key=shown.name + "=" + shown.value,
            on_blur=lambda value: Rehearse.choose("value." + shown.name, value),
            max_length=500,
            class_name="input",
        ),
    )


def _select(part: str, label: Any, options: Any, nothing: Any, own_first: bool = True) -> rx.Component:
    """A choice among many; `nothing` is what not choosing is called, None where the first of them is that."""
    rest = options if own_first else options[1:]
    return labelled(
        label,
        rx.el.select(
            rx.fragment() if nothing is None else rx.el.option(nothing, value=""),
            rx.foreach(rest, option),
            value=Rehearse.who.get(part, ""),
            on_change=lambda value: Rehearse.choose(part, value),
            class_name="input",
        ),
    )


def option(one: rx.Var[Choosable]) -> rx.Component:
    """One of many in a select."""
    shown: Any = one
    return rx.el.option(shown.title, value=shown.value)


def labelled(label: Any, *parts: rx.Component) -> rx.Component:
    """A field with its name before it."""
    return rx.el.label(rx.el.span(label), *parts, class_name="who-field")


def _field(part: str, label: Any, *, help_text: Any = None, **attributes: Any) -> rx.Component:
    return labelled(
        label,
        rx.el.input(
            default_value=Rehearse.who.get(part, ""),
            key=Rehearse.who.get(part, ""),
            on_blur=lambda value: Rehearse.choose(part, value),
            auto_complete="off",
            class_name="input",
            **attributes,
        ),
        rx.fragment() if help_text is None else rx.el.span(help_text, class_name="soft who-help"),
    )


def _either(part: str, label: Any, *options: tuple[str, Any, Any]) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(label),
        *(
            rx.el.label(
                rx.el.input(
                    type="radio",
                    name=f"who-{part}",
                    checked=Rehearse.who.get(part, "") == value,
                    on_change=Rehearse.choose(part, value),
                ),
                rx.el.span(title, rx.el.span(help_text, class_name="soft who-help")),
                class_name="who-radio",
            )
            for value, title, help_text in options
        ),
        class_name="who-values",
    )


def _presets() -> rx.Component:
    return _popover(
        icon_button("users", t("who.presets")),
        t("who.presets"),
        rx.el.div(rx.foreach(Rehearse.presets, _preset), class_name="who-options"),
    )


def _preset(one: rx.Var[Preset]) -> rx.Component:
    shown: Any = one
    return rx.popover.close(
        rx.el.button(
            shown.title, type="button", on_click=Rehearse.use_preset(shown.number), class_name="row-button who-option"
        )
    )
