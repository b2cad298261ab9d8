"""Leases on conversations: which a worker may take further, and the one transaction that writes what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select, update

from server import tables
from server.happenings import HELD, Happening, read
from server.leases import LEASE

MOST_EVENTS = 50
"""So many events of a conversation are handled under one lease."""


TimerKind = Literal["wait", "snooze"]
"""What comes to its end: a session's wait, or an agent's putting off."""


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation under lease: its row, its contact's facts (JSON), its waiting events by their row's id."""

    row: dict[str, Any]
    facts: str
    events: list[tuple[str, Happening]]


class Turned(msgspec.Struct, kw_only=True):
    """What came of a conversation's events: rows to write, all or nothing.

    ``changes`` are the conversation's columns, ``done`` and ``failed`` ids of events. ``again`` is when to look at the
    events that were left, None as soon as there is something to do; ``held``: the contact's wait for an answer.
    ``timers`` are all that the conversation has: kind, number, and when each is due.
    """

    conversation: str
    fence: int
    changes: dict[str, Any]
    unread: int = 0
    done: list[str] = []
    failed: list[str] = []
    messages: list[dict[str, Any]] = []
    outbox: list[dict[str, Any]] = []
    turns: list[dict[str, Any]] = []
    timers: list[tuple[TimerKind, int, datetime]] = []
    contact: tuple[str, str, str] | None = None
    again: datetime | None = None
    held: bool = False


def claim(engine: Engine, now: datetime, limit: int = 32) -> list[Claimed]:
    """Take conversations that are ready, of any shard, the longest waiting first."""
    columns = tables.conversations.c
    ready = (
        select(columns.id)
        .where(columns.ready_at <= now)
        .order_by(columns.ready_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with engine.begin() as connection:
        taken = connection.execute(
            update(tables.conversations)
            .where(columns.id.in_(ready))
            .values(ready_at=now + LEASE, fence=columns.fence + 1)
            .returning(*columns)
        )
        rows = {row["id"]: dict(row) for row in taken.mappings()}
        if not rows:
            return []
        waiting = _waiting(connection, list(rows))
        facts = _facts(connection, [row["contact"] for row in rows.values() if not row["session"]])
    return [
        Claimed(row=row, facts=facts.get(row["contact"], "{}"), events=waiting.get(conversation, []))
        for conversation, row in rows.items()
    ]


def commit(engine: Engine, turned: Sequence[Turned], now: datetime) -> list[Turned]:
    """Write what came of several conversations, in one transaction; returns those whose lease was still theirs."""
    columns = tables.conversations.c
    with engine.begin() as connection:
        fences = connection.execute(
            select(columns.id, columns.fence)
            .where(columns.id.in_([one.conversation for one in turned]))
            .order_by(columns.id)
            .with_for_update(key_share=True)
        )
        current = {row.id: row.fence for row in fences}
        ours = [one for one in turned if current.get(one.conversation) == one.fence]
        if ours:
            _write(connection, ours, now)
    return ours


def _waiting(connection: Connection, conversations: Sequence[str]) -> dict[str, list[tuple[str, Happening]]]:
    columns = tables.events.c
    rows = connection.execute(
        select(columns.id, columns.conversation, columns.seq, columns.body, columns.at)
        .where(columns.conversation.in_(conversations), tables.PENDING)
        .order_by(columns.conversation, columns.seq)
    )
    found: dict[str, list[tuple[str, Happening]]] = {}
    for row in rows:
        events = found.setdefault(row.conversation, [])
        if len(events) < MOST_EVENTS:
            events.append((row.id, read(row.body, row.seq, row.at)))
    return found


def _facts(connection: Connection, contacts: Sequence[str]) -> dict[str, str]:
    if not contacts:
        return {}
    columns = tables.contacts.c
    rows = connection.execute(select(columns.id, columns.facts).where(columns.id.in_(contacts)))
    return {row.id: row.facts for row in rows}


def _write(connection: Connection, ours: Sequence[Turned], now: datetime) -> None:
    for state, ids in (
        ("done", [event for one in ours for event in one.done]),
        ("failed", [event for one in ours for event in one.failed]),
    ):
        if ids:
            connection.execute(update(tables.events).where(tables.events.c.id.in_(ids)).values(state=state))
    # With the rows locked, what was stored meanwhile is seen here; what is stored later will set ready_at itself.
    pending = tables.events.c
    left = connection.execute(
        select(pending.conversation, pending.kind)
        .where(pending.conversation.in_([one.conversation for one in ours]), tables.PENDING)
        .distinct()
    )
    held = {one.conversation for one in ours if one.held}
    waiting = {row.conversation for row in left if row.conversation not in held or row.kind not in HELD}
    columns = tables.conversations.c
    names = sorted(ours[0].changes)
    connection.execute(
        update(tables.conversations)
        .where(columns.id == bindparam("which"))
        .values(
            {
                **{name: bindparam(f"new_{name}", type_=columns[name].type) for name in names},
                "unread": columns.unread + bindparam("more_unread"),
                "ready_at": bindparam("next_ready", type_=columns.ready_at.type),
                "send_at": func.coalesce(columns.send_at, bindparam("next_send", type_=columns.send_at.type)),
            }
        ),
        [
            {
                **{f"new_{name}": one.changes[name] for name in names},
                "which": one.conversation,
                "more_unread": one.unread,
                "next_ready": one.again or (now if one.conversation in waiting else None),
                "next_send": now if one.outbox else None,
            }
            for one in sorted(ours, key=lambda one: one.conversation)
        ],
    )
    _add(connection, ours)


def _add(connection: Connection, ours: Sequence[Turned]) -> None:
    for table, rows in (
        (tables.messages, [row for one in ours for row in one.messages]),
        (tables.outbox, [row for one in ours for row in one.outbox]),
        (tables.turns, [row for one in ours for row in one.turns]),
    ):
        if rows:
            connection.execute(insert(table), rows)
    connection.execute(
        delete(tables.timers).where(tables.timers.c.conversation.in_([one.conversation for one in ours]))
    )
    due = [
        {"conversation": one.conversation, "kind": kind, "number": number, "due": due}
        for one in ours
        for kind, number, due in one.timers
    ]
    if due:
        connection.execute(insert(tables.timers), due)
    told = [
        {"which": one.contact[0], "new_name": one.contact[1], "new_facts": one.contact[2]}
        for one in ours
        if one.contact
    ]
    if told:
        columns = tables.contacts.c
        connection.execute(
            update(tables.contacts)
            .where(columns.id == bindparam("which"))
            .values(name=bindparam("new_name"), facts=bindparam("new_facts")),
            told,
        )
