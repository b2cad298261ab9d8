from typing import Any

from engine.flow import Edge, Flow, Trigger
from engine.rules import Compare
from flows.diff import Diff, diff
from flows.edit import apply
from nodes.message import Message

OLD: Flow[Any] = Flow(
    id="f",
    name="F",
    start="a",
    nodes={"a": Message(text="Hi"), "b": Message(text="Ho")},
    edges=(Edge("a", "next", "b"),),
)


def changed(*edits: dict[str, Any], old: Flow[Any] = OLD) -> Diff:
    return diff(old, apply(old, {"op": "batch", "edits": list(edits)}).flow)


def test_the_same_is_no_difference() -> None:
    assert not diff(OLD, OLD)
    assert not changed({"op": "move", "to": {"a": [1, 2]}}, {"op": "note", "id": "n", "text": "x", "at": [0, 0]})


def test_nodes_and_edges() -> None:
    assert changed(
        {"op": "add", "node": "c", "config": {"type": "close"}},
        {"op": "remove", "nodes": ["b"]},
        {"op": "connect", "source": "a", "port": "next", "target": "c"},
        {"op": "set", "node": "a", "field": "text", "value": "Hello"},
    ) == Diff(
        added=("c",),
        removed=("b",),
        changed=("a",),
        edges_added=(Edge("a", "next", "c"),),
        edges_removed=(Edge("a", "next", "b"),),
    )


def test_languages_and_translations() -> None:
    learnt = changed(
        {"op": "add_language", "language": "de"},
        {"op": "translate", "language": "de", "node": "a", "path": "text", "text": "Hallo"},
    )
    assert learnt == Diff(changed=("a",), languages_added=("de",))
    german = apply(OLD, {"op": "add_language", "language": "de"}).flow
    assert changed({"op": "remove_language", "language": "de"}, old=german) == Diff(languages_removed=("de",))


def test_the_flows_own_fields() -> None:
    assert changed({"op": "set_flow", "field": "name", "value": "G"}) == Diff(fields=("name",))
    one = apply(OLD, {"op": "set_flow", "field": "start", "value": "b"}).flow
    assert diff(OLD, one).fields == ("start",)


def test_test_cases() -> None:
    two = changed({"op": "put_case", "id": "b", "text": "opens"}, {"op": "put_case", "id": "a", "text": "opens"})
    assert two == Diff(cases=("a", "b"))
    one = apply(OLD, {"op": "put_case", "id": "a", "text": "opens"}).flow
    assert changed({"op": "put_case", "id": "a", "text": "visitor: Hi"}, old=one) == Diff(cases=("a",))
    assert changed({"op": "remove_case", "id": "a"}, old=one) == Diff(cases=("a",))


def test_true_is_not_one() -> None:
    def flow(value: Any) -> Flow[Any]:
        return Flow(id="f", name="F", trigger=Trigger(when=Compare("value.x", "is", value)))

    assert diff(flow(1), flow(True)).fields == ("trigger",)
