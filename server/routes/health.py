"""GET /health."""

import msgspec
from litestar import get


class Health(msgspec.Struct):
    """What a load balancer asks for."""

    status: str


@get("/health", sync_to_thread=False)
def health() -> Health:
    """200 once a message would be answered."""
    return Health(status="ok")
