"""Ways to mend a problem, each as the edit that does it. They are offered, never made by themselves."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import islice
from typing import Any

import msgspec

from engine.flow import Edge, Flow, Node
from engine.text import texts
from flows.problems import Fix, Reporter
from flows.words import said
from nodes import type_name
from nodes.human_handoff import HumanHandoff
from nodes.question import NO_REPLY, Question

Plain = dict[str, Any]

MOST = 3
"""So many ways are offered at most."""

_APART = 320.0
"""How far, in canvas pixels, a new node stands beside the one it follows."""

_BELOW = 240.0


def lead_on(report: Reporter, source: str, port: str) -> Iterator[Fix]:
    """Where a way out may lead: to a person, after a missing reply rather to the end; to one that is there already."""
    flow = report.flow
    first, second = ("close", "human_handoff") if port == NO_REPLY.id else ("human_handoff", "close")
    for kind in (first, second):
        for node_id in islice(_near(flow, source, kind), 1):
            edit = {"op": "connect", "source": source, "port": port, "target": node_id}
            yield report.fix("fix_connect", edit, target=report.title(node_id))
    if not _of_kind(flow, "human_handoff"):
        node_id, add = _person(report, source)
        connect = {"op": "connect", "source": source, "port": port, "target": node_id}
        yield report.fix("fix_add_person", {"op": "batch", "edits": [add, connect]})


def lead_here(
    report: Reporter, node_id: str, loose: Iterable[tuple[str, str]], titles: dict[str, str]
) -> Iterator[Fix]:
    """Which ways that lead nowhere could lead to a node that none leads to; or to have it gone."""
    others = ((source, port) for source, port in loose if source != node_id)
    for source, port in islice(others, MOST - 1):
        edit = {"op": "connect", "source": source, "port": port, "target": node_id}
        yield report.fix("fix_connect_from", edit, node=report.title(source), port=titles[f"{source} {port}"])
    yield report.fix("fix_remove", {"op": "remove", "nodes": [node_id]}, node=report.title(node_id))


def begin(report: Reporter) -> Iterator[Fix]:
    """Nodes that no way leads to, as the start; in an empty flow, a welcome."""
    flow = report.flow
    if not flow.nodes:
        yield report.fix("fix_welcome", {"op": "add", "node": "welcome", "config": {"type": "welcome"}, "at": [0, 0]})
        return
    targets = {edge.target for edge in flow.edges}
    heads = [node_id for node_id in flow.nodes if node_id not in targets] or list(flow.nodes)
    # Conversations run from left to right.
    heads.sort(key=lambda node_id: flow.layout.get(node_id, (0.0, 0.0)))
    for node_id in heads[:MOST]:
        edit = {"op": "set_flow", "field": "start", "value": node_id}
        yield report.fix("fix_start", edit, node=report.title(node_id))


def without_edge(report: Reporter, edge: Edge) -> Fix:
    """The edge gone."""
    return report.fix("fix_remove_edge", {"op": "disconnect", "source": edge.source, "port": edge.port})


def only_one(report: Reporter, source: str, port: str) -> Iterator[Fix]:
    """One of the several nodes that a port leads to."""
    targets = [e.target for e in report.flow.edges if (e.source, e.port) == (source, port)]
    for target in dict.fromkeys(targets):
        if target in report.flow.nodes:
            edit = {"op": "connect", "source": source, "port": port, "target": target}
            yield report.fix("fix_keep_way", edit, target=report.title(target))


def wait_between(report: Reporter, loop: Iterable[str]) -> Iterator[Fix]:
    """A question that listens, put where the circle closes."""
    flow, members = report.flow, set(loop)
    inside = [edge for edge in flow.edges if edge.source in members and edge.target in members]
    if not inside:
        return

    def leftwards(edge: Edge) -> float:
        return flow.layout.get(edge.target, (0.0, 0.0))[0] - flow.layout.get(edge.source, (0.0, 0.0))[0]

    closing = min(inside, key=leftwards)
    node_id = _free(flow, "question")
    edits = [
        {"op": "add", "node": node_id, "config": {"type": "question"}, "at": _beside(flow, closing.source)},
        {"op": "connect", "source": closing.source, "port": closing.port, "target": node_id},
        {"op": "connect", "source": node_id, "port": Question().ports()[0].id, "target": closing.target},
    ]
    yield report.fix("fix_listen", {"op": "batch", "edits": edits}, node=report.title(closing.source))


def fetch_person(report: Reporter) -> Iterator[Fix]:
    """A handoff that is reached whenever somebody asks for a person."""
    flow = report.flow
    there = _of_kind(flow, "human_handoff")
    node_id, add = (there[0], None) if there else _person(report, flow.start)
    rule = {
        "kind": "compare",
        "fact": "text",
        "op": "contains_any",
        "value": said("person_words", {}, report.language).split("|"),
    }
    name = said("person_asked", {}, report.language)
    known = {interrupt.id for interrupt in flow.interrupts}
    ids = ("person" if at == 1 else f"person_{at}" for at in range(1, len(known) + 2))
    interrupt_id = next(made for made in ids if made not in known)
    interrupts = [
        *msgspec.to_builtins(flow.interrupts),
        {"id": interrupt_id, "name": name, "when": rule, "to": node_id},
    ]
    edits = [*([add] if add else []), {"op": "set_flow", "field": "interrupts", "value": interrupts}]
    yield report.fix("fix_fetch_person", {"op": "batch", "edits": edits})


def without_interrupt(report: Reporter, position: int) -> Fix:
    """The flow's interrupts without one of them."""
    left = [msgspec.to_builtins(one) for at, one in enumerate(report.flow.interrupts) if at != position]
    return report.fix("fix_remove_interrupt", {"op": "set_flow", "field": "interrupts", "value": left})


