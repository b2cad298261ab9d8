"""The tables. Columns of JSON are text, written and read by msgspec; every datetime is aware and in UTC.

Ids are texts (``server.ids``), sorted by time. Statements on these tables stand in the modules that own them.
"""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, Text, text
from sqlmodel import Field, SQLModel


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


class Account(SQLModel, table=True):
    """A channel account, such as one Telegram bot. ``settings`` is the channel's JSON, its secrets encrypted.

    ``paced`` is the pace of what it sends (``server.pacing``). While a fault of the whole account lasts, ``fault`` is
    its kind (``server.faults``), ``faults`` how often in a row, and nothing is sent before ``paused_until``.
    """

    __tablename__ = "account"
    id: str = Field(primary_key=True, max_length=64)
    channel: str = Field(max_length=32)
    name: str = Field(max_length=120)
    settings: str = Field(default="{}", sa_type=Text)
    active: bool = True
    created: datetime
    paced: datetime | None = None
    fault: str = Field(default="", max_length=12)
    faults: int = 0
    paused_until: datetime | None = None


class Contact(SQLModel, table=True):
    """A person who writes, whatever the channel. ``facts`` is the JSON of ``engine.events.Contact`` without what is
    theirs alone, which stands in ``personal``, sealed (``server.contacts``).
    """

    __tablename__ = "contact"
    id: str = Field(primary_key=True, max_length=28)
    name: str = Field(default="", max_length=200)
    facts: str = Field(default="{}", sa_type=Text)
    personal: str = Field(default="", sa_type=Text)
    created: datetime


class Identity(SQLModel, table=True):
    """A contact's address on a channel account; replies go to ``address``."""

    __tablename__ = "identity"
    __table_args__ = (Index("identity_address", "account", "address", unique=True),)
    id: str = Field(primary_key=True, max_length=28)
    account: str = Field(foreign_key="account.id", max_length=64)
    address: str = Field(max_length=200)
    contact: str = Field(foreign_key="contact.id", max_length=28, index=True)
    created: datetime


class Conversation(SQLModel, table=True):
    """A conversation, and all that is needed to take it further: one row to lock, one to write after a turn.

    ``status``: bot, queued, open, snoozed (until ``snoozed_until``) or resolved. ``seq`` is the number of the newest
    event. ``ready_at`` says from when a worker may take it: now while events wait, the end of the lease while a worker
    has it, NULL while there is nothing to do; ``fence`` grows with every lease, and who commits with an old one is too
    late. ``send_at`` and ``send_fence`` are the same for the outbox, ``ask_at`` and ``ask_fence`` for a query that is
    answered outside the turn: it stands in ``ask_lane`` and was begun ``ask_tries`` times. ``paced`` is
    the pace of what the receiver is sent (``server.pacing``).
    """

    __tablename__ = "conversation"
    __table_args__ = (
        _partial("conversation_ready", "ready_at", where="ready_at IS NOT NULL"),
        _partial("conversation_send", "send_at", "account", where="send_at IS NOT NULL"),
        _partial("conversation_ask", "ask_at", where="ask_at IS NOT NULL"),
        # The promise that an identity has one unresolved conversation at most.
        _partial("conversation_unresolved", "identity", where="status <> 'resolved'", unique=True),
        _partial("conversation_faulty", "last_at", where="fault <> '' AND status <> 'resolved'"),
        Index("conversation_recent", "status", "last_at", "id"),
        Index("conversation_created", "created"),
        Index("conversation_newest", "last_at", "id"),
    )
    id: str = Field(primary_key=True, max_length=28)
    account: str = Field(foreign_key="account.id", max_length=64)
    channel: str = Field(max_length=32)
    contact: str = Field(foreign_key="contact.id", max_length=28, index=True)
    identity: str = Field(foreign_key="identity.id", max_length=28, index=True)
    status: str = Field(default="bot", max_length=16)
    created: datetime
    closed_at: datetime | None = None

    flow: str = Field(default="", max_length=64)
    revision: int = 0
    session: str = Field(default="", sa_type=Text)
    language: str = Field(default="", max_length=35)
    country: str = Field(default="", max_length=2)
    tags: str = Field(default="[]", sa_type=Text)

    seq: int = 0
    ready_at: datetime | None = None
    fence: int = 0
    tries: int = 0
    send_at: datetime | None = None
    send_fence: int = 0
    paced: datetime | None = None
    ask_at: datetime | None = None
    ask_fence: int = 0
    ask_tries: int = 0
    ask_lane: str = Field(default="", max_length=80)

    reason: str = Field(default="", sa_type=Text)
    fault: str = Field(default="", sa_type=Text)
    team: str = Field(default="", max_length=80)
    assigned: str = Field(default="", max_length=28)
    waiting_since: datetime | None = None
    snoozed_until: datetime | None = None
    unread: int = 0
    last_text: str = Field(default="", max_length=200)
    last_author: str = Field(default="", max_length=16)
    last_at: datetime


