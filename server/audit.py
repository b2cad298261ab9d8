"""Who did what to which thing. Entries are only ever added."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, insert, select

from server.database import reading
from server.ids import new_id
from server.models import ApiToken, AuditEntry
from server.models import Person as PersonRow


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
        insert(AuditEntry).values(
            id=new_id(),
            at=datetime.now(UTC),
            person=person,
            action=action,
            subject=subject,
            details=msgspec.json.encode(details).decode(),
        )
    )


def entries(engine: Engine, limit: int = 100, before: str = "") -> Sequence[Entry]:
    """The newest first; `before` is the id of the last one already seen."""
    rows = (
        select(AuditEntry.__table__, PersonRow.name, ApiToken.name)  # type: ignore[attr-defined]
        .outerjoin(PersonRow, PersonRow.id == AuditEntry.person)  # type: ignore[arg-type]
        .outerjoin(ApiToken, ApiToken.id == AuditEntry.person)  # type: ignore[arg-type]
        .order_by(AuditEntry.id.desc())  # type: ignore[attr-defined]
        .limit(min(limit, 500))
    )
    if before:
        rows = rows.where(AuditEntry.id < before)  # type: ignore[arg-type]
    with reading(engine).begin() as connection:
        return [
            Entry(
                id=row.id,
                at=row.at,
                person=row.person,
                who=row.name or row.name_1 or "",
                action=row.action,
                subject=row.subject,
                details=msgspec.json.decode(row.details),
            )
            for row in connection.execute(rows)
        ]
