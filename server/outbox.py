"""Messages on their way out: in order within a conversation, by one sender at a time, again while there is hope."""

import logging
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec
from sqlalchemy import Connection, Engine, Row, delete, exists, select, update

from engine.effects import Choice
from engine.queries import Citation
from server import history, metrics, tables
from server.accounts import Accounts, Placed
from server.bus import LIVE, Bus, widget_channel
from server.channels.base import Call, Channel, Later, Outgoing, Recovered, Refused, Reply, Taken
from server.errors import RefusedError
from server.logs import trail
from server.parts import Parts
from server.store import utcnow

LEASE = timedelta(seconds=20)
"""How long a sender has a conversation's outbox to itself, from each call on: longer than a call may take."""

MOST_ROWS = 10
SENDERS = 8

MOST_TRIES = 16
"""A message that could not be sent so often, over about an hour and a half, has failed."""

LONGEST_PAUSE = 600.0
"""Seconds between two tries at most, whatever the platform asks for."""

log = logging.getLogger("parley.outbox")
# It would log every address, and addresses carry the platforms' tokens.
logging.getLogger("httpx").setLevel(logging.WARNING)

_choices = msgspec.json.Decoder(tuple[Choice, ...])
_citation = msgspec.json.Decoder(Citation)


class Sending(msgspec.Struct, frozen=True):
    """A conversation's outbox under lease."""

    conversation: str
    fence: int
    account: str
    address: str
    rows: Sequence[Row[Any]]


class Outbox:
    """The sender of one process."""

    def __init__(self, parts: Parts) -> None:
        self._engine: Engine = parts.engine
        self._accounts: Accounts = parts.accounts
        self._bus: Bus = parts.bus
        self._client = httpx.Client(follow_redirects=False, headers={"user-agent": "Parley"})
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="sender")

    def run(self) -> None:
        """Answer a wake-up: send until nothing can be sent now."""
        self._bus.awake("sends")
        while taken := claim(self._engine, utcnow()):
            for _ in self._pool.map(self._send, taken):
                pass

    def close(self) -> None:
        """Finish what is being sent."""
        self._pool.shutdown()
        self._client.close()

    def acknowledge(self, account: str, receipt: str) -> None:
        """Tell the platform that an event has arrived; once, whatever comes of it."""
        for call in self._accounts.placed(account).channel.acknowledge(receipt):
            try:
                self._perform(call)
            except httpx.HTTPError as fault:
                log.warning("An event of account %s was not acknowledged: %s", account, type(fault).__name__)

    def _send(self, sending: Sending) -> None:
        again: datetime | None = None
        try:
            again = self._send_rows(sending)
        except Exception:  # one conversation's trouble is not the others'
            log.exception("The outbox of conversation %s cannot be sent", sending.conversation)
            again = utcnow() + timedelta(seconds=30)
        finally:
            release(self._engine, sending, again, utcnow())

    def _send_rows(self, sending: Sending) -> datetime | None:
        """Send the rows in their order; returns when to try again if one has to wait."""
        placed, why = self._placed(sending.account)
        if placed is not None and placed.channel.LIVE:
            self._push(sending)
            return None
        for row in sending.rows:
            if not begin(self._engine, sending, row):
                return None
            outcome = Refused(why) if placed is None else self._say(sending, placed.channel, row)
            self._finish(sending, row, outcome)
            trail(log, type(outcome).__name__.lower(), [_ids(sending, row)])
            metrics.sends.labels(placed.channel.KIND if placed else "none", type(outcome).__name__.lower()).inc()
            if isinstance(outcome, Later) and row.tries + 1 < MOST_TRIES:
                return utcnow() + pause(row.tries + 1, outcome.after)
        return None

    def _placed(self, account: str) -> tuple[Placed | None, str]:
        """The account, or why nothing can be sent by it."""
        try:
            placed = self._accounts.placed(account)
        except RefusedError as fault:
            return None, str(fault)
        return (placed, "") if placed.active else (None, "The channel account is switched off.")

    def _push(self, sending: Sending) -> None:
        """Deliver to a browser: the message is there to be fetched once it is marked, the push only hurries it."""
        ids = [row.message for row in sending.rows]
        with self._engine.begin() as connection:
            if not _renewed(connection, sending):
                return
            messages = tables.messages
            connection.execute(update(messages).where(messages.c.id.in_(ids)).values(delivery="sent"))
            connection.execute(delete(tables.outbox).where(tables.outbox.c.message.in_(ids)))
            said = history.by_id(connection, ids)
        trail(log, "taken", (_ids(sending, row) for row in sending.rows))
        metrics.sends.labels("webwidget", "taken").inc(len(ids))
        news = [{"kind": "message", "message": said[one]} for one in ids]
        self._bus.publish(widget_channel(sending.conversation), news)
        self._tell(sending)

    def _say(self, sending: Sending, channel: Channel, row: Row[Any]) -> Recovered:
        calls = channel.render(_outgoing(row), sending.address)
        outcome: Recovered = Taken()
        for number, call in enumerate(calls[row.calls_done :], row.calls_done + 1):
            try:
                with metrics.send_seconds.labels(channel.KIND).time():
                    reply = self._perform(call)
                outcome = channel.recover(call, reply)
            except httpx.HTTPError as fault:
                return Later(f"{type(fault).__name__}: the platform did not answer")
            if not isinstance(outcome, Taken):
                return outcome
            if number < len(calls):
                with self._engine.begin() as connection:
                    connection.execute(_of(row.message).values(calls_done=number))
                    if not _renewed(connection, sending):
                        return Later("another sender has it")
        return outcome

    def _perform(self, call: Call) -> Reply:
        answer = self._client.request(
            call.method, call.url, content=call.body, headers=dict(call.headers), timeout=call.timeout
        )
        return Reply(status=answer.status_code, headers=dict(answer.headers), body=answer.content)

    def _finish(self, sending: Sending, row: Row[Any], outcome: Recovered) -> None:
        messages = tables.messages
        message = update(messages).where(messages.c.id == row.message)
        with self._engine.begin() as connection:
            match outcome:
                case Taken(platform_id=platform_id):
                    connection.execute(delete(tables.outbox).where(tables.outbox.c.message == row.message))
                    connection.execute(message.values(delivery="sent", platform_id=platform_id[:200], fault=""))
                case Later(reason=reason) if row.tries + 1 < MOST_TRIES:
                    connection.execute(_of(row.message).values(state="waiting", fault=reason))
                case Later(reason=reason) | Refused(reason=reason):
                    trail(log, "failed for good", [_ids(sending, row)], logging.WARNING)
                    connection.execute(_of(row.message).values(state="failed", fault=reason))
                    connection.execute(message.values(delivery="failed", fault=reason))
        self._tell(sending)

    def _tell(self, sending: Sending) -> None:
        self._bus.publish(LIVE, [{"kind": "delivery", "id": sending.conversation, "account": sending.account}])


