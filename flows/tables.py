"""What the rows of a decision table hide, contradict and leave out: proved, with an example, or said to be unproved.

The values that a fact can have are parted by the table's cells into finitely many kinds: those named, the gaps between
numbers, anything else, nothing at all. All values of a kind are alike for every cell, so one of each is tried with the
engine's own comparisons, and a row is the set of kinds that it takes of each fact. Facts do not depend on each other.

Of parts of texts ("contains") and of many tags there is no such finite list. A row with such a cell hides another only
where what it asks is known to follow from what the other asks, and two rows that differ in such cells are never said to
contradict each other: what somebody writes may always hold the words of both.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from math import ceil, floor, isfinite
from typing import Any, Literal

import msgspec

from engine.rules import FACTS, OPERATORS, All, Compare, Rule, items
from engine.rules import Any as AnyOf
from flows.satisfiable import MOST_LISTED, OTHER, PARTS, asked_rightly, candidates, listed, possible
from nodes.decision_table import ALONE, DecisionTable, Row, asked, cell_test

MOST_STEPS = 200_000
"""So many pairs of boxes are compared in one table; what is left then is said to be unproved."""

MOST_TRIED = 8_000_000
"""So many times a value is held against a thing that a cell names, a pattern counting as ten; a table that wants more
is not parted into kinds, and said to be unproved.
"""

MOST_OF_A_KIND = 20
MOST_GAPS = 3

CENT = 0.0101
"""Numbers that lie nearer to each other have none between them: prices are told in cents."""

_STEPS_OF_A_PROOF = 20
_NUMBERS = frozenset(OPERATORS["number"]) - frozenset(OPERATORS["text"])

Kind = Literal["shadowed", "overlap", "gap", "unchecked"]

Box = tuple[int, ...]
"""Of each fact the kinds of values that are meant, as bits."""


class Finding(msgspec.Struct, frozen=True):
    """``shadowed``: the first of ``rows`` never counts, for the others hold before it. ``overlap``: both rows hold for
    some, the first counts, the second would lead to something else. ``gap``: no row holds. ``unchecked``: the table is
    too large for a proof. ``example``: column -> a value (``OTHER``: one that no cell names; None: not known); columns
    that are not in it may have any.
    """

    kind: Kind
    rows: tuple[str, ...] = ()
    example: dict[str, Any] = {}


class _TooLargeError(Exception):
    pass


def findings(table: DecisionTable) -> tuple[Finding, ...]:
    """What is to be said about a table's rows, of each kind the first; nothing while a cell cannot be compared."""
    return _findings(msgspec.json.encode(msgspec.structs.replace(table, name="", outcomes=())))


@lru_cache(maxsize=256)
def _findings(encoded: bytes) -> tuple[Finding, ...]:
    """Kept by what stands in the table: it is looked at after every edit of the flow."""
    try:
        table = _Table(msgspec.json.decode(encoded, type=DecisionTable))
    except _TooLargeError:
        return (Finding("unchecked"),)
    return tuple(table.findings())


