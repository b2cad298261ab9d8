"""News for every tab go on, whatever befalls what brings them."""

import asyncio
import logging

import pytest

from builder_ui import live


def test_what_broke_off_begins_anew_and_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(live, "BREATH", 0)
    begun: list[int] = []

    async def play() -> None:
        again = asyncio.Event()

        async def work() -> None:
            begun.append(len(begun))
            if len(begun) == 1:
                raise KeyError("a flow that was left")
            again.set()
            await asyncio.Event().wait()

        task = asyncio.create_task(live._steadily(work))
        await again.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with caplog.at_level(logging.ERROR):
        asyncio.run(play())
    assert begun == [0, 1]
    assert "begin anew" in caplog.text
