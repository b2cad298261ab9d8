from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any

import msgspec

from engine import turn as engine_turn
from engine.effects import Value
from engine.flow import Node, Port
from engine.rules import All, Compare, Fact, Operator, Rule, test
from engine.turn import Go, Turn
from nodes.fields import ChoiceId, ValueName, field

DONE = Port("done", "Row found")
OTHERWISE = Port("otherwise", "No row holds")
MOST_ROWS = 500
MOST_COLUMNS = 20
MOST_TOLD = 20
"""So many of the rows that did not hold are told in the trace, the first."""

ALONE: tuple[Operator, ...] = ("empty", "not_empty")
"""Operators without a value: a cell true asks for them, false for their opposite."""

Cell = str | int | float | bool | list[str | int | float] | None
"""What the column's fact is held against, as in a comparison; None is anything."""

_HIDDEN = msgspec.Meta(max_length=MOST_COLUMNS, extra_json_schema={"widget": "hidden"})


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is looked at: each of the column's cells is held against ``fact`` by ``op``."""

    id: ChoiceId
    fact: Fact
    op: Operator


class Result(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a row sets: the conversation's value of that name."""

    id: ChoiceId
    name: ValueName = ""


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way out that rows may choose: its port ``id`` and what people call it."""

    id: ChoiceId
    title: Annotated[str, msgspec.Meta(title="Title", max_length=80)] = ""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``when``: column -> cell, without one anything holds; ``then``: result -> value; ``outcome``: '' is "done"."""

    id: ChoiceId
    when: dict[str, Cell] = {}
    then: dict[str, str | int | float | bool | None] = {}
    outcome: str = ""


class DecisionTable(Node, frozen=True, dict=True, tag="decision_table"):
    """Goes through its rows from the top; the first that holds sets its values and says where to go on."""

    TITLE = "Decision table"
    ICON = "table-2"
    GROUP = "decide"
    SUMMARY = "{rows} · {columns}"

    rows: Annotated[
        tuple[Row, ...],
        field("Rows", "Looked at from the top; the first that holds counts. An empty cell is anything.", required=True),
        msgspec.Meta(max_length=MOST_ROWS, extra_json_schema={"widget": "decision_table"}),
    ] = ()
    columns: Annotated[tuple[Column, ...], field("Looks at", required=True), _HIDDEN] = ()
    results: Annotated[tuple[Result, ...], field("Sets"), _HIDDEN] = ()
    outcomes: Annotated[tuple[Outcome, ...], field("Ways out"), _HIDDEN] = ()

    def ports(self) -> tuple[Port, ...]:
        own = tuple(Port(one.id, one.title or one.id) for one in self.outcomes)
        plain = not own or any(not row.outcome for row in self.rows)
        return (*own, *((DONE,) if plain else ()), OTHERWISE)

    def rules(self) -> tuple[Rule, ...]:
        return tuple(
            All(tuple(rule for one in self.columns if (rule := asked(one, row.when.get(one.id))) is not None))
            for row in self.rows
        )

    def sets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.name for one in self.results if one.name))

    def missing(self) -> tuple[str, ...]:
        return tuple(f"results.{one.id}.name" for one in self.results if not one.name)

    @cached_property
    def _compiled(self) -> tuple[list[tuple[int, Callable[[object], bool]]], list[list[int]]]:
        """Each different cell as (number of its column, its test), and each row as the numbers of its cells; made once
        for all conversations.
        """
        tests: dict[tuple[int, bytes], tuple[int, Callable[[object], bool]]] = {}
        rows: list[list[tuple[int, bytes]]] = []
        for row in self.rows:
            keys: list[tuple[int, bytes]] = []
            for at, column in enumerate(self.columns):
                if (cell := row.when.get(column.id)) is not None:
                    keys.append(key := (at, msgspec.json.encode(cell)))
                    if key not in tests:
                        tests[key] = (at, cell_test(column.op, cell))
            rows.append(keys)
        places = {key: place for place, key in enumerate(tests)}
        return list(tests.values()), [[places[key] for key in keys] for keys in rows]

    def run(self, turn: Turn) -> engine_turn.Outcome:
        found = [turn.facts(one.fact) for one in self.columns]
        tests, rows = self._compiled
        held: list[bool | None] = [None] * len(tests)
        missed: list[list[Any]] = []
        for number, cells in enumerate(rows):
            row = self.rows[number]
            for cell in cells:
                if (holds := held[cell]) is None:
                    at, asks = tests[cell]
                    holds = held[cell] = asks(found[at])
                if not holds:
                    missed.append([row.id, self.columns[tests[cell][0]].id])
                    break
            else:
                values: dict[str, Value] = {one.name: row.then.get(one.id) for one in self.results if one.name}
                return Go(row.outcome or DONE.id, values=values, why=self._why(row.id, number, missed, found))
        return Go(OTHERWISE.id, why=self._why("", len(self.rows), missed, found))

    def _why(self, row: str, number: int, missed: list[list[Any]], found: list[Any]) -> dict[str, Any]:
        """Which row held, after how many that did not; of the first of these, the column that spoke against it."""
        facts = {one.id: _plain(value) for one, value in zip(self.columns, found, strict=True)}
        return {"row": row, "before": number, "missed": missed[:MOST_TOLD], "found": facts}


def asked(column: Column, cell: Cell) -> Compare | None:
    """What a cell asks; None: nothing."""
    if cell is None:
        return None
    if column.op in ALONE:
        return Compare(column.fact, column.op if cell else _opposite(column.op))
    return Compare(column.fact, column.op, cell)


def cell_test(op: Operator, cell: Cell) -> Callable[[object], bool]:
    """Whether a fact's value fits a cell that asks something."""
    if op not in ALONE:
        return test(op, cell)
    return test(op if cell else _opposite(op), None)


def _opposite(op: Operator) -> Operator:
    return "empty" if op == "not_empty" else "not_empty"


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
