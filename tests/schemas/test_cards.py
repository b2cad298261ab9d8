"""The palette, and that its Chinese says all that its English does."""

import re

import pytest

import nodes
from engine.flow import Node
from nodes import BUILT_IN, type_name, words_of
from schemas.cards import Field, card, palette

HAN = re.compile(r"[\u4e00-\u9fff]")


def field(cls: type[Node], name: str, language: str = "en") -> Field:
    return next(one for one in card(cls, language).fields if one.name == name)  # type: ignore[arg-type]


def by_type(name: str) -> type[Node]:
    return nodes.node_types()[name]


def test_every_built_in_type_has_its_card_in_order() -> None:
    assert [one.type for one in palette()] == [type_name(cls) for cls in BUILT_IN]


def test_a_card_is_derived_from_the_class() -> None:
    found = card(by_type("knowledge_answer"))
    assert (found.title, found.icon, found.group) == ("Knowledge answer", "book-open-text", "know")
    assert found.help.startswith("Answers what the contact wrote last")
    assert found.ports == {"answered": "Answered", "unsure": "Unsure"}
    assert [one.name for one in found.fields] == ["threshold", "documents", "name"]


def test_a_field_is_derived_from_its_annotation() -> None:
    assert field(by_type("knowledge_answer"), "threshold") == Field(
        name="threshold",
        title="Sure enough from",
        help="Below it nothing is said and the flow goes on by “unsure”.",
        widget="percent",
        default=0.6,
        minimum=0,
        maximum=1,
    )
    text = field(by_type("message"), "text")
    assert (text.widget, text.translatable, text.required, text.max_length) == ("text", True, True, 10_000)
    expects = field(by_type("question"), "expects")
    assert [option.value for option in expects.options] == ["any", "email", "phone", "number", "date", "pattern"]
    pattern = field(by_type("question"), "pattern")
    assert pattern.pattern
    assert pattern.only_if == {"expects": ["pattern"]}
    assert field(by_type("language_by_ip"), "order").default == ["locale", "text", "ip", "phone"]


@pytest.mark.parametrize("cls", BUILT_IN, ids=type_name)
def test_the_chinese_is_complete(cls: type[Node]) -> None:
    english, chinese = card(cls, "en"), card(cls, "zh")
    words = words_of(cls, "zh")
    assert set(words["fields"]) == {one.name for one in english.fields}
    assert set(words["ports"]) == {port.id for port in _named_ports(cls)}
    assert HAN.search(chinese.title)
    assert HAN.search(chinese.help)
    assert bool(words["summary"]) == bool(cls.SUMMARY)
    assert set(re.findall(r"\{([a-z_]+)", words["summary"])) == set(re.findall(r"\{([a-z_]+)", cls.SUMMARY))
    for ours, theirs in zip(english.fields, chinese.fields, strict=True):
        assert HAN.search(theirs.title), theirs.name
        assert bool(ours.help) == bool(theirs.help), theirs.name
        for option in theirs.options:
            assert HAN.search(option.title), option


def _named_ports(cls: type[Node]) -> tuple[nodes.branch.Port, ...]:  # type: ignore[name-defined]
    """Every port whose name is not made by who draws the flow."""
    if cls is by_type("split"):
        return ()
    if cls is by_type("question"):
        return cls(expects="email", no_reply=1).ports()  # type: ignore[call-arg, no-any-return]
    if cls is by_type("collect"):
        return cls(no_reply=1).ports()  # type: ignore[call-arg, no-any-return]
    return cls().ports()


def test_every_field_has_a_widget_the_form_knows() -> None:
    plain = {"text", "line", "name", "number", "percent", "duration", "switch", "select", "order", "rule"}
    ours = {"choices", "cases", "tags", "value_name", "documents", "languages", "team", "rows", "service", "json"}
    ours |= {"hours", "hours_team", "flow", "mapping"}
    ours |= {"decision_table", "hidden", "shares", "collect"}
    widgets = {one.widget for cls in BUILT_IN for one in card(cls).fields}
    assert widgets <= plain | ours
