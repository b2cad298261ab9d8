"""Under load: Parley against its peers, in turn, round by round, with the same client over loopback.

Each system is measured for some seconds before the next has its turn, and all of that some rounds over, so that what
else the machine does strikes all alike; ratios are taken within a round. Every connection has one message under way.
To a peer the next message follows the HTTP answer; to Parley it follows the commit of the reply's row, which is more
(see tests.bench.client for how that is seen). CPU time is that of all processes of the system, from /proc: API, worker,
sweeper, Valkey, PostgreSQL's; with Parley it includes that each reply was delivered by HTTP afterwards, unless it says
otherwise. A round ends when all of it is done.
"""

import random
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import Any

import msgspec
import psutil

from tests.bench import node_red
from tests.bench.copies import Client, Copy, Whole, bare, node_red_copy, parley, parley_that_sends_nothing
from tests.bench.figures import Cell, Figure, Line, Report, Table, Target, figure, quantile, ratios
from tests.postgres import Postgres

NODE_RED = "Node-RED, stores nothing"

PACE = 10.0
"""Messages a second of the open loop."""


class Size(msgspec.Struct, frozen=True):
    """How much is measured: rounds of so many seconds at so many connections; ``paced`` seconds of the open loop."""

    levels: tuple[int, ...] = (1, 50, 500)
    middle: int = 50
    rounds: int = 5
    seconds: float = 1.5
    paced: float = 15.0
    idle: float = 5.0


class Round(msgspec.Struct, frozen=True):
    """What one system did in one round; latencies in seconds, CPU in seconds a message."""

    rate: float
    answers: list[float]
    rows: list[float]
    delivered: list[float]
    delivery_rate: float
    cpu: float
    client: float
    busy: float


class Load:
    """The measuring of one run; ``found`` has each system's rounds by (its name, connections)."""

    def __init__(self, client: Client, size: Size) -> None:
        self.client = client
        self.size = size
        self.contacts = [f"c-{number}" for number in range(max(size.levels))]
        self.found: dict[tuple[str, int], list[Round]] = {}

    def measure(self, peers: Sequence[Copy], wholes: Sequence[Whole], silent: Sequence[Whole]) -> None:
        """All rounds at all levels, each system in its turn; before the first a short one is for warming up."""
        for connections in self.size.levels:
            for number in range(-1, self.size.rounds):
                seconds = self.size.seconds if number >= 0 else min(0.5, self.size.seconds)
                for copy in (*peers, *wholes):
                    self._add(copy.name, self._round(copy, connections, seconds), connections, number)
                if connections == self.size.middle:
                    for copy in wholes:
                        taken = self._round(copy, connections, seconds, loop="answer")
                        self._add(_stored(copy.name), taken, connections, number)
                    for copy in silent:
                        taken = self._round(copy, connections, seconds, deliveries=False)
                        self._add(copy.name, taken, connections, number)

    def pace(self, whole: Whole) -> list[Round]:
        """The open loop: messages at random moments, ``PACE`` a second, whatever became of those before."""
        found = []
        for number in range(3):
            chance = random.Random(number)
            gaps = [chance.expovariate(PACE) for _ in range(max(1, round(self.size.paced / 3 * PACE)))]
            found.append(self._round(whole, min(50, len(self.contacts)), gaps=gaps))
        return found

    def idle(self, copy: Copy) -> float:
        """The share of one core that it takes while nothing happens."""
        before = copy.cpu()
        time.sleep(self.size.idle)
        return (copy.cpu() - before) / self.size.idle

    def rounds(self, name: str, connections: int | None = None) -> list[Round]:
        """What was measured of this system."""
        return self.found.get((name, connections or self.size.middle), [])

    def _add(self, name: str, taken: Round, connections: int, number: int) -> None:
        if number >= 0:
            self.found.setdefault((name, connections), []).append(taken)

    def _round(self, copy: Copy, connections: int, seconds: float = 0, loop: str = "row", **more: Any) -> Round:
        contacts = self.contacts[:connections]
        before = copy.cpu()
        if seconds:
            more["seconds"] = seconds
        if isinstance(copy, Whole):
            told = self.client.run_against(copy, contacts, loop, **more)
            if more.get("deliveries", True):
                copy.wait_until_sent()
            else:
                copy.wait_until_handled()
        else:
            told = self.client.run(copy.port, contacts, **more)
        used = copy.cpu() - before
        ended, count = told["seconds"], told["count"]
        working = ended.get("row") or ended["answer"]
        return Round(
            rate=count / working,
            answers=told["answers"],
            rows=told["rows"] or told["answers"],
            delivered=told["delivered"],
            delivery_rate=count / ended.get("delivery", working),
            cpu=used / count,
            client=told["cpu"] / count,
            busy=(used + told["cpu"]) / max(ended.values()) / (psutil.cpu_count() or 1),
        )


SILENT = ", nothing sent"


def _stored(name: str) -> str:
    return f"{name}, next after the 200"


