"""The supervisor's judgement: what it starts again, when, and what it gives up on."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server import reaper
from server.supervisor import Child, Supervisor


@pytest.fixture
def log() -> list[str]:
    return []


@pytest.fixture
def supervisor(log: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr("server.supervisor.POLL", 0.02)
    monkeypatch.setattr("server.supervisor.FIRST_PAUSE", 0.01)
    taken = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
    before = {number: signal.getsignal(number) for number in taken}
    made = Supervisor(log.append)
    yield made
    made.stop()
    for number, handler in before.items():
        signal.signal(number, handler)


def python(name: str, code: str, *arguments: str) -> Child:
    return Child(name, [sys.executable, "-c", code, *arguments], os.environ)


COUNT = "import pathlib, sys; p = pathlib.Path(sys.argv[1]); p.write_text(p.read_text() + 'x')"


def test_what_ends_is_started_again_with_ever_longer_pauses(
    supervisor: Supervisor, log: list[str], tmp_path: Path
) -> None:
    starts = tmp_path / "starts"
    starts.touch()
    supervisor.add(python("brief", COUNT, str(starts)))
    assert supervisor.run(lambda: len(starts.read_text()) < 4) is False
    pauses = [float(line.split()[-2]) for line in log]
    assert pauses[:3] == [0.01, 0.02, 0.04]


def test_what_refuses_is_not_started_again(supervisor: Supervisor, log: list[str]) -> None:
    supervisor.add(python("stubborn", "raise SystemExit(2)"))
    assert supervisor.run(lambda: True) is True
    assert log == []


def test_a_signal_ends_the_watch(supervisor: Supervisor) -> None:
    supervisor.add(python("patient", "import time; time.sleep(600)"))
    os.kill(os.getpid(), signal.SIGTERM)
    assert supervisor.run(lambda: True) is False


def deaf(ready: Path) -> Child:
    """A child that ignores the wish to end, and has come to do so."""
    code = (
        "import pathlib, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"
    )
    return python("deaf", code, str(ready))


def wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(0.01)


def test_a_child_that_ignores_the_wish_to_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.supervisor.PATIENCE", 0.1)
    child = deaf(tmp_path / "ready")
    child.start()
    wait_for(tmp_path / "ready")
    child.ask_to_end()
    child.stop()
    assert child.exit_code == -signal.SIGKILL


def test_a_second_ctrl_c_waits_for_nothing(supervisor: Supervisor, tmp_path: Path) -> None:
    child = deaf(tmp_path / "ready")
    supervisor.add(child)
    wait_for(tmp_path / "ready")
    for _ in range(2):
        os.kill(os.getpid(), signal.SIGINT)
    assert supervisor.run(lambda: True) is False
    while child.alive():
        time.sleep(0.01)
    assert child.exit_code == -signal.SIGKILL


def test_the_reaper_asks_first_and_then_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaper, "PATIENCE", 0.2)
    polite, stubborn = python("polite", "import time; time.sleep(600)"), deaf(tmp_path / "ready")
    polite.start()
    stubborn.start()
    wait_for(tmp_path / "ready")
    assert polite.pid is not None
    assert stubborn.pid is not None
    nobody = 2**22 + 1
    reaper.end({polite.pid, stubborn.pid, nobody})
    polite.stop()
    stubborn.stop()
    assert (polite.exit_code, stubborn.exit_code) == (-signal.SIGTERM, -signal.SIGKILL)
