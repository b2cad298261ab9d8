"""What is measured, each in processes of its own on loopback: Parley as ``parley run`` starts it, and its peers."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import ColumnElement, exists, select

from engine.flow import Flow
from server import tables
from server.database import migrate, reading
from server.parts import Parts
from server.settings import Settings, socket_path
from server.valkey import Valkey
from tests.bench import node_red
from tests.postgres import Postgres
from tests.server.house import SECRET, api_account, document, publish
from tests.serving import ROOT, Parley, free_port

Databases = Mapping[str, Postgres | None]
"""On what is measured: by its name, the server, or None for SQLite."""

START = 60
"""Seconds that a peer may take to listen."""

QUIET = 1.0
"""Seconds over which a copy that takes less than a tenth of a core has settled."""

STILL = "Are you still there?"
"""What the bench's flow says when nobody replied."""

NO_REPLY = 24 * 3600
"""Seconds after which the bench's flow says that nobody replied."""


def _cpu_of(pid: int) -> float:
    """Seconds of user and system time of a process, to the nanosecond: /proc counts in hundredths of a second, of which
    a brief round on a busy machine may have none. Raises ProcessLookupError.
    """
    clock = ctypes.c_int()
    if ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock)):
        raise ProcessLookupError(pid)
    try:
        return time.clock_gettime(clock.value)
    except OSError as fault:
        raise ProcessLookupError(pid) from fault


class Copy:
    """A running copy of something; ``cpu`` and ``memory`` are those of all processes under these."""

    def __init__(self, name: str, port: int, *roots: int) -> None:
        self.name = name
        self.port = port
        self._roots = [psutil.Process(root) for root in roots]

    def processes(self) -> list[psutil.Process]:
        """Each process that belongs to it."""
        return [one for root in self._roots for one in (root, *root.children(recursive=True))]

    def cpu(self) -> float:
        """Seconds of user and system time that it has used so far, processes that ended included."""
        total = 0.0
        for one in self.processes():
            try:
                ended = one.cpu_times()
                total += _cpu_of(one.pid) + ended.children_user + ended.children_system
            except (psutil.NoSuchProcess, ProcessLookupError):
                continue
        return total

    def memory(self) -> float:
        """Bytes in RAM; what processes share counts once."""
        return float(sum(one.memory_full_info().pss for one in self.processes()))


class Whole(Copy):
    """Parley, with an account ``shop`` of the signed API and the bench's flow live."""

    def __init__(self, name: str, parts: Parts, *roots: int) -> None:
        super().__init__(name, parts.settings.port, *roots)
        self.parts = parts
        self.bus = str(socket_path(parts.settings.data))
        self.conversations: dict[str, str] = {}

    def open(self, client: "Client", contacts: list[str]) -> None:
        """Let each contact write once, so that their conversations are known."""
        client.run(self.port, contacts, messages=len(contacts))
        self.wait_until_handled()
        identities, conversations = tables.identities, tables.conversations
        with reading(self.parts.engine).begin() as connection:
            rows = connection.execute(
                select(identities.c.address, conversations.c.id)
                .join(conversations, conversations.c.identity == identities.c.id)
                .where(identities.c.address.in_(contacts))
            )
            self.conversations |= {row.address: row.id for row in rows}

    def settle(self) -> None:
        """Until it has loaded what it loads in the background after its start."""
        used = self.cpu()
        while True:
            time.sleep(QUIET)
            before, used = used, self.cpu()
            if used - before < 0.1 * QUIET:
                return

    def wait_until_handled(self) -> None:
        """Until no event waits."""
        self.wait_while(exists().where(tables.PENDING))

    def wait_until_sent(self) -> None:
        """Until no event waits, and no reply waits to be sent."""
        self.wait_until_handled()
        self.wait_while(exists().where(tables.outbox.c.state != "failed"))

    def wait_while(self, something: ColumnElement[bool]) -> None:
        """Until this is no longer so in the database."""
        while True:
            with reading(self.parts.engine).begin() as connection:
                if not connection.execute(select(something)).scalar_one():
                    return
            time.sleep(0.02)


