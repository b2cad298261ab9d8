"""Where a message's CPU time goes: ``python -m tests.bench profile``.

Parley runs as ``parley run`` starts it and py-spy samples it from outside while the load goes on; a sample counts
where a thread was on a CPU. How much that is altogether tells /proc. Samples are grouped twice: by what Parley was
doing, and by whose code was running then. PostgreSQL and Valkey are told as wholes. Statements and transactions are
counted apart, by running the same parts in one process, where one can listen (tests.bench.counting).
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import psutil

from server.database import migrate
from server.parts import Parts
from server.settings import Settings
from tests.bench.copies import Client, Copy, Databases, Whole, bench_flow, parley
from tests.bench.counting import Counts, counted
from tests.bench.figures import Cell, Figure, Line, Report, Table
from tests.server.house import api_account, publish

SPY = shutil.which("py-spy", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
"""The program; None where there is none."""

RATE = 300
"""Samples a second."""

ATTACH = 1.0
"""Seconds within which py-spy has found its process's Python."""

LEAST = 2e-6
"""Seconds; what costs less is left out."""

BURST = 32
"""Messages at once, for counting statements."""

DOING = (
    ("server/ingest.py:_wake", "ingest: waking"),
    ("server/ingest.py:_store", "ingest: storing, in groups"),
    ("server/ingest.py:_next", "ingest: waiting for the next"),
    ("server/routes/webhooks.py", "webhook: reading, signature"),
    ("server/claims.py:claim", "turn: taking the lease"),
    ("server/claims.py:commit", "turn: writing what came of it"),
    ("server/turns.py", "turn: engine"),
    ("server/drain.py:_tell", "turn: news, waking"),
    ("server/drain.py", "turn: other"),
    ("server/outbox.py:_perform", "send: the HTTP call"),
    ("server/sends.py", "send: leases, marking, in one transaction"),
    ("server/outbox.py:_tell", "send: news"),
    ("server/outbox.py", "send: other"),
    ("server/leases.py", "leases kept"),
    ("server/sweeping.py", "sweep"),
    ("server/asking.py", "slow answers"),
    ("rq/", "queue: RQ itself"),
    ("litestar/", "HTTP: Litestar"),
    ("uvicorn/", "HTTP: uvicorn, httptools, loop"),
    ("", "other"),
)
"""The first of these that is among a sample's frames says what Parley was doing."""

LESSENED = {
    "send: the HTTP call": "a leaner client than httpx, in an event loop instead of threads",
    "send: leases, marking, in one transaction": "larger batches; no mark where the platform takes keys",
    "queue: RQ itself": "wake-ups by a bare BLMOVE or a socket: RQ spends some 59 commands on a job",
    "ingest: waking": "no wake-up while a worker is known to look",
    "ingest: storing, in groups": "fewer statements: identity, conversation and event in one",
    "ingest: waiting for the next": "the writer in the event loop's process without threads",
    "HTTP: Litestar": "webhooks as a bare ASGI route",
    "HTTP: uvicorn, httptools, loop": "a server in Rust or C (granian), several processes",
    "turn: writing what came of it": "larger batches; the trace kept apart from the hot path",
    "turn: taking the lease": "larger batches",
    "turn: engine": "fewer copies of the row and the session",
    "turn: news, waking": "one pipeline for all that is told after a commit",
    "PostgreSQL": "fewer statements in a transaction (several rows each), fewer indexes",
    "Valkey": "fewer commands, see RQ",
}
"""What would have to change for it to cost less."""

WHOSE = (
    ("sqlalchemy/engine/default.py:do_execute", "driver, database"),
    ("sqlalchemy/engine/default.py:do_commit", "driver, database"),
    ("psycopg", "driver, database"),
    ("sqlalchemy/", "SQLAlchemy"),
    ("redis/", "redis-py"),
    ("rq/", "RQ"),
    ("httpx/", "httpx"),
    ("httpcore/", "httpx"),
    ("h11/", "httpx"),
    ("litestar/", "Litestar"),
    ("uvicorn/", "uvicorn"),
    ("engine/", "engine"),
    ("nodes/", "engine"),
    ("server/", "Parley"),
    ("", "Python"),
)
"""Whose code ran: the innermost frame decides, standard library passed over."""


