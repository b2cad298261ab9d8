"""The system under test: Parley's real processes, each to be killed by what it is, and started again as in life.

``Together`` is `parley run` on SQLite with a second worker beside it: its supervisor starts again what was killed.
``Apart`` is two `parley serve`, two workers and a sweeper on PostgreSQL, started again by who keeps them, as systemd
would; its Valkey is the product's own, its PostgreSQL is stopped, and made to crash, and started again.
"""

import os
import subprocess
import sys
import threading
import time
import urllib.request
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Literal

import psutil

from server import reaper
from server.database import migrate
from server.parts import Parts
from server.settings import Settings
from server.valkey import Valkey, ValkeyError
from tests.chaos.load import API, HOOK, SECRET, TELEGRAM, TOKEN
from tests.postgres import Postgres
from tests.server.house import document, publish
from tests.serving import ROOT, START, STOP, Parley, free_port

Kind = Literal["api", "worker", "sweeper", "valkey", "frozen", "postgres", "crash"]
"""What may befall: kill -9 of each kind of process, a worker stopped for longer than its leases and then going on,
PostgreSQL restarted, and restarted after a crash."""

COMMANDS = {"api": "serve", "worker": "worker", "frozen": "worker", "sweeper": "sweep"}

# Seconds.
TEND = 0.2


def flow() -> Any:
    """Says back what it hears; says more a second later, unless it heard more before; asks the shop's system where it
    hears "ask", ends after a "bye".
    """

    def told(word: str) -> dict[str, object]:
        return {"kind": "compare", "fact": "text", "op": "ends_with", "value": word}

    return document(
        "chaos",
        {
            "hear": {"type": "message", "text": "Heard {text}"},
            "which": {
                "type": "branch",
                "cases": [{"id": word, "when": told(word)} for word in ("bye", "wait", "ask")],
            },
            "listen": {"type": "question", "text": "", "no_reply": 1},
            "late": {"type": "message", "text": "Late after {text}"},
            "pause": {"type": "wait", "seconds": 1},
            "waited": {"type": "message", "text": "Waited after {text}"},
            "look": {
                "type": "http_request",
                "service": "orders",
                "path": "/orders/{text}",
                "keep": [{"path": "found", "name": "found"}],
                "retries": 3,
            },
            "found": {"type": "message", "text": "Found {value.found}"},
            "nothing": {"type": "message", "text": "Nothing on {text}"},
            "idle": {"type": "question", "text": ""},
            "end": {"type": "close"},
        },
        [
            "hear > which",
            "which.bye > end",
            "which.wait > pause",
            "which.ask > look",
            "look.ok > found",
            "look.refused > nothing",
            "look.failed > nothing",
            "found > listen",
            "nothing > listen",
            "which.otherwise > listen",
            "listen.answered > hear",
            "listen.no_reply > late",
            "late > idle",
            "pause.message > hear",
            "pause.done > waited",
            "waited > idle",
            "idle.answered > hear",
        ],
    )


class Kept:
    """A process that is started again when it dies; `tend()` is called often."""

    def __init__(self, data: Path, command: str, environ: dict[str, str], tell: Any) -> None:
        self._arguments = [sys.executable, "-m", "server.cli", command]
        inherited = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
        self._environ = inherited | {"PYTHONPATH": str(ROOT), "PARLEY_DATA": str(data), "PARLEY_DEMO": "off"} | environ
        self._data = data
        self._tell = tell
        self.start()

    def start(self) -> None:
        with (self._data / "test.log").open("ab") as out:
            self._process = subprocess.Popen(
                self._arguments, env=self._environ, cwd=self._data, stdout=out, stderr=out, start_new_session=True
            )
        self._tell(f"+{self._process.pid}")

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process.poll() is None else None

    def tend(self) -> None:
        if self._process.poll() is not None:
            self._tell(f"-{self._process.pid}")
            self.start()

    def ask_to_end(self) -> None:
        self._process.terminate()

    def stop(self) -> None:
        try:
            self._process.wait(STOP)
        finally:
            self._process.kill()
            self._process.wait()


