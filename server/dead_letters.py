"""Messages that could not be sent: listed, counted, sent again, or let go.

A message that is sent again keeps its place and its key: it leaves before what its conversation still has to say,
several of one conversation leave in their old order, and the platforms that know keys take none twice. What was sent
since stays before it for the contact; in the history it stands where it was said.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, and_, func, literal_column, select, update

from server import audit, tables
from server.bus import LIVE, Bus
from server.database import reading
from server.errors import RefusedError, not_found
from server.store import utcnow

PAGE = 50
"""So many at a time."""

LONGEST = 300
"""Characters of a message that are shown in the list."""

BATCH = 500
"""So many messages are sent again in one transaction."""

_outbox, _messages, _conversations = tables.outbox.c, tables.messages.c, tables.conversations.c

# Written out, not bound: only then is a planner sure that the partial index holds all it looks for.
_FAILED: ColumnElement[bool] = _outbox.state == literal_column("'failed'")


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A message that could not be sent. ``kind`` is its fault's (``server.faults``), ``fault`` what was told of it.

    ``name`` is the contact's, ``account_name`` the channel account's; ``uncertain``: it may have arrived all the same.
    """

    message: str
    conversation: str
    account: str
    account_name: str
    channel: str
    contact: str
    name: str
    author: str
    text: str
    at: datetime
    kind: str
    fault: str
    tries: int
    uncertain: bool


class Page(msgspec.Struct, frozen=True):
    """The newest first; ``next`` is empty on the last page."""

    letters: list[DeadLetter]
    next: str


class Count(msgspec.Struct, frozen=True):
    """How many messages of an account have failed by this kind of fault."""

    account: str
    account_name: str
    kind: str
    count: int


