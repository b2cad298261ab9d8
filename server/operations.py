"""How Parley runs, for those who keep it running: what is well, what waits and since when, which flows went wrong."""

import re
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from sqlalchemy import Select, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from server import audit, tables
from server.database import reading
from server.health import Health
from server.kept import Kept
from server.parts import Parts
from server.people import Person
from server.standing import Standing
from server.store import utcnow

PAGE = 20
"""So many faults at a time."""

MOST = 1000
"""Counting ends here."""

PARTS: tuple["PartName", ...] = ("database", "queue", "worker", "sweeper", "channels")

PartName = Literal["database", "queue", "worker", "sweeper", "channels"]

State = Literal["good", "bad", "unknown"]

_NODE = re.compile(r"([a-z][a-z0-9_]{0,63}): (.+)", re.DOTALL)

_faults, _conversations, _accounts = tables.faults, tables.conversations, tables.accounts


class Part(msgspec.Struct, frozen=True):
    """Something a message passes through; ``unknown`` while what would tell is away."""

    name: PartName
    state: State


class Pause(msgspec.Struct, frozen=True):
    """A channel account that sends nothing for a while: ``kind`` of its fault (``server.faults``), until when."""

    account: str
    name: str
    kind: str
    until: datetime


class Backlog(msgspec.Struct, frozen=True):
    """How many wait, counted up to PARLEY_MOST_WAITING; the oldest since when, None where nothing waits."""

    count: int
    since: datetime | None


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """How things are at a moment.

    ``handling``: messages and other events that no worker has handled yet; ``sending``: replies on their way;
    ``limits``: time limits that are over and have not fired. The three are None while the database does not answer.
    ``faults``: of flows, not seen yet; ``failed``: messages that could not be sent.
    """

    at: datetime
    parts: list[Part]
    pauses: list[Pause]
    handling: Backlog | None
    sending: Backlog | None
    limits: Backlog | None
    faults: int
    failed: int


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A flow that went wrong. ``node`` is the node's id where it is known, ``reason`` what happened there.

    ``name`` is the contact's, ``agent`` who has the conversation now.
    """

    id: str
    at: datetime
    conversation: str
    channel: str
    contact: str
    name: str
    status: str
    agent: str
    flow: str
    flow_name: str
    revision: int
    node: str
    reason: str


class Operations:
    """Synchronous and thread-safe; asynchronous callers use ``asyncio.to_thread``."""

    def __init__(self, parts: Parts, health: Health, standing: Kept[Standing]) -> None:
        self._engine = parts.engine
        self._reading = reading(parts.engine)
        self._health = health
        self._standing = standing

    def situation(self) -> Situation:
        """How things are now, within seconds."""
        now = utcnow()
        missing = set(self._health.missing())
        standing, pauses, faults = None, list[Pause](), 0
        try:
            standing = self._standing.get()
            pauses, faults = self._pauses(now), self._unseen()
        except (SQLAlchemyError, TimeoutError):
            missing.add("database")
        return Situation(
            at=now,
            parts=[Part(name, _state(name, missing, bool(pauses))) for name in PARTS],
            pauses=pauses,
            handling=_backlog(standing.pending, standing.lag, now) if standing else None,
            sending=_backlog(standing.outbox, standing.outbox_age, now) if standing else None,
            limits=_backlog(standing.overdue, standing.overdue_age, now) if standing else None,
            faults=faults,
            failed=standing.failed_messages if standing else 0,
        )

    def faults(self, limit: int = PAGE, before: str = "") -> list[Fault]:
        """Faults that nobody has seen, the newest first; ``before`` is the id of the last one already shown."""
        query = _listed().where(_faults.c.seen.is_(None)).order_by(_faults.c.id.desc())
        if before:
            query = query.where(_faults.c.id < before)
        with self._reading.begin() as connection:
            rows = connection.execute(query.limit(max(1, min(limit, 200)))).mappings().all()
        return [_fault(**row) for row in rows]

    def seen(self, by: Person, faults: list[str] | None = None, up_to: str = "") -> int:
        """Mark these faults as seen, or all up to one; returns how many were new to everybody."""
        unseen = update(_faults).where(_faults.c.seen.is_(None))
        chosen = unseen.where(_faults.c.id.in_(faults)) if faults is not None else unseen.where(_faults.c.id <= up_to)
        with self._engine.begin() as connection:
            count = connection.execute(chosen.values(seen=utcnow(), person=by.id)).rowcount
            if count:
                audit.record(connection, by.id, "faults.seen", up_to or ",".join(faults or ())[:200], count=count)
        return count

    def _pauses(self, now: datetime) -> list[Pause]:
        paused = select(_accounts.c.id, _accounts.c.name, _accounts.c.fault, _accounts.c.paused_until).where(
            _accounts.c.active, _accounts.c.fault != "", _accounts.c.paused_until > now
        )
        with self._reading.begin() as connection:
            rows = connection.execute(paused.order_by(_accounts.c.name)).all()
        return [Pause(row.id, row.name, row.fault, row.paused_until) for row in rows]

    def _unseen(self) -> int:
        unseen = select(_faults.c.id).where(_faults.c.seen.is_(None)).limit(MOST)
        with self._reading.begin() as connection:
            return int(connection.execute(select(func.count()).select_from(unseen.subquery())).scalar_one())


def _state(name: PartName, missing: set[str], paused: bool) -> State:
    if name == "database":
        return "bad" if missing & {"database", "migration"} else "good"
    if name == "channels":
        return "unknown" if "database" in missing else "bad" if paused else "good"
    if name in missing:
        return "bad"
    # Signs of life come by the queue.
    return "unknown" if "queue" in missing else "good"


def _backlog(count: int, age: float, now: datetime) -> Backlog:
    return Backlog(count, now - timedelta(seconds=age) if count else None)


def _listed() -> Select[tuple[object, ...]]:
    contacts, flows, persons = tables.contacts, tables.flows, tables.persons
    return select(
        *(_faults.c[name] for name in ("id", "at", "conversation", "flow", "revision", "reason")),
        *(_conversations.c[name] for name in ("channel", "contact", "status")),
        contacts.c.name,
        persons.c.name.label("agent"),
        flows.c.name.label("flow_name"),
    ).select_from(
        _faults.join(_conversations, _conversations.c.id == _faults.c.conversation)
        .join(contacts, contacts.c.id == _conversations.c.contact)
        .outerjoin(persons, persons.c.id == _conversations.c.assigned)
        .outerjoin(flows, flows.c.id == _faults.c.flow)
    )


def _fault(reason: str, agent: str | None, flow_name: str | None, **rest: object) -> Fault:
    # The engine puts the node's id before what happened there.
    found = _NODE.fullmatch(reason)
    node, what = found.groups() if found else ("", reason)
    return Fault(node=node, reason=what, agent=agent or "", flow_name=flow_name or "", **rest)  # type: ignore[arg-type]
