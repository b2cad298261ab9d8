"""Ids: unique without asking anyone, and sorted by when they were made."""

import secrets
import time


def new_id() -> str:
    """28 hexadecimal digits: the millisecond, then 64 random bits."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(8)}"
