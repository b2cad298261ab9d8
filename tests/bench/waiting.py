"""With very many conversations that wait for an answer: memory, the cost of a turn, and how fast time limits fire.

Two copies of Parley on each database, one with few conversations and one with many, take turns at the same load, each
message from a contact whose conversation waits; the ratio is taken within a round. Then a part of the time limits of
the many comes due at one moment.
"""

import random
import time
from collections.abc import Sequence
from contextlib import ExitStack

import msgspec
from sqlalchemy import bindparam, exists, func, or_, select, update

from server import tables
from server.database import reading
from server.store import utcnow
from tests.bench.copies import STILL, Client, Databases, Whole, parley
from tests.bench.figures import Cell, Figure, Line, Report, Table, Target, figure, quantile, ratios
from tests.bench.seeding import conversations_of, seed


class Size(msgspec.Struct, frozen=True):
    """How many wait, few and many; rounds of so many seconds; time limits that come due at once, and how often."""

    few: int = 50
    many: int = 50_000
    rounds: int = 5
    seconds: float = 1.5
    timers: int = 10_000
    firings: int = 2


QUICK = Size(many=1_000, rounds=1, seconds=0.4, timers=200)


class Turns(msgspec.Struct, frozen=True):
    """One round: CPU seconds a message, the median and the 95th percentile to the reply's row, in seconds."""

    cpu: float
    middle: float
    late: float


class Firing(msgspec.Struct, frozen=True):
    """Seconds until the last reply of those that came due was a row; CPU seconds of each, its delivery included."""

    seconds: float
    cpu: float


class Found(msgspec.Struct):
    """What was measured on one database; memory in bytes, and how long to get there."""

    few: list[Turns] = []
    many: list[Turns] = []
    firings: list[Firing] = []
    memory: tuple[float, float] = (0.0, 0.0)


def measure(report: Report, client: Client, databases: Databases, size: Size) -> None:
    """Fill, measure, and add what was found to the report."""
    found = {}
    for database, where in databases.items():
        with ExitStack() as stack:
            few = stack.enter_context(parley(f"{database}, few", client, where))
            many = stack.enter_context(parley(f"{database}, many", client, where))
            found[database] = _measured(client, few, many, size)
    report.tables.append(_table(found, size))
    for database, one in found.items():
        times = ratios([turns.cpu for turns in one.many], [turns.cpu for turns in one.few])
        what = f"CPU of a turn with {size.many:,} waiting against {size.few:,}"
        report.targets.append(Target(what, database, times, "at most", 1.2))


def _measured(client: Client, few: Whole, many: Whole, size: Size) -> Found:
    addresses = {copy.name: seed(copy, client, count) for copy, count in ((few, size.few), (many, size.many))}
    for copy in (few, many):
        copy.settle()
    found = Found()
    chance = random.Random(1)
    for number in range(-1, size.rounds):
        for copy, kept in ((few, found.few), (many, found.many)):
            known = addresses[copy.name]
            taken = _turns(client, copy, chance.sample(known, min(size.few, len(known))), size.seconds)
            if number >= 0:
                kept.append(taken)
    found.memory = (few.memory(), many.memory())
    chance.shuffle(addresses[many.name])
    for number in range(size.firings):
        due = addresses[many.name][number * size.timers : (number + 1) * size.timers]
        found.firings.append(_fired(many, due))
    return found


def _turns(client: Client, copy: Whole, contacts: list[str], seconds: float) -> Turns:
    before = copy.cpu()
    told = client.run_against(copy, contacts, "row", seconds=seconds)
    copy.wait_until_sent()
    used = copy.cpu() - before
    return Turns(used / told["count"], quantile(told["rows"], 0.5), quantile(told["rows"], 0.95))


def _fired(copy: Whole, addresses: Sequence[str]) -> Firing:
    """Let these contacts' time be up now. Raises RuntimeError unless each is then asked whether they are there."""
    timers, messages = tables.timers, tables.messages
    conversations = conversations_of(copy, addresses)
    asked = select(func.count()).where(messages.c.text == STILL)
    with copy.parts.engine.begin() as connection:
        already = connection.execute(asked).scalar_one()
        now = utcnow()
        due = update(timers).where(timers.c.conversation == bindparam("which")).values(due=now)
        connection.execute(due, [{"which": one} for one in conversations])
    before, began = copy.cpu(), time.monotonic()
    copy.wait_while(or_(exists().where(timers.c.due <= utcnow()), exists().where(tables.PENDING)))
    seconds = time.monotonic() - began
    copy.wait_until_sent()
    used = copy.cpu() - before
    with reading(copy.parts.engine).begin() as connection:
        fired = connection.execute(asked).scalar_one() - already
    if fired != len(conversations):
        raise RuntimeError(f"{len(conversations)} time limits came due, {fired} fired")
    return Firing(seconds, used / len(conversations))


def _table(found: dict[str, Found], size: Size) -> Table:
    def line(what: str, *cells: Cell) -> Line:
        return Line(what, list(cells))

    every = list(found.values())
    lines = []
    for count, which in ((size.few, "few"), (size.many, "many")):
        rounds: list[list[Turns]] = [getattr(one, which) for one in every]
        lines += [
            line(f"CPU of a message, {count:,} waiting", *(_figure([t.cpu for t in r], 1e6, " us") for r in rounds)),
            line(f"to the reply row, p50, {count:,}", *(_figure([t.middle for t in r], 1e3, " ms") for r in rounds)),
            line(f"p95, {count:,}", *(_figure([t.late for t in r], 1e3, " ms") for r in rounds)),
        ]
    for place, count in enumerate((size.few, size.many)):
        lines.append(line(f"memory, {count:,} waiting", *(_figure([o.memory[place]], 2**-20, " MiB") for o in every)))
    lines += [
        line(
            f"{size.timers:,} time limits, until the last reply is a row",
            *(_figure([fired.seconds for fired in one.firings], 1, " s") for one in every),
        ),
        line("CPU of one, its delivery included", *(_figure([f.cpu for f in o.firings], 1e6, " us") for o in every)),
    ]
    return Table(
        f"With {size.many:,} conversations waiting",
        ["", *found],
        lines,
        [
            f"{size.few} connections; the contacts of each round are chosen by lot. Every reply is delivered.",
            "Memory is of all processes, PostgreSQL's included, what they share counted once, after the rounds.",
        ],
    )


def _figure(values: Sequence[float], factor: float, unit: str) -> Figure:
    return figure((value * factor for value in values), unit)
