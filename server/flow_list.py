"""The list of flows: what state each is in, and what the last week's conversations came to."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Engine, Row, case, func, select

import flows
from engine.flow import Flow
from flows.check import Problem
from server import tables
from server.database import reading

DAYS = 7

State = Literal["draft", "live", "paused", "deleted"]


class FlowCard(msgspec.Struct, frozen=True, kw_only=True):
    """A flow in the list.

    ``revision`` is the newest published, 0 for none; ``state`` says whether it is live. ``unpublished`` counts the
    edits since. ``week`` are new conversations a day (UTC), today last; ``handed_over`` is the share of them that came
    to a person, 0 to 1. ``only_called``, ``channels`` and ``accounts`` are the trigger's: none means all.
    """

    id: str
    name: str
    state: State
    revision: int
    unpublished: int
    changed: datetime
    language: str
    languages: tuple[str, ...]
    nodes: int
    only_called: bool
    channels: tuple[str, ...]
    accounts: tuple[str, ...]
    week: tuple[int, ...]
    handed_over: float


def flows_list(engine: Engine, *, deleted: bool = False, now: datetime | None = None) -> list[FlowCard]:
    """The flows, lately changed first; with `deleted` only those put aside."""
    today = (now or datetime.now(UTC)).date()
    columns, published = tables.flows.c, tables.revisions.c
    chosen = (
        select(tables.flows, published.document)
        .outerjoin(tables.revisions, (published.flow == columns.id) & (published.number == columns.published))
        .order_by(columns.changed.desc(), columns.id)
    )
    wanted = columns.state == "deleted" if deleted else columns.state != "deleted"
    with reading(engine).begin() as connection:
        rows = connection.execute(chosen.where(wanted)).all()
        weeks = _weeks(connection, today - timedelta(days=DAYS - 1))
    cards = []
    for row in rows:
        flow = stored(row.draft)
        days = weeks.get(row.id, {})
        total, handed = (sum(day[n] for day in days.values()) for n in (0, 1))
        cards.append(
            FlowCard(
                id=row.id,
                name=row.name,
                state=row.state,
                revision=row.published,
                unpublished=_unpublished(row, flow),
                changed=row.changed,
                language=flow.language,
                languages=flow.languages,
                nodes=len(flow.nodes),
                only_called=flow.trigger.only_called,
                channels=flow.trigger.channels,
                accounts=flow.trigger.accounts,
                week=tuple(days.get(str(today - timedelta(days=back)), (0, 0))[0] for back in range(DAYS - 1, -1, -1)),
                handed_over=handed / total if total else 0.0,
            )
        )
    return cards


class FlowName(msgspec.Struct, frozen=True):
    """A flow to choose as a sub-flow: what it is called, the values it is given and gives back."""

    id: str
    name: str
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


def flow_names(engine: Engine) -> list[FlowName]:
    """The flows there are, by name."""
    columns = tables.flows.c
    chosen = select(columns.id, columns.name, columns.draft).where(columns.state != "deleted").order_by(columns.name)
    with reading(engine).begin() as connection:
        return [_named(row.id, row.name, stored(row.draft)) for row in connection.execute(chosen)]


def _named(which: str, name: str, flow: Flow[Any]) -> FlowName:
    """Where a flow does not say what it gives back, all that it sets is offered."""
    found = dict.fromkeys(name for node in flow.nodes.values() for name in node.sets())
    return FlowName(which, name, flow.inputs, flow.outputs or tuple(found))


def _unpublished(row: Row[Any], flow: Flow[Any]) -> int:
    if not row.published:
        return int(row.draft_version) - 1
    # Edits that were all taken back are none.
    return 0 if stored(row.document) == flow else int(row.draft_version - row.published_version)


def _weeks(connection: Connection, first: date) -> dict[str, dict[str, tuple[int, int]]]:
    """flow -> day -> (conversations, those that came to a person)."""
    columns = tables.conversations.c
    day = func.date(columns.created)
    came_to_person = case(((columns.reason != "") | (columns.fault != ""), 1), else_=0)
    counted = (
        select(columns.flow, day, func.count(), func.sum(came_to_person))
        .where(columns.created >= datetime(first.year, first.month, first.day, tzinfo=UTC))
        .group_by(columns.flow, day)
    )
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for flow, on, count, handed in connection.execute(counted):
        found.setdefault(flow, {})[str(on)] = (count, int(handed))
    return found


def path_of(problem: Problem) -> str:
    """Where in the document a problem is: `nodes/ask/text`, `nodes/ask/unsure` for a port, empty for all of it."""
    node, last = (problem.node, problem.field) if problem.edge is None else problem.edge
    return "/".join(filter(None, ("nodes" if node else "", node, last)))


def packed(flow: Flow[Any]) -> bytes:
    """A draft as it is stored."""
    return msgspec.json.encode(flow)


def stored(document: bytes) -> Flow[Any]:
    """A stored draft or revision."""
    return flows.from_dict(msgspec.json.decode(document))
