"""What a form is told: fields, texts, problems and names to choose from, in the language of the screens."""

import json
from pathlib import Path
from typing import Any

import pytest

import builder_ui.form
from builder_ui.form import protocol
from builder_ui.form.lists import GROUPS, lists
from builder_ui.words import Language
from engine.flow import Flow
from engine.rules import FACTS
from flows import edit, from_dict
from flows.check import check
from nodes import node_types, type_name
from schemas import card

SCRIPTS = Path(builder_ui.form.__file__).parent

SIZE = {"kind": "compare", "fact": "value.size", "op": "is", "value": "Small"}
NEIGHBOURS = {"kind": "compare", "fact": "country", "op": "in", "value": ["DE", "AT"]}
REGULAR = {"kind": "compare", "fact": "tags", "op": "has", "value": "regular"}


@pytest.fixture
def flow() -> Flow[Any]:
    document = {
        "format": 1,
        "id": "sizes",
        "name": "Sizes",
        "start": "ask",
        "nodes": {
            "ask": {
                "type": "question",
                "text": "Which size?",
                "choices": [{"id": "s", "label": "Small"}, {"id": "l", "label": "Large"}],
                "save_as": "size",
            },
            "where": {"type": "branch", "cases": [{"id": "near", "title": "Near", "when": NEIGHBOURS}]},
            "mark": {"type": "tag", "add": ["new"]},
        },
        "edges": [{"source": "ask", "port": "s", "target": "where"}],
        "translations": {"de": {"ask": {"text": "Welche Größe?"}}},
        "interrupts": [{"id": "help", "name": "Help", "when": REGULAR, "to": "mark"}],
        "trigger": {"when": SIZE},
    }
    return from_dict(document)


def node_form(flow: Flow[Any], node: str, screens: Language = "en", **more: Any) -> dict[str, Any]:
    found = protocol.node_form(flow, node, screens=screens, content="en", problems=check(flow, screens), **more)
    # What travels is JSON: tuples come as lists.
    plain: dict[str, Any] = json.loads(json.dumps(found))
    return plain


def test_a_node_has_every_field_with_what_is_in_it(flow: Flow[Any]) -> None:
    found = node_form(flow, "ask")
    assert found["config"].keys() == {field["name"] for field in found["fields"]}
    assert found["config"]["choices"] == [{"id": "s", "label": "Small"}, {"id": "l", "label": "Large"}]
    assert found["config"]["retries"] == 2


def test_texts_stand_side_by_side(flow: Flow[Any]) -> None:
    found = node_form(flow, "ask")
    assert found["languages"] == [{"tag": "en", "name": "English"}, {"tag": "de", "name": "German"}]
    own = {"text": "Which size?", "choices.s.label": "Small", "choices.l.label": "Large"}
    assert found["texts"] == {"en": own, "de": {"text": "Welche Größe?"}}


def test_ways_out_say_where_they_lead(flow: Flow[Any]) -> None:
    small, large, _ = node_form(flow, "ask", "zh")["ports"]
    assert (small["title"], small["target"], small["target_title"]) == ("Small", "where", "条件分支")
    assert (large["title"], large["target"], large["target_title"]) == ("Large", "", "")


def test_a_rule_is_said_in_words(flow: Flow[Any]) -> None:
    assert node_form(flow, "where")["rules"] == {"cases.near": "country is Germany or Austria"}
    rules = protocol.flow_form(flow, screens="en")["rules"]
    assert rules == {"interrupts.help": "tags has regular", "trigger.when": "value “size” is Small"}


def test_tags_and_values_of_the_whole_flow_are_offered(flow: Flow[Any]) -> None:
    known = protocol.options(flow, "en", {})
    assert known["tags"] == ["new", "regular"]
    told = [(one["name"], one["title"], one["from"]) for one in known["values"]]
    assert told == [("size", "value “size”", "Question")]


