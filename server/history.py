"""A conversation's messages as people read them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, select

from engine.effects import Choice
from engine.events import Attachment
from engine.queries import Citation
from server import tables

PAGE = 50
"""So many messages at a time."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One message; the fields are those of ``server.models.Message``. ``name`` is the agent's.

    ``trouble`` is the kind of fault (``server.faults``) of a message that has not left, ``fault`` what was told of it;
    ``again``: it has failed, and can be sent again (``server.dead_letters``).
    """

    id: str
    conversation: str
    position: int
    key: str
    direction: str
    author: str
    kind: str
    text: str
    at: datetime
    delivery: str
    fault: str = ""
    trouble: str = ""
    uncertain: bool = False
    again: bool = False
    person: str = ""
    name: str = ""
    node: str = ""
    language: str = ""
    choices: list[Choice] = []
    citation: Citation | None = None
    attachments: list[Attachment] = []


_choices = msgspec.json.Decoder(list[Choice])
_citation = msgspec.json.Decoder(Citation)
_attachments = msgspec.json.Decoder(list[Attachment])


def messages(
    connection: Connection, conversation: str, before: int | None = None, after: int = -1, limit: int = PAGE
) -> list[Said]:
    """The newest ``limit`` messages before position ``before`` (None: at all) and after ``after``, oldest first."""
    columns = tables.messages.c
    query = _WITH_OUTBOX.where(columns.conversation == conversation, columns.position > after)
    if before is not None:
        query = query.where(columns.position < before)
    rows = connection.execute(query.order_by(columns.position.desc()).limit(limit)).all()
    return [_on_its_way(said(row), row) for row in reversed(rows)]


def by_id(connection: Connection, ids: Iterable[str]) -> dict[str, Said]:
    """These messages by their ids."""
    rows = connection.execute(_SAID.where(tables.messages.c.id.in_(ids))).all()
    return {row.id: said(row) for row in rows}


def said(row: Row[Any]) -> Said:
    """A row of the table, with the agent's name, as it goes to a screen."""
    return Said(
        id=row.id,
        conversation=row.conversation,
        position=row.position,
        key=row.key,
        direction=row.direction,
        author=row.author,
        kind=row.kind,
        text=row.text,
        at=row.at,
        delivery=row.delivery,
        fault=row.fault,
        uncertain=row.uncertain,
        person=row.person,
        name=row.name or "",
        node=row.node,
        language=row.language,
        choices=_choices.decode(row.choices) if row.choices else [],
        citation=_citation.decode(row.citation) if row.citation else None,
        attachments=_attachments.decode(row.attachments) if row.attachments else [],
    )


def _on_its_way(message: Said, row: Row[Any]) -> Said:
    """The message with what its row in the outbox says, if it has one."""
    if row.state is None:
        return message
    return msgspec.structs.replace(
        message, trouble=row.trouble, fault=message.fault or row.outbox_fault, again=row.state == "failed"
    )


_SAID: Select[Any] = select(tables.messages, tables.persons.c.name).select_from(
    tables.messages.outerjoin(tables.persons, tables.persons.c.id == tables.messages.c.person)
)
_WITH_OUTBOX = _SAID.add_columns(
    tables.outbox.c.state, tables.outbox.c.kind.label("trouble"), tables.outbox.c.fault.label("outbox_fault")
).outerjoin(tables.outbox, tables.outbox.c.message == tables.messages.c.id)
