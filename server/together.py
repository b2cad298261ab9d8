"""Several people in one flow: who is there, and what somebody lost to a faster or a later hand. All of it in Redis.

Both may be lost with it: then nobody is shown until the next sign of life, and who lost something finds out by looking.
"""

from typing import Any

import msgspec
from redis.exceptions import RedisError

from flows.overwriting import Overwritten
from server.bus import LIVE, Bus
from server.ids import new_id
from server.people import Person

LEASE = 6
"""Seconds after which a tab that gave no sign of life is gone."""

KEPT = 50
"""Losses kept for each flow, the newest."""

KEPT_FOR = 3600
"""Seconds for which they are kept."""


class Somebody(msgspec.Struct, frozen=True):
    """A tab that has a flow open: whose it is, which nodes are selected there; ``since`` is a UNIX time."""

    tab: str
    person: str
    name: str
    since: float
    ids: tuple[str, ...] = ()


class Loss(msgspec.Struct, frozen=True):
    """What the edit of ``name`` in the tab ``tab`` has taken the place of."""

    id: str
    tab: str
    name: str
    what: Overwritten


class Together:
    """Thread-safe. No method raises when Redis is away: then everybody is alone."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    def here(self, flow: str, somebody: Somebody) -> bool:
        """Say that a tab is here, or what it has selected now; whether others may be here too; else it is no news."""
        try:
            with self._bus.redis.pipeline(transaction=False) as pipe:
                self._sign(pipe, flow, somebody)
                pipe.scard(_all(flow))
                count = pipe.execute()[-1]
        except RedisError:
            return False
        if count > 1:
            self._tell(flow)
        return bool(count > 1)

    def still_here(self, flow: str, tabs: list[Somebody]) -> None:
        """A sign of life of several tabs; no news."""
        try:
            with self._bus.redis.pipeline(transaction=False) as pipe:
                for somebody in tabs:
                    self._sign(pipe, flow, somebody)
                pipe.execute()
        except RedisError:
            return

    def gone(self, flow: str, tab: str) -> None:
        """Say that a tab has gone."""
        try:
            with self._bus.redis.pipeline(transaction=False) as pipe:
                pipe.delete(_one(flow, tab))
                pipe.srem(_all(flow), tab)
                pipe.scard(_all(flow))
                left = pipe.execute()[-1]
        except RedisError:
            return
        if left:
            self._tell(flow)

    def people(self, flow: str) -> list[Somebody]:
        """Who is here, the first to come first."""
        redis = self._bus.redis
        try:
            tabs: list[str] = [tab.decode() for tab in redis.smembers(_all(flow))]  # type: ignore[union-attr]
            found: list[bytes | None] = redis.mget([_one(flow, tab) for tab in tabs]) if tabs else []  # type: ignore[assignment]
            if gone := [tab for tab, sign in zip(tabs, found, strict=True) if sign is None]:
                redis.srem(_all(flow), *gone)
        except RedisError:
            return []
        here = [msgspec.json.decode(sign, type=Somebody) for sign in found if sign is not None]
        return sorted(here, key=lambda one: (one.since, one.tab))

    def overwritten(self, flow: str, tab: str, person: Person, what: tuple[Overwritten, ...]) -> None:
        """Keep what an edit cost others, for whoever it was to hear of it. To be called before the edit is news."""
        losses = [Loss(new_id(), tab, person.name, one) for one in what]
        try:
            with self._bus.redis.pipeline(transaction=False) as pipe:
                pipe.lpush(_lost(flow), *map(msgspec.json.encode, losses))
                pipe.ltrim(_lost(flow), 0, KEPT - 1)
                pipe.expire(_lost(flow), KEPT_FOR)
                pipe.execute()
        except RedisError:
            return

    def losses(self, flow: str) -> list[Loss]:
        """What was lost lately in a flow, the oldest first."""
        try:
            found: list[bytes] = self._bus.redis.lrange(_lost(flow), 0, -1)  # type: ignore[assignment]
        except RedisError:
            return []
        return [msgspec.json.decode(one, type=Loss) for one in reversed(found)]

    def _sign(self, pipe: Any, flow: str, somebody: Somebody) -> None:
        pipe.set(_one(flow, somebody.tab), msgspec.json.encode(somebody), ex=LEASE)
        pipe.sadd(_all(flow), somebody.tab)
        pipe.expire(_all(flow), 10 * LEASE)

    def _tell(self, flow: str) -> None:
        self._bus.publish(LIVE, [{"kind": "here", "id": flow}])


def _all(flow: str) -> str:
    return f"parley:here:{flow}"


def _one(flow: str, tab: str) -> str:
    return f"parley:here:{flow}:{tab}"


def _lost(flow: str) -> str:
    return f"parley:lost:{flow}"
