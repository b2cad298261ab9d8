"""The inbox: conversations as agents see them, and what agents do.

What an agent does becomes an event of the conversation, handled by a worker in one order with the contact's
messages; the screens hear of the outcome on ``bus.LIVE``.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, and_, func, or_, select, update

from engine.effects import Value
from engine.events import AgentJoined, AgentResolved, AgentReturned, Contact
from engine.session import Session
from server import history, tables
from server.bus import LIVE, Bus
from server.contacts import Personal
from server.database import reading
from server.errors import RefusedError, not_found
from server.happenings import AgentSaid, Assigned, Happening, NoteTaken, Snoozed
from server.history import Said
from server.ids import new_id
from server.store import append, utcnow

PAGE = 50
"""So many conversations at a time."""

LONGEST = 20_000
"""Characters of an agent's message; channels send a long one in parts."""

LONGEST_SNOOZE = timedelta(days=366)


class Filter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which conversations: empty fields ask for nothing. ``assigned`` is a person's id, or ``nobody``.

    ``search`` is looked for in names and last messages; ``after`` is ``Page.next`` of the page before.
    """

    status: tuple[str, ...] = ()
    account: str = ""
    channel: str = ""
    assigned: str = ""
    team: str = ""
    search: str = ""
    after: str = ""
    limit: int = PAGE


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation in a list; ``contact`` is the contact's id, ``name`` theirs, ``agent`` the assigned person's."""

    id: str
    status: str
    channel: str
    account: str
    contact: str
    name: str
    language: str
    country: str
    tags: list[str]
    reason: str
    fault: str
    team: str
    assigned: str
    agent: str
    unread: int
    last_text: str
    last_author: str
    last_at: datetime
    created: datetime
    waiting_since: datetime | None
    snoozed_until: datetime | None


