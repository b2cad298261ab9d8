"""Flows that run other flows: what they run in rehearsal, and which revisions they hold on to once published."""

from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, select

from engine.flow import Flow
from engine.graph import Plan
from flows.subflows import called, planned
from server import tables
from server.database import reading
from server.flow_list import stored

_flows, _revisions = tables.flows, tables.revisions


class Runnable(msgspec.Struct, frozen=True):
    """A flow that another may run: its draft, and the revision that would be run, None before it is published."""

    name: str
    draft: Flow[Any]
    published: Flow[Any] | None


def runnables(engine: Engine, flow: Flow[Any]) -> dict[str, Runnable]:
    """The flows that a flow runs, and all that they run, by their ids; those deleted are not there."""
    found: dict[str, Runnable] = {}
    with reading(engine).begin() as connection:
        ahead = set(called(flow))
        while ahead:
            more = _read(connection, ahead)
            found |= more
            ahead = {which for one in more.values() for which in called(one.draft)} - found.keys() - ahead
    return found


def drafts(engine: Engine, flow: Flow[Any]) -> dict[str, Flow[Any]]:
    """What a rehearsal of a flow may run, by their ids: drafts, as the flow itself is one."""
    return {which: one.draft for which, one in runnables(engine, flow).items()}


def draft_plan(engine: Engine, flow: Flow[Any]) -> Plan:
    """A draft ready to be rehearsed, with the drafts of what it runs."""
    return planned(flow, drafts(engine, flow))


def pinned(connection: Connection, flow: Flow[Any]) -> dict[str, int]:
    """The revisions that a flow is to run if it is published now, by the flows' ids."""
    columns = _flows.c
    wanted = select(columns.id, columns.published).where(
        columns.id.in_(called(flow)), columns.published > 0, columns.state != "deleted"
    )
    return {row.id: row.published for row in connection.execute(wanted.order_by(columns.id))}


def would_pin(engine: Engine, flow: Flow[Any]) -> dict[str, int]:
    """As ``pinned``, for who looks on."""
    with reading(engine).begin() as connection:
        return pinned(connection, flow)


def revision(connection: Connection, flow: str, number: int) -> tuple[bytes, dict[str, int]] | None:
    """A published document, and the revisions of other flows that it holds on to."""
    columns = _revisions.c
    wanted = select(columns.document, columns.pins).where(columns.flow == flow, columns.number == number)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else (bytes(row.document), msgspec.json.decode(row.pins, type=dict[str, int]))


def outdated(engine: Engine, which: str, number: int, flow: Flow[Any]) -> list[str]:
    """The names of flows that a published revision runs as they were, and the draft would run as they are by now."""
    with reading(engine).begin() as connection:
        found = revision(connection, which, number)
        held = found[1] if found else {}
        newer = [one for one, now in pinned(connection, flow).items() if held.get(one, now) != now]
        columns = _flows.c
        return list(connection.scalars(select(columns.name).where(columns.id.in_(newer)).order_by(columns.name)))


def packed(pins: dict[str, int]) -> str:
    """The revisions that are held on to, as they are stored."""
    return msgspec.json.encode(pins, order="sorted").decode()


def _read(connection: Connection, ids: set[str]) -> dict[str, Runnable]:
    columns = _flows.c
    chosen = (
        select(columns.id, columns.name, columns.draft, _revisions.c.document)
        .outerjoin(_revisions, (_revisions.c.flow == columns.id) & (_revisions.c.number == columns.published))
        .where(columns.id.in_(ids), columns.state != "deleted")
    )
    return {
        row.id: Runnable(row.name, stored(row.draft), stored(row.document) if row.document else None)
        for row in connection.execute(chosen)
    }
