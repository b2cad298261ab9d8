"""A split: shares are kept, and a contact's way is for ever."""

from collections import Counter
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from engine.flow import Port
from engine.turn import Go, Turn
from nodes.split import BUCKETS, Split, Way, bucket_of
from tests.nodes.rows import Row, check, turn

ALL_B = Split(ways=(Way("a", "A", 0), Way("b", "B", 100)))
HALVES = Split(ways=(Way("a", "Short", 50), Way("b", "Long", 50)))
CONTACTS = 10_000


def of(key: str, conversation: str = "c") -> Turn:
    met = turn()
    return msgspec.structs.replace(
        met, session=msgspec.structs.replace(met.session, key=key, conversation=conversation)
    )


def went(way: str, title: str, share: int, bucket: int) -> Go:
    return Go(way, why={"way": way, "title": title, "share": share, "bucket": bucket})


TABLE = [
    Row("a contact has a place", HALVES, of("ct-1"), went("b", "Long", 50, 5243)),
    Row("another has another", HALVES, of("ct-6"), went("a", "Short", 50, 1755)),
    Row("in whatever conversation", HALVES, of("ct-6", "other"), went("a", "Short", 50, 1755)),
    Row("nobody goes where the share is 0", ALL_B, of("ct-6"), went("b", "B", 100, 1755)),
    Row("the last takes what the shares leave", Split(ways=(Way("a", "A", 10),)), of("ct-1"), went("a", "A", 10, 5243)),
    Row("without a contact the conversation counts", HALVES, of("", "ct-6"), went("a", "Short", 50, 1755)),
]  # fmt: skip


def test_table() -> None:
    check(TABLE)


def way(node: Split, contact: int, conversation: str = "c") -> str:
    outcome = node.run(of(f"ct-{contact}", conversation))
    assert isinstance(outcome, Go)
    return outcome.port


@pytest.mark.parametrize("shares", [(50, 50), (90, 10), (1, 99), (33, 33, 34), (25, 25, 25, 25)])
def test_the_shares_are_kept_over_many_contacts(shares: tuple[int, ...]) -> None:
    node = Split(ways=tuple(Way(f"w{at}", share=share) for at, share in enumerate(shares)))
    counted = Counter(way(node, contact) for contact in range(CONTACTS))
    for at, share in enumerate(shares):
        assert counted[f"w{at}"] / CONTACTS == pytest.approx(share / 100, abs=0.015)


def test_a_contact_goes_the_same_way_in_every_conversation() -> None:
    first = [way(HALVES, contact, "one") for contact in range(CONTACTS)]
    assert first == [way(HALVES, contact, "another") for contact in range(CONTACTS)]


def test_as_few_as_possible_move_when_shares_change() -> None:
    shares = [50, 60, 55, 10]
    ways = [
        [way(Split(ways=(Way("a", share=share), Way("b", share=100 - share))), contact) for contact in range(2000)]
        for share in shares
    ]
    for (old, new), (before, after) in zip(pairwise(shares), pairwise(ways), strict=True):
        moved = Counter(
            (old_way, new_way) for old_way, new_way in zip(before, after, strict=True) if old_way != new_way
        )
        assert set(moved) == {("b", "a") if new > old else ("a", "b")}
        assert sum(moved.values()) / 2000 == pytest.approx(abs(new - old) / 100, abs=0.03)


def test_two_splits_are_independent() -> None:
    both = Counter(
        (bucket_of("one", str(contact)) < BUCKETS / 2, bucket_of("two", str(contact)) < BUCKETS / 2)
        for contact in range(CONTACTS)
    )
    assert all(count / CONTACTS == pytest.approx(0.25, abs=0.02) for count in both.values())
    assert len(both) == 4


def test_has_a_port_for_each_way() -> None:
    assert HALVES.ports() == (Port("a", "Short"), Port("b", "Long"))
    node: Any = Split(ways=(Way("x"),))
    assert node.ports() == (Port("x", "x"),)
