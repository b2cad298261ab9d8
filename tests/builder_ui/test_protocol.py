"""What travels between canvas and page: whole once, then small whatever the flow's size."""

import json
from itertools import pairwise
from typing import Any

import pytest

from builder_ui.canvas import protocol
from engine.flow import Flow
from flows import edit, from_dict
from nodes import node_types


def flow_of(count: int) -> Flow[Any]:
    """A chain of messages."""
    names = [f"say_{number}" for number in range(count)]
    return from_dict(
        {
            "format": 1,
            "id": "chain",
            "name": "Chain",
            "start": names[0],
            "nodes": {name: {"type": "message", "text": f"This is {name}"} for name in names},
            "edges": [{"source": one, "port": "next", "target": other} for one, other in pairwise(names)],
            "translations": {"de": {names[0]: {"text": "Hallo"}}},
            "layout": {name: [320 * position, 0] for position, name in enumerate(names)},
        }
    )


def size(plain: Any) -> int:
    return len(json.dumps(plain))


def test_loading_has_all_that_is_drawn() -> None:
    found = protocol.loading(flow_of(3), seq=4, done=2, locked=True, screens="en", content="de")
    assert found["id"] == "chain"
    assert (found["seq"], found["done"], found["locked"], found["language"]) == (4, 2, True, "en")
    assert found["document"]["start"] == "say_0"
    assert found["document"]["edges"][0] == ["say_0", "next", "say_1"]
    assert found["languages"] == ["en", "de"]
    assert "Hallo" in found["views"]["say_0"]["summary"]
    assert found["views"]["say_0"]["config"] == {"type": "message", "text": "This is say_0"}
    assert found["views"]["say_0"]["texts"] == {"de": {"text": "Hallo"}}


def test_a_node_without_a_place_has_none() -> None:
    bare = edit.apply(flow_of(1), {"op": "add", "node": "extra", "config": {"type": "close"}}).flow
    assert protocol.loading(bare, seq=1, done=0, locked=False, screens="en", content="en")["document"]["nodes"] == {
        "say_0": (0.0, 0.0),
        "extra": None,
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_node_type_is_in_the_palette_with_the_ports_of_a_fresh_one(language: Any) -> None:
    cards = {card["type"]: card for card in protocol.palette(language)}
    assert cards.keys() == node_types().keys()
    for name, cls in node_types().items():
        assert [port["id"] for port in cards[name]["ports"]] == [port.id for port in cls().ports()]
        assert cards[name]["help"]


def test_an_edit_of_one_node_costs_the_same_in_any_flow() -> None:
    sizes = set()
    for count in (10, 400):
        before = flow_of(count)
        applied = edit.apply(before, {"op": "set", "node": "say_5", "field": "text", "value": "Other words"})
        views = protocol.pictures(applied.flow, protocol.different(before, applied.flow), "en", "en")
        sizes.add(size(protocol.patch(9, views, change=protocol.change(before, applied.flow))))
    assert len(sizes) == 1
    assert sizes.pop() < 1000


def test_patches_are_kept_few_and_small_and_the_newest_always() -> None:
    kept: list[dict[str, Any]] = []
    for seq in range(1, 50):
        kept = protocol.recent(kept, protocol.patch(seq, {}))
    assert [one["seq"] for one in kept] == list(range(50 - protocol.KEPT, 50))
    large = protocol.patch(50, {"a": "x" * protocol.KEPT_BYTES})
    assert protocol.recent(kept, large) == [large]
    old = {**protocol.patch(51, {}), "at": 0}
    assert [one["seq"] for one in protocol.recent([old], protocol.patch(52, {}))] == [52]


def test_missing_texts_are_counted_by_language() -> None:
    assert protocol.missing(flow_of(3)) == {"en": 0, "de": 2}
