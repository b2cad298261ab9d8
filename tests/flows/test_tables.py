"""What is found in decision tables: each claim is held against the engine, by example and by trying many values."""

import random
from typing import Any

import pytest

from engine.events import Contact
from engine.rules import compiled
from flows import tables
from flows.satisfiable import OTHER
from flows.tables import Finding, findings
from nodes.decision_table import Column, DecisionTable, Outcome, Result, Row
from tests.nodes.rows import turn

COUNTRY, IS = Column("c", "country", "in"), Column("i", "country", "is")
AMOUNT = Column("a", "value.amount", "between")
WORDS = Column("w", "text", "contains_any")


def table(*rows: tuple[dict[str, Any], Any], columns: tuple[Column, ...]) -> DecisionTable:
    """Rows of (cells, result), called r1, r2, ..."""
    return DecisionTable(
        columns=columns,
        results=(Result("r", "result"),),
        rows=tuple(Row(f"r{number}", when, {"r": result}) for number, (when, result) in enumerate(rows, 1)),
    )


def found(kind: str, node: DecisionTable) -> list[Finding]:
    return [finding for finding in findings(node) if finding.kind == kind]


@pytest.mark.parametrize(
    ("says", "node", "hidden"),
    [
        ("the same cells", table(({"i": "DE"}, 1), ({"i": "de "}, 2), columns=(IS,)), ("r2", "r1")),
        ("a narrower range", table(({"a": [0, 10]}, 1), ({"a": [2, 3]}, 2), columns=(AMOUNT,)), ("r2", "r1")),
        ("anything", table(({}, 1), ({"i": "DE"}, 2), columns=(IS,)), ("r2", "r1")),
        (
            "two rows together",
            table(({"a": [0, 50]}, 1), ({"a": [50, 90]}, 2), ({"a": [40, 60]}, 3), columns=(AMOUNT,)),
            ("r3", "r1", "r2"),
        ),
        (
            "another column of the same fact",
            table(({"c": ["DE", "AT"]}, 1), ({"i": "AT"}, 2), columns=(COUNTRY, IS)),
            ("r2", "r1"),
        ),
        (
            "a longer word",
            table(({"w": ["refund"]}, 1), ({"w": ["full refund", "refunds"]}, 2), columns=(WORDS,)),
            ("r2", "r1"),
        ),
        (
            "known and not known",
            table(({"e": True}, 1), ({"e": False}, 2), ({}, 3), columns=(Column("e", "value.x", "empty"),)),
            ("r3", "r1", "r2"),
        ),
        (
            "hours of the day",
            table(
                ({"h": 12}, 1),
                ({"l": 11}, 2),
                ({}, 3),
                columns=(Column("h", "time.hour", "at_least"), Column("l", "time.hour", "at_most")),
            ),
            ("r3", "r1", "r2"),
        ),
    ],
)
def test_a_row_is_hidden_by(says: str, node: DecisionTable, hidden: tuple[str, ...]) -> None:
    assert [finding.rows for finding in found("shadowed", node)] == [hidden], says


@pytest.mark.parametrize(
    ("says", "node"),
    [
        ("a range that ends sooner", table(({"a": [0, 10]}, 1), ({"a": [5, 11]}, 2), columns=(AMOUNT,))),
        ("what is not known", table(({"a": [0, 10]}, 1), ({}, 2), columns=(AMOUNT,))),
        ("another word", table(({"w": ["refund"]}, 1), ({"w": ["shipping"]}, 2), columns=(WORDS,))),
        (
            "two halves of a word's texts",
            table(({"w": ["a"]}, 1), ({"w": ["b"]}, 2), ({}, 3), columns=(WORDS,)),
        ),
        (
            "a pattern",
            table(({"m": "a+"}, 1), ({"m": "a"}, 2), columns=(Column("m", "text", "matches"),)),
        ),
        (
            "ranges with a gap of half a unit",
            table(({"a": [0, 9]}, 1), ({"a": [10, 19]}, 2), ({"a": [0, 19]}, 3), columns=(AMOUNT,)),
        ),
    ],
)
def test_a_row_is_not_hidden_by(says: str, node: DecisionTable) -> None:
    assert found("shadowed", node) == [], says


def test_rows_that_hold_together_with_different_results() -> None:
    node = table(
        ({"c": ["DE"], "a": [0, 100]}, 1), ({"c": ["DE", "AT"], "a": [100, 200]}, 2), columns=(COUNTRY, AMOUNT)
    )
    assert found("overlap", node) == [Finding("overlap", ("r1", "r2"), {"c": "DE", "a": 100.0})]
    same = table(
        ({"c": ["DE"], "a": [0, 100]}, 1), ({"c": ["DE", "AT"], "a": [100, 200]}, 1), columns=(COUNTRY, AMOUNT)
    )
    assert found("overlap", same) == []


def test_an_exception_above_its_rule_is_as_it_should_be() -> None:
    assert found("overlap", table(({"i": "DE"}, 1), ({}, 2), columns=(IS,))) == []


