"""Who did what to which thing. Entries are only ever added."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, insert, select

from server import tables
from server.database import reading
from server.ids import new_id

_entries, _people, _tokens = tables.audit_entries, tables.persons, tables.api_tokens


class Entry(msgspec.Struct, frozen=True):
    """One act: ``who`` is a person's or token's name, ``action`` like ``flow.publish``, ``subject`` the thing's id."""

    id: str
    at: datetime
    person: str
    who: str
    action: str
    subject: str
    details: dict[str, Any]


def record(connection: Connection, person: str, action: str, subject: str, **details: Any) -> None:
    """Add an entry in the transaction of the act itself; `person` is an id, empty for Parley itself.

    `details` are JSON and never a secret.
    """
    connection.execute(
        insert(_entries).values(
            id=new_id(),
            at=datetime.now(UTC),
            person=person,
            action=action,
            subject=subject,
            details=msgspec.json.encode(details).decode(),
        )
    )


def entries(engine: Engine, limit: int = 100, before: str = "") -> list[Entry]:
    """The newest first; `before` is the id of the last one already seen."""
    chosen = (
        select(
            _entries,
            _people.c.name.label("person_name"),
            _tokens.c.name.label("token_name"),
        )
        .outerjoin(_people, _people.c.id == _entries.c.person)
        .outerjoin(_tokens, _tokens.c.id == _entries.c.person)
        .order_by(_entries.c.id.desc())
        .limit(max(1, min(limit, 500)))
    )
    if before:
        chosen = chosen.where(_entries.c.id < before)
    with reading(engine).begin() as connection:
        return [
            Entry(
                id=row.id,
                at=row.at,
                person=row.person,
                who=row.person_name or row.token_name or "",
                action=row.action,
                subject=row.subject,
                details=msgspec.json.decode(row.details),
            )
            for row in connection.execute(chosen)
        ]
