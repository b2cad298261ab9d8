"""Whether a flow's rules can be asked: facts, operators, values, patterns, depth."""

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any

import msgspec

from engine.flow import Flow
from engine.rules import (
    FACTS,
    MAX_DEPTH,
    OPERATORS,
    Compare,
    Rule,
    as_date,
    as_number,
    comparisons,
    depth,
    pattern_fault,
)
from flows.fixes import without_case, without_interrupt
from flows.patterns import reason_in_words
from flows.problems import Fix, Problem, Reporter, Where
from flows.satisfiable import possible
from nodes.decision_table import DecisionTable
from schemas.words import fact_title, operator_title

_SEVERAL = ("in", "not_in", "contains_any", "has", "has_any", "has_all", "has_none", "between")
_NUMBERS = ("less", "at_most", "more", "at_least", "between")
_OF_VALUES = OPERATORS["text"] + OPERATORS["number"] + OPERATORS["list"]


def check_rules(flow: Flow[Any], report: Reporter, values: Collection[str]) -> Iterator[Problem]:
    """The rules of nodes, interrupts and the trigger; ``values`` are the names that something sets."""
    for node_id, node in flow.nodes.items():
        if isinstance(node, DecisionTable):  # flows.check_tables names the row
            continue
        cases = getattr(node, "cases", ())
        for position, rule in enumerate(node.rules()):
            case = cases[position] if position < len(cases) else None
            where = report.at(node_id, f"cases.{case.id}" if case else None)
            title = case.title or case.id if case else ""
            fixes = [without_case(report, node_id, case.id)] if case and len(cases) > 1 else []
            yield from check_rule(rule, report, values, where, title, fixes)
        if cases:
            yield from _shadowed(report, node_id, [(case.id, case.title or case.id, case.when) for case in cases])
    for position, interrupt in enumerate(flow.interrupts):
        where = report.of_flow("interrupts", "the_interrupt", name=interrupt.name)
        fixes = [without_interrupt(report, position)]
        yield from check_rule(interrupt.when, report, values, where, interrupt.name, fixes)
    if flow.trigger.when is not None:
        where = report.of_flow("trigger", "the_trigger")
        yield from check_rule(flow.trigger.when, report, values, where, where.called)


def _shadowed(report: Reporter, node_id: str, cases: list[tuple[str, str, Rule]]) -> Iterator[Problem]:
    """Cases that are never reached, as one of those before them holds whenever they do."""
    for position, (case_id, title, rule) in enumerate(cases):
        before = tuple(msgspec.json.encode(earlier) for _, _, earlier in cases[:position])
        if before and _can_hold(msgspec.json.encode(rule)) and not _can_hold(msgspec.json.encode(rule), before):
            where = report.at(node_id, f"cases.{case_id}")
            yield report.warning("shadowed", where, [without_case(report, node_id, case_id)], title=title)


def check_rule(
    rule: Rule,
    report: Reporter,
    values: Collection[str],
    where: Where,
    title: str,
    fixes: Iterable[Fix] = (),
) -> Iterator[Problem]:
    """One rule of a place; ``title`` is what people call it, ``fixes`` mend one that never holds."""
    if depth(rule) > MAX_DEPTH:
        yield report.error("rule_too_deep", where, limit=MAX_DEPTH)
        return
    found = [problem for compare in comparisons(rule) for problem in _compare(compare, report, values, where)]
    yield from found
    unfinished = any(problem.severity == "error" for problem in found)
    if not unfinished and not _can_hold(msgspec.json.encode(rule)):
        yield report.warning("never", where, fixes, title=title or where.called)


def _compare(compare: Compare, report: Reporter, values: Collection[str], where: Where) -> Iterator[Problem]:
    fact, op = compare.fact, compare.op
    if fact.startswith("value."):
        if fact[6:] not in values:
            yield report.warning("unknown_value", where, name=fact[6:])
        allowed = _OF_VALUES
    elif fact in FACTS:
        allowed = OPERATORS[FACTS[fact]]
    else:
        yield report.error("unknown_fact", where, name=fact)
        return
    named: dict[str, Any] = {"fact": fact_title(fact, report.language), "operator": operator_title(op, report.language)}
    if op not in allowed:
        yield report.error("operator_misfit", where, **named)
    elif op == "matches" and (reason := pattern_fault(str(compare.value))):
        yield report.error("bad_pattern", where, pattern=compare.value, reason=reason_in_words(reason, report.language))
    elif compare.value in (None, "", []) and not _fits(compare):
        yield report.error("incomplete_condition", where, **named)
    elif not _fits(compare):
        several = compare.value if isinstance(compare.value, list) else [compare.value]
        yield report.error("bad_value", where, value=report.joint.join(map(str, several)), **named)


@lru_cache(maxsize=10_000)
def _can_hold(rule: bytes, none_of: tuple[bytes, ...] = ()) -> bool:
    """Whether a rule can hold where none of the others does; all as JSON, so that what did not change is known."""
    decode = _RULE.decode
    return possible([*((decode(other), False) for other in none_of), (decode(rule), True)])


_RULE: msgspec.json.Decoder[Rule] = msgspec.json.Decoder(Rule)


def _fits(compare: Compare) -> bool:
    """Whether the value is one the operator can work with."""
    value, op = compare.value, compare.op
    if op in ("empty", "not_empty"):
        return True
    if isinstance(value, list):
        if op not in _SEVERAL or not value:
            return False
        return op != "between" or (len(value) == 2 and all(as_number(item) is not None for item in value))
    if op == "between" or value is None:
        return False
    if op in _NUMBERS or FACTS.get(compare.fact) == "number":
        return as_number(value) is not None
    if op in ("before", "after"):
        return as_date(value) is not None
    return op in ("is", "is_not") or value != ""
