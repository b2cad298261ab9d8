"""Flows that run other flows: which they are, and their plans, one within the other."""

from collections.abc import Mapping
from typing import Any

from engine.flow import Flow
from engine.graph import Plan, plan
from engine.step import DEEPEST


def called(flow: Flow[Any]) -> list[str]:
    """The ids of the flows that a flow runs, each once, sorted."""
    return sorted({which for node in flow.nodes.values() if (which := node.calls())})


def planned(flow: Flow[Any], subflows: Mapping[str, Flow[Any]] | None = None) -> Plan:
    """The plan of a draft with those of the flows it runs, as they stand in ``subflows`` by their ids."""
    return _planned(flow, subflows or {}, DEEPEST, {})


def _planned(
    flow: Flow[Any], subflows: Mapping[str, Flow[Any]], levels: int, known: dict[tuple[str, int], Plan]
) -> Plan:
    """A circle ends where the engine would end it; so does what is not there. ``known``: each is planned once a level,
    however many ways lead to it.
    """
    inner: dict[str, Plan] = {}
    for which in called(flow) if levels else ():
        if which in subflows:
            key = which, levels - 1
            if key not in known:
                known[key] = _planned(subflows[which], subflows, levels - 1, known)
            inner[which] = known[key]
    return plan(flow, inner=inner)
