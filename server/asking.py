"""Queries that take long are answered outside the turn: the answer comes back as an event of the conversation.

Each query under way has a thread and a lease. What a service takes holds neither a turn nor a worker, and no other
service: a lane (``server.lanes``) that is full leaves the rest of the threads to others.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

import msgspec
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from engine.events import Answered
from engine.queries import AnyAnswer, AnyQuery, Failed, Fetch
from engine.session import Session
from server import tables
from server.arrivals import place
from server.happenings import HELD
from server.lanes import MOST, room
from server.leases import LEASE, Keeper
from server.parts import Parts
from server.store import ATTEMPTS, append, crossed, utcnow

MOST_TRIES = 3
"""A query that brought down so many processes is not asked again."""

Answerer = Callable[[AnyQuery, str], AnyAnswer]
"""Answers a query; the text is the same whenever the same query is asked again, and another's for no other query."""

log = logging.getLogger("parley.asking")

_session = msgspec.json.Decoder(Session)
_columns = tables.conversations.c


class _Asked(msgspec.Struct, frozen=True):
    """A query under lease; ``query`` is None where none stands after all."""

    conversation: str
    fence: int
    tries: int
    lane: str
    query: AnyQuery | None
    query_id: str


class Asking:
    """Answers what stands outside the turns. Thread-safe."""

    def __init__(self, parts: Parts, answer: Answerer) -> None:
        self._parts = parts
        self._answer = answer
        self._keeper = Keeper(parts.engine, _columns.ask_at, _columns.ask_fence)
        self._under_way: Counter[str] = Counter()
        self._threads = 0
        self._changed = threading.Condition()
        self._claiming = threading.Lock()
        self._ended = False

    def run(self) -> None:
        """Answer a wake-up: begin with what stands, as far as there is room."""
        self._parts.bus.awake("answers")
        while self._begin():
            pass

    def wait(self, patience: float) -> bool:
        """Wait until nothing is under way, so many seconds at most; whether that came."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._threads, patience)

    def close(self) -> None:
        """Begin nothing more; what is under way is left to others, once its lease is over."""
        self._ended = True
        self._keeper.close()

    def _begin(self) -> bool:
        """Begin with one query, if there is one and room for it."""
        with self._claiming:
            if self._ended or self._parts.ending.is_set() or self._under_way.total() >= MOST:
                return False
            full = [lane for lane, number in self._under_way.items() if number >= room(lane)]
            asked = _claim(self._parts, full)
            if asked is None:
                return False
            with self._changed:
                self._under_way[asked.lane] += 1
                self._threads += 1
        threading.Thread(target=self._take, args=(asked,), name=f"ask {asked.lane}", daemon=True).start()
        return True

    def _take(self, asked: _Asked) -> None:
        try:
            self._answered(asked)
        except Exception:  # its lease runs out, and it is tried again
            log.exception("The query of conversation %s could not be answered", asked.conversation)
        finally:
            with self._changed:
                self._under_way[asked.lane] -= 1
        try:
            while self._begin():
                pass
        except SQLAlchemyError as fault:  # the sweeper has somebody look again
            log.warning("What else stands could not be looked up: %s", type(fault).__name__)
        finally:
            with self._changed:
                self._threads -= 1
                self._changed.notify_all()

    def _answered(self, asked: _Asked) -> None:
        if asked.query is None:
            _settle(self._parts, asked, None)
            return
        with self._keeper.holding({asked.conversation: asked.fence}):
            found = self._found(asked, asked.query)
        if not _settle(self._parts, asked, found):
            log.info("The answer for conversation %s came when nobody waited for it any more", asked.conversation)
        else:
            self._parts.bus.wake("turns")

    def _found(self, asked: _Asked, query: AnyQuery) -> AnyAnswer:
        if asked.tries > MOST_TRIES:
            return Failed(reason=f"given up after {MOST_TRIES} tries")
        if asked.tries > 1 and isinstance(query, Fetch) and not query.may_repeat:
            return Failed(reason="it may have been done: whoever asked was killed meanwhile")
        return self._answer(query, str(uuid5(NAMESPACE_URL, f"parley:{asked.conversation}:{asked.query_id}")))


def _claim(parts: Parts, full: list[str]) -> _Asked | None:
    """Take the query that has stood longest in a lane that is not full."""
    now = utcnow()
    oldest = select(_columns.id).where(_columns.ask_at <= now)
    if full:
        oldest = oldest.where(_columns.ask_lane.not_in(full))
    oldest = oldest.order_by(_columns.ask_at).limit(1).with_for_update(skip_locked=True)
    with parts.engine.begin() as connection:
        row = connection.execute(
            update(tables.conversations)
            .where(_columns.id.in_(oldest))
            .values(ask_at=now + LEASE, ask_fence=_columns.ask_fence + 1, ask_tries=_columns.ask_tries + 1)
            .returning(_columns.id, _columns.ask_fence, _columns.ask_tries, _columns.ask_lane, _columns.session)
        ).one_or_none()
    if row is None:
        return None
    try:
        waiting = _session.decode(row.session).waiting
    except msgspec.DecodeError:  # the turn that cannot read it either has it go to a person
        waiting = None
    return _Asked(
        conversation=row.id,
        fence=row.ask_fence,
        tries=row.ask_tries,
        lane=row.ask_lane,
        query=waiting.query if waiting else None,
        query_id=waiting.query_id if waiting else "",
    )


def _settle(parts: Parts, asked: _Asked, found: AnyAnswer | None) -> bool:
    """Make the answer an event, unless nobody waits for it any more (a person took over, the conversation is over,
    somebody else asked); whether it is one.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with parts.engine.begin() as connection:
                settled = connection.execute(
                    update(tables.conversations)
                    .where(
                        _columns.id == asked.conversation,
                        _columns.ask_fence == asked.fence,
                        _columns.ask_at.is_not(None),
                    )
                    .values(ask_at=None)
                ).rowcount
                if not settled or found is None:
                    return False
                now = utcnow()
                event = Answered(id="", at=now, query=asked.query_id, answer=found)
                name = f"{asked.conversation}:answer:{asked.query_id}"
                append(connection, asked.conversation, [(name, event)], now)
                _put_behind(connection, asked.conversation, now)
                return True
        except OperationalError as fault:
            if attempt == ATTEMPTS or not crossed(fault):
                raise
    raise AssertionError("unreachable")


def _put_behind(connection: Connection, conversation: str, now: datetime) -> None:
    """Have what the contact said meanwhile stand behind the answer, as it is handled: numbers are the order in which
    replies leave, in which people read them, and in which a replay takes them. The caller has locked the conversation.

    A worker that is handling them under their old numbers, say because an agent took over just now, is fenced out.
    """
    events = tables.events.c
    waiting = select(events.id).where(events.conversation == conversation, tables.PENDING, events.kind.in_(HELD))
    ids = connection.execute(waiting.order_by(events.seq)).scalars().all()
    if ids:
        taken = update(tables.conversations).where(_columns.id == conversation)
        changed = taken.values(seq=_columns.seq + len(ids), fence=_columns.fence + 1, ready_at=now)
        last = connection.execute(changed.returning(_columns.seq)).scalar_one()
        place(connection, [(conversation, last - len(ids) + 1, ids)])
