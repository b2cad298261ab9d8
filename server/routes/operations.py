"""/api/operations: how Parley runs."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.datastructures import State
from litestar.params import JSONBody, QueryParameter

from server.operations import PAGE, Fault, Operations, Situation
from server.routes.given import Asker

TAGS = ["Operations"]


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which faults somebody has seen: these, or all up to the one with this id."""

    faults: Annotated[list[Annotated[str, msgspec.Meta(max_length=28)]], msgspec.Meta(max_length=200)] | None = None
    up_to: Annotated[str, msgspec.Meta(max_length=28)] = ""


class Marked(msgspec.Struct, frozen=True):
    """How many faults nobody had seen before."""

    count: int


@get("/api/operations", tags=TAGS, needs="operate", sync_to_thread=True)
def read_situation(state: State) -> Situation:
    """What runs, what waits and since when, within some seconds."""
    return _operations(state).situation()


@get("/api/operations/faults", tags=TAGS, needs="operate", sync_to_thread=True)
def list_faults(
    state: State,
    before: Annotated[str, QueryParameter(max_length=28, description="The id of the last one already shown.")] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = PAGE,
) -> list[Fault]:
    """Flows that went wrong and that nobody has seen yet, the newest first."""
    return _operations(state).faults(limit, before)


@post("/api/operations/faults/seen", tags=TAGS, needs="operate", status_code=200, sync_to_thread=True)
def mark_faults_seen(state: State, person: Asker, data: JSONBody[Seen]) -> Marked:
    """Mark faults as seen; they leave the list, and stay with their conversations."""
    return Marked(_operations(state).seen(person, data.faults, data.up_to))


def _operations(state: State) -> Operations:
    found: Operations = state.operations
    return found
