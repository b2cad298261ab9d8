"""The small picture of a flow shows every node and edge, within its frame, whatever the layout."""

from typing import Any

import pytest

import flows
from builder_ui.picture import HEIGHT, WIDTH, Picture, picture

LUNA = flows.as_dict(flows.starter("luna"))


def drawn(document: dict[str, Any]) -> Picture:
    return picture(flows.from_dict(document))


def within(found: Picture) -> bool:
    left, top, width, height = map(float, found.frame.split())
    return all(
        left <= box.x and box.x + WIDTH <= left + width and top <= box.y and box.y + HEIGHT <= top + height
        for box in found.boxes
    )


@pytest.mark.parametrize("layout", [LUNA["layout"], {}, {next(iter(LUNA["layout"])): [0, 0]}])
def test_nodes_and_edges_are_all_there(layout: dict[str, Any]) -> None:
    found = drawn(LUNA | {"layout": layout})
    assert len(found.boxes) == len(LUNA["nodes"])
    assert found.wires.count("M") == len(LUNA["edges"])
    assert {box.group for box in found.boxes} <= {"talk", "decide", "know", "do", "people"}
    assert within(found)


def test_without_a_layout_no_node_covers_another() -> None:
    found = drawn(LUNA | {"layout": {}})
    assert len({(box.x, box.y) for box in found.boxes}) == len(found.boxes)


def test_an_empty_flow_has_an_empty_picture() -> None:
    assert drawn({"format": 1, "id": "new", "name": "New", "language": "en", "nodes": {}}) == Picture()
