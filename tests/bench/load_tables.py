"""What was found under load, as tables and against the targets."""

from collections.abc import Callable, Iterable, Sequence

import psutil

from tests.bench.figures import Cell, Figure, Line, Report, Table, Target, figure, quantile, ratios
from tests.bench.load import (
    ECHO,
    NODE_RED,
    PACE,
    Load,
    Round,
    grouped_name,
    insert_name,
    silent_name,
    stored,
    whole_name,
)


def tell(report: Report, load: Load, databases: Sequence[str]) -> None:
    """Add tables and targets to the report."""
    peers = [ECHO, *(name(database) for database in databases for name in (insert_name, grouped_name)), NODE_RED]
    report.tables += [
        _rates(load, peers, databases),
        _cpu(load, peers, databases),
        _paced(load, databases),
        _limits(load, databases),
    ]
    for database in databases:
        report.targets += _targets(load, database)


def _rates(load: Load, peers: Sequence[str], databases: Sequence[str]) -> Table:
    wholes = [whole_name(database) for database in databases]
    lines = []
    for connections in load.size.levels:
        for name in (*peers, *wholes, *map(stored, wholes)):
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


def _cpu(load: Load, peers: Sequence[str], databases: Sequence[str]) -> Table:
    """What a message costs."""
    lines = []
    for name in (*peers, *map(whole_name, databases), *map(silent_name, databases)):
        if rounds := load.rounds(name):
            database = next((one for one in databases if one in name), databases[0])
            insert = load.rounds(insert_name(database))
            cells: list[Cell] = [
                _micro(one.cpu for one in rounds),
                ratios([one.cpu for one in rounds], [one.cpu for one in insert]),
                _micro(one.client for one in rounds),
                figure((100 * one.busy for one in rounds), " %"),
            ]
            lines.append(Line(name, cells))
    told = ", ".join(f"{name} {100 * share:.1f} %" for name, share in load.idle.items())
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


def _limits(load: Load, databases: Sequence[str]) -> Table:
    """What bounds the rate, and how far it is from there."""
    cores = psutil.cpu_count() or 1
    node = [one.rate for one in load.rounds(NODE_RED)]
    lines = []

    def line(what: str, named: Callable[[str], str], rate: Callable[[Round], float]) -> None:
        """A rate on each database, and how many times Node-RED's it is."""
        cells: list[Cell] = []
        for database in databases:
            rates = [rate(one) for one in load.rounds(named(database))]
            cells += [figure(rates, "/s") if rates else "", ratios(rates, node) if rates and node else ""]
        lines.append(Line(what, cells))

    def with_all_cores(one: Round) -> float:
        return cores / (one.cpu + one.client)

    line("found: webhook to reply row", whole_name, lambda one: one.rate)
    line("found: to the reply delivered", whole_name, lambda one: one.delivery_rate)
    line("if the cores did nothing else, with the delivery", whole_name, with_all_cores)
    line("if the cores did nothing else, to the reply row alone", silent_name, with_all_cores)
    line("found: bare durable insert in groups", grouped_name, lambda one: one.rate)
    line("found: bare route, stores nothing", lambda _: ECHO, lambda one: one.rate)
    columns = [column for database in databases for column in (database, "times Node-RED's")]
    return Table(
        f"The limit, and how far it is: messages a second at {load.size.middle} connections",
        ["", *columns],
        lines,
        [
            f"If the cores did nothing else: {cores} cores / (CPU of a message + the client's own).",
            "The bare routes show what this machine can do at all in Python with the same client, storing or not.",
        ],
    )


def _micro(seconds: Iterable[float]) -> Figure:
    return figure((1e6 * one for one in seconds), " us")


def _paced(load: Load, databases: Sequence[str]) -> Table:
    lines = []
    for name in map(whole_name, databases):
        cells: list[Cell] = []
        for which in ("answers", "rows", "delivered"):
            cells += [_late(load.paced[name], which, share) for share in (0.5, 0.95)]
        lines.append(Line(name, cells))
    return Table(
        f"At {PACE:.0f} messages a second, at random moments",
        ["", "200, p50", "p95", "reply row, p50", "p95", "delivered, p50", "p95"],
        lines,
    )


def _late(rounds: Sequence[Round], which: str, share: float) -> Figure:
    return figure((quantile(getattr(one, which), share) * 1e3 for one in rounds), " ms")


def _targets(load: Load, database: str) -> list[Target]:
    rounds, node = load.rounds(whole_name(database)), load.rounds(NODE_RED)
    middle = f"{load.size.middle} connections"
    found = []
    if node:
        times = ratios([one.rate for one in rounds], [one.rate for one in node])
        found.append(Target(f"Rate against Node-RED's, {middle}", database, times, "at least", 2.0))
    bare_cpu = [one.cpu for one in load.rounds(insert_name(database))]
    for which, name in (("webhook to reply row", silent_name), ("with the reply's delivery", whole_name)):
        if these := [one.cpu for one in load.rounds(name(database))]:
            what = f"CPU of a message against the bare insert's, {which}"
            found.append(Target(what, database, ratios(these, bare_cpu), "at most", 2.0))
    late = _late(load.paced[whole_name(database)], "rows", 0.95)
    found.append(Target(f"p95 to the reply row at {PACE:.0f} messages/s", database, late, "at most", 100.0))
    return found
