"""A visitor's conversations as the widget shows them: one line after another, whichever conversation they were in."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, or_, select

from engine.effects import Choice
from engine.events import MessageReceived
from engine.queries import Citation
from server import happenings, history, tables
from server.channels.webwidget import client_id
from server.database import reading
from server.turns import SPREAD

PAGE = 30
"""So many lines at a time."""

MOST = 300
"""So many lines at most for a browser that comes back after a long time."""


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one side said. ``id`` sorts the lines, those that no worker has handled yet among them.

    ``client`` is the browser's own id of what the visitor said; ``from_`` is contact, flow or agent, ``name`` the
    agent's.
    """

    id: str
    client: str = ""
    from_: str = msgspec.field(name="from")
    name: str = ""
    text: str
    language: str = ""
    choices: list[Choice] = []
    citation: Citation | None = None
    at: datetime


class Screen(msgspec.Struct, frozen=True):
    """The newest lines, oldest first; ``more`` says whether there are older ones. ``status`` is the conversation's."""

    messages: list[Line]
    more: bool
    status: str = "bot"


def newest(engine: Engine, account: str, visitor: str, after: str = "") -> Screen:
    """A page of the newest lines, and all since the line with the id ``after`` however many they are (up to MOST)."""
    with reading(engine).begin() as connection:
        # First what waits: what a worker handles in between is then there twice, not missing.
        waiting = _waiting(connection, account, visitor)
        rows = _rows(connection, account, visitor, 1 + (MOST if after else PAGE))
        status = _status(connection, account, visitor)
    lines = [_line(row) for row in reversed(rows)]
    known = {line.id for line in lines}
    since = [line for line in lines if after and line.id > after]
    shown = lines[-max(PAGE, min(len(since), MOST)) :]
    return Screen([*shown, *(line for line in waiting if line.id not in known)], len(lines) > len(shown), status)


def older(engine: Engine, account: str, visitor: str, before: str) -> Screen:
    """The page of lines before the one with the id ``before``."""
    conversation, _, position = before.partition(".")
    if not (position.isascii() and position.isdecimal()):
        return Screen([], False)
    columns = tables.messages.c
    place = or_(
        columns.conversation < conversation,
        and_(columns.conversation == conversation, columns.position < int(position)),
    )
    with reading(engine).begin() as connection:
        rows = _rows(connection, account, visitor, PAGE + 1, place)
    return Screen([_line(row) for row in reversed(rows[:PAGE])], len(rows) > PAGE)


def visitor_of(engine: Engine, conversation: str) -> tuple[str, str] | None:
    """The account and the visitor's id of a conversation."""
    identities, conversations = tables.identities.c, tables.conversations.c
    query = select(identities.account, identities.address).where(
        conversations.id == conversation, identities.id == conversations.identity
    )
    with reading(engine).begin() as connection:
        row = connection.execute(query).one_or_none()
    return (row.account, row.address) if row else None


def place(conversation: str, position: int) -> str:
    """A line's id: sorts as the lines do, for a conversation's id begins with its time."""
    return f"{conversation}.{position:012d}"


def _rows(
    connection: Connection, account: str, visitor: str, limit: int, *conditions: ColumnElement[bool]
) -> list[Row[Any]]:
    """The newest messages, newest first, each with the agent's name and the provider's id of the visitor's own."""
    messages, persons, events = tables.messages, tables.persons, tables.events
    said = messages.c
    joined = (
        messages.join(tables.conversations, tables.conversations.c.id == said.conversation)
        .join(tables.identities, tables.identities.c.id == tables.conversations.c.identity)
        .outerjoin(persons, persons.c.id == said.person)
        .outerjoin(
            events,
            (events.c.conversation == said.conversation)
            & (events.c.seq == said.position // SPREAD)
            & (said.direction == "in"),
        )
    )
    query = (
        select(messages, persons.c.name, events.c.provider_id)
        .select_from(joined)
        .where(*_of(account, visitor), said.direction != "note", *conditions)
        .order_by(said.conversation.desc(), said.position.desc())
        .limit(limit)
    )
    return list(connection.execute(query).all())


def _waiting(connection: Connection, account: str, visitor: str) -> list[Line]:
    """What the visitor said and no worker has handled yet."""
    events, conversations = tables.events.c, tables.conversations
    joined = tables.events.join(conversations, conversations.c.id == events.conversation).join(
        tables.identities, tables.identities.c.id == conversations.c.identity
    )
    query = (
        select(events.conversation, events.seq, events.provider_id, events.body, events.at)
        .select_from(joined)
        .where(*_of(account, visitor), events.state == "pending", events.kind == "message")
        .order_by(events.conversation, events.seq)
        .limit(PAGE)
    )
    found = []
    for row in connection.execute(query):
        said = happenings.read(row.body, row.seq, row.at)
        if isinstance(said, MessageReceived):
            found.append(
                Line(
                    id=place(row.conversation, row.seq * SPREAD),
                    client=client_id(row.provider_id),
                    from_="contact",
                    text=said.text,
                    at=row.at,
                )
            )
    return found


def _status(connection: Connection, account: str, visitor: str) -> str:
    conversations = tables.conversations
    joined = conversations.join(tables.identities, tables.identities.c.id == conversations.c.identity)
    query = select(conversations.c.status).select_from(joined).where(*_of(account, visitor))
    status = connection.execute(query.order_by(conversations.c.id.desc()).limit(1)).scalar_one_or_none()
    return status or "bot"


def _of(account: str, visitor: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    identities = tables.identities.c
    return identities.account == account, identities.address == visitor


def _line(row: Row[Any]) -> Line:
    said = history.said(row)
    return Line(
        id=place(said.conversation, said.position),
        client=client_id(row.provider_id) if row.provider_id else "",
        from_=said.author,
        name=said.name,
        text=said.text,
        language=said.language,
        choices=said.choices,
        citation=said.citation,
        at=said.at,
    )
