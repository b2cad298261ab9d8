"""Whether the rows of decision tables can be asked, count, agree, and leave nothing out."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec

from engine.flow import Flow
from flows.check_rules import check_rule
from flows.problems import Fix, Problem, Reporter
from flows.satisfiable import OTHER
from flows.tables import Finding, findings
from flows.words import said
from nodes.decision_table import OTHERWISE, DecisionTable
from schemas import UiLanguage
from schemas.words import fact_title, value_in_words

MOST_MENDED = 100
"""Of larger tables no row is removed by a click: every such way to mend would carry all the others."""


def check_tables(flow: Flow[Any], report: Reporter, values: Collection[str]) -> Iterator[Problem]:
    """``values`` are the names that something sets."""
    for node_id, node in flow.nodes.items():
        if isinstance(node, DecisionTable):
            yield from _rows(node, node_id, report, values)
            for finding in _found(flow, node_id, node):
                yield from _problem(node, node_id, finding, report)


def told(flow: Flow[Any], node_id: str, screens: UiLanguage) -> list[dict[str, Any]]:
    """What the form says beside a table: {kind, rows: ids, message}; nothing for a node that is none."""
    node = flow.nodes[node_id]
    if not isinstance(node, DecisionTable):
        return []
    return [
        {"kind": finding.kind, "rows": list(finding.rows), "message": _message(node, finding, screens)}
        for finding in _found(flow, node_id, node)
    ]


def _found(flow: Flow[Any], node_id: str, table: DecisionTable) -> Iterator[Finding]:
    """What there is to say; where "no row holds" leads somewhere, a gap is meant."""
    meant = any((edge.source, edge.port) == (node_id, OTHERWISE.id) for edge in flow.edges)
    return (finding for finding in findings(table) if finding.kind != "gap" or not meant)


def _rows(table: DecisionTable, node_id: str, report: Reporter, values: Collection[str]) -> Iterator[Problem]:
    outcomes = {"", *(one.id for one in table.outcomes)}
    for number, (row, rule) in enumerate(zip(table.rows, table.rules(), strict=True), 1):
        where = report.at(node_id, f"rows.{row.id}")
        title = said("the_row", {"number": number}, report.language)
        where = where._replace(called=f"{where.called} › {title}")
        yield from check_rule(rule, report, values, where, title, _without(report, table, node_id, row.id))
        if row.outcome not in outcomes:
            rows = [msgspec.structs.replace(one, outcome="") if one is row else one for one in table.rows]
            fix = report.fix("fix_no_outcome", _set(node_id, rows))
            yield report.error("unknown_outcome", where, [fix], name=row.outcome)


def _problem(table: DecisionTable, node_id: str, finding: Finding, report: Reporter) -> Iterator[Problem]:
    message = _message(table, finding, report.language)
    match finding.kind:
        case "shadowed":
            late = finding.rows[0]
            fixes = _without(report, table, node_id, late)
            yield report.warning("row_shadowed", report.at(node_id, f"rows.{late}"), fixes, told=message)
        case "overlap":
            yield report.warning("rows_overlap", report.at(node_id, f"rows.{finding.rows[1]}"), told=message)
        case "gap":
            yield report.warning("table_gap", report.at(node_id, "rows"), told=message)
        case "unchecked":
            yield report.warning("table_unchecked", report.at(node_id, "rows"), told=message)


def _without(report: Reporter, table: DecisionTable, node_id: str, row_id: str) -> Iterator[Fix]:
    """The table without a row; made only where there is a problem, for the edit holds all other rows."""
    if len(table.rows) <= MOST_MENDED:
        yield report.fix("fix_remove_row", _set(node_id, [row for row in table.rows if row.id != row_id]))


def _set(node_id: str, rows: list[Any]) -> dict[str, Any]:
    return {"op": "set", "node": node_id, "field": "rows", "value": msgspec.to_builtins(rows)}


def _message(table: DecisionTable, finding: Finding, language: UiLanguage) -> str:
    numbers = {row.id: number for number, row in enumerate(table.rows, 1)}
    row, *others = (numbers[one] for one in finding.rows) if finding.rows else (0,)
    values = {
        "row": row,
        "others": said("list_joint", {}, language).join(map(str, others)),
        "example": _example(table, finding.example, language),
    }
    return said(f"told_{finding.kind}", values, language)


def _example(table: DecisionTable, example: Mapping[str, Any], language: UiLanguage) -> str:
    """A place in the table by the facts that make it out: ``when country is Germany``."""
    facts = {column.fact: example[column.id] for column in table.columns if column.id in example}
    parts = [
        said("told_value", {"fact": fact_title(fact, language), "value": _value(fact, value, language)}, language)
        for fact, value in facts.items()
    ]
    if not parts:
        return said("told_anything", {}, language)
    return said("told_when", {"facts": said("list_joint", {}, language).join(parts)}, language)


def _value(fact: str, value: Any, language: UiLanguage) -> str:
    if value is None or value in ("", []):
        return said("told_unknown", {}, language)
    if isinstance(value, list):
        return said("list_joint", {}, language).join(_value(fact, one, language) for one in value)
    if value == OTHER:
        return said("told_other", {}, language)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value_in_words(fact, value, language)
