"""Slow queries stand in lanes, one for each service that answers them: a service that hangs fills its own lane only."""

from collections.abc import Mapping

from engine.queries import AnyQuery, Fetch

AT_ONCE: Mapping[str, int] = {"look_up": 8}
"""So many queries of a lane one process has under way; a lane that is not named has ``OTHERS``."""

OTHERS = 4

MOST = 32
"""So many queries one process has under way in all."""


def lane(query: AnyQuery) -> str:
    """The lane of a query."""
    kind = str(type(query).__struct_config__.tag)
    return f"{kind}:{query.service}" if isinstance(query, Fetch) else kind


def room(lane: str) -> int:
    """How many queries of a lane may be under way at once."""
    return AT_ONCE.get(lane, OTHERS)