def test_a_flow_runs_any_other_but_not_itself(flow: Flow[Any]) -> None:
    shop = {"flows": [{"value": flow.id}, {"value": "other"}], "hours": [{"value": "shop"}]}
    known = protocol.options(flow, "en", shop)
    assert (known["flows"], known["hours"]) == ([{"value": "other"}], [{"value": "shop"}])


def test_a_problem_stands_at_its_field(flow: Flow[Any]) -> None:
    emptied = edit.apply(flow, {"op": "set", "node": "mark", "field": "add", "value": None}).flow
    (problem,) = node_form(emptied, "mark")["problems"]["add"]
    assert problem["severity"] == "error"
    assert "Add" in problem["message"]
    assert "add" not in node_form(flow, "mark")["problems"]


def test_what_the_form_shows_anyway_is_no_problem_there(flow: Flow[Any]) -> None:
    codes = {problem.code for problem in check(flow) if problem.node == "ask"}
    assert {"silence", "missing_translation"} <= codes
    assert node_form(flow, "ask")["problems"] == {}


def test_the_flow_s_problems_stand_in_its_own_form(flow: Flow[Any]) -> None:
    nowhere = edit.apply(flow, {"op": "set_flow", "field": "timezone", "value": "Mars/Olympus"}).flow
    found = protocol.flow_form(nowhere, screens="en", problems=check(nowhere))
    assert [line["severity"] for line in found["problems"]["timezone"]] == ["error"]
    assert "loose_port" not in json.dumps(found["problems"])


def test_a_refusal_goes_to_the_field_of_its_edit() -> None:
    set_one = {"op": "set", "node": "a", "field": "choices", "value": []}
    translated = {"op": "translate", "node": "a", "language": "de", "path": "choices.s.label", "text": "Klein"}
    assert protocol.field_of(set_one) == ("a", "choices")
    assert protocol.field_of(translated) == ("a", "choices.s.label")
    assert protocol.field_of({"op": "batch", "edits": [set_one, translated]}) == ("a", "choices")
    assert protocol.field_of({"op": "set_flow", "field": "timezone", "value": "UTC"}) == ("", "timezone")
    assert protocol.field_of({"op": "add_language", "language": "fr"}) == ("", "translations")
    assert protocol.field_of({"op": "move", "to": {"a": [0, 0]}}) is None
    assert protocol.field_of({"op": "batch", "edits": [set_one, {"op": "remove", "nodes": ["a"]}]}) is None


def test_every_fact_has_a_place_in_the_list() -> None:
    assert GROUPS.keys() == FACTS.keys()


@pytest.mark.parametrize("screens", ["en", "zh"])
def test_what_is_offered_has_names(screens: Language) -> None:
    offered = json.loads(json.dumps(lists(screens)))
    for kind in ("countries", "languages", "timezones", "channels", "weekdays"):
        values = [option["value"] for option in offered[kind]]
        assert len(values) == len(set(values))
        assert all(option["title"] for option in offered[kind])
    countries = {option["value"]: option["title"] for option in offered["countries"]}
    assert countries["DE"] == {"en": "Germany", "zh": "德国"}[screens]
    assert countries.keys().isdisjoint({"EU", "ZZ", "001"})
    assert all(code != title for code, title in countries.items())
    zones = {option["value"]: option["title"] for option in offered["timezones"]}
    assert zones["Europe/Berlin"] == {"en": "Berlin (Germany)", "zh": "柏林（德国）"}[screens]


def test_every_kind_of_field_has_its_entry() -> None:
    entries = (SCRIPTS / "form.jsx").read_text()
    widgets = {field.widget for cls in node_types().values() for field in card(cls).fields} - {"name"}
    assert {widget for widget in widgets if f"\n  {widget}: " not in entries} == set()


def test_every_node_type_has_a_form(flow: Flow[Any]) -> None:
    for cls in node_types().values():
        node = type_name(cls)
        fresh = edit.apply(flow, {"op": "add", "node": f"a_{node}", "config": {"type": node}}).flow
        assert node_form(fresh, f"a_{node}")["type"] == node
