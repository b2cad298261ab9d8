"""A decision table: which row holds, what it sets, where it leads, and what it tells about the others."""

from typing import Any

import pytest

from engine.events import Contact
from engine.flow import Flow, Port
from engine.graph import plan
from engine.rules import All, Compare
from engine.turn import Go
from nodes import decision_table
from nodes.decision_table import Column, DecisionTable, Outcome, Result
from tests.nodes.rows import Row, check, turn

GERMAN = Contact(country="DE")
COUNTRY = Column("c", "country", "in")
AMOUNT = Column("a", "value.amount", "between")
SHIPPING = DecisionTable(
    columns=(COUNTRY, AMOUNT),
    results=(Result("r", "shipping"), Result("d", "days")),
    outcomes=(Outcome("person", "A person decides"),),
    rows=(
        decision_table.Row("near", {"c": ["DE", "AT"], "a": [0, 99.99]}, {"r": "4,90", "d": 3}),
        decision_table.Row("free", {"c": ["DE", "AT"], "a": [100, 1000]}, {"r": "0", "d": 3}),
        decision_table.Row("dear", {"a": [1000, 1_000_000]}, {}, "person"),
    ),
)
KNOWN = DecisionTable(
    columns=(Column("e", "contact.email", "not_empty"), Column("t", "tags", "has_any")),
    outcomes=(Outcome("yes", "Yes"), Outcome("no", "No")),
    rows=(
        decision_table.Row("vip", {"e": True, "t": ["vip", "b2b"]}, outcome="yes"),
        decision_table.Row("nobody", {"e": False}, outcome="no"),
    ),
)


def told(row: str, before: int, failed: list[list[str]], **found: Any) -> dict[str, Any]:
    return {"row": row, "before": before, "missed": failed, "found": found}


TABLE = [
    Row(
        "the first row that holds sets its values",
        SHIPPING,
        turn(contact=GERMAN, values={"amount": 20}),
        Go("done", values={"shipping": "4,90", "days": 3}, why=told("near", 0, [], c="DE", a=20)),
    ),
    Row(
        "tells of the rows before it the column that spoke against them",
        SHIPPING,
        turn(contact=GERMAN, values={"amount": "100,0"}),
        Go("done", values={"shipping": "0", "days": 3}, why=told("free", 1, [["near", "a"]], c="DE", a="100,0")),
    ),
    Row(
        "the upper row wins where two hold",
        SHIPPING,
        turn(contact=GERMAN, values={"amount": 1000}),
        Go("done", values={"shipping": "0", "days": 3}, why=told("free", 1, [["near", "a"]], c="DE", a=1000)),
    ),
    Row(
        "an empty cell is anything, a row without a value forgets it, and its outcome is its way",
        SHIPPING,
        turn(values={"amount": 5000, "shipping": "4,90"}),
        Go(
            "person",
            values={"shipping": None, "days": None},
            why=told("dear", 2, [["near", "c"], ["free", "c"]], c="", a=5000),
        ),
    ),
    Row(
        "what is not known fits no cell",
        SHIPPING,
        turn(contact=GERMAN),
        Go("otherwise", why=told("", 3, [["near", "a"], ["free", "a"], ["dear", "a"]], c="DE", a=None)),
    ),
    Row(
        "an operator without a value is asked for by true",
        KNOWN,
        turn(contact=Contact(email="a@b.c"), tags=("b2b",)),
        Go("yes", why=told("vip", 0, [], e="a@b.c", t=["b2b"])),
    ),
    Row(
        "and its opposite by false",
        KNOWN,
        turn(tags=("vip",)),
        Go("no", why=told("nobody", 1, [["vip", "e"]], e="", t=["vip"])),
    ),
    Row("without rows always otherwise", DecisionTable(), turn(), Go("otherwise", why=told("", 0, []))),
]


def test_table() -> None:
    check(TABLE)


def test_done_is_a_port_while_a_row_has_no_outcome() -> None:
    person, done, otherwise = Port("person", "A person decides"), decision_table.DONE, decision_table.OTHERWISE
    assert SHIPPING.ports() == (person, done, otherwise)
    assert KNOWN.ports() == (Port("yes", "Yes"), Port("no", "No"), otherwise)
    assert DecisionTable().ports() == (done, otherwise)


def test_its_rules_are_its_rows() -> None:
    assert SHIPPING.rules()[2] == All((Compare("value.amount", "between", [1000, 1_000_000]),))
    assert KNOWN.rules()[1] == All((Compare("contact.email", "empty"),))
    assert SHIPPING.sets() == ("shipping", "days")
    assert DecisionTable(results=(Result("r"),)).missing() == ("results.r.name",)


def test_of_many_rows_the_first_are_told() -> None:
    rows = tuple(decision_table.Row(f"r{at}", {"c": "XX"}) for at in range(60))
    outcome = DecisionTable(columns=(Column("c", "country", "is"),), rows=rows).run(turn())
    assert isinstance(outcome, Go)
    assert (len(outcome.why["missed"]), outcome.why["before"]) == (decision_table.MOST_TOLD, 60)


def test_its_different_cells_are_compiled_once_for_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    real = decision_table.cell_test

    def counted(op: Any, cell: Any) -> Any:
        made.append((op, cell))
        return real(op, cell)

    monkeypatch.setattr(decision_table, "cell_test", counted)
    node = DecisionTable(columns=SHIPPING.columns, rows=SHIPPING.rows)
    planned = plan(Flow(id="f", name="F", start="n", nodes={"n": node}))
    for language in ("en", "de", "en"):
        planned.node("n", language).run(turn(contact=GERMAN, values={"amount": 20}))
    assert len(made) == 4