class _Table:
    """A table with its rows as boxes."""

    def __init__(self, table: DecisionTable) -> None:
        self.table = table
        self.rows = table.rows
        self.steps = 0
        self.tried = 0
        self.facts = list(dict.fromkeys(column.fact for column in table.columns))
        self.columns = [[one for one in table.columns if one.fact == fact] for fact in self.facts]
        self.kinds: list[list[Any]] = []
        self.exact: list[bool] = []
        boxes: list[list[int]] = [[] for _ in self.rows]
        for at in range(len(self.facts)):
            masks = self._part(at)
            for box, mask in zip(boxes, masks, strict=True):
                box.append(mask)
        self.boxes = [tuple(box) for box in boxes]
        self.everything: Box = tuple((1 << len(kinds)) - 1 for kinds in self.kinds)

    def findings(self) -> Iterator[Finding]:
        unproved = False
        hidden: set[int] = set()
        for search in (self._shadowed(hidden), self._overlaps(hidden), self._gaps()):
            try:
                yield from islice(search, MOST_OF_A_KIND)
            except _TooLargeError:
                unproved = True
        if unproved:
            yield Finding("unchecked")

    def _part(self, at: int) -> list[int]:
        """Part the values of a fact into kinds; of each row, those it takes."""
        wanted = [
            tuple((one.op, row.when[one.id]) for one in self.columns[at] if _asks(row, one.id)) for row in self.rows
        ]
        distinct = {msgspec.json.encode(cells): cells for cells in wanted}
        tests = {key: [cell_test(op, cell) for op, cell in cells] for key, cells in distinct.items()}
        kinds: dict[tuple[bool, ...], Any] = {}
        asked_for = [cell for cells in distinct.values() for cell in cells]
        values = self._values(at, asked_for)
        self.tried += len(values) * sum(10 if op == "matches" else len(items(cell)) for op, cell in asked_for)
        if self.tried > MOST_TRIED:
            raise _TooLargeError
        for value in sorted(values, key=_rank):
            kinds.setdefault(tuple(all(holds(value) for holds in one) for one in tests.values()), value)
        self.kinds.append(list(kinds.values()))
        masks = [sum(1 << bit for bit, told in enumerate(kinds) if told[number]) for number in range(len(tests))]
        of_cells = dict(zip(tests, masks, strict=True))
        return [of_cells[msgspec.json.encode(cells)] for cells in wanted]

    def _values(self, at: int, cells: Sequence[tuple[Any, Any]]) -> list[Any]:
        """Values of the fact, one at least of every kind where that is possible."""
        fact = self.facts[at]
        compares = [Compare(fact, op, None if op in ALONE else cell) for op, cell in cells]
        literals = [(compare, True) for compare in compares]
        many = len(listed(literals)) > MOST_LISTED
        known = all(asked_rightly(compare) and compare.op not in PARTS for compare in compares)
        self.exact.append(known and not many)
        if many:
            named = [list(map(str, items(compare.value))) for compare in compares if compare.op not in ALONE]
            return [[], [OTHER], *named, *([one] for one in listed(literals))]
        found = list(candidates(fact, literals))
        if fact in FACTS:
            found = [value for value in found if value is not None]
        elif {compare.op for compare in compares} <= _NUMBERS:
            found = [None, *(value for value in found if isinstance(value, int | float))]
        if fact == "messages":
            numbers = [value for value in found if isinstance(value, int | float) and isfinite(value)]
            return list({max(0, whole) for number in numbers for whole in (floor(number), ceil(number))})
        bounds = sorted({float(v) for c in compares for v in items(c.value) if isinstance(v, int | float)})
        return [value for value in found if not _within_a_cent(value, bounds)]

    def _shadowed(self, hidden: set[int]) -> Iterator[Finding]:
        for late, box in enumerate(self.boxes):
            if not all(box):
                continue
            earlier = [one for one in range(late) if one not in hidden and self._touch(one, late)]
            alone = next((one for one in earlier if self._covers(one, late)), None)
            if alone is not None:
                hidden.add(late)
                yield Finding("shadowed", (self.rows[late].id, self.rows[alone].id))
                continue
            following = [one for one in earlier if self._follows(late, one)]
            if (
                len(following) > 1
                and self._outside(self._plain(box), [self._plain(self.boxes[o]) for o in following]) is None
            ):
                hidden.add(late)
                yield Finding("shadowed", (self.rows[late].id, *(self.rows[one].id for one in following)))

    def _overlaps(self, hidden: set[int]) -> Iterator[Finding]:
        """Pairs of which neither is the other's exception: a special row above a general one is as it should be."""
        results = [self._result(row) for row in self.rows]
        for late, box in enumerate(self.boxes):
            for early in range(late):
                if {early, late} & hidden or results[early] == results[late] or not self._touch(early, late):
                    continue
                if self._covers(late, early) or self._differ_in_parts(early, late):
                    continue
                both = tuple(a & b for a, b in zip(box, self.boxes[early], strict=True))
                if all(both) and (place := self._outside(both, self.boxes[:early])) is not None:
                    yield Finding("overlap", (self.rows[early].id, self.rows[late].id), self._example(place, both))

    def _gaps(self) -> Iterator[Finding]:
        if not self.rows or not self.facts:
            return
        taken = list(self.boxes)
        for _ in range(MOST_GAPS):
            place = self._outside(self.everything, taken)
            if place is None:
                return
            yield Finding("gap", (), self._example(place, place))
            taken.append(place)

    def _outside(self, box: Box, others: Sequence[Box], begin: int = 0) -> Box | None:
        """A part of a box that lies in none of the others; None: they cover it."""
        for number in range(begin, len(others)):
            self._step()
            other = others[number]
            if not all(a & b for a, b in zip(box, other, strict=True)):
                continue
            for at, mask in enumerate(other):
                if rest := box[at] & ~mask:
                    part = (*box[:at], rest, *box[at + 1 :])
                    if (found := self._outside(part, others, number + 1)) is not None:
                        return found
                    box = (*box[:at], box[at] & mask, *box[at + 1 :])
            return None
        return box

    def _touch(self, one: int, other: int) -> bool:
        """Whether two rows take a kind in common, of every fact whose kinds are all known."""
        self._step()
        pairs = zip(self.boxes[one], self.boxes[other], self.exact, strict=True)
        return all(a & b or not exact for a, b, exact in pairs)

    def _covers(self, one: int, other: int) -> bool:
        """Whether a row takes all that another takes."""
        pairs = zip(self.boxes[one], self.boxes[other], self.exact, strict=True)
        return all(b & ~a == 0 or not exact for a, b, exact in pairs) and self._follows(other, one)

    def _follows(self, one: int, other: int) -> bool:
        """Whether what a row asks about parts of texts is asked by another, too."""
        return all(self._proved(at, one, other) for at, exact in enumerate(self.exact) if not exact)

    def _proved(self, at: int, one: int, other: int) -> bool:
        theirs, ours = self._rule(at, other), self._rule(at, one)
        if not theirs.rules or theirs == ours:
            return True
        self._step(_STEPS_OF_A_PROOF)
        return not possible([(ours, True), (theirs, False)])

    def _differ_in_parts(self, one: int, other: int) -> bool:
        loose = [at for at, exact in enumerate(self.exact) if not exact]
        return any(self._rule(at, one).rules and self._rule(at, other).rules for at in loose)

    def _rule(self, at: int, number: int) -> All:
        row = self.rows[number]
        rules = (asked(column, row.when.get(column.id)) for column in self.columns[at])
        return All(tuple(_word_by_word(rule) for rule in rules if rule is not None))

    def _plain(self, box: Box) -> Box:
        return tuple(mask for mask, exact in zip(box, self.exact, strict=True) if exact)

    def _result(self, row: Row) -> Any:
        return row.outcome, [row.then.get(one.id) for one in self.table.results if one.name]

    def _example(self, place: Box, within: Box) -> dict[str, Any]:
        """A value of each fact that is not free in the place; ``within`` is where the place was looked for."""
        found: dict[str, Any] = {}
        for at, mask in enumerate(place):
            if mask != self.everything[at] or within[at] != self.everything[at]:
                value = self.kinds[at][(mask & -mask).bit_length() - 1]
                found |= {column.id: _plain(value) for column in self.columns[at]}
        return found

    def _step(self, number: int = 1) -> None:
        self.steps += number
        if self.steps > MOST_STEPS:
            raise _TooLargeError


def _asks(row: Row, column: str) -> bool:
    return row.when.get(column) is not None


def _word_by_word(rule: Rule) -> Rule:
    """Of several words each as a comparison of its own, as a proof wants it."""
    match rule:
        case Compare(op="contains_any", fact=fact, value=[*words]):
            return AnyOf(tuple(Compare(fact, "contains", word) for word in words))
    return rule


def _rank(value: Any) -> int:
    """Which value stands for its kind: one that people would name, rather than none."""
    if value is None:
        return 3
    if isinstance(value, str):
        return {"": 2, OTHER: 1}.get(value, 0)
    return int(isinstance(value, int | float) and value < 0)


def _within_a_cent(value: Any, bounds: Sequence[float]) -> bool:
    if not isinstance(value, float) or value in bounds:
        return False
    below = max((bound for bound in bounds if bound < value), default=None)
    above = min((bound for bound in bounds if bound > value), default=None)
    return below is not None and above is not None and above - below <= CENT


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
