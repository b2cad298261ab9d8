"""Ids: unique without asking anyone, and sorted by when they were made."""

import secrets
import threading
import time

_making = threading.Lock()
_newest = 0


def new_id() -> str:
    """28 hexadecimal digits: the millisecond, then 64 random bits; each of a process is greater than the one before."""
    global _newest
    with _making:
        _newest = max(_newest + 1, (time.time_ns() // 1_000_000 << 64) | secrets.randbits(64))
        return f"{_newest:028x}"
