"""How fast visitors may write and connect: token buckets in this process's memory."""

from collections import OrderedDict

import msgspec


class Rate(msgspec.Struct, frozen=True):
    """``burst`` at once, then one more every ``seconds``."""

    burst: int
    seconds: float


class Buckets:
    """One bucket per key for one rate. Keys seen longest ago are forgotten beyond ``most`` of them."""

    def __init__(self, rate: Rate, most: int = 20_000) -> None:
        self._rate = rate
        self._most = most
        # Key to the moment at which its bucket is full again: all a bucket needs to remember.
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def take(self, key: str, now: float) -> float:
        """Take one and return 0, or take none and return in how many seconds there is one (``now`` is in seconds)."""
        full_at = max(self._full_at.get(key, now), now)
        over = full_at + self._rate.seconds - (now + self._rate.burst * self._rate.seconds)
        # Sums of floats: a millionth of a second is no reason to refuse.
        if over > 1e-6:
            return over
        self._full_at[key] = full_at + self._rate.seconds
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._most:
            self._full_at.popitem(last=False)
        return 0.0
