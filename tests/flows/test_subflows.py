"""Which flows a flow runs, and the plans that come of it."""

from typing import Any

from engine.flow import Flow
from engine.step import DEEPEST
from flows.subflows import called, planned
from nodes.close import Close
from nodes.subflow import Subflow


def flow(which: str, *runs: str) -> Flow[Any]:
    nodes = {f"n{at}": Subflow(flow=one) if one else Close() for at, one in enumerate(runs)}
    return Flow(id=which, name=which.title(), start="n0", nodes=nodes)


def test_says_which_flows_it_runs() -> None:
    assert called(flow("a", "c", "b", "c", "")) == ["b", "c"]


def test_plans_stand_within_plans() -> None:
    subflows = {"b": flow("b", "c"), "c": flow("c", "")}
    made = planned(flow("a", "b", "gone"), subflows)
    assert list(made.inner) == ["b"]
    assert made.inner["b"].inner["c"].steps.keys() == {"n0"}
    assert made.at("n0/n0/n0") is subflows["c"].nodes["n0"]


def test_a_circle_ends() -> None:
    made = planned(flow("a", "a"), {"a": flow("a", "a")})
    for _ in range(DEEPEST):
        made = made.inner["a"]
    assert made.inner == {}
