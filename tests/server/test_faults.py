"""Kinds of fault: what follows them, and how they are told."""

import pytest

from server.faults import LONGEST_PAUSE, SCHEDULES, SENTENCES, FaultKind, pause, told


@pytest.mark.parametrize(
    ("kind", "tries", "least", "most"),
    [("server", 1, 0.75, 1.25), ("server", 4, 6, 10), ("server", 15, 450, 750), ("network", 700, 90, 150)],
)
def test_pauses_double_up_to_a_bound(kind: FaultKind, tries: int, least: float, most: float) -> None:
    assert least <= pause(kind, tries).total_seconds() <= most


def test_pauses_are_as_long_as_the_platform_asks() -> None:
    assert pause("busy", 1, 40).total_seconds() == 40
    assert pause("busy", 1, 1e9).total_seconds() == LONGEST_PAUSE


@pytest.mark.parametrize("kind", SCHEDULES)
def test_every_kind_of_fault_is_told_in_both_languages(kind: FaultKind) -> None:
    assert SCHEDULES.keys() == SENTENCES.keys()
    assert told(kind).endswith(".")
    assert told(kind, "zh").endswith("。")
    assert told("") == ""
