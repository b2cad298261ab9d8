"""`parley run`: everything that a copy of Parley needs, under one supervisor."""

import argparse
import fcntl
import os
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import server
from server import logs
from server.commands.serve import listen
from server.database import migrate
from server.first_start import prepare
from server.refusal import Refusal
from server.settings import Settings
from server.startup import make_data_folder, say, table
from server.supervisor import Child, Supervisor
from server.valkey import Valkey

# Seconds.
ASK_EVERY = 0.2
ASK_PATIENCE = 300.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--with-parent`: end when the process that started it does, as a Makefile wishes."""
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started it ends")


def run(arguments: argparse.Namespace) -> int:
    """Run until Ctrl-C; 0 after it."""
    settings = Settings.from_env()
    logs.configure(settings)
    make_data_folder(settings.data)
    lock = _own(settings.data)
    listener = listen(settings)
    supervisor = Supervisor(say)
    try:
        if settings.redis_embedded:
            supervisor.add(Valkey(settings))
        migrate(settings)
        welcome = prepare(settings)
        for child in _children(listener.fileno()):
            supervisor.add(child)
        _when_healthy(settings, lambda: say(_banner(settings, welcome)))
        refused = supervisor.run(_parent_lives() if arguments.with_parent else lambda: True)
    finally:
        supervisor.stop()
        listener.close()
        os.close(lock)
    return Refusal.EXIT_CODE if refused else 0


def _children(listener: int) -> Iterator[Child]:
    """The processes that `parley serve`, `worker` and `sweep` start apart."""
    root = str(Path(server.__file__).parent.parent)
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))}
    parley = [sys.executable, "-m", "server.cli"]
    # The socket outlives the server: while it starts again, visitors wait instead of being turned away.
    yield Child("serve", [*parley, "serve", "--supervised", "--fd", str(listener)], environ, (listener,))
    yield Child("worker", [*parley, "worker", "--supervised"], environ)
    yield Child("sweep", [*parley, "sweep", "--supervised"], environ)


def _own(data: Path) -> int:
    """An open file whose lock says that this process runs on this data folder."""
    lock = os.open(data / "run.lock", os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.read(lock, 20).decode() or "unknown"
        os.close(lock)
        raise Refusal(
            f"Parley already runs with the data folder {data} (process {owner}): "
            "stop it, or set PARLEY_DATA and PARLEY_PORT for a second copy."
        ) from None
    os.ftruncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    return lock


def _parent_lives() -> Callable[[], bool]:
    parent = os.getppid()
    return lambda: os.getppid() == parent


def _when_healthy(settings: Settings, act: Callable[[], None]) -> None:
    """Call `act` from a thread of its own once /health answers 200."""

    def ask() -> None:
        while not _healthy(settings):
            time.sleep(ASK_EVERY)
        act()

    threading.Thread(target=ask, name="health", daemon=True).start()


def _healthy(settings: Settings) -> bool:
    try:
        with urllib.request.urlopen(f"{settings.local_url}/health", timeout=ASK_PATIENCE) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def _banner(settings: Settings, welcome: list[tuple[str, str]]) -> str:
    rows = [("Screens", settings.public_url), *welcome, ("Data", str(settings.data))]
    return f"Parley is running.\n\n{table(rows)}\n\nCtrl-C stops it."