class Client:
    """The load's process, see tests.bench.client."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.client"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        # A message's id is unique for ever, and so are the waves of several clients.
        self._waves = time.monotonic_ns()
        self.port = int(self._read()["port"])

    def run(self, port: int, contacts: list[str], loop: str = "answer", **more: Any) -> dict[str, Any]:
        """One round; raises RuntimeError when the client gave up."""
        self._waves += 1
        order = {"port": port, "contacts": contacts, "loop": loop, "secret": SECRET, "wave": self._waves, **more}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._read()

    def run_against(self, copy: "Whole", contacts: list[str], loop: str, **more: Any) -> dict[str, Any]:
        """One round against Parley, replies included; the contacts have written before, see ``Whole.open``."""
        conversations = {contact: copy.conversations[contact] for contact in contacts}
        return self.run(copy.port, contacts, loop, bus=copy.bus, conversations=conversations, **more)

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.communicate()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the bench's client ended; what it said stands above")
        found: dict[str, Any] = json.loads(line)
        return found


def bench_flow(flow: str = "bench") -> Flow[Any]:
    """One of four answers by what was written, for ever; a time limit runs after each."""
    cases = {
        "price": "The silver ring costs 49 euros.",
        "ship": "Yes, we ship to all of Europe in three days.",
        "return": "You can return it within 30 days.",
    }
    rules = [
        {"id": word, "title": word, "when": {"kind": "compare", "fact": "text", "op": "contains", "value": word}}
        for word in cases
    ]
    return document(
        flow,
        {
            "which": {"type": "branch", "cases": rules},
            **{word: {"type": "message", "text": text} for word, text in cases.items()},
            "help": {"type": "message", "text": "How can we help?"},
            "listen": {"type": "question", "text": "", "no_reply": NO_REPLY},
            "still": {"type": "message", "text": STILL},
        },
        [
            *(f"which.{word} > {word}" for word in cases),
            "which.otherwise > help",
            *(f"{word} > listen" for word in (*cases, "help", "still")),
            "listen.answered > which",
            "listen.no_reply > still",
        ],
    )


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server that waits for its disk, as PostgreSQL does out of the box."""
    made = Postgres(durable=True)
    made.start()
    try:
        yield made
    finally:
        made.stop()


@contextmanager
def parley(name: str, client: Client, server: Postgres | None = None) -> Iterator[Whole]:
    """Parley as ``parley run`` starts it, on SQLite or on a new database of this server; replies go to the client."""
    with _data(server) as (data, environ):
        process = Parley(data, **environ).wait_until_healthy()
        try:
            with _furnished(process, environ, client) as parts:
                yield Whole(name, parts, process.process.pid, *_pids(server))
        finally:
            process.stop()


@contextmanager
def parley_that_sends_nothing(name: str, client: Client, server: Postgres | None = None) -> Iterator[Whole]:
    """The same processes, but that its worker only takes turns: what a message costs up to its reply's row."""
    with _data(server) as (data, environ):
        environ["PARLEY_PORT"] = str(free_port())
        settings = Settings.from_env({"PARLEY_DATA": str(data), **environ})
        migrate(settings)
        valkey = Valkey(settings)
        valkey.start()
        commands = (("serve",), ("worker", "--only", "turns"), ("sweep",))
        running = [Parley(data, *command, **environ) for command in commands]
        try:
            running[0].wait_until_healthy()
            with _furnished(running[0], environ, client) as parts:
                yield Whole(name, parts, *_pids(server), valkey.pid or 0, *(one.process.pid for one in running))
        finally:
            for one in running:
                one.stop()
            valkey.stop()


@contextmanager
def bare(kind: str, name: str, server: Postgres | None = None) -> Iterator[Copy]:
    """One Litestar route, see tests.bench.bare."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.bare", kind, str(port)],
            env={**os.environ, "PARLEY_DATA": folder, **_database(server)},
            cwd=ROOT,
            start_new_session=True,
        )
        with _until_ended(process, port):
            yield Copy(name, port, process.pid, *_pids(server))


@contextmanager
def node_red_copy(name: str, program: Path) -> Iterator[Copy]:
    """Node-RED with its flow."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        process = node_red.start(program, Path(folder), port)
        with _until_ended(process, port):
            yield Copy(name, port, process.pid)


@contextmanager
def _data(server: Postgres | None) -> Iterator[tuple[Path, dict[str, str]]]:
    """An empty data folder, and what the environment has to say."""
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        yield Path(folder), {"PARLEY_DEMO": "off", "PARLEY_ALLOWED_HOSTS": "127.0.0.1", **_database(server)}


@contextmanager
def _furnished(process: Parley, environ: dict[str, str], client: Client) -> Iterator[Parts]:
    parts = Parts(Settings.from_env({"PARLEY_DATA": str(process.data), **environ, "PARLEY_PORT": str(process.port)}))
    try:
        publish(parts.engine, bench_flow())
        api_account(parts, f"http://127.0.0.1:{client.port}/replies")
        yield parts
    finally:
        parts.close()


def _database(server: Postgres | None) -> dict[str, str]:
    return {"DATABASE_URL": server.url(server.create())} if server else {}


def _pids(server: Postgres | None) -> list[int]:
    return [server.pid] if server else []


@contextmanager
def _until_ended(process: subprocess.Popen[bytes], port: int) -> Iterator[None]:
    try:
        deadline = time.monotonic() + START
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{process.args!r} does not listen")
            time.sleep(0.05)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
