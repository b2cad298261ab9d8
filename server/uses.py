"""Who uses what: the flows that go by a team's hours, and those that run another flow."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, select

from engine.flow import Flow, Node
from server import tables
from server.database import reading
from server.flow_list import stored


class Using(msgspec.Struct, frozen=True):
    """A flow that uses something, in its draft or as it is published."""

    id: str
    name: str


def flows_with_hours(engine: Engine, which: str) -> list[Using]:
    """The flows that go by these hours, by name."""
    with reading(engine).begin() as connection:
        return _using(connection, lambda node: node.team_hours() == which)


def flows_that_run(engine: Engine, which: str) -> list[Using]:
    """The flows that run this one as a sub-flow, by name."""
    with reading(engine).begin() as connection:
        return [one for one in _using(connection, lambda node: node.calls() == which) if one.id != which]


def _using(connection: Connection, uses: Callable[[Node], bool]) -> list[Using]:
    columns, published = tables.flows.c, tables.revisions.c
    chosen = (
        select(columns.id, columns.name, columns.draft, published.document)
        .outerjoin(tables.revisions, (published.flow == columns.id) & (published.number == columns.published))
        .where(columns.state != "deleted")
        .order_by(columns.name, columns.id)
    )
    found = []
    for row in connection.execute(chosen):
        versions: list[Flow[Any]] = [stored(document) for document in (row.draft, row.document) if document]
        if any(uses(node) for flow in versions for node in flow.nodes.values()):
            found.append(Using(row.id, row.name))
    return found
