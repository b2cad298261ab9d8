"""Timing things against each other on a machine that is not quiet: in turn, round by round."""

import time
from collections.abc import Callable, Mapping


def in_turn(calls: Mapping[str, Callable[[], object]], rounds: int, seconds: float = 0.05) -> dict[str, list[float]]:
    """Run each call for about ``seconds`` a round, one after the other, so that drift strikes all alike.

    Returns what one call cost in each round, in seconds.
    """
    counts = {name: _calls_in(call, seconds) for name, call in calls.items()}
    costs: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            began = time.perf_counter()
            for _ in range(counts[name]):
                call()
            costs[name].append((time.perf_counter() - began) / counts[name])
    return costs


def _calls_in(call: Callable[[], object], seconds: float) -> int:
    call()
    began = time.perf_counter()
    call()
    return max(1, int(seconds / max(time.perf_counter() - began, 1e-7)))
