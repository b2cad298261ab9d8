"""Requests that flows make of the shop's services (``engine.queries.Fetch``), performed.

Whatever happens, there is an answer within the request's time limit; what went wrong is told without a word of what
the contact wrote.
"""

import logging
import math
import random
import threading
import time
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec

from engine.picking import kept
from engine.queries import Failed, Fetch, Fetched, Scalar
from server.breaker import Breaker
from server.errors import RefusedError
from server.services import Placed, Services
from server.vault import VaultError
from server.web_client import RefusedAddress, TooLarge

LONGEST = 60.0
"""Seconds; no request has more, whoever asks."""

MOST_RETRIES = 3

FIRST_PAUSE = 0.5
"""Seconds before the second try; each further one waits twice as long, and a random half more or less."""

OUT_OF_ORDER = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses with which a service says that another time might do (RFC 9110, RFC 6585)."""

OURS = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that say where a request goes and where it ends: no flow sets them."""

log = logging.getLogger("parley.fetching")


class Fetching:
    """Asks services; one a process, threads share it."""

    def __init__(self, services: Services, client: httpx.Client, breaker: Breaker | None = None) -> None:
        self._services = services
        self._client = client
        self._breaker = breaker or Breaker()
        self._ended = threading.Event()

    def __call__(self, query: Fetch, key: str) -> Fetched | Failed:
        """What the service answers; ``key`` is the same when the same query is asked again."""
        try:
            request = _request(self._client, query, self._services.placed(query.service), key)
        except (RefusedError, VaultError, _CannotAskError) as fault:
            return Failed(reason=str(fault))
        end = time.monotonic() + min(query.time_limit, LONGEST)
        tries = 1 + (min(query.retries, MOST_RETRIES) if query.may_repeat else 0)
        for number in range(1, tries + 1):
            if not self._breaker.admits(query.service):
                return Failed(reason="the service did not answer lately and is left alone for a while")
            answer, pause = self._once(query, request, end)
            pause = max(pause, FIRST_PAUSE * 2 ** (number - 1) * random.uniform(0.5, 1.5))  # noqa: S311 no secret
            again = isinstance(answer, Failed) or answer.status in OUT_OF_ORDER
            if not again or number == tries or time.monotonic() + pause >= end or self._ended.wait(pause):
                return answer
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Try nothing again."""
        self._ended.set()
        self._client.close()

    def _once(self, query: Fetch, request: httpx.Request, end: float) -> tuple[Fetched | Failed, float]:
        """One try: the answer, and the seconds before which another try makes no sense."""
        request.extensions["time_limit"] = end - time.monotonic()
        try:
            response = self._client.send(request)
        except (RefusedAddress, TooLarge, httpx.DecodingError) as fault:
            # That would be no different another time, and says nothing of whether the service is there.
            return Failed(reason=f"{type(fault).__name__}: {fault}"), math.inf
        except httpx.HTTPError as fault:
            level = logging.WARNING if self._breaker.failed(query.service) else logging.INFO
            log.log(level, "The service %s did not answer: %s", query.service, type(fault).__name__)
            return Failed(reason=f"{type(fault).__name__}: {fault}"), 0.0
        self._breaker.answered(query.service)
        return Fetched(status=response.status_code, values=_kept(query, response)), _retry_after(response)


class _CannotAskError(Exception):
    """A request that cannot be made; one sentence."""


def _request(client: httpx.Client, query: Fetch, service: Placed, key: str) -> httpx.Request:
    """The request. Raises _CannotAskError."""
    if not query.path.startswith("/") or any(sign in query.path for sign in "\\#\r\n\t "):
        raise _CannotAskError("the path is not one of the service's")
    url = httpx.URL(service.address + query.path)
    if (url.scheme, url.host, url.port) != _origin(service.address) or url.userinfo:
        raise _CannotAskError("the path leads to another host")
    headers = {"accept": "application/json"}
    for header in query.headers:
        name = header.name.lower()
        if name in OURS:
            raise _CannotAskError(f"no flow sets the header {header.name}")
        if header.secret and header.secret not in service.secrets:
            raise _CannotAskError(f"the service {service.id} has no secret {header.secret}")
        headers[name] = service.secrets[header.secret] if header.secret else header.text
    if query.method not in ("GET", "DELETE"):
        headers.setdefault("idempotency-key", key)
    body: dict[str, Any] = {}
    if query.fields:
        body = {"data": _flat(query.fields)} if query.form else {"json": _nested(query.fields)}
    try:
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        return client.build_request(query.method, url, headers=sent, **body)
    except (httpx.InvalidURL, ValueError) as fault:
        raise _CannotAskError(f"the request cannot be written: {type(fault).__name__}") from None


def _origin(address: str) -> tuple[str, str, int | None]:
    url = httpx.URL(address)
    return url.scheme, url.host, url.port


def _flat(fields: Mapping[str, Scalar]) -> dict[str, str]:
    written = {True: "true", False: "false"}
    return {name: written[value] if isinstance(value, bool) else str(value) for name, value in fields.items()}


def _nested(fields: Mapping[str, Scalar]) -> dict[str, Any]:
    """``customer.email`` is the field email of the field customer. Raises _CannotAskError."""
    made: dict[str, Any] = {}
    for name, value in fields.items():
        *folders, last = name.split(".")
        here = made
        for folder in folders:
            here = here.setdefault(folder, {})
            if not isinstance(here, dict):
                raise _CannotAskError(f"the field {name} is within one that has a value itself")
        here[last] = value
    return made


def _kept(query: Fetch, response: httpx.Response) -> dict[str, Scalar]:
    if not query.wanted:
        return {}
    try:
        return kept(query.wanted, msgspec.json.decode(response.content))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


def _retry_after(response: httpx.Response) -> float:
    """Seconds; 0 where nothing is said, or a date (RFC 9110, 10.2.3)."""
    told = response.headers.get("retry-after", "")
    return float(told) if told.isascii() and told.isdecimal() and len(told) < 6 else 0.0