WHOLES = {"valkey": "Valkey", "postgres": "PostgreSQL", "reaper": "reaper"}
"""Processes that are no Python of interest, by what their command line has."""


class Size(msgspec.Struct, frozen=True):
    """Seconds of load at so many connections."""

    levels: tuple[int, ...] = (50, 1)
    seconds: float = 5.0


QUICK = Size(seconds=1.0)


class Profile(msgspec.Struct, frozen=True):
    """CPU seconds a message: by what was done and whose code it was."""

    areas: dict[tuple[str, str], float]

    def by_doing(self) -> Counter[str]:
        """By what was done."""
        return _summed((doing, cost) for (doing, _), cost in self.areas.items())

    def by_whose(self) -> Counter[str]:
        """By whose code it was."""
        return _summed((whose, cost) for (_, whose), cost in self.areas.items())


def measure(report: Report, client: Client, databases: Databases, size: Size) -> None:
    """Profile Parley on each database, and add the tables to the report."""
    report.tables.append(_statements(client, databases))
    if SPY is None:
        report.tables.append(Table("Where the CPU time goes", ["", ""], [Line("not measured here", ["no py-spy"])]))
        return
    contacts = [f"c-{number}" for number in range(max(size.levels))]
    found: dict[str, Profile] = {}
    for database, where in databases.items():
        with parley(f"Parley, {database}", client, where) as copy:
            copy.settle()
            copy.open(client, contacts)
            copy.wait_until_sent()
            for connections in size.levels:
                name = f"{database}, {connections}"
                found[name] = profiled(copy, client, contacts[:connections], size.seconds)
    note = "By sampling under load, each connection's next message after the last reply's row; replies are delivered."
    doing = {name: one.by_doing() for name, one in found.items()}
    whose = {name: one.by_whose() for name, one in found.items()}
    report.tables += [
        _costs("Where the CPU time of a message goes, by connections", doing, note, LESSENED),
        _costs("Whose code it is", whose, "In the same samples.", {}),
    ]


def profiled(copy: Whole, client: Client, contacts: list[str], seconds: float) -> Profile:
    """Sample each Python process of this copy while the client writes to it, until the last reply is delivered.

    Raises RuntimeError where py-spy may not look into a process.
    """
    with tempfile.TemporaryDirectory() as folder:
        spies = {}
        for one in copy.processes():
            if (name := _name(one)) in ("serve", "worker", "sweep"):
                spies[Path(folder) / name] = _spy(one.pid, Path(folder) / name)
        time.sleep(ATTACH)
        before = _used(copy)
        count = client.run_against(copy, contacts, "row", seconds=seconds)["count"]
        copy.wait_until_sent()
        after = _used(copy)
        for spy in spies.values():
            spy.send_signal(signal.SIGINT)
        areas: Counter[tuple[str, str]] = Counter()
        used = {name: (after[name] - before.get(name, 0.0)) / count for name in after}
        for path, spy in spies.items():
            spy.wait(30)
            for area, share in _shares(path).items():
                areas[area] += used[path.name] * share
        for name, cost in used.items():
            if name not in {path.name for path in spies}:
                areas[name, name] += cost
    return Profile(dict(areas))


