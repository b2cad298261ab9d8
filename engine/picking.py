"""What is kept of a service's answer: one place in a JSON document, as a text, a number or yes or no."""

import re
from collections.abc import Iterable
from typing import Any

from engine.queries import Kind, Scalar, Wanted

MOST_TEXT = 2000
"""Characters of a kept text; the rest is cut off. A conversation's values travel with every turn."""

_INDEX = re.compile(r"\[(\d{1,6})\]", re.ASCII)
_YES = frozenset({"yes", "true", "1", "on"})
_NO = frozenset({"no", "false", "0", "off"})


def picked(document: Any, path: str) -> Any:
    """What stands at a path such as ``orders.0.status`` or ``orders[0].status``, None where nothing does.

    An empty path is the whole document. A number is a list's position from 0, in an object a name like any other.
    """
    found = document
    for part in filter(None, _INDEX.sub(r".\1", path).split(".")):
        if isinstance(found, dict):
            found = found.get(part)
        elif isinstance(found, list) and part.isascii() and part.isdecimal() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found


def as_kind(found: Any, kind: Kind) -> Scalar | None:
    """A JSON value as what it is to be, None where it cannot be that. A list of plain values is a text with commas."""
    if kind == "number":
        return _number(found)
    if kind == "yes_no":
        return _yes_no(found)
    if isinstance(found, list):
        texts = [_text(one) for one in found]
        return ", ".join(filter(None, texts))[:MOST_TEXT] or None if None not in texts else None
    return _text(found)


def kept(wanted: Iterable[Wanted], document: Any) -> dict[str, Scalar]:
    """All that is wanted of a document and is there, by name."""
    found = {one.name: as_kind(picked(document, one.path), one.kind) for one in wanted}
    return {name: value for name, value in found.items() if value is not None}


def _text(found: Any) -> str | None:
    match found:
        case bool():
            return "true" if found else "false"
        case str():
            return found[:MOST_TEXT]
        case int() | float() if abs(found) < 10**30:
            return str(found)
        case _:
            return None


def _number(found: Any) -> int | float | None:
    if isinstance(found, bool):
        return None
    if isinstance(found, str):
        try:
            found = float(found.strip())
        except ValueError:
            return None
    if not isinstance(found, int | float):
        return None
    # Beyond this no two programs agree what a number in JSON is (RFC 8259, 6); so neither is what is no number.
    if not abs(found) <= 2**53:
        return None
    return int(found) if float(found).is_integer() else found


def _yes_no(found: Any) -> bool | None:
    if isinstance(found, bool):
        return found
    written = str(found).strip().casefold() if isinstance(found, str | int) else ""
    return True if written in _YES else False if written in _NO else None
