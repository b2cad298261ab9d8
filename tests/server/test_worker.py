"""`parley worker`: which kinds of work it does."""

import argparse

import pytest

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
