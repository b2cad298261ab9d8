"""What rehearsals went through: the nodes that ran and the ways that were taken, and what nobody ever rehearsed."""

from collections.abc import Iterable
from typing import Any, Protocol

import msgspec

from engine.flow import Flow
from engine.step import Visit

Way = tuple[str, str]
"""A node's id and one of its ports."""


class Stepped(Protocol):
    """Anything that keeps its trace, such as ``engine.step.Step``."""

    @property
    def trace(self) -> tuple[Visit, ...]: ...


class Coverage(msgspec.Struct, frozen=True):
    """Ids of ``nodes``, and ``edges`` by where they begin."""

    nodes: frozenset[str] = frozenset()
    edges: frozenset[Way] = frozenset()

    def __or__(self, other: "Coverage") -> "Coverage":
        return Coverage(self.nodes | other.nodes, self.edges | other.edges)


def covered(flow: Flow[Any], steps: Iterable[Stepped]) -> Coverage:
    """What these steps went through of the flow as it is; what ran within sub-flows is theirs."""
    drawn = whole(flow)
    nodes: set[str] = set()
    ways: set[Way] = set()
    for step in steps:
        for visit in step.trace:
            nodes.add(visit.node)
            if visit.outcome == "go":
                ways.add((visit.node, visit.detail))
    return Coverage(drawn.nodes & nodes, drawn.edges & ways)


def whole(flow: Flow[Any]) -> Coverage:
    """All there is to rehearse: every node, every way that leads somewhere."""
    return Coverage(frozenset(flow.nodes), frozenset((edge.source, edge.port) for edge in flow.edges))


def never(flow: Flow[Any], done: Coverage) -> Coverage:
    """What is in the flow and not in ``done``."""
    there = whole(flow)
    return Coverage(there.nodes - done.nodes, there.edges - done.edges)