class System(ABC):
    """What both have in common: ``settings`` are those of its database, ``urls`` where its API is, or will be again."""

    settings: Settings
    kinds: tuple[Kind, ...]

    def __init__(self, data: Path, callback: str, telegram: str) -> None:
        self.urls: list[str] = []
        self._data, self._callback = data, callback
        self._environ = {"PARLEY_TELEGRAM_URL": telegram, "PARLEY_ALLOWED_HOSTS": "127.0.0.1"}
        self._kept: list[tuple[str, Kept]] = []
        self._ends = threading.Event()
        self._tending = threading.Thread(target=self._tend, daemon=True)
        # A harness that is killed shall leave nothing behind.
        self._reaper = reaper.start()
        data.mkdir(parents=True, exist_ok=True)

    @abstractmethod
    def start(self) -> None:
        """Return once all of it works."""

    def pids(self, kind: Kind) -> list[int]:
        """The processes of this kind that live."""
        return [kept.pid for command, kept in self._kept if command == COMMANDS.get(kind) and kept.pid]

    def restart_database(self, crash: bool) -> None:
        """Stop the database's server, or make it crash, and start it again."""
        raise LookupError("this system's database has no server")

    def stop(self) -> None:
        """End all of it."""
        self._ends.set()
        if self._tending.is_alive():
            self._tending.join()
        for _, kept in self._kept:
            kept.ask_to_end()
        for _, kept in self._kept:
            kept.stop()
        self._let_go()
        self._reaper.communicate()

    def _let_go(self) -> None:  # noqa: B027 not every system has more
        """End what else the reaper would have to."""

    @property
    def log(self) -> str:
        """All that the processes have printed."""
        return (self._data / "test.log").read_text()

    def _prepare(self) -> None:
        """The newest form of the database, both accounts, the flow."""
        migrate(self.settings)
        parts = Parts(self.settings)
        parts.accounts.create(API, "api", "Our shop", {"secret": SECRET, "callback": self._callback})
        parts.accounts.create(TELEGRAM, "telegram", "Our bot", {"token": TOKEN, "secret": HOOK})
        parts.services.create("orders", "Orders", self._callback.removesuffix("/replies"))
        publish(parts.engine, flow())
        parts.close()

    def _keep(self, command: str, **environ: str) -> None:
        self._kept.append((command, Kept(self._data, command, self._environ | environ, self._tell)))

    def _tell(self, line: str) -> None:
        self._reaper.stdin.write(f"{line}\n")
        self._reaper.stdin.flush()

    def _tend(self) -> None:
        while not self._ends.wait(TEND):
            self._tend_once()

    def _tend_once(self) -> None:
        for _, kept in self._kept:
            kept.tend()

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START
        while not all(map(healthy, self.urls)):
            assert time.monotonic() < deadline, f"Parley did not start:\n{self.log}"
            time.sleep(0.05)


class Together(System):
    """`parley run` on SQLite, and a second worker."""

    kinds = ("api", "worker", "sweeper", "valkey", "frozen")
    _run: Parley | None = None

    def start(self) -> None:
        self.settings = Settings.from_env({"PARLEY_DATA": str(self._data), **self._environ})
        self._prepare()
        self._run = Parley(self._data, **self._environ)
        self.urls = [self._run.url]
        self._run.wait_until_healthy()
        self._keep("worker")
        self._tending.start()

    def pids(self, kind: Kind) -> list[int]:
        children = psutil.Process(self._run.process.pid).children()
        if kind == "valkey":
            pid = Valkey(self.settings).pid
            return [one.pid for one in children if one.pid == pid]
        return [one.pid for one in children if _runs(one, COMMANDS[kind])] + super().pids(kind)

    def stop(self) -> None:
        super().stop()
        if self._run is not None:
            self._run.stop()


class Apart(System):
    """Processes of their own on PostgreSQL."""

    kinds = ("api", "worker", "sweeper", "valkey", "frozen", "postgres", "crash")
    _valkey: Valkey | None = None

    def start(self) -> None:
        self._postgres = Postgres()
        self._postgres.start()
        url = self._postgres.url(self._postgres.create())
        self._environ["DATABASE_URL"] = url
        self.settings = Settings.from_env({"PARLEY_DATA": str(self._data), **self._environ})
        self._prepare()
        self._valkey = Valkey(self.settings)
        self._valkey.start()
        self._tell(f"+{self._valkey.pid}")
        for _ in range(2):
            port = str(free_port())
            self.urls.append(f"http://127.0.0.1:{port}")
            self._keep("serve", PARLEY_PORT=port)
            self._keep("worker")
        self._keep("sweep")
        self._wait_until_healthy()
        self._tending.start()

    def pids(self, kind: Kind) -> list[int]:
        if kind == "valkey":
            return [self._valkey.pid] if self._valkey.alive() else []
        return super().pids(kind)

    def restart_database(self, crash: bool) -> None:
        self._postgres.restart(crash)

    def stop(self) -> None:
        super().stop()
        self._postgres.stop()

    def _let_go(self) -> None:
        if self._valkey is not None:
            pid = self._valkey.pid
            self._valkey.stop()
            self._tell(f"-{pid}")

    def _tend_once(self) -> None:
        super()._tend_once()
        if not self._valkey.alive():
            try:
                self._valkey.start()
            except ValkeyError:
                # It was killed again while it started; the next round tries again.
                return
            self._tell(f"+{self._valkey.pid}")


def healthy(url: str) -> bool:
    """Whether /health answers 200."""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _runs(process: psutil.Process, command: str) -> bool:
    try:
        return command in process.cmdline()
    except psutil.Error:
        return False