def claim(engine: Engine, now: datetime, limit: int = 16) -> list[Sending]:
    """Take outboxes that may be sent, the longest waiting first."""
    columns = tables.conversations.c
    ready = (
        select(columns.id)
        .where(columns.send_at <= now)
        .order_by(columns.send_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with engine.begin() as connection:
        taken = connection.execute(
            update(tables.conversations)
            .where(columns.id.in_(ready))
            .values(send_at=now + LEASE, send_fence=columns.send_fence + 1)
            .returning(columns.id, columns.send_fence, columns.account, columns.identity)
        ).all()
        if not taken:
            return []
        identities = tables.identities.c
        addresses = connection.execute(
            select(identities.id, identities.address).where(identities.id.in_([row.identity for row in taken]))
        )
        address = {row.id: row.address for row in addresses}
        outbox, messages, persons = tables.outbox, tables.messages, tables.persons
        rows = connection.execute(
            select(
                outbox,
                messages.c.text,
                messages.c.language,
                messages.c.choices,
                messages.c.citation,
                messages.c.author,
                messages.c.at,
                persons.c.name,
            )
            .select_from(
                outbox.join(messages, messages.c.id == outbox.c.message).outerjoin(
                    persons, persons.c.id == messages.c.person
                )
            )
            .where(outbox.c.conversation.in_([row.id for row in taken]), outbox.c.state != "failed")
            .order_by(outbox.c.conversation, outbox.c.position)
        ).all()
    waiting: dict[str, list[Row[Any]]] = {}
    for row in rows:
        waiting.setdefault(row.conversation, []).append(row)
    return [
        Sending(row.id, row.send_fence, row.account, address[row.identity], waiting.get(row.id, [])[:MOST_ROWS])
        for row in taken
    ]


def begin(engine: Engine, sending: Sending, row: Row[Any]) -> bool:
    """Mark the row as being sent; False when the lease has gone to another sender.

    A row that is marked already was being sent when its sender died: nobody knows whether it left.
    """
    outbox = tables.outbox
    with engine.begin() as connection:
        if not _renewed(connection, sending):
            return False
        died = exists().where(outbox.c.message == row.message, outbox.c.state == "sending")
        connection.execute(
            update(tables.messages).where(tables.messages.c.id == row.message, died).values(uncertain=True)
        )
        connection.execute(_of(row.message).values(state="sending", tries=outbox.c.tries + 1))
    return True


def release(engine: Engine, sending: Sending, again: datetime | None, now: datetime) -> None:
    """Give the lease back: to be looked at ``again``, or at once while rows wait, else when there is a new one."""
    columns, outbox = tables.conversations.c, tables.outbox
    with engine.begin() as connection:
        # Locked first, so that a row that was stored meanwhile is seen by the statement after.
        if not _renewed(connection, sending):
            return
        waits = connection.execute(
            select(exists().where(outbox.c.conversation == sending.conversation, outbox.c.state != "failed"))
        ).scalar_one()
        connection.execute(
            update(tables.conversations)
            .where(columns.id == sending.conversation)
            .values(send_at=(again or now) if waits else None)
        )


def pause(tries: int, asked: float) -> timedelta:
    """How long to wait after so many tries: doubling, with jitter, and as long as the platform asks for."""
    backoff = min(2.0 ** (tries - 1), LONGEST_PAUSE) * random.uniform(0.75, 1.25)  # noqa: S311 no secret
    return timedelta(seconds=max(backoff, min(asked, LONGEST_PAUSE)))


def _renewed(connection: Connection, sending: Sending) -> bool:
    """Lock the conversation and make the lease whole again; False when another sender has it."""
    columns = tables.conversations.c
    ours = update(tables.conversations).where(columns.id == sending.conversation, columns.send_fence == sending.fence)
    return connection.execute(ours.values(send_at=utcnow() + LEASE)).rowcount == 1


def _ids(sending: Sending, row: Row[Any]) -> dict[str, str]:
    """What the log may say of a message."""
    return {
        "event": row.cause,
        "conversation": sending.conversation,
        "account": sending.account,
        "message": row.message,
    }


def _of(message: str) -> Any:
    return update(tables.outbox).where(tables.outbox.c.message == message)


def _outgoing(row: Row[Any]) -> Outgoing:
    return Outgoing(
        key=row.key,
        conversation=row.conversation,
        text=row.text,
        language=row.language,
        choices=_choices.decode(row.choices) if row.choices else (),
        citation=_citation.decode(row.citation) if row.citation else None,
        author=row.author,
        name=row.name or "",
        at=row.at,
        now=utcnow(),
    )
