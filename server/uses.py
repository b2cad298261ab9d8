"""Who uses what: the flows that go by a team's hours, and those that run another flow."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Engine, select

from engine.flow import Flow, Node
from server import tables
from server.database import reading
from server.flow_list import stored


class Using(msgspec.Struct, frozen=True):
    """A flow that uses something, in its draft or as it is published."""

    id: str
    name: str


class Users(msgspec.Struct, frozen=True):
    """The flows, by name, that still use what was put aside."""

    used_by: list[Using]


def flows_with_hours(engine: Engine) -> dict[str, list[Using]]:
    """The flows that go by the hours of each team, by name; teams of which none does are not there."""
    return _users(engine, lambda node: node.team_hours())


def flows_that_run(engine: Engine, which: str) -> list[Using]:
    """The flows that run this one as a sub-flow, by name."""
    return [one for one in _users(engine, lambda node: node.calls()).get(which, []) if one.id != which]


def _users(engine: Engine, uses: Callable[[Node], str]) -> dict[str, list[Using]]:
    columns, published = tables.flows.c, tables.revisions.c
    chosen = (
        select(columns.id, columns.name, columns.draft, published.document)
        .outerjoin(tables.revisions, (published.flow == columns.id) & (published.number == columns.published))
        .where(columns.state != "deleted")
        .order_by(columns.name, columns.id)
    )
    found: dict[str, list[Using]] = {}
    with reading(engine).begin() as connection:
        for row in connection.execute(chosen):
            versions: list[Flow[Any]] = [stored(document) for document in (row.draft, row.document) if document]
            for which in {uses(node) for flow in versions for node in flow.nodes.values()} - {""}:
                found.setdefault(which, []).append(Using(row.id, row.name))
    return found
