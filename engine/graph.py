"""The graph two ways: compiled for running (a table), and as networkx for checking and explaining."""

from collections.abc import Mapping
from typing import Any

import msgspec
import networkx as nx

from engine.flow import Flow, Node
from engine.rules import Test, compiled
from engine.text import APOLOGIES, in_language, texts, with_texts


class Planned(msgspec.Struct):
    """One node ready to run: where its ports lead, and itself in each language (made when first needed).

    ``versions`` are its texts by path in every language; ``fills`` tells whether any of them has a placeholder.
    """

    node: Node
    next: dict[str, str]
    spoken: dict[str, Node] = {}
    versions: dict[str, tuple[str, ...]] = {}

    fills: bool = False

    @property
    def has_texts(self) -> bool:
        return bool(self.versions)


class PlannedInterrupt(msgspec.Struct, frozen=True):
    """A compiled interrupt: its id, its test, the node it leads to."""

    id: str
    test: Test
    to: str


class Plan(msgspec.Struct):
    """A flow compiled once per revision and run often. ``inner`` are the flows it calls, by id."""

    flow: str
    revision: int
    language: str
    languages: tuple[str, ...]
    timezone: str
    start: str
    steps: dict[str, Planned]
    interrupts: tuple[PlannedInterrupt, ...]
    apologies: Mapping[str, str]
    translations: dict[str, dict[str, dict[str, str]]]
    inner: Mapping[str, "Plan"] = {}

    def at(self, path: str) -> Node | None:
        """The node at a path such as a trace has (``returns/ask``); None where there is none."""
        first, _, rest = path.partition("/")
        planned = self.steps.get(first)
        if planned is None or not rest:
            return planned.node if planned else None
        inner = self.inner.get(planned.node.calls())
        return inner.at(rest) if inner else None

    def node(self, node_id: str, language: str) -> Node:
        """The node with its texts in ``language``, or as near to it as the flow has."""
        planned = self.steps[node_id]
        if not planned.has_texts:
            return planned.node
        spoken = planned.spoken.get(language)
        if spoken is None:
            spoken = planned.spoken[language] = self._translated(node_id, planned.node, language)
        return spoken

    def _translated(self, node_id: str, node: Node, language: str) -> Node:
        by_language = {tag: of_nodes.get(node_id, {}) for tag, of_nodes in self.translations.items()}

        def said(path: str, own: str) -> str:
            versions = {tag: of_node[path] for tag, of_node in by_language.items() if of_node.get(path)}
            return in_language({**versions, self.language: own}, language or self.language, self.language)

        return with_texts(node, said)


def plan(flow: Flow[Any], revision: int = 0, inner: Mapping[str, Plan] | None = None) -> Plan:
    """Compile a flow; ``inner`` are the plans of those it calls.

    Edges from or to nodes that do not exist are left out: ``flows.check`` names them.
    """
    steps: dict[str, Planned] = {}
    for node_id, node in flow.nodes.items():
        versions = _versions(flow, node_id, node)
        fills = any("{" in text for said in versions.values() for text in said)
        steps[node_id] = Planned(node=node, next={}, spoken={}, versions=versions, fills=fills)
    for edge in flow.edges:
        if edge.source in steps and edge.target in steps:
            steps[edge.source].next[edge.port] = edge.target
    return Plan(
        flow=flow.id,
        revision=revision,
        language=flow.language,
        languages=flow.languages,
        timezone=flow.timezone,
        start=flow.start,
        steps=steps,
        interrupts=tuple(PlannedInterrupt(i.id, compiled(i.when), i.to) for i in flow.interrupts if i.to in steps),
        apologies={**APOLOGIES, **flow.apologies},
        translations=flow.translations,
        inner=inner or {},
    )


def _versions(flow: Flow[Any], node_id: str, node: Node) -> dict[str, tuple[str, ...]]:
    translated = [flow.translations.get(tag, {}).get(node_id, {}) for tag in flow.languages[1:]]
    return {
        path: tuple(text for text in (own, *(of_node.get(path, "") for of_node in translated)) if text)
        for path, own in texts(node)
    }


def graph(flow: Flow[Any]) -> "nx.MultiDiGraph[str]":
    """The flow as a networkx graph: nodes by id (attribute ``node``), edges keyed by port; dangling edges left out."""
    drawn: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node_id, node in flow.nodes.items():
        drawn.add_node(node_id, node=node)
    for edge in flow.edges:
        if edge.source in drawn and edge.target in drawn:
            drawn.add_edge(edge.source, edge.target, key=edge.port)
    return drawn


def reached(flow: Flow[Any]) -> set[str]:
    """The nodes a conversation can come to: from the start and from the interrupts."""
    drawn = graph(flow)
    found: set[str] = set()
    for root in (flow.start, *(interrupt.to for interrupt in flow.interrupts)):
        if root in drawn:
            found |= {root} | nx.descendants(drawn, root)
    return found


def loops_without_wait(flow: Flow[Any], waits: set[str]) -> list[list[str]]:
    """Circles of nodes in which no node of ``waits`` stands, each as its node ids: they would run without end."""
    drawn = graph(flow)
    restless = drawn.subgraph([node_id for node_id in drawn if node_id not in waits])
    return [
        sorted(component)
        for component in nx.strongly_connected_components(restless)
        if len(component) > 1 or any(restless.has_edge(n, n) for n in component)
    ]
