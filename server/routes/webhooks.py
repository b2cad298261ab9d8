"""POST /webhooks/{account}: where the platforms bring what happened."""

import asyncio
import logging
from concurrent.futures import Future
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.exceptions import ClientException
from litestar.params import FromPath
from sqlalchemy.exc import SQLAlchemyError

from server import metrics
from server.arrivals import Arrival, Landed
from server.channels.base import ChannelError, Incoming
from server.channels.base import Request as Webhook
from server.errors import RefusedError
from server.failures import ErrorBody, ErrorDetail
from server.ingest import FullError
from server.parts import Parts
from server.store import utcnow

LARGEST = 3 * 1024 * 1024
"""Bytes of a call; WhatsApp's limit is the largest of the platforms'."""

PATIENCE = 15
"""Seconds that a call may take to be sent."""

STORING = 5.0
"""Seconds after which a platform is told to come again: most of them would not listen for much longer."""

LONGEST_ADDRESS = 200

log = logging.getLogger("parley.webhooks")


class Taken(msgspec.Struct):
    """How many events were stored, and how many had been before."""

    stored: int
    known: int = 0


@post("/webhooks/{account:str}", status_code=200, request_max_body_size=LARGEST)
async def webhook(account: FromPath[str], request: Request[Any, Any, Any], state: State) -> Response[Taken | ErrorBody]:
    """200 once every event of the call is stored for good; calling again with the same events is harmless.

    400: not what the platform sends; 401: the signature does not hold; 404: no such account; 408: sent too slowly; 413:
    too large; 503: try again later, after as many seconds as Retry-After says.
    """
    parts: Parts = state.parts
    try:
        async with asyncio.timeout(PATIENCE):
            body = await request.body()
    except TimeoutError:
        return _refused(408, "too_slow", f"A call should be sent within {PATIENCE} seconds.")
    except ClientException as fault:
        return _refused(fault.status_code, "too_large", f"A call may have {LARGEST} bytes.")
    headers = {name.lower(): value for name, value in request.headers.items()}
    call = Webhook(body=body, headers=headers, at=utcnow())
    try:
        placed = parts.accounts.known(account)
        if placed is None:
            placed = await asyncio.to_thread(parts.accounts.placed, account)
        if not placed.active:
            return _refused(404, "switched_off", f"The channel account {account} is switched off.")
        incoming = placed.channel.parse(call)
        for one in incoming:
            _check(one)
    except RefusedError as fault:
        return _refused(fault.status, fault.code, str(fault))
    except ChannelError as fault:
        # Not its text: it may quote what the call held.
        log.warning("A call to account %s was refused: %s", account, type(fault).__name__)
        return _refused(fault.status, "unsigned" if fault.status == 401 else "malformed", str(fault))
    except SQLAlchemyError as fault:
        return _not_now(parts, fault)
    except RecursionError:
        log.warning("A call to account %s was refused: nested too deeply", account)
        return _refused(400, "malformed", "This is nested too deeply.")
    arrivals = [Arrival(account, placed.channel.KIND, one, call.at) for one in incoming]
    try:
        landed = await _stored(parts.ingest.put(arrivals, len(body))) if arrivals else []
    except FullError as fault:
        return _refused(503, "busy", str(fault), retry_after=fault.again)
    except (SQLAlchemyError, TimeoutError) as fault:
        return _not_now(parts, fault)
    if landed:
        parts.storing.works()
    await _acknowledge(parts, account, incoming, landed)
    return Response(Taken(stored=sum(one.new for one in landed), known=sum(not one.new for one in landed)))


def _check(incoming: Incoming) -> None:
    """What no table takes is the sender's fault. Raises ChannelError."""
    if not 0 < len(incoming.address) <= LONGEST_ADDRESS or "\x00" in incoming.address:
        raise ChannelError(f"An address should have 1 to {LONGEST_ADDRESS} characters.")


async def _stored(stored: "Future[list[Landed]]") -> list[Landed]:
    """Where the events landed. Raises TimeoutError when that takes too long; they may be stored all the same."""
    landed = asyncio.wrap_future(stored)
    # Also when nobody waits for it any more, what became of it is looked at.
    landed.add_done_callback(lambda done: done.cancelled() or done.exception())
    await asyncio.wait((landed,), timeout=STORING)
    if not landed.done():
        raise TimeoutError("the database lets its writers wait")
    return landed.result()


async def _acknowledge(parts: Parts, account: str, incoming: list[Incoming], landed: list[Landed]) -> None:
    for one, where in zip(incoming, landed, strict=True):
        if one.receipt and where.new:
            await asyncio.to_thread(parts.bus.acknowledge, account, one.receipt)


def _not_now(parts: Parts, fault: Exception) -> Response[Taken | ErrorBody]:
    parts.storing.met(fault)
    return _refused(503, "busy", "The events could not be stored.", retry_after=5)


def _refused(status: int, code: str, message: str, retry_after: int | None = None) -> Response[Taken | ErrorBody]:
    metrics.refused.labels(code).inc()
    headers = {"retry-after": str(retry_after)} if retry_after else {}
    return Response(ErrorBody(ErrorDetail(code, message)), status_code=status, headers=headers)
