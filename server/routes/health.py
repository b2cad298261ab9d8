"""GET /health."""

import msgspec
from litestar import Response, get
from litestar.datastructures import State


class Report(msgspec.Struct):
    """`missing` names what a message would wait for: database, migration, queue, worker, sweeper."""

    status: str
    missing: list[str]


@get("/health", sync_to_thread=True)
def health(state: State) -> Response[Report]:
    """200 once a message would be answered, else 503."""
    missing = state.health.missing()
    if missing:
        return Response(Report("unavailable", missing), status_code=503)
    return Response(Report("ok", []))