def without_case(report: Reporter, node_id: str, case_id: str) -> Fix:
    """A branch without one of its cases."""
    cases = [msgspec.to_builtins(case) for case in report.flow.nodes[node_id].cases if case.id != case_id]
    return report.fix("fix_remove_case", {"op": "set", "node": node_id, "field": "cases", "value": cases})


def spelled(report: Reporter, node_id: str, path: str, name: str, known: Iterable[str]) -> Iterator[Fix]:
    """The variable whose name is nearly the one that a text asks for."""
    flow = report.flow
    for near in get_close_matches(name, list(known), n=1, cutoff=0.75):
        edits: list[Plain] = []
        versions = [(flow.language, dict(texts(flow.nodes[node_id])))]
        versions += [(tag, flow.translations[tag].get(node_id, {})) for tag in flow.languages[1:]]
        for tag, of_node in versions:
            text = of_node.get(path, "")
            better = text.replace(f"{{{name}}}", f"{{{near}}}").replace(f"{{{name}|", f"{{{near}|")
            if better != text:
                edits.append({"op": "translate", "language": tag, "node": node_id, "path": path, "text": better})
        if edits:
            yield report.fix("fix_spelling", {"op": "batch", "edits": edits}, name=near)


def without_texts(report: Reporter, language: str, node_id: str | None = None, path: str = "") -> Fix:
    """A language without what it says for a node that is not there, for one of its fields, or at all."""
    of_nodes = report.flow.translations[language]
    left: Plain | None = None
    if node_id is not None:
        kept = {name: text for name, text in of_nodes[node_id].items() if name != path}
        left = {node_id: kept or None}
    return report.fix("fix_remove_texts", {"op": "patch", "texts": {language: left}})


def _person(report: Reporter, source: str) -> tuple[str, Plain]:
    """A handoff beside a node, and its id."""
    node_id = _free(report.flow, "human_handoff")
    reason = said("handoff_reason", {"node": report.title(source)}, report.language)
    # Without a limit there is nothing more to fill in.
    handoff = HumanHandoff(reason=reason, limit=0)
    return node_id, {
        "op": "add",
        "node": node_id,
        "config": msgspec.to_builtins(handoff),
        "at": _beside(report.flow, source),
    }


def _near(flow: Flow[Any], source: str, kind: str) -> list[str]:
    """The nodes of a kind, those nearest to a node first."""
    x, y = flow.layout.get(source, (0.0, 0.0))

    def far(node_id: str) -> float:
        at = flow.layout.get(node_id, (0.0, 0.0))
        return abs(at[0] - x) + abs(at[1] - y)

    return sorted((node_id for node_id in _of_kind(flow, kind) if node_id != source), key=far)


def _of_kind(flow: Flow[Any], kind: str) -> list[str]:
    nodes: dict[str, Node] = flow.nodes
    return [node_id for node_id, node in nodes.items() if type_name(type(node)) == kind]


def _beside(flow: Flow[Any], source: str) -> tuple[float, float]:
    """A free place to the right of a node."""
    x, y = flow.layout.get(source, (0.0, 0.0))
    taken = flow.layout.values()
    x += _APART
    while any(abs(x - left) < _APART and abs(y - top) < _BELOW / 2 for left, top in taken):
        y += _BELOW
    return (x, y)


def _free(flow: Flow[Any], kind: str) -> str:
    return next(name for at in range(1, len(flow.nodes) + 2) if (name := f"{kind}_{at}") not in flow.nodes)
