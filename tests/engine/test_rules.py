"""Rules: what every operator says of every kind of fact, that they are total, and that they explain themselves."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.events import Contact
from engine.rules import (
    FACTS,
    OPERATORS,
    All,
    Compare,
    Facts,
    Not,
    Rule,
    comparisons,
    compiled,
    depth,
    explained,
    pattern_fault,
)
from engine.rules import Any as AnyOf
from engine.session import Session

SESSION = Session(
    flow="f",
    revision=1,
    conversation="c",
    channel="telegram",
    contact=Contact(name="Mia", country="AT"),
    language="de",
    last_text="Wo ist mein Paket?",
    values={"order": "A-17", "total": 49.5, "sizes": ["S", "M"], "vip": True},
    tags=("after-sales", "vip"),
    messages=3,
)
# A Sunday, 23:30 UTC; in Vienna it is Monday half past midnight.
FACTS_NOW = Facts(SESSION, datetime(2026, 3, 1, 23, 30, tzinfo=UTC), "Europe/Vienna")


@pytest.mark.parametrize(
    ("fact", "op", "value", "held"),
    [
        ("country", "is", "at", True),
        ("country", "is", "DE", False),
        ("country", "is_not", "DE", True),
        ("country", "in", ["DE", "AT"], True),
        ("country", "not_in", ["DE", "AT"], False),
        ("text", "contains", "PAKET", True),
        ("text", "contains", "", False),
        ("text", "not_contains", "ring", True),
        ("text", "contains_any", ["ring", "paket"], True),
        ("text", "contains_any", [], False),
        ("text", "starts_with", "wo ", True),
        ("text", "starts_with", "wo ist", True),
        ("text", "ends_with", "paket?", True),
        ("text", "matches", r"pak\w+", True),
        ("text", "matches", r"(", False),
        ("source", "empty", None, True),
        ("source", "not_empty", None, False),
        ("messages", "at_least", 3, True),
        ("messages", "more", 3, False),
        ("messages", "less", "4", True),
        ("messages", "at_most", 2, False),
        ("messages", "between", [1, 3], True),
        ("messages", "between", [3], False),
        ("messages", "is", 3.0, True),
        ("tags", "has", "VIP", True),
        ("tags", "has_any", ["x", "vip"], True),
        ("tags", "has_all", ["vip", "x"], False),
        ("tags", "has_none", ["x"], True),
        ("value.total", "between", [49, 50], True),
        ("value.order", "is", "a-17", True),
        ("value.sizes", "has", "m", True),
        ("value.vip", "is", "true", True),
        ("value.gone", "is", "x", False),
        ("value.gone", "empty", None, True),
        ("time.hour", "is", 0, True),
        ("time.weekday", "is", 1, True),
        ("time.date", "is", "2026-03-02", True),
        ("now", "after", "2026-03-01", True),
        ("now", "before", "2026-03-01T23:00:00Z", False),
        ("now", "before", "soon", False),
        ("tags", "contains", "vip", False),
        ("text", "more", 1, False),
        ("nonsense", "is", "x", False),
    ],
)
def test_comparison(fact: str, op: Any, value: Any, held: bool) -> None:
    assert compiled(Compare(fact, op, value))(FACTS_NOW) is held


def test_every_operator_is_told_to_the_forms() -> None:
    told = {op for ops in OPERATORS.values() for op in ops}
    assert told == set(msgspec.json.schema(Compare)["$defs"]["Compare"]["properties"]["op"]["enum"])
    assert set(FACTS.values()) <= set(OPERATORS)


def test_all_any_not() -> None:
    yes, no = Compare("country", "is", "AT"), Compare("country", "is", "DE")
    table: list[tuple[Rule, bool]] = [
        (All((yes, yes)), True),
        (All((yes, no)), False),
        (All(), True),
        (AnyOf((no, yes)), True),
        (AnyOf((no,)), False),
        (AnyOf(), False),
        (Not(no), True),
        (Not(All((yes, AnyOf((no,))))), True),
    ]
    for rule, held in table:
        assert compiled(rule)(FACTS_NOW) is held
        assert explained(rule, FACTS_NOW).held is held


def test_a_rule_explains_which_part_held_and_what_was_found() -> None:
    why = explained(All((Compare("country", "is", "AT"), Compare("messages", "more", 5))), FACTS_NOW)
    assert not why.held
    assert [(part.fact, part.held, part.found) for part in why.rules] == [
        ("country", True, "AT"),
        ("messages", False, 3),
    ]


def test_depth_and_comparisons() -> None:
    one = Compare("country", "is", "AT")
    rule = All((one, Not(AnyOf((one, one)))))
    assert depth(rule) == 4
    assert len(comparisons(rule)) == 3
    assert depth(All()) == 1


def test_a_bad_pattern_is_named() -> None:
    assert pattern_fault("a+") == ""
    assert "missing )" in pattern_fault("(")


def test_an_unknown_zone_reads_as_utc() -> None:
    assert Facts(SESSION, datetime(2026, 3, 1, 23, 30, tzinfo=UTC), "Mars/Olympus")("time.hour") == 23


comparison = st.builds(
    Compare,
    fact=st.sampled_from([*FACTS, "value.order", "value.sizes", "value.total", "nothing"]),
    op=st.sampled_from(sorted({op for ops in OPERATORS.values() for op in ops})),
    value=st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text() | st.integers()),
)
rules: st.SearchStrategy[Rule] = st.recursive(
    comparison,
    lambda inner: (
        st.builds(All, st.lists(inner, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Not, inner)
    ),
    max_leaves=8,
)


@given(rules)
def test_rules_are_total_and_explain_what_they_decide(rule: Rule) -> None:
    assert compiled(rule)(FACTS_NOW) is explained(rule, FACTS_NOW).held


@given(st.text(), st.text(max_size=2000))
def test_no_pattern_hangs_or_raises(pattern: str, text: str) -> None:
    facts = Facts(msgspec.structs.replace(SESSION, last_text=text), FACTS_NOW.now)
    assert compiled(Compare("text", "matches", pattern))(facts) in (True, False)


def test_a_pattern_that_hangs_backtracking_engines_ends() -> None:
    facts = Facts(msgspec.structs.replace(SESSION, last_text="a" * 50_000), FACTS_NOW.now)
    assert compiled(Compare("text", "matches", "(a+)+$b"))(facts) is False