def measure(report: Report, client: Client, server: Postgres, size: Size) -> None:
    """Start everything, measure, and add what was found to the report."""
    with ExitStack() as stack:
        program, why = node_red.installed()
        peers = [stack.enter_context(bare("echo", "Bare Litestar route, stores nothing"))]
        inserts = {}
        for database, where in (("SQLite", None), ("PostgreSQL", server)):
            inserts[database] = stack.enter_context(bare("insert", f"Bare durable insert, {database}", where))
            peers.append(inserts[database])
            peers.append(stack.enter_context(bare("grouped", f"Bare durable insert in groups, {database}", where)))
        if program is not None:
            peers.append(stack.enter_context(node_red_copy(NODE_RED, program)))
        load = Load(client, size)
        wholes, silent = [], []
        for database, where in (("SQLite", None), ("PostgreSQL", server)):
            wholes.append(stack.enter_context(parley(f"Parley, {database}", client, where)))
            silent.append(stack.enter_context(parley_that_sends_nothing(f"Parley, {database}{SILENT}", client, where)))
        for copy in (*wholes, *silent):
            copy.settle()
            copy.open(client, load.contacts)
        for copy in wholes:
            copy.wait_until_sent()
        idle = {copy.name: load.idle(copy) for copy in wholes}
        load.measure(peers, wholes, silent)
        paced = {copy.name: load.pace(copy) for copy in wholes}
    names = [copy.name for copy in peers]
    report.machine["node-red"] = f"Node-RED {why}"
    report.tables += [
        _rates(load, names, [copy.name for copy in wholes]),
        _cpu(load, names, [copy.name for copy in wholes], idle),
        _paced(paced),
    ]
    for database, insert in inserts.items():
        report.targets += _targets(load, f"Parley, {database}", database, insert.name, paced[f"Parley, {database}"])


def _rates(load: Load, peers: Sequence[str], wholes: Sequence[str]) -> Table:
    lines = []
    for connections in load.size.levels:
        for name in (*peers, *wholes, *map(_stored, wholes)):
            rounds = load.rounds(name, connections)
            if rounds:
                against = load.rounds(NODE_RED, connections)
                times: Cell = ratios([one.rate for one in rounds], [one.rate for one in against]) if against else ""
                lines.append(Line(f"{name}, {connections}", [*_latency(rounds), _delivered(rounds), times]))
    return Table(
        "Messages a second, and from webhook to reply",
        ["system, connections", "messages/s", "p50", "p95", "delivered/s", "times Node-RED's rate"],
        lines,
        [
            "Parley: until the reply's row is committed, and the next message of a connection follows that.",
            "Next after the 200: it follows the acknowledgement, whose latency is told; rate: until the last row.",
            "Peers: until the HTTP answer. Delivered/s: until the last reply was taken by its receiver.",
        ],
    )


def _latency(rounds: Sequence[Round]) -> list[Cell]:
    return [
        figure((one.rate for one in rounds), "/s"),
        figure((quantile(one.rows, 0.5) * 1e3 for one in rounds), " ms"),
        figure((quantile(one.rows, 0.95) * 1e3 for one in rounds), " ms"),
    ]


def _delivered(rounds: Sequence[Round]) -> Cell:
    return figure((one.delivery_rate for one in rounds), "/s") if rounds[0].delivered else ""


def _cpu(load: Load, peers: Sequence[str], wholes: Sequence[str], idle: dict[str, float]) -> Table:
    """What a message costs, and how far the rate is from what the cores could do."""
    lines = []
    for name in (*peers, *wholes, *(name + SILENT for name in wholes)):
        rounds = load.rounds(name)
        insert = load.rounds(f"Bare durable insert, {'PostgreSQL' if 'PostgreSQL' in name else 'SQLite'}")
        lines.append(
            Line(
                name,
                [
                    _micro(one.cpu for one in rounds),
                    ratios([one.cpu for one in rounds], [one.cpu for one in insert]),
                    _micro(one.client for one in rounds),
                    figure((100 * one.busy for one in rounds), " %"),
                ],
            )
        )
    told = ", ".join(f"{name} {100 * share:.1f} %" for name, share in idle.items())
    return Table(
        f"CPU time of a message, {load.size.middle} connections",
        ["system", "its processes", "times the bare insert's", "the client's", "cores busy"],
        lines,
        [
            f"Idle, of one core: {told}; it is not subtracted.",
            "Where the cores are fully busy, the highest rate is: cores / (its processes + the client's).",
            "Parley's own line includes that each reply was delivered by HTTP.",
            "Nothing sent: a worker that only takes turns (`parley worker --only turns`); from webhook to reply row.",
        ],
    )


def _micro(seconds: Iterable[float]) -> Figure:
    return figure((1e6 * one for one in seconds), " us")


def _paced(paced: dict[str, list[Round]]) -> Table:
    lines = []
    for name, rounds in paced.items():
        cells: list[Cell] = []
        for which in ("answers", "rows", "delivered"):
            cells += [
                figure((quantile(getattr(one, which), share) * 1e3 for one in rounds), " ms") for share in (0.5, 0.95)
            ]
        lines.append(Line(name, cells))
    return Table(
        f"At {PACE:.0f} messages a second, at random moments",
        ["", "200, p50", "p95", "reply row, p50", "p95", "delivered, p50", "p95"],
        lines,
    )


def _targets(load: Load, whole: str, database: str, insert: str, paced: Sequence[Round]) -> list[Target]:
    rounds, bare_rounds = load.rounds(whole), load.rounds(insert)
    silent = load.rounds(whole + SILENT)
    node = load.rounds(NODE_RED)
    middle = f"{load.size.middle} connections"
    found = []
    if node:
        times = ratios([one.rate for one in rounds], [one.rate for one in node])
        found.append(Target(f"Rate against Node-RED's, {middle}", database, times, "at least", 2.0))
    for what, these in (("webhook to reply row", silent), ("with the reply's delivery", rounds)):
        times = ratios([one.cpu for one in these], [one.cpu for one in bare_rounds])
        found.append(Target(f"CPU of a message against the bare insert's, {what}", database, times, "at most", 2.0))
    late = figure((quantile(one.rows, 0.95) * 1e3 for one in paced), " ms")
    found.append(Target(f"p95 to the reply row at {PACE:.0f} messages/s", database, late, "at most", 100.0))
    return found
