"""What no schema says of JSON: keys that stand twice, numbers and texts that cannot be stored, bottomless nesting."""

from collections.abc import Iterator
from typing import Any

from flows.faults import Fault, fault

DEEPEST = 64
"""Levels: a rule as deep as check allows takes about 30."""

_LARGEST_NUMBER = 2**53


class Twice(dict[str, Any]):
    """An object in which the key ``key`` stood twice, marked by the parser."""

    key = ""


class Constant(str):
    """NaN, Infinity or -Infinity, marked by the parser: Python takes them and JSON does not have them."""

    __slots__ = ()


def unsound(value: Any, path: str = "", depth: int = 0) -> Iterator[Fault]:
    """Every such fault, with its path."""
    if depth > DEEPEST:
        yield fault(path, "too_deep", limit=DEEPEST)
    elif isinstance(value, dict):
        if isinstance(value, Twice):
            yield fault(f"{path}/{value.key}" if path else value.key, "twice", name=value.key)
        for key, item in value.items():
            if not isinstance(key, str) or _broken(key):
                yield fault(path, "broken_text")
            else:
                yield from unsound(item, f"{path}/{key}" if path else key, depth + 1)
    elif isinstance(value, list | tuple):
        for position, item in enumerate(value):
            yield from unsound(item, f"{path}/{position}", depth + 1)
    elif isinstance(value, Constant):
        yield fault(path, "not_a_number", found=str(value))
    elif isinstance(value, str):
        if _broken(value):
            yield fault(path, "broken_text")
    elif isinstance(value, float) and value != value:
        yield fault(path, "not_a_number", found="NaN")
    elif isinstance(value, int | float) and abs(value) > _LARGEST_NUMBER:
        yield fault(path, "number_too_large")


def _broken(text: str) -> bool:
    """Half a surrogate pair cannot be encoded, and PostgreSQL stores no zero byte."""
    if text.isascii():
        return "\0" in text
    return "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text)
