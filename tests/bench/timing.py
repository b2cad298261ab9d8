"""Timing things against each other on a machine that is not quiet: in turn, round by round, medians of the rounds."""

import statistics
import time
from collections.abc import Callable, Mapping

import msgspec


class Measured(msgspec.Struct, frozen=True):
    """What one call costs, in seconds: the median over the rounds, and the spread between the quartiles."""

    median: float
    low: float
    high: float


def in_turn(calls: Mapping[str, Callable[[], object]], rounds: int = 15, seconds: float = 0.05) -> dict[str, Measured]:
    """Run each call for about ``seconds`` a round, one after the other, so that drift strikes all alike."""
    counts = {name: _calls_in(call, seconds) for name, call in calls.items()}
    costs: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            began = time.perf_counter()
            for _ in range(counts[name]):
                call()
            costs[name].append((time.perf_counter() - began) / counts[name])
    return {name: _measured(found) for name, found in costs.items()}


def table(measured: Mapping[str, Measured], base: str) -> str:
    """The figures as a Markdown table, each also as a multiple of ``base``."""
    lines = ["| | median | quartiles | times the first |", "| --- | ---: | ---: | ---: |"]
    for name, found in measured.items():
        ratio = found.median / measured[base].median
        lines.append(
            f"| {name} | {_shown(found.median)} | {_shown(found.low)} to {_shown(found.high)} | {ratio:,.1f} |"
        )
    return "\n".join(lines)


def _calls_in(call: Callable[[], object], seconds: float) -> int:
    call()
    began = time.perf_counter()
    call()
    return max(1, int(seconds / max(time.perf_counter() - began, 1e-7)))


def _measured(costs: list[float]) -> Measured:
    low, median, high = statistics.quantiles(costs, n=4)
    return Measured(median, low, high)


def _shown(seconds: float) -> str:
    return f"{seconds * 1e6:,.1f} us" if seconds < 1e-3 else f"{seconds * 1e3:,.2f} ms"
