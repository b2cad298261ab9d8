"""Why a table, a split or the collecting of data went as it did, in words."""

from typing import Any

import pytest

from builder_ui.reasons import MOST_ROWS, reasons
from engine.events import Contact
from engine.flow import Node
from nodes.collect import Collect, Item
from nodes.decision_table import Column, DecisionTable, Row
from nodes.message import Message
from nodes.split import Split
from tests.nodes.rows import turn, wrote

TABLE = DecisionTable(
    columns=(Column("c", "country", "in"), Column("e", "contact.email", "not_empty"), Column("t", "text", "contains")),
    rows=(Row("x", {"c": ["DE", "AT"], "e": True}), Row("y", {"c": ["FR"], "e": False, "t": "colis"})),
)
DATA = Collect(items=(Item("n", "name", "Name?"), Item("m", "email", "Mail?", optional=True)), retries=0)


def told(node: Node, met: Any, language: Any = "en") -> list[str]:
    lines = reasons(node, node.run(met).why, language)  # type: ignore[union-attr]
    return [line if isinstance(line, str) else line.text for line in lines]


def test_a_table_tells_which_row_held_and_why_those_above_did_not() -> None:
    assert told(TABLE, turn(text="mon colis", contact=Contact(country="FR"))) == [
        "Row 1 does not: country is Germany or Austria (it is France)",
        "Row 2 holds",
        "✓ country is France (it is France)",
        "✓ contact's email is empty (it is empty)",
        "✓ what the contact wrote contains “colis”",
    ]


def test_or_that_none_did() -> None:
    assert told(TABLE, turn(contact=Contact(country="US")), "zh")[-1] == "没有符合的行"


def test_of_many_rows_the_first_are_told() -> None:
    rows = tuple(Row(f"r{at}", {"c": "XX"}) for at in range(40))
    lines = told(DecisionTable(columns=(Column("c", "country", "is"),), rows=rows), turn())
    assert len(lines) == MOST_ROWS + 2
    assert lines[-2:] == ["and 35 more rows do not", "No row holds"]


def test_rows_and_columns_that_are_gone_are_passed_over() -> None:
    why = TABLE.run(turn(contact=Contact(country="US"))).why  # type: ignore[union-attr]
    assert list(reasons(DecisionTable(), why, "en")) == ["No row holds"]


def test_a_split_tells_the_group() -> None:
    [line] = told(Split(), turn())
    assert line.startswith("Group “")
    assert "50 %" in line


@pytest.mark.parametrize(
    ("met", "lines"),
    [
        (turn(), ["Asks for: Name"]),
        (turn(wrote("Ana"), memory={"item": "n", "tries": 0, "done": []}), ["Taken: Name", "Asks for: Email"]),
        (turn(wrote("no"), memory={"item": "m", "tries": 0, "done": ["n"]}), ["Not valid: Email", "Left out: Email"]),
        (turn(contact=Contact(name="Ana")), ["Known already: Name", "Asks for: Email"]),
    ],
)
def test_collecting_tells_what_was_taken_and_what_not(met: Any, lines: list[str]) -> None:
    assert told(DATA, met) == lines


def test_other_nodes_have_nothing_to_say_here() -> None:
    assert list(reasons(Message(text="Hi"), None, "en")) == []
    assert list(reasons(None, {"row": ""}, "en")) == []
