"""Leases on conversations: which a worker may take further, and the one transaction that writes what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import BindParameter, Connection, Engine, bindparam, delete, func, insert, select, update

from server import tables
from server.database import reading
from server.happenings import HELD, Happening, read
from server.leases import LEASE

MOST_CLAIMED = 32
"""So many conversations are taken at once."""

MOST_EVENTS = 50
"""So many events of a conversation are handled under one lease."""


TimerKind = Literal["wait", "snooze"]
"""What comes to its end: a session's wait, or an agent's putting off."""


CHANGING = (
    "status",
    "closed_at",
    "flow",
    "revision",
    "session",
    "language",
    "country",
    "tags",
    "tries",
    "reason",
    "fault",
    "team",
    "assigned",
    "waiting_since",
    "snoozed_until",
    "last_text",
    "last_author",
    "last_at",
)
"""The columns of a conversation that a turn may change."""

# Made once: to put a statement together costs more than to run it.
_events, _conversations, _contacts = tables.events.c, tables.conversations.c, tables.contacts.c
_WHICH: BindParameter[Any] = bindparam("which", expanding=True)
_IS_READY = _conversations.ready_at <= bindparam("now", type_=_conversations.ready_at.type)
_CLAIM = (
    update(tables.conversations)
    .where(
        _conversations.id.in_(
            select(_conversations.id)
            .where(_IS_READY)
            .order_by(_conversations.ready_at)
            .limit(MOST_CLAIMED)
            .with_for_update(skip_locked=True)
        )
    )
    .values(ready_at=bindparam("until", type_=_conversations.ready_at.type), fence=_conversations.fence + 1)
    .returning(*_conversations)
)
_READY = select(_conversations.id).where(_IS_READY).limit(1)
_WAITING = (
    select(_events.id, _events.conversation, _events.seq, _events.body, _events.at)
    .where(_events.conversation.in_(_WHICH), tables.PENDING)
    .order_by(_events.conversation, _events.seq)
)
_FACTS = select(_contacts.id, _contacts.facts, _contacts.personal).where(_contacts.id.in_(_WHICH))
_FENCES = (
    select(_conversations.id, _conversations.fence)
    .where(_conversations.id.in_(_WHICH))
    .order_by(_conversations.id)
    .with_for_update(key_share=True)
)
_HANDLED = update(tables.events).where(_events.id.in_(_WHICH)).values(state=bindparam("new_state"))
_LEFT = select(_events.conversation, _events.kind).where(_events.conversation.in_(_WHICH), tables.PENDING).distinct()
_TURNED = (
    update(tables.conversations)
    .where(_conversations.id == bindparam("which"))
    .values(
        {
            **{name: bindparam(f"new_{name}", type_=_conversations[name].type) for name in CHANGING},
            "unread": _conversations.unread + bindparam("more_unread"),
            "ready_at": bindparam("next_ready", type_=_conversations.ready_at.type),
            "send_at": func.coalesce(_conversations.send_at, bindparam("next_send", type_=_conversations.send_at.type)),
        }
    )
)
# A query that stands as before is left alone: its lease may be renewed, its answer may have come, meanwhile.
_ASKS = (
    update(tables.conversations)
    .where(_conversations.id == bindparam("which"))
    .values(
        ask_at=bindparam("new_ask_at", type_=_conversations.ask_at.type),
        ask_lane=bindparam("new_ask_lane"),
        ask_tries=0,
        ask_fence=_conversations.ask_fence + 1,
    )
)
_MESSAGES, _OUTBOX, _TURNS = insert(tables.messages), insert(tables.outbox), insert(tables.turns)
_FAULTS = insert(tables.faults)
_NO_TIMERS = delete(tables.timers).where(tables.timers.c.conversation.in_(_WHICH))
_TIMERS = insert(tables.timers)
_TOLD = (
    update(tables.contacts)
    .where(_contacts.id == bindparam("which"))
    .values(
        name=bindparam("new_name"),
        facts=bindparam("new_facts"),
        personal=func.coalesce(bindparam("new_personal"), _contacts.personal),
    )
)


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation under lease: its row, its contact's facts (JSON) and what is sealed of them while no flow has
    begun, its waiting events by their row's id.
    """

    row: dict[str, Any]
    facts: str
    personal: str
    events: list[tuple[str, Happening]]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a turn has learnt of a contact: the columns to write; ``personal`` None stays as it is."""

    contact: str
    name: str
    facts: str
    personal: str | None = None


class Turned(msgspec.Struct, kw_only=True):
    """What came of a conversation's events: rows to write, all or nothing.

    ``changes`` are the conversation's columns, ``done`` and ``failed`` ids of events. ``again`` is when to look at the
    events that were left, None as soon as there is something to do; ``held``: the contact's wait for an answer.
    ``asking``: another query stands than before, from when and in which lane (``server.lanes``), or none any more.
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
    faults: list[dict[str, Any]] = []
    timers: list[tuple[TimerKind, int, datetime]] = []
    contact: Told | None = None
    again: datetime | None = None
    held: bool = False
    asking: tuple[datetime | None, str] | None = None


