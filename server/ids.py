"""Ids: those that programs make, unique without asking anyone and sorted by when they were made; those from names."""

import re
import secrets
import threading
import time
from collections.abc import Collection

_making = threading.Lock()
_newest = 0


def new_id() -> str:
    """28 hexadecimal digits: the millisecond, then 64 random bits; each of a process is greater than the one before."""
    global _newest
    with _making:
        _newest = max(_newest + 1, (time.time_ns() // 1_000_000 << 64) | secrets.randbits(64))
        return f"{_newest:028x}"


def slug(name: str, otherwise: str) -> str:
    """An id that people can read, made from a name; `otherwise` where nothing of the name can stand in one."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:48].strip("-") or otherwise


def free(wanted: str, taken: Collection[str]) -> str:
    """`wanted`, or with the first number behind it that is not taken; with the number 64 characters at most."""
    if wanted not in taken:
        return wanted
    return next(made for n in range(2, len(taken) + 3) if (made := f"{wanted[:58]}-{n}") not in taken)
