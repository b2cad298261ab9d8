"""What the bench found: figures with their spread, judged against targets; tables for people, JSON for programs."""

import statistics
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """A measured quantity: the median over the rounds, the lowest and the highest."""

    median: float
    low: float
    high: float
    unit: str = ""

    def __str__(self) -> str:
        shown = f"{_shown(self.median)}{self.unit}"
        return shown if self.low == self.high else f"{shown} ({_shown(self.low)} to {_shown(self.high)})"


Cell = Figure | str
"""A figure, or a word where there is none."""


class Line(msgspec.Struct, frozen=True):
    """A line of a table."""

    what: str
    cells: list[Cell]


class Table(msgspec.Struct, frozen=True):
    """Figures under one title; ``notes`` say how they were taken and what they mean."""

    title: str
    columns: list[str]
    lines: list[Line]
    notes: list[str] = []


class Target(msgspec.Struct, frozen=True):
    """A figure that should be at least or at most ``wanted``."""

    what: str
    where: str
    found: Figure
    sense: Literal["at least", "at most"]
    wanted: float

    @property
    def met(self) -> bool:
        """Whether the median holds it."""
        if self.sense == "at least":
            return self.found.median >= self.wanted
        return self.found.median <= self.wanted

    @property
    def verdict(self) -> str:
        """In words: how far it is from the target."""
        ratio = self.found.median / self.wanted if self.wanted else 0.0
        if self.sense == "at least":
            return "met" if self.met else f"missed: {_shown(1 / ratio) if ratio else '∞'} times too little"
        return "met" if self.met else f"missed: {_shown(ratio)} times too much"


class Report(msgspec.Struct):
    """One run of the bench: the machine, the tables, the targets."""

    machine: dict[str, str]
    tables: list[Table] = []
    targets: list[Target] = []

    def json(self) -> bytes:
        """The same figures, unrounded."""
        told = msgspec.to_builtins(self)
        for target, judged in zip(told["targets"], self.targets, strict=True):
            target |= {"met": judged.met, "verdict": judged.verdict}
        return msgspec.json.format(msgspec.json.encode(told), indent=2)

    def markdown(self, titles: Sequence[str] | None = None) -> str:
        """Tables that read well in a terminal, too; of these titles, or all."""
        parts = ["Measured on " + ", ".join(self.machine.values()) + "."]
        if self.targets:
            lines = [
                Line(one.what, [one.where, one.found, f"{one.sense} {_shown(one.wanted)}{one.found.unit}", one.verdict])
                for one in self.targets
            ]
            parts.append(_drawn(Table("Targets", ["", "on", "found", "target", ""], lines)))
        tables = [table for table in self.tables if titles is None or table.title.startswith(tuple(titles))]
        return "\n\n".join([*parts, *map(_drawn, tables)])


def read(written: bytes) -> Report:
    """A report from its JSON. Raises msgspec.DecodeError."""
    return msgspec.json.decode(written, type=Report)


def figure(values: Iterable[float], unit: str = "") -> Figure:
    """The figure of one quantity's values, one of each round. Raises ValueError when there are none."""
    found = sorted(values)
    if not found:
        raise ValueError("a figure needs a value")
    return Figure(statistics.median(found), found[0], found[-1], unit)


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed; 0 where there are none."""
    found = sorted(values)
    return found[min(len(found) - 1, int(share * len(found)))] if found else 0.0


def ratios(these: Sequence[float], those: Sequence[float], unit: str = "x") -> Figure:
    """How many times the others these are, each compared within its own round."""
    return figure((one / other for one, other in zip(these, those, strict=True)), unit)


def _drawn(table: Table) -> str:
    cells = [table.columns, *([line.what, *map(str, line.cells)] for line in table.lines)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(table.columns))]
    rows = [
        "| "
        + " | ".join(_set(text, width, place) for place, (text, width) in enumerate(zip(row, widths, strict=True)))
        + " |"
        for row in cells
    ]
    ruler = (
        "| "
        + " | ".join("-" * width if not place else "-" * (width - 1) + ":" for place, width in enumerate(widths))
        + " |"
    )
    notes = ["", *table.notes] if table.notes else []
    return "\n".join([f"### {table.title}", "", rows[0], ruler, *rows[1:], *notes])


def _set(text: str, width: int, place: int) -> str:
    return text.ljust(width) if place == 0 else text.rjust(width)


def _shown(value: float) -> str:
    """Three digits that count, or all before the point."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if value >= 10 else f"{value:,.2f}"