def claim(engine: Engine, now: datetime) -> list[Claimed]:
    """Take conversations that are ready, the longest waiting first; ``MOST_CLAIMED`` at most."""
    with engine.begin() as connection:
        taken = connection.execute(_CLAIM, {"now": now, "until": now + LEASE})
        rows = {row["id"]: dict(row) for row in taken.mappings()}
        if not rows:
            return []
        waiting = _waiting(connection, list(rows))
        facts = _facts(connection, [row["contact"] for row in rows.values() if not row["session"]])
    return [
        Claimed(row=row, facts=told[0], personal=told[1], events=waiting.get(conversation, []))
        for conversation, row in rows.items()
        for told in (facts.get(row["contact"], ("{}", "")),)
    ]


def passed_over(engine: Engine, now: datetime) -> bool:
    """Whether conversations are ready that a claim has not seen: others had their rows locked for a moment."""
    # SQLite has one writer at a time: nothing is ever passed over.
    if engine.dialect.name == "sqlite":
        return False
    with reading(engine).begin() as connection:
        return connection.execute(_READY, {"now": now}).first() is not None


def commit(engine: Engine, turned: Sequence[Turned], now: datetime) -> list[Turned]:
    """Write what came of several conversations, in one transaction; returns those whose lease was still theirs."""
    with engine.begin() as connection:
        fences = connection.execute(_FENCES, {"which": [one.conversation for one in turned]})
        current = {row.id: row.fence for row in fences}
        ours = [one for one in turned if current.get(one.conversation) == one.fence]
        if ours:
            _write(connection, ours, now)
    return ours


def _waiting(connection: Connection, conversations: Sequence[str]) -> dict[str, list[tuple[str, Happening]]]:
    found: dict[str, list[tuple[str, Happening]]] = {}
    for row in connection.execute(_WAITING, {"which": conversations}):
        events = found.setdefault(row.conversation, [])
        if len(events) < MOST_EVENTS:
            events.append((row.id, read(row.body, row.seq, row.at)))
    return found


def _facts(connection: Connection, contacts: Sequence[str]) -> dict[str, tuple[str, str]]:
    if not contacts:
        return {}
    return {row.id: (row.facts, row.personal) for row in connection.execute(_FACTS, {"which": contacts})}


def _write(connection: Connection, ours: Sequence[Turned], now: datetime) -> None:
    for state, ids in (
        ("done", [event for one in ours for event in one.done]),
        ("failed", [event for one in ours for event in one.failed]),
    ):
        if ids:
            connection.execute(_HANDLED, {"which": ids, "new_state": state})
    # With the rows locked, what was stored meanwhile is seen here; what is stored later will set ready_at itself.
    left = connection.execute(_LEFT, {"which": [one.conversation for one in ours]})
    held = {one.conversation for one in ours if one.held}
    waiting = {row.conversation for row in left if row.conversation not in held or row.kind not in HELD}
    connection.execute(
        _TURNED,
        [
            {
                **{f"new_{name}": one.changes[name] for name in CHANGING},
                "which": one.conversation,
                "more_unread": one.unread,
                "next_ready": one.again or (now if one.conversation in waiting else None),
                "next_send": now if one.outbox else None,
            }
            for one in sorted(ours, key=lambda one: one.conversation)
        ],
    )
    asks = [
        {"which": one.conversation, "new_ask_at": one.asking[0], "new_ask_lane": one.asking[1]}
        for one in ours
        if one.asking
    ]
    if asks:
        connection.execute(_ASKS, asks)
    _add(connection, ours)


def _add(connection: Connection, ours: Sequence[Turned]) -> None:
    for adding, rows in (
        (_MESSAGES, [row for one in ours for row in one.messages]),
        (_OUTBOX, [row for one in ours for row in one.outbox]),
        (_TURNS, [row for one in ours for row in one.turns]),
        (_FAULTS, [row for one in ours for row in one.faults]),
    ):
        if rows:
            connection.execute(adding, rows)
    connection.execute(_NO_TIMERS, {"which": [one.conversation for one in ours]})
    due = [
        {"conversation": one.conversation, "kind": kind, "number": number, "due": due}
        for one in ours
        for kind, number, due in one.timers
    ]
    if due:
        connection.execute(_TIMERS, due)
    learnt = [
        {
            "which": told.contact,
            "new_name": told.name,
            "new_facts": told.facts,
            "new_personal": told.personal,
        }
        for one in ours
        if (told := one.contact) is not None
    ]
    if learnt:
        connection.execute(_TOLD, learnt)
