"""GET /health, /health/ready and /health/live."""

import msgspec
from litestar import Response, get
from litestar.datastructures import State

from server.health import STORING


class Report(msgspec.Struct):
    """`missing` names what a message would wait for: database, migration, queue, worker, sweeper."""

    status: str
    missing: list[str]


@get("/health", sync_to_thread=True)
def health(state: State) -> Response[Report]:
    """200 once a message would be answered, else 503."""
    missing = state.health.missing()
    return _report(missing, bool(missing))


@get("/health/ready", sync_to_thread=True)
def ready(state: State) -> Response[Report]:
    """200 while this server can take messages, else 503: what a load balancer asks. Without queue, worker or sweeper
    they are stored, and answered later.
    """
    missing = state.health.missing()
    return _report(missing, bool(STORING & set(missing)))


@get("/health/live")
async def live() -> Report:
    """200 while the process answers at all; it looks at nothing else."""
    return Report("ok", [])


def _report(missing: list[str], unavailable: bool) -> Response[Report]:
    status = "unavailable" if unavailable else "degraded" if missing else "ok"
    return Response(Report(status, missing), status_code=503 if unavailable else 200)
