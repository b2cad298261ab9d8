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
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import msgspec
import psutil

from tests.bench import node_red
from tests.bench.copies import Client, Copy, Databases, Whole, bare, node_red_copy, parley, parley_that_sends_nothing
from tests.bench.figures import Report

ECHO = "Bare Litestar route, stores nothing"
NODE_RED = "Node-RED, stores nothing"

PACE = 10.0
"""Messages a second of the open loop."""


def insert_name(database: str) -> str:
    """The bare durable insert's."""
    return f"Bare durable insert, {database}"


def grouped_name(database: str) -> str:
    """The bare durable insert's in groups."""
    return f"Bare durable insert in groups, {database}"


def whole_name(database: str) -> str:
    """Parley's."""
    return f"Parley, {database}"


def silent_name(database: str) -> str:
    """Parley's without a sender."""
    return f"Parley, {database}, nothing sent"


def stored(name: str) -> str:
    """Parley's where the next message follows the acknowledgement."""
    return f"{name}, next after the 200"


class Size(msgspec.Struct, frozen=True):
    """How much is measured: rounds of so many seconds at so many connections; ``paced`` seconds of the open loop."""

    levels: tuple[int, ...] = (1, 50, 500)
    middle: int = 50
    rounds: int = 5
    seconds: float = 1.5
    paced: float = 15.0
    idle: float = 5.0


QUICK = Size(rounds=1, seconds=0.4, paced=3.0, idle=0.5)


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
    """The measuring of one run; ``found`` has each system's rounds by (its name, connections), ``paced`` the open
    loop's by its name.
    """

    def __init__(self, client: Client, size: Size) -> None:
        self.client = client
        self.size = size
        self.contacts = [f"c-{number}" for number in range(max(size.levels))]
        self.found: dict[tuple[str, int], list[Round]] = {}
        self.paced: dict[str, list[Round]] = {}
        self.idle: dict[str, float] = {}

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
                        self._add(stored(copy.name), taken, connections, number)
                    for copy in silent:
                        taken = self._round(copy, connections, seconds, deliveries=False)
                        self._add(copy.name, taken, connections, number)

    def pace(self, whole: Whole) -> None:
        """The open loop: messages at random moments, ``PACE`` a second, whatever became of those before."""
        for number in range(3):
            chance = random.Random(number)
            gaps = [chance.expovariate(PACE) for _ in range(max(1, round(self.size.paced / 3 * PACE)))]
            taken = self._round(whole, min(50, len(self.contacts)), gaps=gaps)
            self.paced.setdefault(whole.name, []).append(taken)

    def rest(self, copy: Copy) -> None:
        """See what share of one core it takes while nothing happens."""
        before = copy.cpu()
        time.sleep(self.size.idle)
        self.idle[copy.name] = (copy.cpu() - before) / self.size.idle

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


def measure(report: Report, client: Client, databases: Databases, size: Size) -> Load:
    """Start everything and measure; load_tables tells what was found."""
    load = Load(client, size)
    program, why = node_red.installed()
    report.machine["node-red"] = f"Node-RED {why}"
    with ExitStack() as stack:
        start = stack.enter_context
        peers = [start(bare("echo", ECHO))]
        for database, server in databases.items():
            peers.append(start(bare("insert", insert_name(database), server)))
            peers.append(start(bare("grouped", grouped_name(database), server)))
        if program is not None:
            peers.append(start(node_red_copy(NODE_RED, program)))
        wholes = [start(parley(whole_name(database), client, server)) for database, server in databases.items()]
        silent = [
            start(parley_that_sends_nothing(silent_name(database), client, server))
            for database, server in databases.items()
        ]
        for copy in (*wholes, *silent):
            copy.settle()
            copy.open(client, load.contacts)
        for copy in wholes:
            copy.wait_until_sent()
            load.rest(copy)
        load.measure(peers, wholes, silent)
        for copy in wholes:
            load.pace(copy)
    return load
