"""Whether a flow would do what its author means: graded problems, each with where it is."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from engine.flow import Flow, Node
from engine.graph import loops_without_wait, reached
from engine.rules import pattern_fault
from flows.check_rules import check_rules
from flows.check_services import check_services
from flows.check_texts import check_texts
from flows.problems import Problem, Reporter, Severity
from flows.views import node_card, port_titles
from nodes import type_name
from schemas import UiLanguage

__all__ = ["LIMITS", "Problem", "Severity", "check", "errors"]

LIMITS: Mapping[str, int] = {"Telegram": 4096, "Messenger": 2000}
"""Characters a message may have, by channel; who knows the shop's channels passes theirs."""

_PERSON = "human_handoff"


def check(
    flow: Flow[Any],
    ui_language: UiLanguage = "en",
    variables: Collection[str] = (),
    limits: Mapping[str, int] = LIMITS,
    services: Mapping[str, Collection[str]] | None = None,
) -> list[Problem]:
    """Every problem, errors first, then in the order of the nodes' ids.

    ``variables`` are names of values that are set from outside the flow, ``services`` the shop's with the names of
    their secrets; None where they are not known.
    """
    report = Reporter(flow, ui_language)
    values = {*variables, *(name for node in flow.nodes.values() for name in node.sets())}
    found = [
        *_start(flow, report),
        *_edges(flow, report),
        *_ways(flow, report),
        *_fields(flow, report),
        *check_rules(flow, report, values),
        *check_texts(flow, report, values, limits),
        *(check_services(flow, report, services) if services is not None else ()),
    ]
    unique = {(problem.code, problem.node, problem.field, problem.message): problem for problem in found}
    return sorted(unique.values(), key=lambda problem: (problem.severity, problem.node or ""))


def errors(problems: list[Problem]) -> list[Problem]:
    """Those that keep a flow from being published."""
    return [problem for problem in problems if problem.severity == "error"]


def _start(flow: Flow[Any], report: Reporter) -> Iterator[Problem]:
    if not flow.nodes:
        yield report.error("empty", report.of_flow())
    elif not flow.start:
        yield report.error("no_start", report.of_flow("start"))
    elif flow.start not in flow.nodes:
        yield report.error("unknown_start", report.of_flow("start"), name=flow.start)
    for interrupt in flow.interrupts:
        if interrupt.to not in flow.nodes:
            yield report.error(
                "interrupt_to_unknown", report.of_flow("interrupts"), name=interrupt.name, target=interrupt.to
            )
    if flow.timezone not in _timezones():
        yield report.error("unknown_timezone", report.of_flow("timezone"), name=flow.timezone)


@cache
def _timezones() -> set[str]:
    return available_timezones()


def _edges(flow: Flow[Any], report: Reporter) -> Iterator[Problem]:
    taken: set[tuple[str, str]] = set()
    for edge in flow.edges:
        where = report.at(edge.source, port=edge.port)
        if edge.source not in flow.nodes:
            yield report.error("edge_from_nowhere", where, name=edge.source)
        elif edge.port not in {port.id for port in flow.nodes[edge.source].ports()}:
            yield report.error("unknown_port", where, port=edge.port)
        if edge.target not in flow.nodes:
            yield report.error("edge_to_nowhere", where, name=edge.target)
        if (edge.source, edge.port) in taken:
            yield report.error("edge_twice", where, name=report.title(edge.source), port=edge.port)
        taken.add((edge.source, edge.port))


def _ways(flow: Flow[Any], report: Reporter) -> Iterator[Problem]:
    there = reached(flow)
    led = {(edge.source, edge.port) for edge in flow.edges}
    for node_id, node in flow.nodes.items():
        if node_id not in there:
            yield report.warning("unreachable", report.at(node_id))
        ids = [port.id for port in node.ports()]
        for port_id in {one for one in ids if ids.count(one) > 1}:
            yield report.error("duplicate_port", report.at(node_id, port=port_id), port=port_id)
        titles = port_titles(node, report.language)
        for port in node.ports():
            if not port.optional and (node_id, port.id) not in led:
                yield report.warning("loose_port", report.at(node_id, port=port.id), port=titles[port.id])
    waits = {node_id for node_id, node in flow.nodes.items() if node.WAITS}
    for loop in loops_without_wait(flow, waits):
        names = report.joint.join(report.title(node_id) for node_id in loop)
        yield report.error("loop", report.at(loop[0]), nodes=names)
    types: set[type[Node]] = {type(flow.nodes[node_id]) for node_id in there}
    if flow.nodes and _PERSON not in map(type_name, types):
        yield report.warning("no_person", report.of_flow())


def _fields(flow: Flow[Any], report: Reporter) -> Iterator[Problem]:
    for node_id, node in flow.nodes.items():
        fields = {field.name: field for field in node_card(node, report.language).fields}
        required = [name for name, field in fields.items() if field.required and _blank(getattr(node, name))]
        for path in dict.fromkeys((*required, *node.missing())):
            field = fields.get(path.split(".")[0])
            yield report.error("empty_field", report.at(node_id, path), field=field.title if field else path)
        for name, field in fields.items():
            if field.pattern and (reason := pattern_fault(getattr(node, name))):
                yield report.error("bad_pattern", report.at(node_id, name), pattern=getattr(node, name), reason=reason)


def _blank(value: Any) -> bool:
    return not (value.strip() if isinstance(value, str) else value)
