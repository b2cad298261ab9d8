"""What an edit does to a place that somebody else was faster at, and what that cost them."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import msgspec

from engine.flow import Flow
from flows import edits as op
from flows.merge import Lost, merge

M = TypeVar("M")


class Overwritten(msgspec.Struct, frozen=True):
    """What somebody else had written at the same place without this edit's author having seen it.

    ``node`` is '' for the flow itself; ``path`` begins with the field: ``choices.small.label``; ``language`` that of a
    translation, else ''. ``value`` is what stood there, None for nothing; ``back`` the edit that puts it back.
    """

    node: str
    path: str
    value: Any
    back: dict[str, Any]
    language: str = ""


def led_elsewhere(flow: Flow[Any], edit: op.Connect | op.Disconnect, target: str, lost: list[Overwritten]) -> None:
    """Tell where somebody else has led the port meanwhile."""
    now = next((edge.target for edge in flow.edges if (edge.source, edge.port) == (edit.source, edit.port)), "")
    if edit.base in (msgspec.UNSET, now) or now == target:
        return
    port = {"source": edit.source, "port": edit.port}
    back = {"op": "connect", **port, "target": now} if now else {"op": "disconnect", **port}
    lost.append(Overwritten(edit.source, f"ports.{edit.port}", now or None, {**back, "base": target}))


def merge_field(
    base: Any,
    mine: Any,
    now: Any,
    fits: Callable[[Any], M],
    plain: Callable[[M], Any],
    lost: list[Overwritten],
    node: str,
    field: str,
    back: dict[str, Any],
) -> M:
    """What becomes of a field that somebody else may have changed since ``base``; as ``mine`` where no merge fits.

    ``fits`` makes what holds a plain value (raises ValueError), ``plain`` goes the other way; ``back`` is the edit that
    would set the field, without its value.
    """
    with suppress(ValueError):
        # Written as the others are: what is as usual is left out.
        base = plain(fits(base))
    value, gone = merge(base, mine, now)
    try:
        made = fits(value)
    except ValueError:
        value, gone, made = mine, (Lost("", now),), fits(mine)
    if gone:
        again = {**back, "value": merge(base, mine, now, yielding=True)[0], "base": value}
        paths = [f"{field}.{one.path}" if one.path else field for one in gone]
        lost += [Overwritten(node, path, one.value, again) for path, one in zip(paths, gone, strict=True)]
    return made
