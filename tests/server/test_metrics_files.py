"""Figures of several processes in one folder: added up, and none is lost when a process dies."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from server import exposition, metrics_files
from tests.serving import ROOT

# Counts three times, says so, and lives on until its input is closed.
COUNTING = """
import sys
from pathlib import Path
from server import metrics_files
metrics_files.share(Path(sys.argv[1]))
from server import exposition, metrics
metrics.fired([0.5, 0.5, 0.5])
metrics.processes.labels("worker").set(1)
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.read()
"""


def counting(data: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", COUNTING, str(data)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert pipe(process.stdout).readline() == "ready\n"
    return process


def pipe(given: IO[str] | None) -> IO[str]:
    assert given is not None
    return given


def end(process: "subprocess.Popen[str]", kill: bool = False) -> None:
    if kill:
        process.kill()
    process.communicate()


def figures(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    monkeypatch.setenv(metrics_files.VARIABLE, str(folder))
    lines = re.findall(r"^(parley_[^ ]+) (\S+)$", exposition.shown().decode(), re.MULTILINE)
    return {name: float(value) for name, value in lines}


def test_processes_are_added_up_and_the_dead_stay_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = counting(tmp_path), counting(tmp_path)
    [folder] = (tmp_path / "metrics").iterdir()
    both = figures(folder, monkeypatch)
    assert both["parley_timers_fired_total"] == 6
    assert both["parley_timer_late_seconds_count"] == 6
    assert both['parley_processes{role="worker"}'] == 2
    end(one, kill=True)
    for _ in range(2):  # what is counted for the dead is counted once
        left = figures(folder, monkeypatch)
        assert left["parley_timers_fired_total"] == 6
        assert left["parley_timer_late_seconds_sum"] == 3
        assert left['parley_processes{role="worker"}'] == 1
    assert not list(folder.glob(f"*_{one.pid}.db"))
    three = counting(tmp_path)
    assert figures(folder, monkeypatch)["parley_timers_fired_total"] == 9
    end(two)
    end(three)
    # Nobody counts any more: the next run begins at nothing.
    four = counting(tmp_path)
    assert figures(folder, monkeypatch)["parley_timers_fired_total"] == 3
    end(four)


def test_a_process_that_has_not_counted_yet_spoils_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(metrics_files.VARIABLE, "")
    metrics_files.share(tmp_path)
    [folder] = (tmp_path / "metrics").iterdir()
    assert len(list(folder.glob(f"*_{os.getpid()}.db"))) == len(metrics_files.KINDS)
    assert exposition.shown() == b""
