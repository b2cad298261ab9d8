"""What became different, field by field and in words."""

from typing import Any

import pytest

from engine.flow import Flow
from flows import from_dict
from flows.changes import node_changes
from flows.edit import apply

OLD: Flow[Any] = from_dict(
    {
        "format": 1,
        "id": "f",
        "name": "F",
        "start": "ask",
        "nodes": {
            "ask": {
                "type": "question",
                "text": "What about?",
                "choices": [{"id": "order", "label": "Order"}, {"id": "back", "label": "Return"}],
            },
            "rest": {"type": "wait", "seconds": 600},
            "which": {
                "type": "branch",
                "cases": [
                    {
                        "id": "vip",
                        "title": "VIP",
                        "when": {"kind": "compare", "fact": "tags", "op": "has", "value": "vip"},
                    }
                ],
            },
        },
        "translations": {"de": {"ask": {"text": "Hallo", "choices.order.label": "Bestellung"}}},
    }
)

GERMANY = {"kind": "compare", "fact": "country", "op": "is", "value": "DE"}


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        ({"op": "set", "node": "ask", "field": "text", "value": "Which?"}, ["Question: “What about?” → “Which?”"]),
        ({"op": "set", "node": "rest", "field": "seconds", "value": 900}, ["How long: 10 min → 15 min"]),
        (
            {"op": "translate", "node": "ask", "language": "de", "path": "text", "text": "Guten Tag"},
            ["Question (German): “Hallo” → “Guten Tag”"],
        ),
        (
            {"op": "translate", "node": "ask", "language": "de", "path": "choices.order.label", "text": ""},
            ["Choices “Order” (German): “Bestellung” → empty"],
        ),
        (
            {
                "op": "set",
                "node": "ask",
                "field": "choices",
                "value": [{"id": "new", "label": "Price"}, {"id": "back", "label": "Send back"}],
            },
            ["Choices: “Order” removed", "Choices “Return”: “Return” → “Send back”", "Choices: new “Price”"],
        ),
        (
            {
                "op": "set",
                "node": "ask",
                "field": "choices",
                "value": [{"id": "back", "label": "Return"}, {"id": "order", "label": "Order"}],
            },
            ["Choices: another order"],
        ),
        (
            {
                "op": "set",
                "node": "which",
                "field": "cases",
                "value": [{"id": "vip", "title": "VIP", "when": GERMANY}, {"id": "de", "title": "DE", "when": GERMANY}],
            },
            ["Cases “VIP”: tags has vip → country is Germany", "Cases: new “DE”, if country is Germany"],
        ),
        ({"op": "move", "to": {"ask": [1, 2]}}, []),
    ],
)
def test_what_changed_is_told_by_field(edit: dict[str, Any], lines: list[str]) -> None:
    new = apply(OLD, edit).flow
    found = [line for node_id in OLD.nodes for line in node_changes(OLD, new, node_id)]
    # A choice that goes takes its translations along.
    assert [line for line in found if "empty" not in line or "empty" in str(lines)] == lines
    assert len(found) == len([line for node_id in OLD.nodes for line in node_changes(OLD, new, node_id, "zh")])
