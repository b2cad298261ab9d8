"""Published revisions of flows, immutable: read and listed, and a new one kept."""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, func, insert, select

from engine.flow import Flow
from server import subflows, tables
from server.database import reading
from server.errors import not_found
from server.flow_list import stored
from server.gate import Passed
from server.people import Person

_revisions = tables.revisions
_COLUMNS = ("flow", "number", "note", "person", "at", "failing", "override")


class Revision(msgspec.Struct, frozen=True):
    """A published copy; ``live`` is the one new conversations get. ``person`` is an id, ``who`` their name.

    ``failing`` is how many test cases failed when it was published, ``override`` why it was published all the same.
    """

    flow: str
    number: int
    note: str
    person: str
    who: str
    at: datetime
    live: bool
    failing: int = 0
    override: str = ""


def revisions(engine: Engine, which: str) -> list[Revision]:
    """The published copies, the newest first. Raises RefusedError `not_found`."""
    persons = tables.persons
    chosen = (
        select(*(_revisions.c[name] for name in _COLUMNS), persons.c.name.label("who"))
        .outerjoin(persons, persons.c.id == _revisions.c.person)
        .where(_revisions.c.flow == which)
        .order_by(_revisions.c.number.desc())
    )
    columns = tables.flows.c
    with reading(engine).begin() as connection:
        flow = connection.execute(select(columns.published, columns.state).where(columns.id == which)).one_or_none()
        if flow is None:
            raise not_found("flow", which)
        live = flow.published if flow.state == "live" else 0
        return [_shown(row, row.number == live) for row in connection.execute(chosen)]


def revision(engine: Engine, which: str, number: int) -> Flow[Any]:
    """A published copy. Raises RefusedError `not_found`."""
    with reading(engine).begin() as connection:
        found = subflows.revision(connection, which, number)
    if found is None:
        raise not_found("revision", f"{which}/{number}")
    return stored(found[0])


def again(number: int) -> str:
    """The note of a revision that brings back an earlier one; `brought_back` reads it."""
    return f"Revision {number} again"


def brought_back(note: str) -> int:
    """The number of the earlier revision that a note says was brought back, 0 where it says nothing of the kind."""
    found = re.search(r"[0-9]+", note)
    number = int(found[0]) if found else 0
    return number if note == again(number) else 0


def add_revision(
    connection: Connection,
    which: str,
    document: bytes,
    passed: Passed,
    note: str,
    person: Person,
) -> Revision:
    """Keep a published copy; new conversations get it once the flow says so."""
    newest = connection.execute(select(func.max(_revisions.c.number)).where(_revisions.c.flow == which)).scalar()
    made = Revision(
        flow=which,
        number=(newest or 0) + 1,
        note=note.strip()[:2000],
        person=person.id,
        who=person.name,
        at=datetime.now(UTC),
        live=True,
        failing=len(passed.failing),
        override=passed.reason,
    )
    kept = {name: getattr(made, name) for name in _COLUMNS}
    connection.execute(insert(_revisions).values(**kept, document=document, pins=subflows.packed(passed.pins)))
    return made


def _shown(row: Any, live: bool) -> Revision:
    return Revision(**{name: getattr(row, name) for name in _COLUMNS}, who=row.who or "", live=live)
