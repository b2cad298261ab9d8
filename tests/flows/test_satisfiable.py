"""What cannot hold is known; what can hold is never said not to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.events import Contact
from engine.rules import All, Compare, Facts, Not, Rule, compiled
from engine.rules import Any as AnyOf
from engine.session import Session
from flows.satisfiable import possible
from tests.flows.random_flows import any_rule

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
GERMANY = Compare("country", "is", "DE")


@pytest.mark.parametrize(
    "rules",
    [
        (GERMANY, Compare("country", "is", "FR")),
        (GERMANY, Compare("country", "not_in", ["DE", "FR"])),
        (GERMANY, Not(Compare("country", "is", "de"))),
        (Compare("messages", "more", 5), Compare("messages", "at_most", 5)),
        (Compare("messages", "between", [9, 5]),),
        (Compare("time.hour", "at_least", 24),),
        (Compare("time.weekday", "more", 5), Compare("time.weekday", "not_in", [6, 7])),
        (Compare("now", "before", "2020-01-01"), Compare("now", "after", "2021-01-01")),
        (Compare("tags", "has_all", ["vip", "new"]), Compare("tags", "has_none", ["new"])),
        (Compare("tags", "empty"), Compare("tags", "has_any", ["vip"])),
        (Compare("text", "empty"), Compare("text", "contains", "x")),
        (Compare("text", "is", "abc"), Compare("text", "matches", "^x")),
        (Compare("text", "contains", "refund"), Compare("text", "not_contains", "fun")),
        (Compare("value.size", "is", "XL"), Compare("value.size", "more", 3)),
        (Compare("text", "matches", "("), Compare("text", "is", "(")),
    ],
)
def test_a_contradiction_is_found(rules: tuple[Rule, ...]) -> None:
    assert not possible([(All(rules), True)])
    assert possible([(AnyOf((*rules, Compare("text", "is", "x"))), True)])
    assert possible([(Not(All(rules)), True)])


@pytest.mark.parametrize(
    "rules",
    [
        (Compare("country", "in", ["DE", "FR"]), Compare("country", "is_not", "DE")),
        (Compare("messages", "more", 5), Compare("messages", "less", 7)),
        (Compare("messages", "more", 500),),
        (Compare("tags", "has", "vip"), Compare("tags", "has_none", ["new"])),
        (Compare("text", "starts_with", "a"), Compare("text", "ends_with", "z"), Compare("text", "contains", "m")),
        (Compare("text", "matches", "^[0-9]+$"), Compare("text", "not_contains", "7")),
        (Compare("value.size", "is_not", "XL"), Compare("value.size", "more", 3)),
        tuple(AnyOf((Compare("text", "is", str(n)), Compare("country", "is", str(n)))) for n in range(12)),
    ],
)
def test_what_can_be_counts_as_possible(rules: tuple[Rule, ...]) -> None:
    assert possible([(All(rules), True)])


def test_whether_one_rule_leaves_another_anything() -> None:
    both = Compare("country", "in", ["DE", "FR"])
    assert not possible([(both, False), (GERMANY, True)])
    assert possible([(GERMANY, False), (both, True)])


def _sessions() -> st.SearchStrategy[Session]:
    texts = st.sampled_from(["", "gold", "DE", "(", "aaa", "5", "2027-01-01", "x gold x"])
    lists: st.SearchStrategy[Any] = st.lists(st.sampled_from(["gold", "DE", "5", "vip"]), max_size=3)
    return st.builds(
        Session,
        flow=st.just("f"),
        revision=st.just(0),
        conversation=st.just("c"),
        channel=texts,
        language=texts,
        last_text=texts,
        messages=st.integers(0, 30),
        tags=lists.map(tuple),
        values=st.fixed_dictionaries({"order": texts | lists | st.integers(-4, 31) | st.floats(-5, 5) | st.booleans()}),
        contact=st.builds(Contact, name=texts, country=texts, locale=texts, source=texts),
    )


@settings(max_examples=400)
@given(any_rule(), _sessions(), st.integers(0, 4000).map(lambda days: BEGIN + timedelta(days, hours=days % 24)))
def test_a_rule_that_holds_is_never_said_to_be_impossible(rule: Rule, session: Session, now: datetime) -> None:
    held = compiled(rule)(Facts(session, now))
    assert possible([(rule, held)])
