"""The canvas folds edits as `flows.edit` does, takes in what the server did, and takes back what it refused."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builder_ui.canvas import protocol
from engine.flow import Flow
from flows import edit, from_dict
from tests.bun import BUN, printed

FOLD = Path(__file__).parent / "fold.js"
CANVAS = Path(protocol.__file__).parent

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

HANDS: list[Plain] = [
    {"op": "add", "node": "more", "config": {"type": "message"}, "at": [64, 64]},
    {"op": "move", "to": {"ask": [400, 32], "bye": [1000, 32]}},
    {"op": "connect", "source": "ask", "port": "no_reply", "target": "bye"},
    {"op": "connect", "source": "ask", "port": "order", "target": "bye"},
    {"op": "disconnect", "source": "hello", "port": "next"},
    {"op": "remove", "nodes": ["ask"]},
    {"op": "remove", "nodes": ["hello", "hand"]},
    {"op": "note", "id": "first", "text": "Ask Jo", "at": [16, 16]},
    {"op": "note", "id": "first", "text": "Ask Jo", "at": [16, 16], "width": 320},
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

FORMS: list[Plain] = [
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


class Canvas:
    """A canvas as the browser keeps it, in a bun that runs as long as this is open."""

    def __init__(self, flow: Flow[Any]) -> None:
        self.bun = subprocess.Popen(
            [BUN, "run", FOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.seq = 1
        self.load(flow)

    def ask(self, **command: Any) -> Plain:
        """What it shows after a command, and what it has not been answered."""
        assert self.bun.stdin is not None
        assert self.bun.stdout is not None
        self.bun.stdin.write(json.dumps({"at": "a", **command}) + "\n")
        self.bun.stdin.flush()
        told: Plain = json.loads(self.bun.stdout.readline())
        return {**told, "document": tidy(told["document"])}

    def load(self, flow: Flow[Any]) -> None:
        """Begin with a flow."""
        self.seq = 1
        given = protocol.loading(flow, seq=1, done=0, locked=False, screens="en", content="en")
        self.ask(load={**given, "fresh": True})

    def act(self, edit: Plain) -> Plain:
        """What the hand does."""
        return self.ask(act=edit)

    def take(self, views: Plain, **answer: Any) -> Plain:
        """What the server says."""
        self.seq += 1
        return self.ask(receive=[protocol.patch(self.seq, views, **answer)])


@pytest.fixture(scope="module")
def canvas() -> Iterator[Canvas]:
    made = Canvas(flow())
    with made.bun:
        yield made


def ran(module: str, function: str, *arguments: Any) -> Any:
    """What a function of the canvas's gives, as JSON."""
    script = f"""
        const {{ {function} }} = await import({json.dumps(str(CANVAS / module))});
        console.log(JSON.stringify({function}(...(await Bun.stdin.json()))));
    """
    return printed("-e", script, given=arguments)


def took(before: Flow[Any], after: Flow[Any]) -> Plain:
    """What the server sends of an edit that the canvas has not drawn itself."""
    views = protocol.pictures(after, protocol.different(before, after), "en", "en")
    return {"views": views, "change": protocol.change(before, after)}


@pytest.mark.parametrize("hand", HANDS, ids=lambda hand: hand["op"])
def test_the_canvas_draws_what_the_server_will_say(canvas: Canvas, hand: Plain) -> None:
    applied = edit.apply(flow(), hand)
    canvas.load(flow())
    assert canvas.act(hand)["document"] == shown(applied.flow)
    views = protocol.pictures(applied.flow, applied.changed_nodes, "en", "en")
    assert canvas.take(views, number=1)["document"] == shown(applied.flow)


@pytest.mark.parametrize("hand", HANDS, ids=lambda hand: hand["op"])
def test_what_is_refused_is_taken_back(canvas: Canvas, hand: Plain) -> None:
    canvas.load(flow())
    canvas.act(hand)
    told = canvas.take({}, number=1, refused=True)
    assert (told["document"], told["pending"]) == (shown(flow()), [])


def test_where_something_broke_the_edit_waits(canvas: Canvas) -> None:
    canvas.load(flow())
    drawn = canvas.act(HANDS[1])["document"]
    told = canvas.take({}, number=1, failed=True)
    assert (told["document"], [one["number"] for one in told["pending"]], told["failed"]) == (drawn, [1], True)
    assert not canvas.take({}, number=1)["failed"]


@pytest.mark.parametrize("change", [*HANDS, *FORMS], ids=lambda change: change["op"])
def test_the_canvas_takes_in_what_others_did_and_its_undo(canvas: Canvas, change: Plain) -> None:
    applied = edit.apply(flow(), change)
    back = edit.apply(applied.flow, applied.inverse).flow
    canvas.load(flow())
    assert canvas.take(**took(flow(), applied.flow))["document"] == shown(applied.flow)
    assert canvas.take(**took(applied.flow, back))["document"] == shown(flow())


def test_who_comes_later_wins_on_the_canvas_too(canvas: Canvas) -> None:
    """Both move a node, the other first: it stands where this hand put it, before and after the answer."""
    canvas.load(flow())
    mine = {"op": "move", "to": {"ask": [16, 16]}}
    theirs = edit.apply(flow(), {"op": "move", "to": {"ask": [900, 900]}}).flow
    after = edit.apply(theirs, mine).flow
    canvas.act(mine)
    assert canvas.take(**took(flow(), theirs))["document"] == shown(after)
    assert canvas.take({}, number=1)["document"] == shown(after)


def test_nodes_of_the_same_name_are_told_apart() -> None:
    views = {
        "b": {"id": "b", "name": "", "title": "Tag"},
        "a": {"id": "a", "name": "", "title": "Tag"},
        "c": {"id": "c", "name": "Ask", "title": "Question"},
    }
    assert ran("document.js", "titled", views) == [
        {"value": "c", "title": "Ask"},
        {"value": "a", "title": "Tag"},
        {"value": "b", "title": "Tag (2)"},
    ]
