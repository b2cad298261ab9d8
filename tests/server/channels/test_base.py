"""What all channels share: parts of a text, choices as a list, types from other packages."""

import sys
from importlib.metadata import EntryPoint, EntryPoints
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.effects import Choice
from flows.channel_limits import width
from server import channels
from server.channels.base import Channel, Limits, buttons_fit, numbered, parts


@given(st.text(max_size=200), st.integers(min_value=2, max_value=30))
def test_parts_lose_only_white_space_and_fit(text: str, limit: int) -> None:
    found = parts(text, limit)
    assert all(0 < width(part) <= limit for part in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_parts_break_at_lines_then_words() -> None:
    assert parts("one two\nthree four", 12) == ["one two", "three four"]
    assert parts("one two three", 9) == ["one two", "three"]
    assert parts("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert parts("text", None) == ["text"]


def test_choices_without_buttons_are_numbered() -> None:
    choices = [Choice("a", "Dress"), Choice("b", "Shoes")]
    assert numbered("Which?", choices) == "Which?\n\n1. Dress\n2. Shoes"
    assert buttons_fit(choices, Limits())
    assert not buttons_fit(choices, Limits(choices=1))
    assert not buttons_fit(choices, Limits(choice_label=4))


class Pigeon(Channel, frozen=True, kw_only=True):
    """A channel of another package."""

    KIND = "pigeon"
    TITLE = "Pigeon"


def test_a_package_brings_a_channel_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that cannot be loaded, or is none, is left out; ours stay."""
    module = ModuleType("parley_pigeon")
    module.Pigeon = Pigeon  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "parley_pigeon", module)
    points = EntryPoints(
        EntryPoint(name, value, channels.GROUP)
        for name, value in [("pigeon", "parley_pigeon:Pigeon"), ("gone", "no_such:Thing"), ("none", "json:dumps")]
    )

    def found(**wanted: Any) -> EntryPoints:
        return points.select(**wanted)

    monkeypatch.setattr(channels, "entry_points", found)
    channels.channel_types.cache_clear()
    try:
        assert channels.channel_types()["pigeon"] is Pigeon
        assert set(channels.channel_types()) == {"pigeon"} | {kind.KIND for kind in channels.BUILT_IN}
    finally:
        channels.channel_types.cache_clear()
