"""The flows that a flow runs: are they there, can they be run, do both sides mean the same values."""

from itertools import pairwise
from typing import Any

import pytest

from engine.flow import Edge, Flow, Trigger
from flows import subflows
from flows.check import check
from flows.edit import apply
from nodes.close import Close
from nodes.human_handoff import HumanHandoff
from nodes.message import Message
from nodes.question import Question
from nodes.set_value import SetValue
from nodes.subflow import Subflow

INNER: Flow[Any] = Flow(
    id="inner",
    name="Inner",
    start="a",
    nodes={"a": Question(text="{value.order}?", save_as="reason"), "p": HumanHandoff(reason="r", limit=0)},
    edges=(Edge("a", "answered", "p"),),
    inputs=("order",),
    outputs=("reason",),
)
LOOSE: Flow[Any] = Flow(id="loose", name="Loose", start="a", nodes={"a": SetValue(value_name="x", value="1")})


def outer(**run: Any) -> Flow[Any]:
    nodes = {
        "run": Subflow(**{"flow": "inner", "inputs": {"order": "1"}, **run}),
        "p": HumanHandoff(reason="r", limit=0),
    }
    return Flow(id="outer", name="Outer", start="run", nodes=nodes, edges=(Edge("run", "done", "p"),))


def chain(levels: int) -> dict[str, Flow[Any]]:
    nodes = {n: Subflow(flow=f"f{n + 1}") if n < levels else Close() for n in range(1, levels + 1)}
    return {f"f{n}": Flow(id=f"f{n}", name=f"F{n}", start="a", nodes={"a": node}) for n, node in nodes.items()}


BACK = Flow(id="inner", name="Inner", start="a", nodes={"a": Subflow(flow="outer")}, inputs=("order",))

TABLE: list[tuple[Flow[Any], dict[str, Flow[Any]], dict[str, Flow[Any]] | None, list[tuple[str, str, str]]]] = [
    (outer(), {"inner": INNER}, None, []),
    (outer(outputs={"why": "reason"}), {"inner": INNER}, None, []),
    (outer(), {}, None, [("error", "unknown_subflow", "flow")]),
    (outer(), {"inner": INNER}, {}, [("error", "subflow_unpublished", "flow")]),
    (outer(flow="outer"), {}, None, [("error", "subflow_circle", "flow")]),
    (outer(), {"inner": BACK}, None, [("error", "subflow_circle", "flow")]),
    (outer(inputs={}), {"inner": INNER}, None, [("error", "input_missing", "inputs")]),
    (outer(inputs={"order": "", "x": "1"}), {"inner": INNER}, None, [("warning", "input_unknown", "inputs.x")]),
    (outer(outputs={"why": "cause"}), {"inner": INNER}, None, [("error", "output_unknown", "outputs.why")]),
    (outer(flow="loose", inputs={}, outputs={"y": "x"}), {"loose": LOOSE}, None, []),
    (outer(flow="f1", inputs={}), chain(5), None, []),
    (outer(flow="f1", inputs={}), chain(6), None, [("error", "subflow_too_deep", "flow")]),
]


@pytest.mark.parametrize(("made", "drafts", "published", "wanted"), TABLE)
def test_table(
    made: Flow[Any], drafts: dict[str, Flow[Any]], published: dict[str, Flow[Any]] | None, wanted: list[Any]
) -> None:
    english = check(made, subflows=drafts, published=published)
    chinese = check(made, "zh", subflows=drafts, published=published)
    assert [(one.severity, one.code, one.field) for one in english] == wanted
    assert [one.code for one in chinese] == [one.code for one in english]


def test_a_circle_is_told_by_its_names() -> None:
    (problem,) = check(outer(), subflows={"inner": BACK})
    assert problem.message == "“Sub-flow” would run in a circle: Outer → Inner → Outer."


def test_without_knowing_other_flows_nothing_is_said_of_them() -> None:
    assert check(outer()) == []


def test_every_fix_mends() -> None:
    for run in ({"inputs": {}}, {"inputs": {"order": "1", "x": "2"}}, {"outputs": {"why": "cause"}}):
        made = outer(**run)
        (problem,) = check(made, subflows={"inner": INNER})
        assert problem.fixes
        for fix in problem.fixes:
            assert check(apply(made, fix.edit).flow, subflows={"inner": INNER}) == []


def test_a_value_of_the_same_name_is_offered() -> None:
    made = outer(inputs={})
    made = apply(made, {"op": "set_flow", "field": "inputs", "value": ["order"]}).flow
    (problem,) = check(made, subflows={"inner": INNER})
    assert problem.fixes[0].edit["value"] == {"order": "{value.order}"}


def test_a_language_that_it_does_not_speak() -> None:
    made = apply(outer(), {"op": "add_language", "language": "de"}).flow
    found = [one for one in check(made, subflows={"inner": INNER}) if one.code == "subflow_language"]
    assert [one.message for one in found] == ["“Inner”, which “Sub-flow” runs, does not speak German."]


def test_inputs_are_known_values_and_outputs_are_to_be_set() -> None:
    assert [one.code for one in check(INNER)] == []
    lacking = apply(INNER, {"op": "set_flow", "field": "outputs", "value": ["reason", "label"]}).flow
    assert [(one.code, one.field) for one in check(lacking)] == [("output_never_set", "outputs")]


def test_a_circle_of_nodes_with_a_flow_that_waits_is_none() -> None:
    nodes = {"run": Subflow(flow="inner", inputs={"order": "1"}), "p": HumanHandoff(reason="r", limit=0)}
    made: Flow[Any] = Flow(
        id="outer",
        name="Outer",
        start="run",
        nodes=nodes,
        edges=(Edge("run", "done", "run"), Edge("run", "failed", "p")),
    )
    assert check(made, subflows={"inner": INNER}) == []
    restless = Flow(id="inner", name="Inner", start="a", nodes={"a": Message(text="x")}, inputs=("order",))
    assert [one.code for one in check(made, subflows={"inner": restless})] == ["loop"]


def test_what_only_others_run_may_end_anywhere() -> None:
    alone: Flow[Any] = Flow(
        id="a", name="A", start="a", nodes={"a": Message(text="x")}, trigger=Trigger(only_called=True)
    )
    assert check(alone) == []


def test_flows_that_all_run_one_another_are_looked_at_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many ways lead to a flow: sixteen to the power of five would never come to an end."""
    names = [f"m{number}" for number in range(16)]
    runs = {name: Subflow(flow=name) for name in names}
    ring = tuple(Edge(one, "done", other) for one, other in pairwise([*names, names[0]]))
    drafts = {name: Flow(id=name, name=name, start="m0", nodes=runs, edges=ring) for name in names}
    counted: list[str] = []
    whole = subflows.plan
    monkeypatch.setattr(subflows, "plan", lambda flow, **more: counted.append(flow.id) or whole(flow, **more))
    top = Flow[Any](id="top", name="Top", start="m0", nodes=runs, edges=ring)
    deepest = subflows.planned(top, drafts).at("/".join(["m3"] * 6))
    assert deepest == runs["m3"]
    assert len(counted) == 1 + 16 * 5
    assert {problem.code for problem in check(top, subflows=drafts)} >= {"subflow_too_deep"}
