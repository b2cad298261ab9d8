"""What all channels share: whether choices fit, types from other packages."""

import sys
from importlib.metadata import EntryPoint, EntryPoints
from types import ModuleType
from typing import Any

import pytest

from engine.effects import Choice
from server import channels
from server.channels.base import Channel, Limits, buttons_fit


def test_choices_are_buttons_where_they_fit() -> None:
    choices = [Choice("a", "Dress"), Choice("b", "Shoes")]
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
