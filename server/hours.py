"""The hours of the shop's teams: flows name them by their ids, and every flow follows a change at once."""

import time
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from engine.hours import Hours, opens_at_all
from engine.queries import Failed, OpenHours, Opening
from engine.zones import zone_names
from flows.holidays import countries
from flows.opening import opening
from server import audit, tables
from server.database import reading
from server.errors import RefusedError, not_found
from server.flow_names import named
from server.ids import free, slug
from server.store import utcnow
from server.uses import Using, flows_with_hours

FRESH = 1.0
"""Seconds for which loaded hours are not looked at again."""

Flows = list[Using]

_hours = tables.hours


class TeamHours(msgspec.Struct, frozen=True, kw_only=True):
    """Hours that the shop keeps. Without a zone they are meant in that of the flow that asks."""

    id: str
    name: str
    hours: Hours
    changed: datetime


class ShopHours:
    """Synchronous and thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: tuple[float, dict[str, TeamHours]] = (0.0, {})

    def list(self) -> list[TeamHours]:
        """All of them, by name."""
        with reading(self._engine).begin() as connection:
            return [_shown(row) for row in connection.execute(select(_hours).order_by(_hours.c.name, _hours.c.id))]

    def get(self, which: str) -> TeamHours:
        """Those of one team. Raises RefusedError."""
        with reading(self._engine).begin() as connection:
            return _shown(_row(connection, which))

    def create(self, name: str, hours: Hours, *, person: str = "") -> TeamHours:
        """Add hours under an id made from the name. Raises RefusedError."""
        name = _checked(name, hours)
        with self._engine.begin() as connection:
            made = free(slug(name, "hours"), set(connection.scalars(select(_hours.c.id))))
            row = {"id": made, "name": name, "hours": _packed(hours), "changed": utcnow()}
            connection.execute(insert(_hours), row)
            audit.record(connection, person, "hours.create", made, name=name)
        return self._anew(made)

    def change(self, which: str, name: str, hours: Hours, *, person: str = "") -> TeamHours:
        """Call them otherwise, say other times. Raises RefusedError."""
        name = _checked(name, hours)
        with self._engine.begin() as connection:
            _row(connection, which)
            changes = {"name": name, "hours": _packed(hours), "changed": utcnow()}
            connection.execute(update(_hours).where(_hours.c.id == which).values(changes))
            audit.record(connection, person, "hours.change", which, name=name)
        return self._anew(which)

    def remove(self, which: str, *, person: str = "") -> Flows:
        """Take hours away. Returns the flows that still go by them, and go on by "closed". Raises RefusedError."""
        with self._engine.begin() as connection:
            row = _row(connection, which)
            connection.execute(delete(_hours).where(_hours.c.id == which))
            audit.record(connection, person, "hours.delete", which, name=row.name)
        self._known = (0.0, {})
        return self.used_by().get(which, [])

    def used_by(self) -> dict[str, Flows]:
        """The flows that go by each team's hours; where none does the team is not there."""
        return flows_with_hours(self._engine)

    def answer(self, query: OpenHours) -> Opening | Failed:
        """How it stands with hours; a change shows after ``FRESH`` seconds at the latest."""
        hours, name = query.hours, ""
        if query.team:
            team = self._loaded().get(query.team)
            if team is None:
                return Failed(reason=f"there are no hours {query.team!r}")
            hours, name = team.hours, team.name
        hours = msgspec.structs.replace(hours, zone=hours.zone or query.hours.zone)
        return opening(msgspec.structs.replace(query, hours=hours), name)

    def _loaded(self) -> dict[str, TeamHours]:
        until, known = self._known
        if time.monotonic() >= until:
            known = {one.id: one for one in self.list()}
            self._known = (time.monotonic() + FRESH, known)
        return known

    def _anew(self, which: str) -> TeamHours:
        self._known = (0.0, {})
        return self.get(which)


def known(engine: Engine) -> dict[str, str]:
    """Every team's hours by id with their names, for checks of flows."""
    with reading(engine).begin() as connection:
        return {row.id: row.name for row in connection.execute(select(_hours.c.id, _hours.c.name))}


def _checked(name: str, hours: Hours) -> str:
    """The name as it is kept. Raises RefusedError."""
    if not (kept := named(name)):
        raise RefusedError("hours_name", where="name")
    if hours.zone and hours.zone not in zone_names():
        raise RefusedError("hours_zone", where="hours/zone", zone=hours.zone)
    if hours.holidays and hours.holidays not in countries():
        raise RefusedError("hours_country", where="hours/holidays", country=hours.holidays)
    if not opens_at_all(hours):
        raise RefusedError("hours_never", where="hours/week")
    return kept


def _packed(hours: Hours) -> str:
    return msgspec.json.encode(hours).decode()


def _shown(row: Row[Any]) -> TeamHours:
    return TeamHours(id=row.id, name=row.name, hours=msgspec.json.decode(row.hours, type=Hours), changed=row.changed)


def _row(connection: Connection, which: str) -> Row[Any]:
    row = connection.execute(select(_hours).where(_hours.c.id == which)).one_or_none()
    if row is None:
        raise not_found("hours", which)
    return row
