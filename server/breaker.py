"""A service that did not answer several times in a row is left alone for a while: who would ask it is told at once."""

import threading
import time
from collections.abc import Callable

import msgspec

ENOUGH = 5
"""So many failures in a row close the way."""

PAUSE = 15.0
"""Seconds for which it stays closed; then one request tries whether the service is back."""


class _State(msgspec.Struct):
    failures: int = 0
    closed_until: float = 0.0


class Breaker:
    """Thread-safe; one a process. ``clock`` tells seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, enough: int = ENOUGH, pause: float = PAUSE) -> None:
        self._clock = clock
        self._enough = enough
        self._pause = pause
        self._states: dict[str, _State] = {}
        self._lock = threading.Lock()

    def admits(self, which: str) -> bool:
        """Whether a service may be asked now. Where it was closed and the pause is over, the first who asks may."""
        with self._lock:
            state = self._states.get(which)
            if state is None or state.failures < self._enough:
                return True
            if self._clock() < state.closed_until:
                return False
            state.closed_until = self._clock() + self._pause
            return True

    def answered(self, which: str) -> None:
        """The service answered, whatever it said."""
        with self._lock:
            self._states.pop(which, None)

    def failed(self, which: str) -> bool:
        """The service did not answer; whether it is left alone from now on."""
        with self._lock:
            state = self._states.setdefault(which, _State())
            state.failures += 1
            if state.failures < self._enough:
                return False
            state.closed_until = self._clock() + self._pause
            return True