class DeadLetters:
    """Synchronous and thread-safe; asynchronous callers use ``asyncio.to_thread``."""

    def __init__(self, engine: Engine, bus: Bus) -> None:
        self._engine = engine
        self._bus = bus

    def page(self, account: str = "", kind: str = "", after: str = "", limit: int = PAGE) -> Page:
        """A page of them, of one account or kind of fault if wanted; ``after`` is ``Page.next`` of the page before."""
        limit = max(1, min(limit, 200))
        query = (
            select(
                _outbox.message,
                _outbox.conversation,
                _outbox.account,
                tables.accounts.c.name.label("account_name"),
                _conversations.channel,
                _conversations.contact,
                tables.contacts.c.name,
                _messages.author,
                func.substr(_messages.text, 1, LONGEST).label("text"),
                _messages.at,
                _outbox.kind,
                _outbox.fault,
                _outbox.tries,
                _messages.uncertain,
            )
            .select_from(
                tables.outbox.join(tables.messages, _messages.id == _outbox.message)
                .join(tables.conversations, _conversations.id == _outbox.conversation)
                .join(tables.contacts, tables.contacts.c.id == _conversations.contact)
                .join(tables.accounts, tables.accounts.c.id == _outbox.account)
            )
            .where(_wanted(account, kind))
            .order_by(_outbox.message.desc())
            .limit(limit + 1)
        )
        if after:
            query = query.where(_outbox.message < after)
        with reading(self._engine).begin() as connection:
            rows = connection.execute(query).mappings().all()
        letters = [DeadLetter(**row) for row in rows[:limit]]
        return Page(letters, letters[-1].message if len(rows) > limit else "")

    def counts(self) -> list[Count]:
        """How many there are of each account and kind of fault, the most first."""
        accounts = tables.accounts.c
        count = func.count().label("count")
        query = (
            select(_outbox.account, accounts.name, _outbox.kind, count)
            .join_from(tables.outbox, tables.accounts, accounts.id == _outbox.account)
            .where(_FAILED)
            .group_by(_outbox.account, accounts.name, _outbox.kind)
            .order_by(count.desc(), _outbox.account, _outbox.kind)
        )
        with reading(self._engine).begin() as connection:
            return [Count(*row) for row in connection.execute(query)]

    def send_again(self, message: str, *, person: str = "") -> None:
        """Send a message again. Raises RefusedError, also when it has not failed or its account is switched off."""
        with self._engine.begin() as connection:
            row = _failed(connection, message)
            _demand_active(connection, row.account)
            self._again(connection, [row])
            audit.record(
                connection, person, "message.send_again", message, conversation=row.conversation, account=row.account
            )
        self._tell([row])

    def send_all_again(self, account: str = "", kind: str = "", *, person: str = "") -> int:
        """Send all messages again that have failed by now, of one account or kind of fault if wanted; returns how many.

        Without an account, those of accounts that are switched off stay. Raises RefusedError.
        """
        if account:
            with reading(self._engine).begin() as connection:
                _demand_active(connection, account)
        count = 0
        for rows in self._batches(account, kind):
            count += len(rows)
            self._tell(rows)
        if count:
            with self._engine.begin() as connection:
                audit.record(connection, person, "message.send_all_again", account, kind=kind, count=count)
        return count

    def discard(self, message: str, *, person: str = "") -> None:
        """Let a message go: its conversation shows that it failed, and it is sent no more. Raises RefusedError."""
        with self._engine.begin() as connection:
            row = _failed(connection, message)
            connection.execute(tables.outbox.delete().where(_outbox.message == message))
            audit.record(
                connection, person, "message.discard", message, conversation=row.conversation, account=row.account
            )
        self._tell([row])

    def discard_all(self, account: str = "", kind: str = "", *, person: str = "") -> int:
        """Let all go that have failed by now, of one account or kind of fault if wanted; returns how many."""
        begun, count = utcnow(), 0
        oldest = select(_outbox.message).where(_wanted(account, kind), _outbox.created <= begun)
        gone = tables.outbox.delete().where(
            _outbox.message.in_(oldest.order_by(_outbox.message).limit(BATCH).scalar_subquery()), _FAILED
        )
        while True:
            with self._engine.begin() as connection:
                rows = connection.execute(gone.returning(_outbox.conversation, _outbox.account)).all()
            if not rows:
                break
            count += len(rows)
            self._tell(rows)
        if count:
            with self._engine.begin() as connection:
                audit.record(connection, person, "message.discard_all", account, kind=kind, count=count)
        return count

    def _batches(self, account: str, kind: str) -> Iterator[Sequence[Any]]:
        """Send them again by and by, the oldest first; what fails anew meanwhile is not met again."""
        active = select(tables.accounts.c.id).where(tables.accounts.c.active)
        begun, last = utcnow(), ""
        while True:
            with self._engine.begin() as connection:
                chosen = connection.execute(
                    select(_outbox.message, _outbox.conversation, _outbox.account)
                    .where(_wanted(account, kind), _outbox.message > last, _outbox.created <= begun)
                    .where(_outbox.account.in_(active))
                    .order_by(_outbox.message)
                    .limit(BATCH)
                ).all()
                if not chosen:
                    return
                last = chosen[-1].message
                rows = self._again(connection, chosen)
            yield rows

    def _again(self, connection: Connection, rows: Sequence[Any]) -> Sequence[Any]:
        """Have these wait in the outbox; returns those that still were failed."""
        now = utcnow()
        conversations = sorted({row.conversation for row in rows})
        # Conversations first, as senders lock them.
        connection.execute(
            select(_conversations.id)
            .where(_conversations.id.in_(conversations))
            .order_by(_conversations.id)
            .with_for_update(key_share=True)
        )
        taken = connection.execute(
            update(tables.outbox)
            .where(_outbox.message.in_([row.message for row in rows]), _FAILED)
            .values(state="waiting", kind="", tries=0, fault="", slot=None, created=now)
            .returning(_outbox.message)
        )
        again = set(taken.scalars())
        connection.execute(update(tables.messages).where(_messages.id.in_(again)).values(delivery="waiting", fault=""))
        connection.execute(
            update(tables.conversations)
            .where(_conversations.id.in_(conversations))
            .values(send_at=func.coalesce(_conversations.send_at, now))
        )
        return [row for row in rows if row.message in again]

    def _tell(self, rows: Sequence[Any]) -> None:
        told = sorted({(row.conversation, row.account) for row in rows})
        self._bus.publish(LIVE, [{"kind": "delivery", "id": one, "account": account} for one, account in told])
        self._bus.wake("sends")


def _wanted(account: str, kind: str) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [_FAILED]
    if account:
        conditions.append(_outbox.account == account)
    if kind:
        conditions.append(_outbox.kind == kind)
    return and_(*conditions)


def _failed(connection: Connection, message: str) -> Any:
    """The message's row in the outbox. Raises RefusedError."""
    row = connection.execute(
        select(_outbox.message, _outbox.conversation, _outbox.account).where(_outbox.message == message, _FAILED)
    ).one_or_none()
    if row is not None:
        return row
    known = connection.execute(select(_messages.id).where(_messages.id == message)).first()
    raise RefusedError("not_failed", where="message") if known else not_found("message", message)


def _demand_active(connection: Connection, account: str) -> None:
    accounts = tables.accounts.c
    row = connection.execute(select(accounts.name, accounts.active).where(accounts.id == account)).one_or_none()
    if row is None:
        raise not_found("channel", account)
    if not row.active:
        raise RefusedError("account_off", where="account", name=row.name)
