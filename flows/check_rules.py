"""Whether a flow's rules can be asked: facts, operators, values, patterns, depth."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from engine.flow import Flow
from engine.rules import FACTS, MAX_DEPTH, OPERATORS, All, Compare, Rule, comparisons, depth, pattern_fault
from engine.rules import Any as AnyOf
from flows.problems import Problem, Reporter, Where
from schemas.words import fact_title, operator_title

_SEVERAL = ("in", "not_in", "contains_any", "has", "has_any", "has_all", "has_none", "between")
_NUMBERS = ("less", "at_most", "more", "at_least", "between")
_OF_VALUES = OPERATORS["text"] + OPERATORS["number"] + OPERATORS["list"]


def check_rules(flow: Flow[Any], report: Reporter, values: Collection[str]) -> Iterator[Problem]:
    """The rules of nodes, interrupts and the trigger; ``values`` are the names that something sets."""
    for node_id, node in flow.nodes.items():
        cases = getattr(node, "cases", ())
        for position, rule in enumerate(node.rules()):
            case = cases[position] if position < len(cases) else None
            field = f"cases.{case.id}" if case else None
            yield from _check(rule, report, values, report.at(node_id, field), case.title or case.id if case else "")
    for interrupt in flow.interrupts:
        where = report.of_flow("interrupts", "the_interrupt", name=interrupt.name)
        yield from _check(interrupt.when, report, values, where, interrupt.name)
    if flow.trigger.when is not None:
        where = report.of_flow("trigger", "the_trigger")
        yield from _check(flow.trigger.when, report, values, where, where.called)


def _check(rule: Rule, report: Reporter, values: Collection[str], where: Where, title: str) -> Iterator[Problem]:
    if depth(rule) > MAX_DEPTH:
        yield report.error("rule_too_deep", where, limit=MAX_DEPTH)
        return
    if _never(rule):
        yield report.warning("never", where, title=title or where.called)
    for compare in comparisons(rule):
        yield from _compare(compare, report, values, where)


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
    named = {"fact": fact_title(fact, report.language), "operator": operator_title(op, report.language)}
    if op not in allowed:
        yield report.error("operator_misfit", where, **named)
    elif op == "matches" and (reason := pattern_fault(str(compare.value))):
        yield report.error("bad_pattern", where, pattern=compare.value, reason=reason)
    elif not _fits(compare):
        yield report.error("bad_value", where, value="" if compare.value is None else compare.value, **named)


def _never(rule: Rule) -> bool:
    match rule:
        case AnyOf(rules=rules):
            return all(map(_never, rules))
        case All(rules=rules):
            return any(map(_never, rules))
        case _:
            return False


def _fits(compare: Compare) -> bool:
    """Whether the value is one the operator can work with."""
    value, op = compare.value, compare.op
    if op in ("empty", "not_empty"):
        return True
    if isinstance(value, list):
        if op not in _SEVERAL or not value:
            return False
        return op != "between" or (len(value) == 2 and all(map(_is_number, value)))
    if op == "between" or value is None:
        return False
    if op in _NUMBERS or FACTS.get(compare.fact) == "number":
        return _is_number(value)
    if op in ("before", "after"):
        return _is_date(value)
    return op in ("is", "is_not") or value != ""


def _is_number(value: object) -> bool:
    try:
        float(str(value).strip().replace(",", "."))
    except ValueError:
        return False
    return not isinstance(value, bool)


def _is_date(value: object) -> bool:
    try:
        datetime.fromisoformat(str(value).strip())
    except ValueError:
        return False
    return True
