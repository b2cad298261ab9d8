"""Whether the flows that a flow runs are there, can be run, and are given and give back what is said."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import networkx as nx

from engine.flow import Flow, Node
from engine.step import DEEPEST
from flows.problems import Fix, Problem, Reporter
from flows.subflows import called


def check_subflows(
    flow: Flow[Any],
    report: Reporter,
    subflows: Mapping[str, Flow[Any]],
    published: Mapping[str, Flow[Any]] | None,
) -> Iterator[Problem]:
    """``subflows`` are the drafts of what it runs, and of what they run, by their ids; ``published`` those of them that
    are published, as they are: a published flow runs nothing else. None where that does not matter.
    """
    callers = _callers(flow, subflows)
    for node_id, node in flow.nodes.items():
        which = node.calls()
        if not which:
            continue
        where = report.at(node_id, "flow")
        if which == flow.id or which in callers:
            names = " → ".join(_name(subflows, flow, one) for one in _circle(flow, subflows, which))
            yield report.error("subflow_circle", where, names=names)
        elif which not in subflows:
            yield report.error("unknown_subflow", where, name=which)
        elif published is not None and which not in published:
            yield report.error("subflow_unpublished", where, name=subflows[which].name)
        else:
            runs = subflows[which] if published is None else published[which]
            yield from _deep(report, node_id, subflows, which)
            yield from _given(flow, report, node_id, node, runs, subflows[which])
            yield from _taken(report, node_id, node, runs, subflows[which])
            if missing := [tag for tag in flow.languages if tag not in runs.languages]:
                yield report.warning("subflow_language", where, name=runs.name, languages=report.languages(*missing))


def check_returns(flow: Flow[Any], report: Reporter, values: set[str]) -> Iterator[Problem]:
    """Values that a flow says it gives back and never has."""
    for name in flow.outputs:
        if name not in values:
            yield report.warning("output_never_set", report.of_flow("outputs"), name=name)


def waits_within(
    node: Node, subflows: Mapping[str, Flow[Any]], known: dict[tuple[str, int], bool], levels: int = DEEPEST
) -> bool:
    """Whether a node's sub-flow waits whichever way it goes: then a circle through it does not run without end.

    ``known`` keeps what was found of each flow at each level, so that none is gone through twice.
    """
    which = node.calls()
    inner = subflows.get(which)
    if not which or inner is None or not levels:
        return bool(which)
    if (which, levels) not in known:
        known[which, levels] = _waits(inner, subflows, known, levels - 1)
    return known[which, levels]


def _waits(
    inner: Flow[Any], subflows: Mapping[str, Flow[Any]], known: dict[tuple[str, int], bool], levels: int
) -> bool:
    led = {(edge.source, edge.port): edge.target for edge in inner.edges}
    ahead, seen = [inner.start], set[str]()
    while ahead:
        one = ahead.pop()
        if one not in inner.nodes:
            return False  # it has come to its end, and returns
        if one in seen or inner.nodes[one].waits() or waits_within(inner.nodes[one], subflows, known, levels):
            continue
        seen.add(one)
        ports = ["done"] if inner.nodes[one].calls() else [port.id for port in inner.nodes[one].ports()]
        ahead += [led.get((one, port), "") for port in ports]
    return True


def _graph(flow: Flow[Any], subflows: Mapping[str, Flow[Any]]) -> "nx.DiGraph[str]":
    drawn: nx.DiGraph[str] = nx.DiGraph()
    for one, made in {**subflows, flow.id: flow}.items():
        drawn.add_edges_from((one, other) for other in called(made))
    return drawn


def _callers(flow: Flow[Any], subflows: Mapping[str, Flow[Any]]) -> set[str]:
    """The flows that would run this one."""
    drawn = _graph(flow, subflows)
    return nx.ancestors(drawn, flow.id) if flow.id in drawn else set()


def _circle(flow: Flow[Any], subflows: Mapping[str, Flow[Any]], which: str) -> list[str]:
    return [flow.id, *nx.shortest_path(_graph(flow, subflows), which, flow.id)]


def _name(subflows: Mapping[str, Flow[Any]], flow: Flow[Any], which: str) -> str:
    return flow.name if which == flow.id else subflows[which].name


def _deep(report: Reporter, node_id: str, subflows: Mapping[str, Flow[Any]], which: str) -> Iterator[Problem]:
    level, ahead = 0, {which}
    while ahead and level <= DEEPEST:
        level += 1
        ahead = {inner for one in ahead if one in subflows for inner in called(subflows[one])}
    if level > DEEPEST:
        yield report.error("subflow_too_deep", report.at(node_id, "flow"), limit=DEEPEST)


def _given(
    flow: Flow[Any], report: Reporter, node_id: str, node: Any, runs: Flow[Any], draft: Flow[Any]
) -> Iterator[Problem]:
    inputs: dict[str, str] = dict(getattr(node, "inputs", {}))
    ours = {*flow.inputs, *(name for one in flow.nodes.values() for name in one.sets())}
    for name in runs.inputs:
        if name not in inputs:
            text = f"{{value.{name}}}" if name in ours else ""
            fix = _set(report, node_id, "inputs", {**inputs, name: text}, "fix_give_input", name)
            yield report.error("input_missing", report.at(node_id, "inputs"), [fix], flow=runs.name, name=name)
    for name in inputs:
        if name and name not in runs.inputs:
            less = {one: text for one, text in inputs.items() if one != name}
            fix = _set(report, node_id, "inputs", less, "fix_drop_value", name)
            code = "input_in_draft" if name in draft.inputs else "input_unknown"
            yield report.warning(code, report.at(node_id, f"inputs.{name}"), [fix], flow=runs.name, name=name)


def _taken(report: Reporter, node_id: str, node: Any, runs: Flow[Any], draft: Flow[Any]) -> Iterator[Problem]:
    outputs: dict[str, str] = dict(getattr(node, "outputs", {}))
    for ours, theirs in outputs.items():
        if theirs and theirs not in _returned(runs):
            less = {one: other for one, other in outputs.items() if one != ours}
            fix = _set(report, node_id, "outputs", less, "fix_drop_value", ours)
            code = "output_in_draft" if theirs in _returned(draft) else "output_unknown"
            yield report.error(code, report.at(node_id, f"outputs.{ours}"), [fix], flow=runs.name, name=theirs)


def _returned(flow: Flow[Any]) -> set[str]:
    """What a flow gives back: where it does not say so, anything that it takes or sets."""
    return set(flow.outputs) or {*flow.inputs, *(name for node in flow.nodes.values() for name in node.sets())}


def _set(report: Reporter, node_id: str, field: str, value: dict[str, str], title: str, name: str) -> Fix:
    edit = {"op": "set", "node": node_id, "field": field, "value": msgspec.to_builtins(value)}
    return report.fix(title, edit, name=name)
