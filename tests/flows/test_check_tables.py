"""What check says of decision tables and of shares, and that its ways to mend them do."""

from typing import Any

import pytest

from engine.flow import Edge, Flow, Node
from flows.check import check
from flows.check_shares import made_whole
from flows.check_tables import told
from flows.edit import apply
from flows.problems import Problem
from nodes.collect import Collect, Item
from nodes.decision_table import Column, DecisionTable, Outcome, Result, Row
from nodes.message import Message
from nodes.split import Split, Way

COUNTRY = Column("c", "country", "in")
AMOUNT = Column("a", "value.amount", "between")


def of(node: Node, *edges: Edge) -> Flow[Any]:
    return Flow(id="f", name="F", start="n", nodes={"m": Message(text="Hi"), "n": node}, edges=edges)


def problems(flow: Flow[Any], *codes: str, language: Any = "en", variables: Any = ("amount",)) -> list[Problem]:
    return [one for one in check(flow, language, variables) if one.code in codes]


def table(*rows: Row, **more: Any) -> DecisionTable:
    more.setdefault("columns", (COUNTRY, AMOUNT))
    return DecisionTable(rows=rows, results=(Result("r", "fee"),), **more)


HIDDEN = table(Row("x", {"c": ["DE"]}, {"r": 1}), Row("y", {"c": ["DE"], "a": [0, 1]}, {"r": 2}))


def test_a_hidden_row_can_be_removed() -> None:
    flow = of(HIDDEN)
    (found,) = problems(flow, "row_shadowed")
    assert (found.severity, found.node, found.field) == ("warning", "n", "rows.y")
    assert found.message == "“Decision table”: Row 2 never counts: whenever it holds, a row above it does, too (1)."
    mended = apply(flow, found.fixes[0].edit).flow
    assert [row.id for row in mended.nodes["n"].rows] == ["x"]
    assert problems(mended, "row_shadowed") == []


def test_rows_at_odds_are_told_with_an_example() -> None:
    node = table(Row("x", {"c": ["DE"]}, {"r": 1}), Row("y", {"a": [0, 1]}, {"r": 2}))
    (found,) = problems(of(node), "rows_overlap")
    assert found.message == (
        "“Decision table”: Rows 1 and 2 both hold, with different results, when country is Germany, value “amount” "
        "is 0. Row 1 counts."
    )
    (chinese,) = problems(of(node), "rows_overlap", language="zh")
    assert "当国家或地区为德国、变量“amount”为0时，第 1 行" in chinese.message


def test_a_gap_is_a_problem_only_while_otherwise_leads_nowhere() -> None:
    assert [one.message for one in problems(of(HIDDEN), "table_gap")] == [
        "“Decision table”: No row holds when country is anything else."
    ]
    assert problems(of(HIDDEN, Edge("n", "otherwise", "m")), "table_gap") == []


def test_the_form_is_told_everything_but_what_is_no_table() -> None:
    shadowed = {
        "kind": "shadowed",
        "rows": ["y", "x"],
        "message": "Row 2 never counts: whenever it holds, a row above it does, too (1).",
    }
    gap = {"kind": "gap", "rows": [], "message": "No row holds when country is anything else."}
    assert told(of(HIDDEN), "n", "en") == [shadowed, gap]
    assert told(of(HIDDEN, Edge("n", "otherwise", "m")), "n", "en") == [shadowed]
    assert told(of(HIDDEN), "m", "en") == []


def test_an_unchecked_table_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.tables.MOST_STEPS", 1)
    node = table(*(Row(f"r{at}", {"a": [at, at + 3]}, {"r": at}) for at in range(9)))
    assert problems(of(node), "table_unchecked")


def test_a_cell_is_checked_at_its_row() -> None:
    node = table(Row("x", {"c": ["DE"], "a": ["much", 2]}), Row("y", {"c": []}))
    wrong, empty = problems(of(node), "bad_value", "incomplete_condition")
    assert (wrong.field, empty.field) == ("rows.x", "rows.y")
    assert wrong.message.startswith("“Decision table › row 1”")
    assert "“much, 2”" in wrong.message
    unknown = problems(of(node), "unknown_value", variables=())
    assert {one.field for one in unknown} == {"rows.x"}


def test_an_outcome_that_is_gone_can_be_mended() -> None:
    flow = of(table(Row("x", {}, {}, "gone"), outcomes=(Outcome("here", "Here"),)))
    (found,) = problems(flow, "unknown_outcome")
    assert found.message == "“Decision table › row 1” goes by “gone”, which is no way out of it."
    assert problems(apply(flow, found.fixes[0].edit).flow, "unknown_outcome") == []


def test_shares_can_be_made_whole() -> None:
    flow = of(Split(ways=(Way("a", "A", 50), Way("b", "B", 30))))
    (found,) = problems(flow, "shares_not_whole")
    assert (found.severity, found.field) == ("error", "ways")
    assert found.fixes[0].title == "Make it 63 % / 37 %"
    assert problems(apply(flow, found.fixes[0].edit).flow, "shares_not_whole") == []
    assert problems(of(Split()), "shares_not_whole") == []


@pytest.mark.parametrize(
    ("shares", "whole"),
    [((0, 0, 0), [34, 33, 33]), ((1, 1, 1), [34, 33, 33]), ((100, 100), [50, 50]), ((0, 7), [0, 100])],
)
def test_what_is_left_by_rounding_is_given_out(shares: tuple[int, ...], whole: list[int]) -> None:
    assert made_whole(shares) == whole


def test_an_items_pattern_is_checked() -> None:
    flow = of(Collect(items=(Item("o", "order", "Which?", "order", "("),)))
    assert [one.field for one in problems(flow, "bad_pattern")] == ["items.o.pattern"]
