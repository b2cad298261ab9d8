"""What the canvas works out for the hand: lining up, inserting, copying, finding, ways around nodes."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builder_ui
import flows
from builder_ui.canvas import protocol
from builder_ui.canvas.wording import canvas_words
from engine.flow import Flow
from flows import edit, from_dict
from nodes import node_types, type_name
from schemas.cards import card
from tests.bun import printed

CALL = Path(__file__).parent / "call.js"
CANVAS = Path(builder_ui.__file__).parent / "canvas"

Plain = dict[str, Any]


def called(*calls: list[Any]) -> list[Any]:
    found: list[Any] = printed("run", CALL, given=calls)
    return found


def call(*one: Any) -> Any:
    return called(list(one))[0]


def document(flow: Flow[Any]) -> Plain:
    """The flow as the canvas keeps it."""
    given = protocol.loading(flow, seq=1, done=0, locked=False, screens="en", content="en")
    kept = given["document"]
    edges = {f"{source}/{port}": {"source": source, "port": port, "target": to} for source, port, to in kept["edges"]}
    return {**kept, "edges": edges, "views": given["views"]}


def luna() -> Flow[Any]:
    return flows.starter("luna")


def chain(*places: tuple[int, int]) -> Flow[Any]:
    names = [f"say_{number}" for number in range(len(places))]
    return from_dict(
        {
            "format": 1,
            "id": "chain",
            "name": "Chain",
            "start": names[0],
            "nodes": {name: {"type": "message", "text": name} for name in names},
            "edges": [{"source": one, "port": "next", "target": other} for one, other in pairwise(names)],
            "layout": dict(zip(names, places, strict=True)),
        }
    )


BOXES = {
    "a": {"x": 0, "y": 0, "width": 240, "height": 100},
    "b": {"x": 100, "y": 300, "width": 240, "height": 60},
    "c": {"x": 700, "y": 90, "width": 208, "height": 80},
}


@pytest.mark.parametrize(
    ("how", "places"),
    [
        ("left", {"a": [0, 0], "b": [0, 300], "c": [0, 90]}),
        ("center", {"a": [334, 0], "b": [334, 300], "c": [350, 90]}),
        ("right", {"a": [668, 0], "b": [668, 300], "c": [700, 90]}),
        ("top", {"a": [0, 0], "b": [100, 0], "c": [700, 0]}),
        ("middle", {"a": [0, 130], "b": [100, 150], "c": [700, 140]}),
        ("bottom", {"a": [0, 260], "b": [100, 300], "c": [700, 280]}),
    ],
)
def test_lining_up_moves_across_one_line(how: str, places: Plain) -> None:
    assert call("align", "aligned", BOXES, how) == places


def test_spreading_out_leaves_the_outermost_and_equal_gaps() -> None:
    across, down = called(["align", "distributed", BOXES, "x"], ["align", "distributed", BOXES, "y"])
    assert across == {"a": [0, 0], "b": [350, 300], "c": [700, 90]}
    assert down == {"a": [0, 0], "b": [100, 300], "c": [700, 160]}


def test_what_is_dragged_snaps_to_a_line_else_to_the_grid() -> None:
    lines = {"x": [[640, BOXES["c"]]], "y": []}
    near, far = {"x": 643, "y": 37, "width": 240, "height": 100}, {"x": 660, "y": 37, "width": 240, "height": 100}
    snapped, free = called(["align", "snapping", near, lines, 6, 16], ["align", "snapping", far, lines, 6, 16])
    assert (snapped["x"], snapped["y"]) == (640, 32)
    assert snapped["guides"] == [{"axis": "x", "at": 640, "from": 32, "to": 170}]
    assert (free["x"], free["y"], free["guides"]) == (656, 32, [])


def test_a_node_put_into_a_way_is_one_edit_and_makes_room() -> None:
    flow = chain((0, 0), (320, 0), (640, 0))
    new = {"id": "extra", "config": {"type": "tag"}, "ports": [{"id": "next"}]}
    wanted = call("insert", "inserting", document(flow), "say_0/next", new, "$size")
    assert wanted["op"] == "batch"
    done = edit.apply(flow, wanted)
    assert {(way.source, way.target) for way in done.flow.edges} == {
        ("say_0", "extra"),
        ("extra", "say_1"),
        ("say_1", "say_2"),
    }
    left = sorted(done.flow.layout.items(), key=lambda place: place[1])
    assert [name for name, _ in left] == ["say_0", "extra", "say_1", "say_2"]
    assert all(right[1][0] - one[1][0] >= 240 + 48 for one, right in pairwise(left))
    assert edit.apply(done.flow, done.inverse).flow == flow


def test_a_node_that_is_there_goes_into_a_way_by_its_main_port() -> None:
    flow = edit.apply(
        chain((0, 0), (640, 0)), {"op": "add", "node": "ask", "config": {"type": "question"}, "at": [0, 400]}
    )
    ports = [{"id": "no_reply", "optional": True}, {"id": "answered", "optional": False}]
    there = {"id": "ask", "ports": ports, "at": [320, 16]}
    after = edit.apply(flow.flow, call("insert", "inserting", document(flow.flow), "say_0/next", there, "$size")).flow
    assert after.layout["ask"] == (320, 16)
    assert {(way.source, way.port, way.target) for way in after.edges} == {
        ("say_0", "next", "ask"),
        ("ask", "answered", "say_1"),
    }


def test_what_leads_nowhere_does_not_go_into_a_way() -> None:
    end = {"id": "end", "config": {"type": "close"}, "ports": []}
    own = {"id": "say_1", "ports": [{"id": "next"}]}
    flow = document(chain((0, 0), (640, 0)))
    assert called(
        ["insert", "inserting", flow, "say_0/next", end], ["insert", "inserting", flow, "say_0/next", own]
    ) == [
        None,
        None,
    ]


def test_taking_a_node_out_joins_what_stood_around_it() -> None:
    flow = chain((0, 0), (320, 0), (640, 0))
    joined = call("insert", "bridging", document(flow), "say_1")
    after = edit.apply(flow, {"op": "batch", "edits": [*joined, {"op": "remove", "nodes": ["say_1"]}]}).flow
    assert [(way.source, way.target) for way in after.edges] == [("say_0", "say_2")]


def test_what_usually_follows_comes_first() -> None:
    cards = protocol.palette("en")
    types = {type_name(cls) for cls in node_types().values()}
    unsure, start, last = called(
        ["follow", "following", cards, "knowledge_answer", "unsure"],
        ["follow", "following", cards, "welcome", "next"],
        ["follow", "between", cards, "message", "next"],
    )
    assert unsure[0]["type"] == "human_handoff"
    assert start[0]["type"] == "question"
    for offered in (unsure, start):
        assert {card["type"] for card in offered} == types
        assert len(offered) == len(types)
    assert all(card["ports"] for card in last)


def test_what_is_to_follow_says_after_what() -> None:
    ways = [{"id": "yes", "title": "Under $& 50"}, {"id": "other", "title": "{node}"}]
    asks = {"name": "Ask the size", "title": "Question", "ports": ways}
    says = {"name": "", "title": "Message", "ports": [{"id": "next", "title": "Next"}]}
    english, chinese = canvas_words("en"), canvas_words("zh")
    assert called(
        ["follow", "after", english, asks, "yes"],
        ["follow", "after", chinese, asks, "yes"],
        ["follow", "after", english, asks, "other"],
        ["follow", "after", english, asks, None],
        ["follow", "after", english, says, "next"],
        ["follow", "after", chinese, says, "next"],
        ["follow", "after", english, None, "next"],
    ) == [
        "After “Under $& 50” of “Ask the size”",
        "在“Ask the size”的“Under $& 50”之后",
        "After “{node}” of “Ask the size”",
        "After “Ask the size”",
        "After “Message”",
        "在“Message”之后",
        "",
    ]


def test_suggestions_speak_of_types_and_ports_that_there_are() -> None:
    tables = (CANVAS / "follow.js").read_text().partition("// The cards,")[0]
    named = set(re.findall(r'"(\w+)"', tables))
    assert named - {type_name(cls) for cls in node_types().values()} == set()


def test_finding_looks_at_every_text_and_says_where() -> None:
    flow = edit.apply(luna(), {"op": "note", "id": "first", "text": "Ask Marta about Lapis", "at": [0, 0]}).flow
    tag = next(name for name, node in flow.nodes.items() if type_name(type(node)) == "tag")
    flow = edit.apply(flow, {"op": "set", "node": tag, "field": "add", "value": ["vip-lapis"]}).flow
    everything = call("find", "searchable", document(flow), canvas_words("en"))
    lapis, german, named, nothing, several = (
        [(one["id"], one.get("language"), one["marked"]) for one in found]
        for found in called(
            *(["find", "searched", everything, text] for text in ("lapis", "willkommen", "welcome", "zzz", "marta ask"))
        )
    )
    assert lapis == [(tag, None, ["vip-", "lapis", ""]), ("note:first", None, ["Ask Marta about ", "Lapis", ""])]
    assert german[0][:2] == ("welcome", "de")
    assert german[0][2][1] == "willkommen"
    assert named[0] == ("welcome", None, ["", "Welcome", ""])
    assert nothing == []
    assert [name for name, _, _ in several] == ["note:first"]


def pasted(flow: Flow[Any], text: str) -> Flow[Any]:
    understood = call("clipboard", "understood", text)
    wanted, _ = call("clipboard", "pasting", understood, [64, 64], "$fresh", list(flow.languages))
    return edit.apply(flow, wanted).flow


def empty(language: str, *others: str) -> Flow[Any]:
    """A flow of nothing, in these languages."""
    return from_dict(
        {"format": 1, "id": "e", "name": "E", "language": language, "translations": {other: {} for other in others}}
    )


def shape(flow: Flow[Any]) -> tuple[Any, ...]:
    """All of a flow but the names of its nodes."""
    left, top = (min(place[axis] for place in flow.layout.values()) for axis in (0, 1))
    where = {name: (x - left, y - top) for name, (x, y) in flow.layout.items()}
    texts = sorted(
        (language, where[name], path, text)
        for language, of_nodes in flow.translations.items()
        for name, of_node in of_nodes.items()
        for path, text in of_node.items()
        if text
    )
    nodes = sorted((where[name], repr(node)) for name, node in flow.nodes.items())
    return nodes, sorted((where[way.source], way.port, where[way.target]) for way in flow.edges), texts


def test_everything_copied_and_pasted_is_the_same_again() -> None:
    original = edit.apply(luna(), {"op": "note", "id": "first", "text": "Ask", "at": [0, -200]}).flow
    ids = [*original.nodes, "note:first"]
    text = call("clipboard", "written", document(original), ids, original.language)
    copy = pasted(empty(*original.languages), text)
    assert shape(copy) == shape(original)
    assert [note.text for note in copy.notes.values()] == ["Ask"]


def test_a_flow_s_file_can_be_pasted() -> None:
    original = luna()
    assert shape(pasted(empty(*original.languages), flows.write(original).decode())) == shape(original)


def test_texts_go_into_the_language_of_the_flow_they_are_pasted_into() -> None:
    original = luna()
    welcome = next(name for name, node in original.nodes.items() if type_name(type(node)) == "welcome")
    text = call("clipboard", "written", document(original), [welcome], "en")
    copy = pasted(empty("de", "en"), text)
    (name,) = copy.nodes
    assert copy.nodes[name].text == original.translations["de"][welcome]["text"]
    assert copy.translations["en"][name]["text"] == original.nodes[welcome].text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "{",
        "[]",
        '{"kind": "parley/nodes"}',
        '{"kind": "parley/nodes", "nodes": {"a": {}}}',
        '{"format": 1, "nodes": []}',
        '{"kind": "parley/nodes", "nodes": {"a": {"config": {"type": "tag"}, "at": [0, 0]}}, "edges": 5}',
    ],
)
def test_other_text_is_not_pasted(text: str) -> None:
    assert call("clipboard", "understood", text) is None


def runs_through(ways: list[Plain], boxes: list[list[Any]]) -> list[str]:
    """The ways with a point within a node that is not their own end."""
    found = []
    for key, line in call("paths", "points", ways, boxes).items():
        (way,) = (one for one in ways if one["key"] == key)
        for left, top, right, bottom, name in boxes:
            own = name in (way["source"], way["target"])
            if not own and any(left < x < right and top < y < bottom for x, y in line):
                found.append(f"{key} through {name}")
    return found


def test_ways_go_around_nodes_also_back_and_far() -> None:
    """Columns as tidying leaves them: a way over three of them, and one back to the first."""
    boxes = [
        [col * 320, row * 160, col * 320 + 240, row * 160 + 110, f"{col}{row}"] for col in range(5) for row in range(3)
    ]
    skips = [
        {
            "key": f"{a}-{b}",
            "source": a,
            "target": b,
            "sx": int(a[0]) * 320 + 240,
            "sy": int(a[1]) * 160 + 90,
            "tx": int(b[0]) * 320,
            "ty": int(b[1]) * 160 + 22,
        }
        for a, b in [("00", "40"), ("01", "41"), ("02", "30"), ("41", "00"), ("32", "02"), ("22", "11"), ("10", "21")]
    ]
    assert runs_through(skips, boxes) == []


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4)), min_size=4, max_size=16, unique=True), st.data())
def test_whatever_the_columns_no_way_runs_through_a_node(cells: list[tuple[int, int]], data: st.DataObject) -> None:
    boxes = [[x * 336, y * 176, x * 336 + 240, y * 176 + 120, f"n{x}{y}"] for x, y in cells]
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(boxes), st.sampled_from(boxes)), min_size=1, max_size=8))
    ways = [
        {"key": f"{at}", "source": a[4], "target": b[4], "sx": a[2], "sy": a[1] + 90, "tx": b[0], "ty": b[1] + 22}
        for at, (a, b) in enumerate(pairs)
        if a is not b
    ]
    assert runs_through(ways, boxes) == []


def acts() -> dict[str, str]:
    """Every act by its id, as it stands in the table."""
    text = (CANVAS / "acts.js").read_text()
    table = text[text.index("export const ACTS") : text.index("];")]
    return {match[1]: match[0] for match in re.finditer(r'\{ id: "(\w+)".*', table)}


def test_every_act_has_words_a_key_and_its_place_in_the_list() -> None:
    text = (CANVAS / "acts.js").read_text()
    sections = re.findall(r'"(\w+)"', re.search(r"SECTIONS = \[(.*?)\]", text)[1])  # type: ignore[index]
    gestures = re.findall(r'"(\w+)"', re.search(r"GESTURES = \[(.*?)\]", text)[1])  # type: ignore[index]
    keys = [key for act in acts().values() for key in re.findall(r'"([^"]+)"', re.search(r"keys: \[(.*?)\]", act)[1])]  # type: ignore[index]
    assert len(acts()) > 30
    assert sorted(keys) == sorted(set(keys))
    for words in (canvas_words("en"), canvas_words("zh")):
        for name, act in acts().items():
            assert words[f"act_{name}"]
            assert re.search(r'section: "(\w+)"', act)[1] in sections  # type: ignore[index]
            assert "keys: [" in act
        for name in (*sections, "pointer"):
            assert words[f"section_{name}"]
        for name in gestures:
            assert words[f"hand_{name}"]
            assert words[f"hand_{name}_by"]


def test_every_act_of_the_menu_has_a_picture() -> None:
    assert [name for name, act in acts().items() if "about:" in act and "icon:" not in act] == []


def test_every_kind_of_node_explains_itself_in_both_languages_and_with_a_picture() -> None:
    drawing = (CANVAS / "picture.jsx").read_text().partition("const DOES = {")[2].partition("\n};")[0]
    assert set(re.findall(r"^  ([a-z_]+): ", drawing, re.MULTILINE)) == set(node_types())
    for cls in node_types().values():
        english, chinese = (card(cls, screens) for screens in ("en", "zh"))
        for told in ("title", "help"):
            assert getattr(english, told)
            assert not re.search(r"[\u3400-\u9fff]", getattr(english, told))
            assert re.search(r"[\u3400-\u9fff]", getattr(chinese, told)), (cls, told)