class Event(SQLModel, table=True):
    """Something that happened to a conversation, stored before it is acknowledged.

    ``provider_id`` is the channel's own id of it, the key that makes a redelivery a duplicate. ``body`` is the JSON of
    an ``engine.events`` event; its id within the conversation is ``seq``. ``state``: pending, done or failed.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("event_once", "account", "provider_id", unique=True),
        Index("event_order", "conversation", "seq", unique=True),
        _partial("event_failed", "at", where="state = 'failed'"),
        _partial("event_pending", "conversation", "seq", where="state = 'pending'"),
    )
    id: str = Field(primary_key=True, max_length=28)
    account: str = Field(max_length=64)
    provider_id: str = Field(max_length=200)
    conversation: str = Field(foreign_key="conversation.id", max_length=28)
    seq: int
    kind: str = Field(max_length=16)
    body: str = Field(sa_type=Text)
    at: datetime
    sent_at: datetime | None = None
    state: str = Field(default="pending", max_length=8)


class Message(SQLModel, table=True):
    """What was said, for people to read.

    ``position`` orders a conversation's messages. ``direction``: in, out or note; ``author``: contact, flow, agent or
    channel, and ``person`` the agent's id. ``kind`` is text, or what a channel tells beside messages: edited, blocked,
    unblocked. ``delivery``: received, waiting, sent, delivered, read or failed, and ``fault`` why; ``uncertain``: the
    contact may have got it twice, for nobody knows whether an earlier attempt arrived. ``choices``, ``citation`` and
    ``attachments`` are JSON, empty text where there are none. ``key`` is unique within the conversation: the engine's
    id of the message, or the client's of an agent's.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("message_order", "conversation", "position", unique=True),
        Index("message_key", "conversation", "key", unique=True),
    )
    id: str = Field(primary_key=True, max_length=28)
    conversation: str = Field(foreign_key="conversation.id", max_length=28)
    position: int
    key: str = Field(max_length=80)
    direction: str = Field(max_length=4)
    author: str = Field(max_length=8)
    person: str = Field(default="", max_length=28)
    kind: str = Field(default="text", max_length=16)
    node: str = Field(default="", max_length=64)
    text: str = Field(default="", sa_type=Text)
    language: str = Field(default="", max_length=35)
    choices: str = Field(default="", sa_type=Text)
    citation: str = Field(default="", sa_type=Text)
    attachments: str = Field(default="", sa_type=Text)
    at: datetime
    delivery: str = Field(max_length=10)
    fault: str = Field(default="", sa_type=Text)
    uncertain: bool = False
    platform_id: str = Field(default="", max_length=200)


class TurnRecord(SQLModel, table=True):
    """One event handled: ``answers`` is the JSON of the ``Answered`` events it led to, ``trace`` of the ``Visit`` s.

    With the events themselves, that is all ``engine.step.replay`` needs.
    """

    __tablename__ = "turn"
    conversation: str = Field(foreign_key="conversation.id", max_length=28, primary_key=True)
    seq: int = Field(primary_key=True)
    flow: str = Field(max_length=64)
    revision: int
    at: datetime
    answers: str = Field(default="", sa_type=Text)
    trace: str = Field(default="[]", sa_type=Text)
    microseconds: int = 0