class Page(msgspec.Struct, frozen=True):
    """Conversations, the newest first; ``next`` is empty on the last page."""

    cards: list[Card]
    next: str


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation with its newest messages; ``older`` says whether there are more before them.

    ``values`` are the flow's, ``node`` is where it stands, ``address`` the contact's on the channel.
    """

    card: Card
    facts: Contact
    values: dict[str, Value]
    flow: str
    revision: int
    node: str
    address: str
    messages: list[Said]
    older: bool


class Inbox:
    """Synchronous and thread-safe; asynchronous callers use ``asyncio.to_thread``."""

    def __init__(self, engine: Engine, bus: Bus, personal: Personal) -> None:
        self.engine = engine
        self.personal = personal
        self.bus = bus

    def conversations(self, wanted: Filter) -> Page:
        """A page of conversations."""
        limit = max(1, min(wanted.limit, 200))
        columns = tables.conversations.c
        query = _cards().where(*_conditions(wanted)).order_by(columns.last_at.desc(), columns.id.desc())
        with reading(self.engine).begin() as connection:
            rows = connection.execute(query.limit(limit + 1)).all()
        shown = rows[:limit]
        return Page([_card(row) for row in shown], _cursor(shown[-1]) if len(rows) > limit else "")

    def counts(self) -> dict[str, int]:
        """How many conversations there are of each status."""
        status = tables.conversations.c.status
        found = dict.fromkeys(("bot", "queued", "open", "snoozed", "resolved"), 0)
        with reading(self.engine).begin() as connection:
            rows = connection.execute(select(status, func.count()).group_by(status)).all()
        return found | {row[0]: row[1] for row in rows}

    def conversation(self, conversation: str) -> Opened:
        """One conversation. Raises RefusedError."""
        columns = tables.conversations.c
        query = _cards().add_columns(
            columns.session,
            columns.flow,
            columns.revision,
            tables.contacts.c.facts,
            tables.contacts.c.personal,
            tables.identities.c.address,
        )
        with reading(self.engine).begin() as connection:
            row = connection.execute(query.where(columns.id == conversation)).one_or_none()
            if row is None:
                raise not_found("conversation", conversation)
            found = history.messages(connection, conversation, limit=history.PAGE + 1)
        session = msgspec.json.decode(row.session, type=Session) if row.session else None
        kept = self.personal.whole(row.contact, msgspec.json.decode(row.facts, type=Contact), row.personal)
        return Opened(
            card=_card(row),
            facts=kept.told(session.contact) if session else kept,
            values=session.known if session else {},
            flow=row.flow,
            revision=row.revision,
            node=session.node if session else "",
            address=row.address,
            messages=found[-history.PAGE :],
            older=len(found) > history.PAGE,
        )

    def messages(self, conversation: str, before: int | None = None, after: int = -1) -> list[Said]:
        """Messages before or after a position, oldest first, ``history.PAGE`` at most."""
        with reading(self.engine).begin() as connection:
            return history.messages(connection, conversation, before, after)

    def trace(self, conversation: str, limit: int = 50) -> list[dict[str, Any]]:
        """The newest turns, oldest first: {seq, flow, revision, at, trace: visits as ``engine.step.Visit``}."""
        columns = tables.turns.c
        query = select(columns.seq, columns.flow, columns.revision, columns.at, columns.trace)
        with reading(self.engine).begin() as connection:
            rows = connection.execute(
                query.where(columns.conversation == conversation).order_by(columns.seq.desc()).limit(limit)
            ).mappings()
            found = [{**row, "trace": msgspec.json.decode(row["trace"])} for row in rows]
        return found[::-1]

    def reply(self, conversation: str, agent: str, text: str, client_id: str = "") -> str:
        """Write to the contact; who replies to a conversation that nobody has, takes it.

        ``client_id`` makes a repeated call harmless. Returns the message's key. Raises RefusedError.
        """
        text, key = _text(text), f"agent:{_client_id(client_id)}"
        said = AgentSaid(id="", at=utcnow(), agent=agent, text=text, key=key)
        with self.engine.begin() as connection:
            status = _status(connection, conversation)
            happened: list[tuple[str, Happening]] = [(f"{conversation}:{key}", said)]
            if status not in ("open", "resolved"):
                joined = AgentJoined(id="", at=utcnow(), agent=agent)
                happened.insert(0, (f"{conversation}:join:{key}", joined))
            append(connection, conversation, happened, utcnow())
        self.bus.wake("turns")
        return key

    def note(self, conversation: str, agent: str, text: str, client_id: str = "") -> str:
        """Write a note that only agents see. Returns its key. Raises RefusedError."""
        key = f"note:{_client_id(client_id)}"
        self._happened(conversation, NoteTaken(id="", at=utcnow(), agent=agent, text=_text(text), key=key), key)
        return key

    def take(self, conversation: str, agent: str) -> None:
        """Take the conversation: the flow is silent now. Raises RefusedError, also when it is resolved."""
        self._happened(conversation, AgentJoined(id="", at=utcnow(), agent=agent), unresolved=True)

    def assign(self, conversation: str, agent: str, to: str) -> None:
        """Give the conversation to another person, with an empty ``to`` to nobody. Raises RefusedError."""
        self._happened(conversation, Assigned(id="", at=utcnow(), agent=agent, to=to), unresolved=True)

    def snooze(self, conversation: str, agent: str, until: datetime) -> None:
        """Put the conversation off until then (aware, within ``LONGEST_SNOOZE``); who does so takes it, where nobody
        has it. A message of the contact brings it back sooner. Raises RefusedError, also when it is resolved.
        """
        now = utcnow()
        if until.tzinfo is None or not now < until <= now + LONGEST_SNOOZE:
            raise RefusedError("bad_snooze", where="until", days=LONGEST_SNOOZE.days)
        happened: list[Happening] = [Snoozed(id="", at=now, agent=agent, until=until.astimezone(UTC))]
        with self.engine.begin() as connection:
            status = _status(connection, conversation)
            if status == "resolved":
                raise RefusedError("resolved")
            if status not in ("open", "snoozed"):
                happened.insert(0, AgentJoined(id="", at=now, agent=agent))
            rows = [(f"{conversation}:{new_id()}", event) for event in happened]
            append(connection, conversation, rows, now)
        self.bus.wake("turns")

    def resolve(self, conversation: str, agent: str) -> None:
        """Close the conversation. Raises RefusedError, also when it is resolved already."""
        self._happened(conversation, AgentResolved(id="", at=utcnow(), agent=agent), unresolved=True)

    def give_back(self, conversation: str, agent: str) -> None:
        """Give the conversation back to its flow. Raises RefusedError, also when it is resolved or with the flow."""
        with reading(self.engine).begin() as connection:
            if _status(connection, conversation) == "bot":
                raise RefusedError("with_flow")
        self._happened(conversation, AgentReturned(id="", at=utcnow(), agent=agent), unresolved=True)

    def mark_read(self, conversation: str) -> None:
        """The agents have seen what there is."""
        columns = tables.conversations.c
        seen = update(tables.conversations).where(columns.id == conversation, columns.unread > 0).values(unread=0)
        with self.engine.begin() as connection:
            changed = connection.execute(seen).rowcount
        if changed:
            self.bus.publish(LIVE, [{"kind": "conversation", "id": conversation, "unread": 0}])

    def _happened(self, conversation: str, event: Happening, key: str = "", unresolved: bool = False) -> None:
        with self.engine.begin() as connection:
            if unresolved and _status(connection, conversation) == "resolved":
                raise RefusedError("resolved")
            append(connection, conversation, [(f"{conversation}:{key or new_id()}", event)], utcnow())
        self.bus.wake("turns")


def _text(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text:
        raise RefusedError("empty_text")
    if len(text) > LONGEST:
        raise RefusedError("too_long_text", length=len(text), limit=LONGEST)
    return text


def _client_id(client_id: str) -> str:
    if len(client_id) > 64:
        raise RefusedError("bad_value", where="client_id", reason="A message's client_id has 64 characters at most.")
    return client_id or new_id()


def _status(connection: Connection, conversation: str) -> str:
    columns = tables.conversations.c
    status = connection.execute(select(columns.status).where(columns.id == conversation)).scalar_one_or_none()
    if status is None:
        raise not_found("conversation", conversation)
    return str(status)


def _cards() -> Select[Any]:
    conversations, contacts, persons = tables.conversations, tables.contacts, tables.persons
    columns = conversations.c
    return select(
        *(columns[name] for name in Card.__struct_fields__ if name in columns),
        contacts.c.name,
        persons.c.name.label("agent"),
    ).select_from(
        conversations.join(contacts, contacts.c.id == columns.contact)
        .join(tables.identities, tables.identities.c.id == columns.identity)
        .outerjoin(persons, persons.c.id == columns.assigned)
    )


def _card(row: Row[Any]) -> Card:
    told = {name: getattr(row, name) for name in Card.__struct_fields__}
    return Card(**(told | {"tags": msgspec.json.decode(row.tags), "agent": row.agent or ""}))


def _conditions(wanted: Filter) -> Sequence[ColumnElement[bool]]:
    columns = tables.conversations.c
    conditions: list[ColumnElement[bool]] = []
    if wanted.status:
        conditions.append(columns.status.in_(wanted.status))
    if wanted.account:
        conditions.append(columns.account == wanted.account)
    if wanted.channel:
        conditions.append(columns.channel == wanted.channel)
    if wanted.team:
        conditions.append(columns.team == wanted.team)
    if wanted.assigned:
        conditions.append(columns.assigned == ("" if wanted.assigned == "nobody" else wanted.assigned))
    if wanted.search:
        conditions.append(
            or_(
                tables.contacts.c.name.icontains(wanted.search, autoescape=True),
                columns.last_text.icontains(wanted.search, autoescape=True),
            )
        )
    if wanted.after:
        at, conversation = _place(wanted.after)
        conditions.append(or_(columns.last_at < at, and_(columns.last_at == at, columns.id < conversation)))
    return conditions


def _cursor(row: Row[Any]) -> str:
    return f"{row.last_at.isoformat()}~{row.id}"


def _place(cursor: str) -> tuple[datetime, str]:
    at, _, conversation = cursor.partition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise RefusedError("bad_value", where="after", reason="`after` should be what `next` was.")
    return moment, conversation
