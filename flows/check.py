"""Whether a flow would do what its author means: graded problems, each with where it is."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from engine.flow import Flow, Node
from engine.graph import loops_without_wait, reached
from engine.rules import pattern_fault
from engine.zones import zone_names
from flows.check_hours import check_hours
from flows.check_rules import check_rules
from flows.check_services import check_services
from flows.check_shares import check_shares
from flows.check_subflows import check_returns, check_subflows, waits_within
from flows.check_tables import check_tables
from flows.check_texts import check_texts
from flows.fixes import (
    begin,
    fetch_person,
    lead_here,
    lead_on,
    only_one,
    wait_between,
    without_edge,
    without_interrupt,
)
from flows.patterns import reason_in_words
from flows.problems import Fix, Problem, Reporter, Severity
from flows.silence import Silence, silences
from flows.views import node_card, port_titles
from nodes import type_name
from schemas import UiLanguage

__all__ = ["Fix", "Problem", "Severity", "check", "errors"]

_PERSON = "human_handoff"


def check(
    flow: Flow[Any],
    ui_language: UiLanguage = "en",
    variables: Collection[str] = (),
    services: Mapping[str, Collection[str]] | None = None,
    hours: Mapping[str, str] | None = None,
    subflows: Mapping[str, Flow[Any]] | None = None,
    published: Mapping[str, Flow[Any]] | None = None,
) -> list[Problem]:
    """Every problem, errors first, then in the order of the nodes' ids.

    ``variables`` are names of values that are set from outside the flow, ``services`` the shop's with the names of
    their secrets, ``hours`` the names of the shop's hours by their ids, ``subflows`` the flows it may run as they
    are being worked on and ``published`` as they are published; None where they are not known.
    """
    report = Reporter(flow, ui_language)
    values = {*variables, *flow.inputs, *(name for node in flow.nodes.values() for name in node.sets())}
    found = [
        *_start(flow, report),
        *_edges(flow, report),
        *_ways(flow, report, subflows),
        *_fields(flow, report),
        *check_rules(flow, report, values),
        *check_tables(flow, report, values),
        *check_shares(flow, report),
        *check_texts(flow, report, values),
        *check_returns(flow, report, values),
        *(check_subflows(flow, report, subflows, published) if subflows is not None else ()),
        *check_hours(flow, report, hours),
        *(check_services(flow, report, services) if services is not None else ()),
    ]
    unique = {(problem.code, problem.node, problem.field, problem.message): problem for problem in found}
    return sorted(unique.values(), key=lambda problem: (problem.severity, problem.node or ""))


def errors(problems: list[Problem]) -> list[Problem]:
    """Those that keep a flow from being published."""
    return [problem for problem in problems if problem.severity == "error"]


def _start(flow: Flow[Any], report: Reporter) -> Iterator[Problem]:
    if not flow.nodes:
        yield report.error("empty", report.of_flow(), begin(report))
    elif not flow.start:
        yield report.error("no_start", report.of_flow("start"), begin(report))
    elif flow.start not in flow.nodes:
        yield report.error("unknown_start", report.of_flow("start"), begin(report), name=flow.start)
    for position, interrupt in enumerate(flow.interrupts):
        if interrupt.to not in flow.nodes:
            yield report.error(
                "interrupt_to_unknown",
                report.of_flow("interrupts"),
                [without_interrupt(report, position)],
                name=interrupt.name,
                target=interrupt.to,
            )
    if flow.timezone not in zone_names():
        utc = report.fix("fix_utc", {"op": "set_flow", "field": "timezone", "value": "UTC"})
        yield report.error("unknown_timezone", report.of_flow("timezone"), [utc], name=flow.timezone)


def _edges(flow: Flow[Any], report: Reporter) -> Iterator[Problem]:
    taken: set[tuple[str, str]] = set()
    for edge in flow.edges:
        where = report.at(edge.source, port=edge.port)
        gone = [without_edge(report, edge)]
        if edge.source not in flow.nodes:
            yield report.error("edge_from_nowhere", where, gone, name=edge.source)
        elif edge.port not in {port.id for port in flow.nodes[edge.source].ports()}:
            yield report.error("unknown_port", where, gone, port=edge.port)
        if edge.target not in flow.nodes:
            yield report.error("edge_to_nowhere", where, gone, name=edge.target)
        if (edge.source, edge.port) in taken:
            one = only_one(report, edge.source, edge.port)
            yield report.error("edge_twice", where, one, name=report.title(edge.source), port=edge.port)
        taken.add((edge.source, edge.port))


def _ways(flow: Flow[Any], report: Reporter, subflows: Mapping[str, Flow[Any]] | None) -> Iterator[Problem]:
    there = reached(flow)
    led = {(edge.source, edge.port) for edge in flow.edges}
    loose = [
        (node_id, port)
        for node_id, node in flow.nodes.items()
        for port in node.ports()
        if (node_id, port.id) not in led
    ]
    titles = {
        f"{node_id} {port}": title
        for node_id in {node_id for node_id, _ in loose}
        for port, title in port_titles(flow.nodes[node_id], report.language).items()
    }
    for node_id, node in flow.nodes.items():
        if node_id not in there:
            free = ((source, port.id) for source, port in loose if source in there and not port.optional)
            yield report.warning("unreachable", report.at(node_id), lead_here(report, node_id, free, titles))
        ids = [port.id for port in node.ports()]
        for port_id in {one for one in ids if ids.count(one) > 1}:
            yield report.error("duplicate_port", report.at(node_id, port=port_id), port=port_id)
    # What other flows run goes on with them where its own way ends.
    returns = flow.trigger.only_called
    silent = {
        (one.node, one.port): one
        for one in silences(flow, subflows)
        if one.node in there and not (returns and one.port)
    }
    for silence in silent.values():
        yield _silence(report, silence, titles)
    for node_id, port in loose:
        if not port.optional and not returns and (node_id, port.id) not in silent:
            where = report.at(node_id, port=port.id)
            fixes = lead_on(report, node_id, port.id)
            yield report.warning("loose_port", where, fixes, port=titles[f"{node_id} {port.id}"])
    known: dict[tuple[str, int], bool] = {}
    waits = {
        node_id for node_id, node in flow.nodes.items() if node.waits() or waits_within(node, subflows or {}, known)
    }
    for loop in loops_without_wait(flow, waits):
        names = report.joint.join(report.title(node_id) for node_id in loop)
        yield report.error("loop", report.at(loop[0]), wait_between(report, loop), nodes=names)
    types: set[type[Node]] = {type(flow.nodes[node_id]) for node_id in there}
    if flow.nodes and not returns and _PERSON not in map(type_name, types):
        yield report.warning("no_person", report.of_flow(), fetch_person(report))


def _silence(report: Reporter, silence: Silence, titles: Mapping[str, str]) -> Problem:
    """A contact who has written is left without an answer."""
    node_id, port, since = silence
    if not port:
        return report.warning("silent_wait", report.at(node_id), since=report.title(since))
    where = report.at(node_id, port=port)
    fixes = lead_on(report, node_id, port)
    return report.warning("silence", where, fixes, port=titles[f"{node_id} {port}"], since=report.title(since))


def _fields(flow: Flow[Any], report: Reporter) -> Iterator[Problem]:
    for node_id, node in flow.nodes.items():
        fields = {field.name: field for field in node_card(node, report.language).fields}
        required = [name for name, field in fields.items() if field.required and _blank(getattr(node, name))]
        for path in dict.fromkeys((*required, *node.missing())):
            field = fields.get(path.split(".")[0])
            yield report.error("empty_field", report.at(node_id, path), field=field.title if field else path)
        for name, field in fields.items():
            if field.pattern and (reason := pattern_fault(getattr(node, name))):
                yield report.error(
                    "bad_pattern",
                    report.at(node_id, name),
                    pattern=getattr(node, name),
                    reason=reason_in_words(reason, report.language),
                )
            for column in (column.name for column in field.columns if column.pattern):
                for row in getattr(node, name):
                    pattern = getattr(row, column)
                    if reason := pattern_fault(pattern):
                        where = report.at(node_id, f"{name}.{row.id}.{column}")
                        yield report.error(
                            "bad_pattern", where, pattern=pattern, reason=reason_in_words(reason, report.language)
                        )


def _blank(value: Any) -> bool:
    return not (value.strip() if isinstance(value, str) else value)
