"""The graph: compiled for running, drawn for checking."""

from engine.graph import graph, loops_without_wait, plan, reached
from tests.engine.sample import flow

NODES = {name: {"type": "say"} for name in ("a", "b", "c", "lost")} | {"ear": {"type": "listen"}}


def test_edges_to_nowhere_are_left_out() -> None:
    drawn = flow(NODES, [("a", "next", "b"), ("b", "next", "gone"), ("gone", "next", "a")])
    assert plan(drawn).steps["a"].next == {"next": "b"}
    assert plan(drawn).steps["b"].next == {}
    assert list(graph(drawn).edges(keys=True)) == [("a", "b", "next")]


def test_what_can_be_reached_from_the_start_and_the_interrupts() -> None:
    rule = {"kind": "compare", "fact": "text", "op": "is", "value": "x"}
    drawn = flow(NODES, [("a", "next", "b")], interrupts=[{"id": "i", "name": "I", "when": rule, "to": "c"}])
    assert reached(drawn) == {"a", "b", "c"}


def test_a_loop_in_which_nobody_waits_is_found() -> None:
    drawn = flow(NODES, [("a", "next", "b"), ("b", "next", "a"), ("c", "next", "c"), ("ear", "said", "lost")])
    assert sorted(loops_without_wait(drawn, {"ear"})) == [["a", "b"], ["c"]]
    waits = flow(NODES, [("a", "next", "ear"), ("ear", "said", "a")])
    assert loops_without_wait(waits, {"ear"}) == []


def test_a_node_is_translated_once_for_each_language() -> None:
    compiled = plan(flow({"a": {"type": "say", "text": "Hi"}}, [], translations={"de": {"a": {"text": "Hallo"}}}))
    assert compiled.node("a", "de") is compiled.node("a", "de")
    assert compiled.node("a", "").text == "Hi"  # type: ignore[attr-defined]
    assert compiled.languages == ("en", "de")
