"""How fast a channel may be spoken to: rates as data, and the arithmetic on one stored time each.

The generic cell rate algorithm: ``paced`` is the time at which all that was sent would have been sent, had it been
spread evenly. It stands in the database (``account.paced``, ``conversation.paced``), so that every sender of every
machine goes by the same.
"""

from datetime import datetime, timedelta

import msgspec

AHEAD = timedelta(minutes=10)
"""So far ahead places in a pace are given; who finds none comes back later."""

FRESH = timedelta(seconds=2)
"""So long a place may be used after its time: a little late is no burst."""


class Rate(msgspec.Struct, frozen=True):
    """``count`` in ``seconds`` in the long run, and ``burst`` at once after a silence."""

    count: int
    seconds: float
    burst: int = 1

    @property
    def interval(self) -> timedelta:
        """From one to the next."""
        return timedelta(seconds=self.seconds / self.count)


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Requests of a whole account, to one receiver, and to one that is a group; None means that nothing limits them.

    ``at_once``: so many conversations of an account one sending process has under way, however slow the platform is.
    """

    account: Rate | None = None
    receiver: Rate | None = None
    group: Rate | None = None
    at_once: int = 8


def free_from(paced: datetime | None, rate: Rate, now: datetime) -> datetime:
    """From when there is a place: ``now``, or later."""
    if paced is None or paced > now + 2 * AHEAD:  # such a time was set by a clock that has gone back since
        return now
    return max(now, paced - (rate.burst - 1) * rate.interval)


def advanced(paced: datetime | None, rate: Rate, at: datetime) -> datetime:
    """``paced`` after a place was taken, at a time from ``free_from``."""
    if paced is None or paced > at + 2 * AHEAD:
        return at + rate.interval
    return max(paced, at) + rate.interval
