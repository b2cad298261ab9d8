"""The screen of operations when what it looks at is away."""

import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from builder_ui.states.operations import Operations


def test_without_the_database_the_screen_says_so_instead_of_failing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(self: Operations) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(Operations, "_person", away)
    screen = Operations(_reflex_internal_init=True)  # type: ignore[call-arg]
    # Neither let through nor led elsewhere: nothing is to happen.
    assert asyncio.run(screen._refusal("operate")) == []
    assert (screen.verdict, screen.figures) == ("database", [])
    assert {light.name: light.state for light in screen.lights} == {
        "database": "bad",
        "queue": "unknown",
        "worker": "unknown",
        "sweeper": "unknown",
        "channels": "unknown",
    }