def test_an_overlap_that_a_row_above_decides_is_none() -> None:
    rows = (({"a": [5, 10]}, 0), ({"a": [0, 10]}, 1), ({"a": [5, 20]}, 2))
    assert [finding.rows for finding in found("overlap", table(*rows, columns=(AMOUNT,)))] == []


def test_words_never_contradict_each_other() -> None:
    assert found("overlap", table(({"w": ["refund"]}, 1), ({"w": ["shipping"]}, 2), columns=(WORDS,))) == []


def test_gaps_come_with_an_example_of_what_is_left_out() -> None:
    node = table(({"i": "DE", "a": [0, 10]}, 1), ({"i": "AT"}, 2), columns=(IS, AMOUNT))
    assert [finding.example for finding in found("gap", node)] == [{"i": OTHER}, {"i": "DE", "a": 11.0}]


def test_between_cents_there_is_no_gap() -> None:
    open_ends = (Column("l", "value.amount", "less"), AMOUNT, Column("m", "value.amount", "at_least"))
    rows = (({"l": 0}, 1), ({"a": [0, 9.99]}, 2), ({"m": 10}, 3))
    assert [finding.example for finding in found("gap", table(*rows, columns=open_ends))] == [
        dict.fromkeys(("l", "a", "m"))
    ]


def test_without_rows_there_is_nothing_to_say() -> None:
    assert findings(DecisionTable(columns=(IS,))) == ()


def test_too_large_a_table_is_said_to_be_unproved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_STEPS", 10)
    rows = [({"a": [low, low + 15]}, low) for low in range(0, 300, 10)]
    assert Finding("unchecked") in findings(table(*rows, columns=(AMOUNT,)))


def test_a_table_that_names_too_much_is_said_to_be_unproved(monkeypatch: pytest.MonkeyPatch) -> None:
    node = table(*(({"i": f"{number}"}, number) for number in range(40)), columns=(IS,))
    assert findings(node) == (Finding("gap", (), {"i": OTHER}),)
    monkeypatch.setattr(tables, "MOST_TRIED", 1000)
    tables._findings.cache_clear()
    assert findings(node) == (Finding("unchecked"),)
    tables._findings.cache_clear()


@pytest.mark.parametrize("cell", ["nan", "-inf", "1e999", "0001-01-01", "9999-12-31T23:59:59-12:00", 1e308])
@pytest.mark.parametrize("fact", ["messages", "now", "value.x"])
def test_numbers_and_days_beyond_reckoning_are_looked_at_all_the_same(fact: str, cell: Any) -> None:
    columns = (Column("a", fact, "is"), Column("b", fact, "more"), Column("c", fact, "before"))
    node = table(({"a": cell}, 1), ({"b": cell}, 2), ({"c": cell}, 3), ({}, 4), ({}, 5), columns=columns)
    assert Finding("shadowed", ("r5", "r4")) in findings(node)


def test_names_and_outcomes_titles_do_not_matter() -> None:
    node = table(({"i": "DE"}, 1), ({"i": "DE"}, 2), columns=(IS,))
    named = DecisionTable(
        name="N", columns=node.columns, results=node.results, rows=node.rows, outcomes=(Outcome("o", "O"),)
    )
    assert findings(named) is findings(node)


KINDS = ["DE", "AT", "FR", "", "US"]
AMOUNTS: list[Any] = [None, -1, 0, 4.5, 5, 7, 10, 12, 15, 15.5, 20, 21]


def _random_table(chance: random.Random) -> DecisionTable:
    rows = []
    for number in range(chance.randint(1, 7)):
        cells: dict[str, Any] = {
            "c": chance.choice([None, chance.sample(KINDS[:3], chance.randint(1, 2))]),
            "a": chance.choice([None, sorted(chance.sample([0, 5, 10, 15, 20], 2))]),
            "t": chance.choice([None, None, chance.choice(["vip", "b2b"])]),
        }
        rows.append((cells, number))
    return table(*rows, columns=(COUNTRY, AMOUNT, Column("t", "tags", "has")))


def test_what_is_found_is_what_trying_everything_finds() -> None:
    """No row said to be hidden ever counts, each other row does; there is a gap exactly where none holds."""
    chance = random.Random(7)
    met = [
        turn(contact=Contact(country=country), values={"amount": amount}, tags=tags)
        for country in KINDS
        for amount in AMOUNTS
        for tags in ((), ("vip",), ("b2b",), ("b2b", "vip"))
    ]
    for _ in range(60):
        node = _random_table(chance)
        tests = [compiled(rule) for rule in node.rules()]
        held = [[at for at, test in enumerate(tests) if test(one.facts)] for one in met]
        counts = {rows[0] for rows in held if rows}
        hidden = {finding.rows[0] for finding in found("shadowed", node)}
        assert hidden == {row.id for at, row in enumerate(node.rows) if at not in counts}
        assert bool(found("gap", node)) == any(not rows for rows in held)
        for finding in found("overlap", node):
            pair = [int(row[1:]) - 1 for row in finding.rows]
            assert any(rows[:1] == pair[:1] and pair[1] in rows for rows in held), node
