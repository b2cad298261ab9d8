"""Which tabs of this process have which flow open, and who else has it open in any process.

Tabs give signs of life to Redis; who is alone hears nothing. Blocking functions: call them in a thread, where tabs may
come and go while they run.
"""

import time
from collections.abc import Collection
from zlib import crc32

import msgspec

from builder_ui import backend
from server.people import Person
from server.together import Somebody, Together

COLOURS = 8
"""As many as the stylesheet has: `.person-0` and on."""

_here: dict[str, tuple[str, Somebody]] = {}
_seen: dict[str, list[Somebody]] = {}


def come(tab: str, flow: str, person: Person) -> None:
    """A tab of this process has opened a flow."""
    known = _here.get(tab)
    if known is not None and known[0] != flow:
        leave(tab)
    somebody = Somebody(tab, person.id, person.name or person.email, time.time())
    if known is not None and known[0] == flow:
        somebody = msgspec.structs.replace(somebody, since=known[1].since, ids=known[1].ids)
    _here[tab] = (flow, somebody)
    _together().here(flow, somebody)


def selects(tab: str, ids: Collection[str]) -> None:
    """A tab has selected these nodes."""
    if (known := _here.get(tab)) is None or known[1].ids == tuple(ids):
        return
    flow, somebody = known[0], msgspec.structs.replace(known[1], ids=tuple(ids))
    _here[tab] = (flow, somebody)
    _together().here(flow, somebody)


def leave(tab: str) -> None:
    """A tab looks at something else now, or is closed."""
    known = _here.pop(tab, None)
    if known is not None:
        _together().gone(known[0], tab)


def is_here(tab: str) -> bool:
    """Whether a tab has a flow open."""
    return tab in _here


def sweep(open_tabs: Collection[str]) -> None:
    """Let go of tabs whose connection has ended."""
    for tab in [tab for tab in list(_here) if tab not in open_tabs]:
        leave(tab)


def renew() -> set[str]:
    """Give a sign of life of every tab; the flows at which others have come or gone."""
    flows = {flow for flow, _ in list(_here.values())}
    for flow in set(_seen) - flows:
        _seen.pop(flow, None)
    changed = set()
    for flow in flows:
        # Asked now: a tab that left while another flow's signs went out gives none any more.
        tabs = [somebody for open_flow, somebody in list(_here.values()) if open_flow == flow]
        if not tabs:
            continue
        _together().still_here(flow, tabs)
        before = _seen.get(flow, [])
        look(flow)
        # The tab may have left meanwhile: then nobody has looked.
        if _seen.get(flow, []) != before:
            changed.add(flow)
    return changed


def look(flow: str) -> None:
    """Learn who is there, if any tab of this process has the flow open."""
    if any(open_flow == flow for open_flow, _ in list(_here.values())):
        _seen[flow] = _together().people(flow)


def others(flow: str, tab: str) -> list[tuple[Somebody, int]]:
    """Who else has a flow open, each with the number of their colour, which is the same for whoever looks."""
    colours: dict[str, int] = {}
    for one in _seen.get(flow, []):
        if one.person not in colours:
            wanted = crc32(one.person.encode()) % COLOURS
            free = [number for number in range(COLOURS) if number not in colours.values()] or [wanted]
            colours[one.person] = min(free, key=lambda number: (number - wanted) % COLOURS)
    return [(one, colours[one.person]) for one in _seen.get(flow, []) if one.tab != tab]


def _together() -> Together:
    return Together(backend.here().bus)