class Outbox(SQLModel, table=True):
    """A message on its way out; the row goes when the channel took it.

    ``state``: waiting, sending, or failed for good. ``tries`` counts the faults of the same ``kind``
    (``server.faults``) in a row, ``fault`` says what the last one was. ``calls_done`` counts the requests of a message
    in parts that the platform has taken. Rows of a conversation leave in the order of ``position``; ``key`` is the
    idempotency key for the channel. ``slot`` is the place in the account's pace that the row has been given.
    ``cause`` is the id of the event's row that the message answers; ``created`` is when it came, or came again.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_order", "conversation", "position", unique=True),
        _partial("outbox_failed", "account", "message", where="state = 'failed'"),
    )
    message: str = Field(foreign_key="message.id", primary_key=True, max_length=28)
    conversation: str = Field(foreign_key="conversation.id", max_length=28)
    account: str = Field(max_length=64)
    position: int
    key: str = Field(max_length=80)
    cause: str = Field(default="", max_length=28)
    state: str = Field(default="waiting", max_length=8)
    kind: str = Field(default="", max_length=12)
    tries: int = 0
    calls_done: int = 0
    slot: datetime | None = None
    fault: str = Field(default="", sa_type=Text)
    created: datetime


class Timer(SQLModel, table=True):
    """A time limit: at ``due`` the session's wait number ``number`` is over (``kind`` wait), or a conversation
    comes back that an agent has put off (snooze; ``number`` is 0). A conversation has one of each kind at most.
    """

    __tablename__ = "timer"
    conversation: str = Field(foreign_key="conversation.id", primary_key=True, max_length=28)
    kind: str = Field(primary_key=True, max_length=8)
    number: int
    due: datetime = Field(index=True)


class Fault(SQLModel, table=True):
    """A flow went wrong in a conversation, which went to a person: ``reason`` is the conversation's ``fault`` then.

    ``seen`` is when somebody marked it as seen, ``person`` who did; until then the operations screen lists it.
    """

    __tablename__ = "fault"
    __table_args__ = (_partial("fault_unseen", "id", where="seen IS NULL"),)
    id: str = Field(primary_key=True, max_length=28)
    conversation: str = Field(foreign_key="conversation.id", max_length=28)
    flow: str = Field(default="", max_length=64)
    revision: int = 0
    reason: str = Field(default="", sa_type=Text)
    at: datetime
    seen: datetime | None = None
    person: str = Field(default="", max_length=28)


class Flow(SQLModel, table=True):
    """A flow: its draft (the document as JSON, ``draft_version`` grows with every edit), and what is published.

    ``published`` is the revision new conversations get, 0 while there is none; ``published_version`` is the draft's
    version that was published last. ``state``: draft, live, paused or deleted.
    """

    __tablename__ = "flow"
    id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=120)
    draft: bytes = Field(sa_type=LargeBinary)
    draft_version: int = 1
    published: int = 0
    published_version: int = 0
    state: str = Field(default="draft", max_length=8)
    created: datetime
    changed: datetime


class Revision(SQLModel, table=True):
    """An immutable published copy of a flow. ``pins`` is JSON: the flows it runs, by id -> their revisions."""

    __tablename__ = "revision"
    flow: str = Field(foreign_key="flow.id", primary_key=True, max_length=64)
    number: int = Field(primary_key=True)
    document: bytes = Field(sa_type=LargeBinary)
    note: str = Field(default="", sa_type=Text)
    person: str = Field(default="", max_length=28)
    at: datetime
    pins: str = Field(default="{}", sa_type=Text)
    failing: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    override: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})


class Hours(SQLModel, table=True):
    """When a team of the shop's is there. ``hours`` is JSON (``engine.hours.Hours``)."""

    __tablename__ = "hours"
    id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=120)
    hours: str = Field(sa_type=Text)
    changed: datetime


class Service(SQLModel, table=True):
    """A service of the shop's that flows may ask. ``secrets`` is JSON: name -> the sealed text."""

    __tablename__ = "service"
    id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=120)
    address: str = Field(max_length=500)
    secrets: str = Field(default="{}", sa_type=Text)
    created: datetime


class Person(SQLModel, table=True):
    """Someone who signs in. ``role``: owner, admin, builder, agent or viewer; ``email`` is kept in lower case."""

    __tablename__ = "person"
    id: str = Field(primary_key=True, max_length=28)
    email: str = Field(unique=True, max_length=254)
    name: str = Field(max_length=120)
    role: str = Field(max_length=8)
    password_hash: str = Field(max_length=200)
    language: str = Field(default="", max_length=8)
    active: bool = True
    created: datetime


class SignIn(SQLModel, table=True):
    """A person's session in a browser, known by the hash of its cookie."""

    __tablename__ = "sign_in"
    token_hash: str = Field(primary_key=True, max_length=64)
    person: str = Field(foreign_key="person.id", max_length=28, index=True)
    created: datetime
    expires: datetime


class SignInTry(SQLModel, table=True):
    """How often someone tried to sign in since ``since``, by the hash of an address, of a name, or of both."""

    __tablename__ = "sign_in_try"
    key: str = Field(primary_key=True, max_length=64)
    count: int
    since: datetime


class ApiToken(SQLModel, table=True):
    """A program's key to the API, known by its hash."""

    __tablename__ = "api_token"
    id: str = Field(primary_key=True, max_length=28)
    token_hash: str = Field(unique=True, max_length=64)
    name: str = Field(max_length=120)
    role: str = Field(max_length=8)
    person: str = Field(default="", max_length=28)
    created: datetime
    last_used: datetime | None = None


class AuditEntry(SQLModel, table=True):
    """Who did what to which thing; rows are only ever added. ``details`` is JSON without secrets."""

    __tablename__ = "audit_entry"
    id: str = Field(primary_key=True, max_length=28)
    at: datetime = Field(index=True)
    person: str = Field(default="", max_length=28)
    action: str = Field(max_length=64)
    subject: str = Field(default="", max_length=200)
    details: str = Field(default="{}", sa_type=Text)
