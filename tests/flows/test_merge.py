"""Three versions of a value made one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.merge import ABSENT, Lost, leaves, merge, same

A, B, C = ({"id": key, "label": key.upper()} for key in "abc")
MINE, THEIRS = {"id": "a", "label": "mine"}, {"id": "a", "label": "theirs"}
OTHER = {"id": "b", "label": "theirs"}
RULE = {"kind": "compare", "fact": "country", "op": "is", "value": "DE"}
NOT = {**RULE, "op": "is_not"}


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged", "lost"),
    [
        ("x", "x", "y", "y", ()),
        ("x", "y", "x", "y", ()),
        ("x", "y", "y", "y", ()),
        ("x", "mine", "theirs", "mine", (Lost("", "theirs"),)),
        (1, 1.0, 2, 2, ()),
        # Item by item: one adds, the other changes, removes, orders anew.
        ([A, B], [A, B, C], [B], [B, C], ()),
        ([A, B], [B, A], [A, B, C], [B, C, A], ()),
        (
            [A, B],
            [MINE, B],
            [A, OTHER],
            [MINE, OTHER],
            (),
        ),
        (
            [A],
            [MINE],
            [THEIRS],
            [MINE],
            (Lost("a.label", "theirs"),),
        ),
        ([A], [], [THEIRS], [], (Lost("a", THEIRS),)),
        ([A], [MINE], [], [MINE], (Lost("a", None),)),
        ([], [A], [A], [A], ()),
        # Key by key, but a rule is a whole.
        ({"de": "x"}, {"de": "y"}, {"de": "x", "fr": "z"}, {"de": "y", "fr": "z"}, ()),
        (
            RULE,
            {**RULE, "value": "AT"},
            {**RULE, "op": "is_not"},
            {**RULE, "value": "AT"},
            (Lost("", {**RULE, "op": "is_not"}),),
        ),
        (["a"], ["a", "b"], ["a", "c"], ["a", "b"], (Lost("", ["a", "c"]),)),
    ],
)
def test_both_are_in_it_and_the_later_wins(base: Any, mine: Any, theirs: Any, merged: Any, lost: Any) -> None:
    assert merge(base, mine, theirs) == (merged, lost)


def test_who_yields_takes_nothing_from_others() -> None:
    changed = THEIRS
    assert merge([A, B], [MINE], [changed, B], yielding=True) == (
        [changed],
        (Lost("a.label", "mine"),),
    )
    assert merge("x", ABSENT, "y", yielding=True) == ("y", (Lost("", None),))


def test_what_is_otherwise_is_named_by_its_path() -> None:
    assert leaves([A, B], [{**A, "label": "x"}, C]) == {"a.label": "x", "b": None, "c": C}
    assert leaves("x", "y") == {"": "y"}
    assert leaves([A, B], [B, A]) == {"": [B, A]}
    assert not same({"a": 1}, {"a": True})


_items = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from("abcd"), "label": st.sampled_from("xyz")}),
    max_size=4,
    unique_by=lambda item: item["id"],
)


@given(_items, _items, _items)
def test_a_merge_keeps_all_that_only_one_changed(base: Any, mine: Any, theirs: Any) -> None:
    merged, lost = merge(base, mine, theirs)
    found = {item["id"]: item for item in merged}
    assert len(found) == len(merged)
    before, there = ({item["id"]: item for item in items} for items in (base, theirs))
    for item in mine:
        if item != before.get(item["id"]):
            assert found[item["id"]] == item
    for key, item in there.items():
        if item != before.get(key) and not any(one.path.split(".")[0] in (key, "") for one in lost):
            assert found[key] == item
    assert merge(base, base, theirs)[0] == theirs
    assert merge(base, mine, base)[0] == mine
