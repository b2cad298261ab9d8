"""What takes a moment to find and is asked for often: found once, and believed for a while."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

SHARE = 20.0
"""What was found is believed for so many times as long as it took to find: looking must never become the load."""

OLD = 10.0
"""Seconds for which the last answer stands while somebody looks again."""

PATIENCE = 5.0
"""Seconds that others wait for who looks, when there is no such answer."""

Found = TypeVar("Found")


class Kept(Generic[Found]):
    """Keeps what ``find`` returns for ``fresh`` seconds, up to ``longest`` where finding takes long. Thread-safe."""

    def __init__(self, find: Callable[[], Found], fresh: float, longest: float = 60.0) -> None:
        self._find = find
        self._fresh = fresh
        self._longest = longest
        self._looking = threading.Lock()
        self._found: tuple[Found, float] | None = None

    def get(self) -> Found:
        """What was found lately. Raises what finding raises, and TimeoutError where somebody looks in vain."""
        if (found := self._found) is not None and time.monotonic() < found[1]:
            return found[0]
        still = found is not None and time.monotonic() < found[1] + OLD
        if not self._looking.acquire(timeout=0 if still else PATIENCE):
            if found is not None and still:
                return found[0]
            raise TimeoutError("somebody looks already, and finds nothing")
        try:
            if (found := self._found) is None or time.monotonic() >= found[1]:
                begun = time.monotonic()
                made = self._find()
                ended = time.monotonic()
                found = self._found = (made, ended + min(max(self._fresh, SHARE * (ended - begun)), self._longest))
            return found[0]
        finally:
            self._looking.release()
