"""Whether a rule can hold at all: proved, never guessed.

A rule is taken apart into ways to hold, each a set of comparisons that all are to come out as wanted. Facts do not
depend on each other, so a way is possible if for each fact there is a value with which its comparisons come out so. The
values tried are those that can make a difference: each that a comparison names, one in each gap between them, none at
all. The engine's own comparisons judge them. Comparisons of parts of texts have no such finite set: with those a way
counts as possible unless a value named beside them, or a contradiction in themselves, decides it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from math import isfinite

import msgspec

from engine.effects import Value
from engine.rules import FACTS, OPERATORS, All, Any, Compare, Not, Rule, as_date, as_number, items, judged

MOST_WAYS = 256
"""A rule with more ways to hold is not looked at further: it counts as one that can."""

MOST_LISTED = 8
"""The lists that so many things can make are all tried; of more, a fact counts as one that can be as wanted."""

PARTS = frozenset({"contains", "not_contains", "contains_any", "starts_with", "ends_with", "matches"})
LISTS = frozenset({"has", "has_any", "has_all", "has_none"})
_OF_VALUES = OPERATORS["text"] + OPERATORS["number"] + OPERATORS["list"]
_SOME_DAY = datetime(2027, 1, 1, tzinfo=UTC)
_FIRST_DAY, _LAST_DAY = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_WHOLE = {"time.hour": range(24), "time.weekday": range(1, 8)}
OTHER = "\x01 something else"
"""Stands for every text that no comparison names."""

Literal = tuple[Compare, bool]
"""A comparison, and what it is to come out as."""

Way = frozenset[tuple[bytes, bool]]
"""Literals, the comparisons as JSON, where 1 and true differ."""


class _TooManyError(Exception):
    pass


def possible(wanted: Iterable[tuple[Rule, bool]]) -> bool:
    """Whether these rules can come out as wanted, all at once. False only where it is certain that they cannot."""
    try:
        ways = _product(_ways(rule, held) for rule, held in wanted)
    except _TooManyError:
        return True
    return any(map(_can_be, ways))


def _ways(rule: Rule, held: bool) -> list[Way]:
    """The ways in which a rule comes out so."""
    match rule:
        case Compare():
            return [frozenset({(msgspec.json.encode(rule), held)})]
        case Not(rule=inner):
            return _ways(inner, not held)
        case All(rules=rules) | Any(rules=rules):
            parts = (_ways(part, held) for part in rules)
            return (
                _product(parts) if isinstance(rule, All) == held else _bounded({way for part in parts for way in part})
            )


def _product(parts: Iterable[list[Way]]) -> list[Way]:
    ways: list[Way] = [frozenset()]
    for part in parts:
        ways = _bounded({way | more for way in ways for more in part})
    return ways


def _bounded(ways: set[Way]) -> list[Way]:
    if len(ways) > MOST_WAYS:
        raise _TooManyError
    return list(ways)


def _can_be(way: Way) -> bool:
    of_fact: dict[str, list[Literal]] = {}
    for encoded, held in way:
        compare = _decoded(encoded)
        of_fact.setdefault(compare.fact, []).append((compare, held))
    return all(_fact_can_be(fact, literals) for fact, literals in of_fact.items())


@lru_cache(maxsize=10_000)
def _decoded(encoded: bytes) -> Compare:
    return msgspec.json.decode(encoded, type=Compare)


def _fact_can_be(fact: str, literals: list[Literal]) -> bool:
    if not all(asked_rightly(compare) for compare, _ in literals):
        return True
    if len(listed(literals)) > MOST_LISTED or any(_holds(value, literals) for value in candidates(fact, literals)):
        return True
    parts = [literal for literal in literals if literal[0].op in PARTS]
    return bool(parts) and not _named(literals) and not _contradict(parts)


def asked_rightly(compare: Compare) -> bool:
    """Whether all kinds of values are known that the operator tells apart: it is one of the fact's
    (``flows.check_rules`` names others), or the fact has few values.
    """
    kind = FACTS.get(compare.fact)
    return compare.fact in _WHOLE or compare.op in (OPERATORS[kind] if kind else _OF_VALUES)


def _named(literals: list[Literal]) -> bool:
    """Whether only values that are named come into question."""
    positive, negative = ("is", "in", "empty"), ("is_not", "not_in", "not_empty")
    return any(compare.op in (positive if held else negative) for compare, held in literals)


def listed(literals: Sequence[Literal]) -> list[str]:
    """What the comparisons of lists name."""
    return sorted({str(item) for compare, _ in literals if compare.op in LISTS for item in items(compare.value)})


def _holds(value: object, literals: list[Literal]) -> bool:
    return all(judged(compare, value) == held for compare, held in literals)


def candidates(fact: str, literals: Sequence[Literal]) -> Iterator[Value | object]:
    """Values of a fact, one at least of every kind that comparisons of whole values can tell apart."""
    yield None
    if fact in _WHOLE:
        yield from _WHOLE[fact]
        return
    named = [item for compare, _ in literals for item in items(compare.value)]
    kind = FACTS.get(fact)
    if kind == "date":
        yield from _around_dates(named)
        return
    if kind in (None, "list"):
        yield from _lists(listed(literals))
    if kind in (None, "number"):
        yield from _around_numbers(named)
    if kind in (None, "text"):
        yield ""
        yield OTHER
        yield from map(str, named)
        yield _built(literals)


def _around_numbers(named: list[object]) -> Iterator[float]:
    """Each number named, and one before, between and after them."""
    written = {number for item in named if (number := as_number(item)) is not None}
    yield from (number for number in written if not isfinite(number))
    numbers = sorted(number for number in written if isfinite(number)) or [0.0]
    yield from numbers
    yield from (low / 2 + high / 2 for low, high in pairwise(numbers))
    yield numbers[0] - 1
    yield numbers[-1] + 1


def _around_dates(named: list[object]) -> Iterator[object]:
    dates = sorted({date for item in named if (date := as_date(item)) is not None}) or [_SOME_DAY]
    day = timedelta(days=1)
    yield from dates
    yield from (low + (high - low) / 2 for low, high in pairwise(dates))
    if dates[0] - _FIRST_DAY > day:
        yield dates[0] - day
    if _LAST_DAY - dates[-1] > day:
        yield dates[-1] + day


def _lists(named: list[str]) -> Iterator[list[str]]:
    """Every list that the things named can make, and one of another thing."""
    for chosen in range(1 << len(named)):
        yield [name for at, name in enumerate(named) if chosen >> at & 1]
    yield [OTHER]


def _built(literals: Sequence[Literal]) -> str:
    """A text that begins, goes on and ends as the comparisons want."""
    wanted = [(c.op, str(c.value)) for c, held in literals if held and isinstance(c.value, str)]
    begins = [text for op, text in wanted if op == "starts_with"]
    ends = [text for op, text in wanted if op == "ends_with"]
    inside = [text for op, text in wanted if op == "contains"]
    several = (c.value for c, held in literals if held and c.op == "contains_any" and isinstance(c.value, list))
    inside += [str(value[0]) for value in several if value]
    return " ".join([*begins[:1], *inside, *ends[:1]])


def _contradict(literals: list[Literal]) -> bool:
    """Whether what a text must hold and what it must not are at odds, as far as that shows."""
    must = [part for compare, held in literals if held for part in _held_parts(compare)]
    barred = [part for compare, held in literals for part in _barred_parts(compare, held)]
    return any(bar in part for part in must for bar in barred if bar)


def _held_parts(compare: Compare) -> list[str]:
    """Parts that a text holds for certain when the comparison comes out true."""
    found = [str(item).strip().casefold() for item in items(compare.value)]
    if compare.op in ("contains", "starts_with", "ends_with") or (compare.op == "contains_any" and len(found) == 1):
        return found
    return []


def _barred_parts(compare: Compare, held: bool) -> list[str]:
    """Parts that a text does not hold when the comparison comes out so."""
    if (compare.op == "not_contains" and held) or (compare.op in ("contains", "contains_any") and not held):
        return [str(item).strip().casefold() for item in items(compare.value)]
    return []
