"""GET /metrics."""

from litestar import Response, get
from litestar.datastructures import State

from server import exposition


@get("/metrics", needs="see_metrics", sync_to_thread=True, include_in_schema=False)
def metrics(state: State) -> Response[bytes]:
    """The figures of this machine's processes, and how things stand in the database, in Prometheus's text format."""
    return Response(exposition.shown(state.standing), media_type=exposition.CONTENT_TYPE)
