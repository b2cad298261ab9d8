"""What makes up for everything that was lost on the way: due timers, and shards that nobody woke."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from engine.events import TimerFired
from server import tables
from server.bus import Work
from server.parts import Parts
from server.store import append, utcnow

MOST_TIMERS = 200
"""So many time limits are fired in one transaction."""


def sweep(parts: Parts) -> None:
    """Fire what is due, wake what waits."""
    while len(shards := fire(parts, utcnow())) == MOST_TIMERS:
        parts.bus.wake("turns", sorted(set(shards)))
    columns = tables.conversations.c
    _wake(parts, "turns", columns.ready_at)
    _wake(parts, "sends", columns.send_at)
    _wake(parts, "answers", columns.ask_at)


def fire(parts: Parts, now: datetime) -> list[int]:
    """Turn time limits that have come into events, once each; returns the shards of their conversations."""
    timers, conversations = tables.timers, tables.conversations
    with parts.engine.begin() as connection:
        due = select(timers.c.conversation).where(timers.c.due <= now).order_by(timers.c.due).limit(MOST_TIMERS)
        which = connection.execute(due).scalars().all()
        if not which:
            return []
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
            .returning(timers.c.conversation, timers.c.wait, timers.c.due)
        ).all()
        return [
            append(
                connection,
                row.conversation,
                [(f"{row.conversation}:timer:{row.wait}", TimerFired(id="", at=now, wait=row.wait))],
                now,
            ).shard
            for row in sorted(fired, key=lambda row: (row.due, row.conversation))
        ]


def _wake(parts: Parts, work: Work, since: ColumnElement[datetime | None]) -> None:
    shard = tables.conversations.c.shard
    with parts.engine.begin() as connection:
        shards = connection.execute(select(shard).where(since <= utcnow()).distinct()).scalars().all()
    parts.bus.wake(work, shards)
