"""Whether a flow did what a transcript expects, line by line, as people compare two conversations."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from flows.transcript import Block, Transcript
from flows.transcript_line import REST, Line

Verdict = Literal["same", "different", "missing", "extra", "unchecked"]


class Row(msgspec.Struct, frozen=True):
    """What was expected beside what happened. ``different``: something else of that kind came; ``missing``: nothing
    did; ``extra``: nothing was expected; ``unchecked``: nobody minds. ``at`` is the place of what happened among the
    lines of its block, -1 where nothing did.
    """

    verdict: Verdict
    expected: Line | None = None
    actual: Line | None = None
    at: int = -1

    @property
    def fine(self) -> bool:
        return self.verdict in ("same", "unchecked")


class Compared(msgspec.Struct, frozen=True):
    """A block of the conversation: what was to happen, what happened, and what came of it."""

    expected: Block
    actual: Block
    rows: tuple[Row, ...]

    @property
    def limit_differs(self) -> bool:
        """Whether another time was skipped than expected."""
        return bool(self.expected.limit) and self.expected.limit != self.actual.limit

    @property
    def fine(self) -> bool:
        return not self.limit_differs and all(row.fine for row in self.rows)


def compared(expected: Transcript, actual: Transcript) -> tuple[Compared, ...]:
    """Two transcripts in which the same things happen, block by block."""
    pairs = zip(expected.blocks, actual.blocks, strict=True)
    return tuple(Compared(one, other, tuple(rows(one.lines, other.lines))) for one, other in pairs)


def difference(blocks: Sequence[Compared]) -> str:
    """What differs, as a program shows it: ``-`` was expected, ``+`` happened; '' where nothing does."""
    return "\n".join("\n".join(_told(block)) for block in blocks if not block.fine)


def matches(expected: Line, actual: Line) -> bool:
    """Whether a line is what was expected."""
    if expected.kind != actual.kind:
        return False
    match expected.how:
        case "exactly" if expected.kind == "language":
            # Why it is that language need not be said.
            return expected.text in (actual.text, actual.text.partition(" (")[0])
        case "exactly":
            return expected.exact == actual.exact
        case "unchecked":
            return expected.lead == actual.lead or expected.kind not in ("value", "contact")
        case "contains" if expected.kind == "tags":
            return set(expected.text.split()) <= set(actual.text.split())
        case "contains":
            return _begins_alike(expected, actual) and _folded(expected.text) in _folded(actual.text)
        case "any":
            return _begins_alike(expected, actual)


def _begins_alike(expected: Line, actual: Line) -> bool:
    """A loose line that names no language, source or team takes all; a value is always that one."""
    return expected.lead in ("bot", "- hand off", actual.lead)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _may_lack(line: Line) -> bool:
    """Whether nobody minds that it did not come; what the knowledge base says to a loose line is no expectation."""
    return (
        line.kind == REST
        or line.how == "unchecked"
        or (line.kind == "knowledge" and bool(line.told and line.told.text))
    )


def rows(expected: Sequence[Line], actual: Sequence[Line]) -> Iterator[Row]:
    """The lines beside each other so that as few as possible differ."""
    if expected == actual:
        yield from (Row("same", one, other, at) for at, (one, other) in enumerate(zip(expected, actual, strict=True)))
        return
    costs = _costs(expected, actual)
    i = j = 0
    while i < len(expected) or j < len(actual):
        one = expected[i] if i < len(expected) else None
        other = actual[j] if j < len(actual) else None
        here = costs[i][j]
        if one is not None and other is not None:
            paired = _cost(one, other)
            if one.kind != REST and paired is not None and here == costs[i + 1][j + 1] + paired:
                verdict: Verdict = "different" if paired else "unchecked" if one.how == "unchecked" else "same"
                yield Row(verdict, one, other, j)
                i, j = i + 1, j + 1
                continue
        if one is not None and here == costs[i + 1][j] + (0 if _may_lack(one) else 2):
            yield Row("unchecked" if _may_lack(one) else "missing", one)
            i += 1
            continue
        rest = one is not None and one.kind == REST
        yield Row("unchecked" if rest else "extra", None, other, j)
        j += 1


def _costs(expected: Sequence[Line], actual: Sequence[Line]) -> list[list[int]]:
    """The least that it costs to go on from each pair of places to the end."""
    costs = [[0] * (len(actual) + 1) for _ in range(len(expected) + 1)]
    for i in range(len(expected), -1, -1):
        for j in range(len(actual), -1, -1):
            ways = []
            if i < len(expected):
                ways.append(costs[i + 1][j] + (0 if _may_lack(expected[i]) else 2))
            if j < len(actual):
                free = i < len(expected) and expected[i].kind == REST
                ways.append(costs[i][j + 1] + (0 if free else 2))
            if i < len(expected) and j < len(actual) and (paired := _cost(expected[i], actual[j])) is not None:
                ways.append(costs[i + 1][j + 1] + paired)
            costs[i][j] = min(ways, default=0)
    return costs


def _cost(expected: Line, actual: Line) -> int | None:
    """Of setting two lines beside each other; None where that would say nothing."""
    if matches(expected, actual):
        return 0
    return 3 if expected.kind == actual.kind else None


def _told(block: Compared) -> Iterator[str]:
    yield " " + block.expected.entry if not block.limit_differs else "-" + block.expected.entry
    if block.limit_differs:
        yield "+" + block.actual.entry
    for row in block.rows:
        if row.fine:
            shown = row.actual or row.expected
            yield from _marked(" ", shown.entry if shown else "")
        else:
            yield from _marked("-", row.expected.entry if row.expected else "")
            yield from _marked("+", row.actual.entry if row.actual else "")


def _marked(sign: str, entry: str) -> Iterator[str]:
    first, *more = entry.split("\n")
    if entry:
        yield sign + first
        yield from (f"{sign}    {line}" for line in more)
