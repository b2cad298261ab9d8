"""`parley run` as a person meets it: started, stopped, killed, refused."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import redis

from server.settings import Settings
from tests.serving import ROOT, Parley, free_port

Start = Callable[..., Parley]
LIMIT = 60


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """`start("name", *command, **environ)`: a copy with the data folder of that name, not yet healthy."""
    copies: list[Parley] = []

    def begin(name: str = "data", *command: str, **environ: str) -> Parley:
        copies.append(Parley(tmp_path / name, *command, **environ))
        return copies[-1]

    yield begin
    for copy in copies:
        copy.stop()


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < deadline, "It did not come about."
        time.sleep(0.02)


def family(copy: Parley) -> dict[str, psutil.Process]:
    """The processes under one `parley run`, by what they are."""
    found = {}
    for child in psutil.Process(copy.process.pid).children(recursive=True):
        # One may end, or be about to be collected, while we look.
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            found[_kind(child.cmdline())] = child
    return found


def _kind(command: list[str]) -> str:
    line = f"{' '.join(command)} "
    kinds = {
        "serve": " serve ",
        "worker": " worker ",
        "sweep": " sweep ",
        "reaper": "reaper.py",
        "valkey": "valkey-server",
    }
    return next((kind for kind, sign in kinds.items() if sign in line), line)


def ended(processes: dict[str, psutil.Process]) -> bool:
    return not any(map(lives, processes.values()))


def lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        # It ended between the two questions.
        return False


def queue(copy: Parley) -> redis.Redis:
    return redis.Redis.from_url(Settings.from_env({"PARLEY_DATA": str(copy.data)}).redis_url)


def test_it_says_where_it_is_and_ctrl_c_ends_all_but_the_data(start: Start) -> None:
    first = start().wait_until_healthy()
    wait_until(lambda: "Ctrl-C stops it." in first.log)
    assert "owner@localhost  and PARLEY_OWNER_PASSWORD" in first.log
    assert first.url in first.log
    assert str(first.data) in first.log
    with queue(first) as client:
        client.set("order", "1042")
    processes = family(first)
    assert set(processes) == {"serve", "worker", "sweep", "reaper", "valkey"}

    assert first.stop() == 0
    assert ended(processes)
    assert "Traceback" not in first.log

    second = start().wait_until_healthy()
    with queue(second) as client:
        assert client.get("order") == b"1042"
    assert second.stop(signal.SIGTERM) == 0


def test_what_dies_comes_back(start: Start) -> None:
    copy = start().wait_until_healthy()
    before = family(copy)
    for kind in ("valkey", "worker", "serve", "reaper"):
        before[kind].kill()

    def all_back() -> bool:
        now = family(copy)
        return now.keys() == before.keys() and all(
            now[kind].pid != before[kind].pid for kind in ("valkey", "worker", "serve", "reaper")
        )

    wait_until(all_back)
    wait_until(copy.healthy)
    assert copy.stop() == 0
    assert ended(before)


def test_killed_it_leaves_no_orphan_and_starts_again(start: Start) -> None:
    first = start().wait_until_healthy()
    processes = family(first)
    first.process.kill()
    wait_until(lambda: ended(processes))
    assert start().wait_until_healthy().stop() == 0


def test_it_ends_with_the_process_that_started_it(start: Start) -> None:
    copy = start().wait_until_healthy()
    copy.stop()
    parent = subprocess.Popen(
        # What the copy itself prints goes elsewhere: the first line is its number.
        ["sh", "-c", '"$@" >>"$0" 2>&1 & echo $!; wait', str(copy.data / "test.log"), *copy.process.args],
        env=os.environ | {"PARLEY_DATA": str(copy.data), "PARLEY_PORT": str(copy.port), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    wait_until(copy.healthy)
    processes = {"run": child, **{str(p.pid): p for p in child.children(recursive=True)}}
    parent.kill()
    parent.wait()
    wait_until(lambda: ended(processes))
    parent.stdout.close()


def test_two_copies_run_side_by_side(start: Start) -> None:
    one, two = start("one"), start("two")
    one.wait_until_healthy()
    two.wait_until_healthy()
    one.stop()
    assert two.healthy()


def test_a_second_copy_on_the_same_data_is_refused(start: Start) -> None:
    first = start()
    wait_until(lambda: (first.data / "run.lock").exists() and bool((first.data / "run.lock").read_text()))
    assert refusal(PARLEY_DATA=str(first.data)) == (
        f"parley: Parley already runs with the data folder {first.data} (process {first.process.pid}): "
        "stop it, or set PARLEY_DATA and PARLEY_PORT for a second copy.\n"
    )


def test_a_taken_port_is_refused(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert refusal(PARLEY_DATA=str(tmp_path), PARLEY_PORT=str(port)) == (
            f"parley: Port {port} is taken: stop what listens there, or set PARLEY_PORT to another.\n"
        )


def test_a_data_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = refusal(PARLEY_DATA=str(tmp_path / "file" / "data"))
    assert f"{tmp_path}/file/data cannot be written (Not a directory): " in said
    assert "set PARLEY_DATA to another" in said


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_an_address_of_another_machine_is_refused(tmp_path: Path, host: str) -> None:
    assert refusal(PARLEY_DATA=str(tmp_path), PARLEY_HOST=host) == (
        f"parley: PARLEY_HOST should be an address of this machine, not {host!r}.\n"
    )


def test_an_unreachable_redis_is_told_by_health(start: Start, tmp_path: Path) -> None:
    copy = start(REDIS_URL=f"unix://{tmp_path}/nothing.sock")
    wait_until(lambda: missing(copy) == ["queue"])
    assert "valkey" not in family(copy)


def test_a_password_is_made_and_shown_once(start: Start) -> None:
    first = start(PARLEY_OWNER_PASSWORD="").wait_until_healthy()
    wait_until(lambda: "shown only this once" in first.log)
    first.stop()
    before = first.log
    second = start(PARLEY_OWNER_PASSWORD="").wait_until_healthy()
    wait_until(lambda: second.log.count("Ctrl-C stops it.") == 2)
    assert "owner@localhost" not in second.log.removeprefix(before)


@pytest.mark.parametrize("command", ["serve", "worker", "sweep"])
def test_a_process_apart_without_a_queue_is_refused(tmp_path: Path, command: str) -> None:
    assert refusal(command, PARLEY_DATA=str(tmp_path)) == (
        "parley: There is no queue: set REDIS_URL to a Redis or Valkey, or let `parley run` start everything.\n"
    )


def missing(copy: Parley) -> list[str] | None:
    """What /health misses; None while nobody answers."""
    try:
        urllib.request.urlopen(f"{copy.url}/health", timeout=LIMIT).close()
    except urllib.error.HTTPError as answer:
        with answer:
            return list(json.load(answer)["missing"])
    except OSError:
        return None
    return []


def refusal(command: str = "run", **environ: str) -> str:
    """What a command says when it ends at once with the exit code of a refusal."""
    result = subprocess.run(
        [sys.executable, "-m", "server.cli", command],
        env=os.environ | {"PARLEY_PORT": str(free_port()), "PYTHONPATH": str(ROOT)} | environ,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert result.returncode == 2
    return result.stderr
