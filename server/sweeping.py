"""What makes up for everything that was lost on the way: due timers, wake-ups, a clock put back."""

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, delete, select, update

from engine.events import TimerFired
from server import metrics, tables
from server.bus import Work
from server.database import reading
from server.faults import LONGEST_PAUSE
from server.happenings import Happening, SnoozeOver
from server.leases import LEASE
from server.parts import Parts
from server.store import append_each, utcnow
from server.turns import BACKOFF

MOST_TIMERS = 500
"""So many time limits are fired in one transaction."""

SKEW = timedelta(seconds=30)
"""By so much the clocks of several machines may differ."""

_conversations = tables.conversations.c

WAITING: dict[Work, tuple[Column[datetime | None], timedelta]] = {
    "turns": (_conversations.ready_at, max(LEASE, *BACKOFF) + SKEW),
    "sends": (_conversations.send_at, timedelta(seconds=2 * LONGEST_PAUSE) + SKEW),
    "answers": (_conversations.ask_at, timedelta(seconds=2 * LONGEST_PAUSE) + SKEW),
}
"""Since when a conversation waits for each kind of work, and how far ahead that may lie."""

log = logging.getLogger("parley.sweeping")


def sweep(parts: Parts) -> None:
    """Fire what is due, wake what waits."""
    mend(parts, utcnow())
    while fire(parts, utcnow()) >= MOST_TIMERS and not parts.ending.is_set():
        parts.bus.wake("turns")
    for work, (since, _) in WAITING.items():
        with reading(parts.engine).begin() as connection:
            waits = connection.execute(select(_conversations.id).where(since <= utcnow()).limit(1)).first()
        if waits is not None:
            parts.bus.wake(work)


def mend(parts: Parts, now: datetime) -> None:
    """Take further now what stands further ahead than anything may: the clock was put back since."""
    for work, (since, furthest) in WAITING.items():
        with reading(parts.engine).begin() as connection:
            if connection.execute(select(_conversations.id).where(since > now + furthest).limit(1)).first() is None:
                continue
        with parts.engine.begin() as connection:
            ahead = update(tables.conversations).where(since > now + furthest)
            mended = connection.execute(ahead.values({since: now})).rowcount
        log.warning("The clock was put back: %d conversations that waited for %s are taken up", mended, work)


def fire(parts: Parts, now: datetime) -> int:
    """Turn time limits that have come into events, once each; returns how many there were."""
    timers, conversations = tables.timers, tables.conversations
    with reading(parts.engine).begin() as connection:
        due = select(timers.c.conversation).where(timers.c.due <= now).order_by(timers.c.due).limit(MOST_TIMERS)
        which = list(connection.execute(due).scalars())
    if not which:
        return 0
    with parts.engine.begin() as connection:
        # Conversations first, as workers lock them: a worker that has one may be setting its next time limit.
        connection.execute(
            select(conversations.c.id)
            .where(conversations.c.id.in_(which))
            .order_by(conversations.c.id)
            .with_for_update(key_share=True)
        )
        fired = connection.execute(
            delete(timers)
            .where(timers.c.conversation.in_(which), timers.c.due <= now)
            .returning(timers.c.conversation, timers.c.kind, timers.c.number, timers.c.due)
        ).all()
        metrics.fired([(now - row.due).total_seconds() for row in fired])
        happened = sorted(fired, key=lambda row: (row.due, row.conversation, row.kind))
        append_each(connection, [(row.conversation, *_event(row, now)) for row in happened], now)
        return len(fired)


def _event(row: Any, now: datetime) -> tuple[str, Happening]:
    """What a time limit becomes, under the id that makes it single."""
    if row.kind == "snooze":
        return f"{row.conversation}:snooze:{row.due.isoformat()}", SnoozeOver(id="", at=now, until=row.due)
    return f"{row.conversation}:timer:{row.number}", TimerFired(id="", at=now, wait=row.number)
