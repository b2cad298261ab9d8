"""Three versions of one value made one: what two people did to the same field, each going out from what they saw.

Lists whose items have ids are merged item by item, objects key by key, all else as a whole. A rule (an object with a
``kind``) is a whole: half of one person's and half of another's would be nobody's.
"""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec


class Lost(msgspec.Struct, frozen=True):
    """What somebody had written and another's writing has taken the place of; None: they had removed it.

    ``path`` is that of the place within the field, as ``engine.text.texts`` counts: ``small.label``.
    """

    path: str
    value: Any


class _Absent:
    """What is not there; None is a value."""


ABSENT = _Absent()


def merge(base: Any, mine: Any, theirs: Any, *, yielding: bool = False) -> tuple[Any, tuple[Lost, ...]]:
    """``theirs`` with all that makes ``mine`` of ``base``, and what of theirs that cost.

    Where both changed the same, mine stays; when ``yielding`` theirs does, and what is lost is mine. Each is plain
    data or ABSENT.
    """
    lost: list[Lost] = []
    return _merged(base, mine, theirs, "", lost, yielding), tuple(lost)


def leaves(old: Any, new: Any) -> dict[str, Any]:
    """What is otherwise in ``new``: path -> value, None where nothing stands any more."""
    found: dict[str, Any] = {}
    _differ(old, new, "", found)
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two plain values say the same: 1 is 1.0, as JSON does not tell them apart, and neither is true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _merged(base: Any, mine: Any, theirs: Any, path: str, lost: list[Lost], yielding: bool) -> Any:
    if same(mine, theirs) or same(base, mine):
        return theirs
    if same(base, theirs):
        return mine
    keyed = _keyed(base, mine, theirs)
    if keyed is None:
        given_up = mine if yielding else theirs
        lost.append(Lost(path, None if given_up is ABSENT else given_up))
        return theirs if yielding else mine
    of_base, of_mine, of_theirs = keyed
    merged = {
        key: found
        for key in dict.fromkeys([*of_theirs, *of_mine])
        if (
            found := _merged(
                of_base.get(key, ABSENT),
                of_mine.get(key, ABSENT),
                of_theirs.get(key, ABSENT),
                f"{path}.{key}" if path else str(key),
                lost,
                yielding,
            )
        )
        is not ABSENT
    }
    if isinstance(mine, dict):
        return merged
    orders = list(of_base), list(of_mine), list(of_theirs)
    if reordered(*orders[:2], of_theirs) and reordered(orders[0], orders[2], of_mine) and orders[1] != orders[2]:
        lost.append(Lost(path, mine if yielding else theirs))
    return [merged[key] for key in _order(*orders, merged, yielding)]


def _differ(old: Any, new: Any, path: str, found: dict[str, Any]) -> None:
    if same(old, new):
        return
    keyed = _keyed(ABSENT, old, new)
    if keyed is None:
        found[path] = None if new is ABSENT else new
        return
    _, before, after = keyed
    for key in dict.fromkeys([*before, *after]):
        _differ(before.get(key, ABSENT), after.get(key, ABSENT), f"{path}.{key}" if path else str(key), found)
    if not isinstance(new, dict) and reordered(list(before), list(after), after):
        found[path] = new


def _keyed(base: Any, mine: Any, theirs: Any) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]] | None:
    """The parts of the three by their keys; None where one of them has none."""
    by: Callable[[Any], dict[str, Any] | None] = _items if isinstance(mine, list | tuple) else _parts
    here, there = by(mine), by(theirs)
    before = {} if base is ABSENT else by(base)
    return None if here is None or there is None or before is None else (before, here, there)


def _parts(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) and "kind" not in value else None


def _items(value: Any) -> dict[str, Any] | None:
    if not isinstance(value, list | tuple):
        return None
    found = {item["id"]: item for item in value if isinstance(item, dict) and isinstance(item.get("id"), str)}
    return found if len(found) == len(value) else None


def reordered(base: Iterable[str], now: Iterable[str], others: Iterable[str]) -> bool:
    """Whether the keys that all three have stand in another order than they did."""
    shared = set(base) & set(now) & set(others)
    return [key for key in now if key in shared] != [key for key in base if key in shared]


def _order(base: list[str], mine: list[str], theirs: list[str], kept: Iterable[str], yielding: bool) -> list[str]:
    """The order of whoever changed it; what only the other has stands behind what it stood behind there."""
    kept = set(kept)
    by_me = reordered(base, mine, theirs) and not (yielding and reordered(base, theirs, mine))
    first, second = (mine, theirs) if by_me else (theirs, mine)
    order = [key for key in first if key in kept]
    for position, key in enumerate(second):
        if key in kept and key not in order:
            before = next((one for one in reversed(second[:position]) if one in order), None)
            order.insert(0 if before is None else order.index(before) + 1, key)
    return order