def _spy(pid: int, output: Path) -> "subprocess.Popen[bytes]":
    command = [str(SPY), "record", "--pid", str(pid), "--rate", str(RATE), "--format", "raw", "--nonblocking"]
    return subprocess.Popen(
        [*command, "--duration", "3600", "--output", str(output)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _shares(path: Path) -> dict[tuple[str, str], float]:
    """The share of each (doing, whose) in a file of collapsed stacks."""
    if not path.exists():
        raise RuntimeError(f"py-spy told nothing of {path.name}")
    found: Counter[tuple[str, str]] = Counter()
    for line in path.read_text().splitlines():
        stack, _, number = line.rpartition(" ")
        # A stack that changed while it was read may make no sense.
        if number.isdecimal():
            frames = [_frame(frame) for frame in stack.split(";")]
            found[_doing(frames), _whose(frames)] += int(number)
    return {area: number / found.total() for area, number in found.items()}


def _frame(frame: str) -> str:
    """``path:function`` of a py-spy frame "Class.function (path:line)"."""
    function, _, place = frame.rpartition(" (")
    return f"{place.rpartition(':')[0]}:{function.rpartition('.')[2]}"


def _doing(frames: Sequence[str]) -> str:
    return next(title for mark, title in DOING if any(mark in frame for frame in frames))


def _whose(frames: Sequence[str]) -> str:
    if frames[-1].startswith(("threading.py", "concurrent/")):
        return "threads: waiting, waking"
    if frames[-1].startswith("asyncio/"):
        return "event loop, sockets"
    for frame in reversed(frames):
        for mark, title in WHOSE:
            if mark in frame:
                return title
    return "Python"


def _used(copy: Copy) -> dict[str, float]:
    """Seconds of CPU so far, by process; those of PostgreSQL count as one."""
    used: Counter[str] = Counter()
    for one in copy.processes():
        try:
            times = one.cpu_times()
            used[_name(one)] += times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return dict(used)


def _name(process: psutil.Process) -> str:
    words = process.cmdline()
    for name in ("serve", "worker", "sweep"):
        if name in words:
            return name
    line = " ".join(words)
    return next((title for mark, title in WHOLES.items() if mark in line), "supervisor")


def _summed(costs: Iterable[tuple[str, float]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, cost in costs:
        found[name] += cost
    return found


def _costs(title: str, found: dict[str, Counter[str]], note: str, lessened: dict[str, str]) -> Table:
    """Names by what they cost in the first profile."""
    first = next(iter(found.values()))
    names = sorted({name for one in found.values() for name in one}, key=lambda name: -first[name])
    told = {"together": [one.total() for one in found.values()]}
    told |= {name: [one[name] for one in found.values()] for name in names}
    lines = []
    for name, costs in told.items():
        if max(costs) >= LEAST:
            remedy = [lessened.get(name, "")] if lessened else []
            lines.append(Line(name, [*map(_micro, costs), *remedy]))
    return Table(title, ["", *found, *(["what would lessen it"] if lessened else [])], lines, [note])


def _micro(seconds: float) -> Figure:
    value = seconds * 1e6
    return Figure(value, value, value, " us")


def _statements(client: Client, databases: Databases) -> Table:
    """Statements and transactions of some messages at once, and of one."""
    found: dict[str, dict[str, Counts]] = {}
    for database, server in databases.items():
        with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
            environ = {"PARLEY_DATA": folder, "PARLEY_ALLOWED_HOSTS": "127.0.0.1"}
            if server is not None:
                environ["DATABASE_URL"] = server.url(server.create())
            settings = Settings.from_env(environ)
            migrate(settings)
            parts = Parts(settings)
            publish(parts.engine, bench_flow())
            api_account(parts, f"http://127.0.0.1:{client.port}/replies")
            contacts = [f"c-{number}" for number in range(BURST)]
            counted(parts, contacts, 0)
            found[f"{database}, {BURST} at once"] = counted(parts, contacts, 1)
            found[f"{database}, 1"] = counted(parts, contacts[:1], 2)
            parts.close()
    lines = []
    for part in ("ingest", "turn", "send"):
        cells: list[Cell] = [f"{one[part]['transactions']}, {one[part].statements}" for one in found.values()]
        lines.append(Line(f"{part}: transactions, statements", cells))
    return Table("Statements of messages of as many conversations", ["", *found], lines)
