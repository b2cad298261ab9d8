"""A node's request, tried by its author: really performed, with values made up for it."""

import threading
import time
from collections import deque
from typing import Any

import msgspec

from engine.effects import Value
from engine.events import Answered, MessageReceived
from engine.queries import Failed, Fetch, Fetched
from engine.rules import Facts
from engine.session import Session
from engine.turn import Ask, Go, Turn
from nodes.http_request import HttpRequest
from server import audit
from server.errors import RefusedError
from server.ids import new_id
from server.parts import Parts
from server.people import Person
from server.store import utcnow

MOST = 20
"""So many tries a person has in ``WITHIN``, in each process: it is for looking, not for using."""

WITHIN = 60.0
"""Seconds."""


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a try: the node's ``port``, the HTTP ``status`` (0: none), what would be kept, and what is wrong.

    ``path`` is what was asked, without the service's address; ``fault`` is in English and for admins.
    """

    port: str
    status: int = 0
    values: dict[str, Value] = {}
    path: str = ""
    fault: str = ""
    milliseconds: int = 0


class Tries:
    """Counts who tries how often. Thread-safe."""

    def __init__(self) -> None:
        self._made: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def count(self, person: str) -> None:
        """Raise RefusedError `too_many_tries` where there were enough."""
        now = time.monotonic()
        with self._lock:
            made = self._made.setdefault(person, deque())
            while made and made[0] <= now - WITHIN:
                made.popleft()
            if len(made) >= MOST:
                raise RefusedError("too_many_tries", minutes=1)
            made.append(now)


_tries = Tries()


def node_of(config: dict[str, Any]) -> HttpRequest:
    """A request as a flow's document has it. Raises RefusedError."""
    try:
        return msgspec.convert(config, HttpRequest)
    except msgspec.ValidationError as fault:
        raise RefusedError("bad_value", where="node", reason=str(fault)) from None


def try_request(parts: Parts, person: Person, node: HttpRequest, values: dict[str, Value], text: str) -> Tried:
    """Ask the service as the flow would, where the conversation has these values and ``text`` was written last.

    Raises RefusedError.
    """
    _tries.count(person.id)
    session = Session(flow="", revision=0, conversation="", last_text=text, values=values)
    now = utcnow()
    event = MessageReceived(id="1", at=now, text=text)
    turn = Turn("try", event, None, session, None, Facts(session, now), ("en",))
    outcome = node.run(turn)
    if not isinstance(outcome, Ask) or not isinstance(outcome.query, Fetch):
        why = outcome.why if isinstance(outcome, Go) else {}
        return Tried(port="failed", fault=str((why or {}).get("not_asked", "")))
    query = outcome.query
    begun = time.monotonic()
    answer = _fetched(parts, person, query)
    took = round((time.monotonic() - begun) * 1000)
    heard = Answered(id="2", at=now, query="", answer=answer)
    gone = node.run(msgspec.structs.replace(turn, event=heard, reply=heard))
    kept = gone.values if isinstance(gone, Go) else {}
    status = answer.status if isinstance(answer, Fetched) else 0
    return Tried(
        port=gone.port if isinstance(gone, Go) else "failed",
        status=status,
        values={name: value for name, value in kept.items() if value is not None},
        path=query.path,
        fault="" if isinstance(answer, Fetched) else answer.reason,
        milliseconds=took,
    )


def ask_really(parts: Parts, person: Person, query: Fetch) -> Fetched | Failed:
    """Perform a request that a rehearsal came to, because somebody wants its true answer.

    Raises RefusedError.
    """
    _tries.count(person.id)
    return _fetched(parts, person, query)


def _fetched(parts: Parts, person: Person, query: Fetch) -> Fetched | Failed:
    """The service's answer; that it was asked is kept in the audit log."""
    answer = parts.fetching(query, new_id())
    status = answer.status if isinstance(answer, Fetched) else 0
    with parts.engine.begin() as connection:
        audit.record(connection, person.id, "service.try", query.service, method=query.method, status=status)
    return answer
