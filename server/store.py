"""The statements that every part of the hot path shares: taking a conversation's next numbers, adding events."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Table, case, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from server import happenings, tables
from server.errors import not_found
from server.happenings import Happening
from server.ids import new_id

OURS = "parley:"
"""How the ids of events begin that Parley itself makes; no channel's id may."""

ATTEMPTS = 4
"""So often a transaction is tried that another one may have crossed."""


_SQLITE_UNAVAILABLE = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
    )
)
# PostgreSQL's classes of SQLSTATE: connection, idle for too long, deadlock, resources, a lock not had in time,
# operator intervention, system error.
_UNAVAILABLE = frozenset(("08", "25", "40", "53", "55", "57", "58"))


def utcnow() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def crossed(fault: OperationalError) -> bool:
    """Whether the transaction met another one (a deadlock) and may be tried again at once. Not where it has waited for
    a lock in vain: it has waited long enough.
    """
    return getattr(fault.orig, "sqlstate", "") in ("40001", "40P01")


def unavailable(fault: BaseException) -> bool:
    """Whether the database itself is to blame (away, full, locked, at its end), and not what it was told to do."""
    if not isinstance(fault, DBAPIError):
        return isinstance(fault, PoolTimeout)
    if isinstance(fault.orig, sqlite3.Error):
        # Extended codes have the plain one in their last byte.
        return getattr(fault.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE_UNAVAILABLE
    return fault.connection_invalidated or (getattr(fault.orig, "sqlstate", None) or "08")[:2] in _UNAVAILABLE


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert those rows that break no unique key."""
    if rows:
        connection.execute(_new(table, connection.dialect.name), list(rows))


@cache
def _new(table: Table, dialect: str) -> Insert:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()


def append(connection: Connection, conversation: str, happened: Sequence[tuple[str, Happening]], now: datetime) -> None:
    """Store Parley's own events, each under its id (made unique by ``OURS``); one that is there already stays single.

    Raises RefusedError.
    """
    conversations = tables.conversations
    row = connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation)
        .values(seq=conversations.c.seq + len(happened), ready_at=func.coalesce(conversations.c.ready_at, now))
        .returning(conversations.c.seq, conversations.c.account)
    ).one_or_none()
    if row is None:
        raise not_found("conversation", conversation)
    first = row.seq - len(happened) + 1
    insert_new(
        connection,
        tables.events,
        [
            event_row(row.account, OURS + provider_id, conversation, first + n, event, now)
            for n, (provider_id, event) in enumerate(happened)
        ],
    )


def append_each(connection: Connection, happened: Sequence[tuple[str, str, Happening]], now: datetime) -> None:
    """As ``append``, for many conversations at once: (conversation, id, event) in their order.

    The caller has locked the conversations.
    """
    counts = Counter(conversation for conversation, _, _ in happened)
    columns = tables.conversations.c
    more = case(counts, value=columns.id, else_=0) if set(counts.values()) - {1} else 1
    rows = connection.execute(
        update(tables.conversations)
        .where(columns.id.in_(list(counts)))
        .values(seq=columns.seq + more, ready_at=func.coalesce(columns.ready_at, now))
        .returning(columns.id, columns.seq, columns.account)
    )
    found = {row.id: row for row in rows}
    next_seq = {conversation: row.seq - counts[conversation] for conversation, row in found.items()}
    written = []
    for conversation, provider_id, event in happened:
        next_seq[conversation] += 1
        account = found[conversation].account
        written.append(event_row(account, OURS + provider_id, conversation, next_seq[conversation], event, now))
    insert_new(connection, tables.events, written)


def event_row(
    account: str,
    provider_id: str,
    conversation: str,
    seq: int,
    event: Happening,
    at: datetime,
    sent_at: datetime | None = None,
) -> dict[str, Any]:
    """An event as a row of ``event``, pending."""
    return {
        "id": new_id(),
        "account": account,
        "provider_id": provider_id,
        "conversation": conversation,
        "seq": seq,
        "kind": happenings.kind(event),
        "body": happenings.written(event),
        "at": at,
        "sent_at": sent_at,
        "state": "pending",
    }
