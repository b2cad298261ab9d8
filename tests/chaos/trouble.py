"""What befalls: a schedule of kills, freezes and restarts, the same for the same seed."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable

from server.claims import LEASE
from tests.chaos.systems import Kind, System

# Seconds.
FROZEN = LEASE.total_seconds() + 1.5
GAP = 4.0
PATIENCE = 90.0
POLL = 0.05


def schedule(kinds: tuple[Kind, ...], seconds: float, rng: random.Random) -> list[tuple[float, Kind]]:
    """(seconds from the start, what befalls): rounds in which every kind has its turn, one at least."""
    rounds = max(1, int(seconds / (GAP * len(kinds))))
    order = [kind for _ in range(rounds) for kind in rng.sample(kinds, len(kinds))]
    gap = seconds / len(order)
    moments = [(gap * (number + rng.uniform(0.2, 0.8)), kind) for number, kind in enumerate(order)]
    # Who is frozen shall wake up under load.
    latest = max(0.0, seconds - FROZEN)
    return sorted((min(moment, latest) if kind == "frozen" else moment, kind) for moment, kind in moments)


class Trouble:
    """Befalls a system in a thread of its own; ``befell`` counts by kind."""

    def __init__(self, system: System, seconds: float, seed: str, say: Callable[[str], None]) -> None:
        self.befell: Counter[Kind] = Counter()
        self.fault: Exception | None = None
        self._system = system
        self._rng = random.Random(f"{seed} trouble")
        self._schedule = schedule(system.kinds, seconds, self._rng)
        self._say = say
        self._thaws: list[threading.Timer] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def join(self) -> None:
        """Wait for the last of it; whoever was frozen goes on."""
        self._thread.join()
        for thaw in self._thaws:
            thaw.join()
        if self.fault is not None:
            raise self.fault

    def _run(self) -> None:
        begun = time.monotonic()
        try:
            for moment, kind in self._schedule:
                late = time.monotonic() - begun - moment
                if late > GAP and self.befell[kind]:
                    # A slow machine takes its time to start again what was killed.
                    continue
                time.sleep(max(0.0, -late))
                self._befall(kind)
                self._say(f"{time.monotonic() - begun:6.1f} s  {kind}")
        except Exception as fault:
            self.fault = fault

    def _befall(self, kind: Kind) -> None:
        if kind in ("postgres", "crash"):
            self._system.restart_database(crash=kind == "crash")
        else:
            pid = self._rng.choice(self._living(kind))
            tell(pid, signal.SIGSTOP if kind == "frozen" else signal.SIGKILL)
            if kind == "frozen":
                thaw = threading.Timer(FROZEN, tell, (pid, signal.SIGCONT))
                thaw.start()
                self._thaws.append(thaw)
        self.befell[kind] += 1

    def _living(self, kind: Kind) -> list[int]:
        deadline = time.monotonic() + PATIENCE
        while not (found := self._system.pids(kind)):
            assert time.monotonic() < deadline, f"no {kind} lives"
            time.sleep(POLL)
        return found


def tell(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process, should it still live."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
