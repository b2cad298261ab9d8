"""How things stand, as the database knows it: what waits, since when, and what has failed.

Cheap enough to be asked while everything is on fire: each figure comes from an index that holds little besides it, and
counting ends at a bound.
"""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Select, func, literal_column, select

from server import tables
from server.database import reading
from server.store import utcnow

FRESH = 5.0
"""Seconds for which what was found is believed."""

_LIVING = ("bot", "queued", "open", "snoozed")


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Counts, and ages in seconds (0 where there is nothing); ``conversations`` by status, without the resolved."""

    pending: int
    lag: float
    outbox: int
    outbox_age: float
    failed_messages: int
    failed_events: int
    faults: int
    overdue: int
    overdue_age: float
    conversations: dict[str, int]


def look(engine: Engine, most: int, now: datetime | None = None) -> Standing:
    """Look now; no count goes beyond ``most``. Raises SQLAlchemyError."""
    moment = now or utcnow()
    conversations, outbox, timers, events = tables.conversations.c, tables.outbox.c, tables.timers.c, tables.events.c
    failed = outbox.state == literal_column("'failed'")
    with reading(engine).begin() as connection:
        ready = connection.execute(select(func.min(conversations.ready_at))).scalar_one()
        due = connection.execute(select(func.min(timers.due))).scalar_one()
        waiting = connection.execute(select(func.min(outbox.created)).where(~failed)).scalar_one()
        statuses = connection.execute(
            select(conversations.status, func.count())
            .where(conversations.status.in_(_LIVING))
            .group_by(conversations.status)
        ).all()
        return Standing(
            pending=pending(connection, most),
            lag=_age(ready, moment),
            outbox=_counted(connection, select(outbox.message).where(~failed), most),
            outbox_age=_age(waiting, moment),
            failed_messages=_counted(connection, select(outbox.message).where(failed), most),
            failed_events=_counted(
                connection, select(events.seq).where(events.state == literal_column("'failed'")), most
            ),
            faults=_counted(
                connection,
                select(conversations.status).where(
                    conversations.fault != literal_column("''"), conversations.status != literal_column("'resolved'")
                ),
                most,
            ),
            overdue=_counted(connection, select(timers.due).where(timers.due <= moment), most),
            overdue_age=_age(due, moment),
            conversations=dict.fromkeys(_LIVING, 0) | {row[0]: row[1] for row in statuses},
        )


def pending(connection: Connection, most: int) -> int:
    """How many events wait to be handled, no further than ``most``."""
    return _counted(connection, select(tables.events.c.seq).where(tables.PENDING), most)


def _counted(connection: Connection, rows: Select[Any], most: int) -> int:
    return int(connection.execute(select(func.count()).select_from(rows.limit(most).subquery())).scalar_one())


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since else 0.0
