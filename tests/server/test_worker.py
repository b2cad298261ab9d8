"""`parley worker`: which kinds of work it does, and from when it can be told to end, as `parley sweep` can."""

import argparse
import signal
from collections.abc import Callable
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from server import jobs
from server.commands import worker
from server.settings import Settings


@pytest.mark.parametrize(("given", "kinds"), [([], ("turns", "sends", "answers")), (["--only", "turns"], ("turns",))])
def test_it_does_all_or_the_one_kind_it_is_told(
    given: list[str], kinds: tuple[str, ...], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(worker, "ready_settings", lambda _: settings)
    monkeypatch.setattr(worker, "run_worker", lambda _, which: ran.append(which))
    parser = argparse.ArgumentParser()
    worker.add_arguments(parser)
    worker.run(parser.parse_args(given))
    assert ran == [kinds]


def test_it_takes_no_kind_that_there_is_not() -> None:
    parser = argparse.ArgumentParser()
    worker.add_arguments(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["--only", "everything"])


@pytest.mark.parametrize("run", [jobs.run_worker, jobs.run_sweeper])
def test_whoever_finds_it_at_its_door_may_tell_it_to_end(
    run: Callable[[Settings], Any], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = SimpleNamespace(ending=Event())
    monkeypatch.setattr(jobs, "Parts", lambda _: parts)
    monkeypatch.setattr(jobs, "_Here", lambda *_: SimpleNamespace(parts=parts))
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def opened(_: Settings) -> None:
        signal.raise_signal(signal.SIGTERM)
        raise InterruptedError

    monkeypatch.setattr(jobs, "open_door", opened)
    # Else the signal would end the tests.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with pytest.raises(InterruptedError):
            run(settings)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert parts.ending.is_set()
