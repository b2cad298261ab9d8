"""Messages on their way out: in order within a conversation, by one sender at a time, again while there is hope.

One thread of a process writes what came of requests and takes the next ones (``server.sends``), so many at once that
a transaction serves many of them; others make the requests. How much of an account may be under way is bounded, and
accounts that are slow share places of their own, so that they hold up nobody else.
"""

import heapq
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import httpx
import msgspec
from sqlalchemy import Engine, Row
from sqlalchemy.exc import OperationalError

from engine.effects import Choice
from engine.queries import Citation
from server import metrics, tables
from server.accounts import Accounts
from server.bus import LIVE, Bus, widget_channel
from server.channels import channel_types
from server.channels.base import Call, Channel, Later, Outgoing, Recovered, Refused, Reply, Taken
from server.errors import RefusedError
from server.leases import LEASE, Keeper
from server.logs import trail
from server.outage import Outage
from server.parts import Parts
from server.sends import NO_ROOM, Room, Sending, Sent, Step, Untouched, step
from server.store import crossed, unavailable, utcnow
from server.vault import VaultError
from server.web_client import RefusedAddress, guarded_transport

PLACES = 16
"""So many requests that do not last are under way at once."""

SLOW_PLACES = 16
"""So many of those that last, and of the accounts where the last one did."""

SLOW = 1.0
"""Seconds after which a request lasts."""

AT_ONCE_WHEN_AWAY = 2
"""So many conversations of an account are under way whose platform did not answer."""

MOST_BYTES = 64 * 1024
"""So long may the answer of an address be that people entered."""

MOST_RECEIPTS = 200
"""So many receipts may wait to be told; nothing hangs on them."""

FURTHEST = timedelta(minutes=1)
"""So far ahead this process remembers when to look again; the sweeper looks for what lies further."""

AGAIN = 1.0
"""Seconds after which a database that failed is tried again."""

log = logging.getLogger("parley.outbox")
# It would log every address, and addresses carry the platforms' tokens.
logging.getLogger("httpx").setLevel(logging.WARNING)

_choices = msgspec.json.Decoder(tuple[Choice, ...])
_citation = msgspec.json.Decoder(Citation)


class _Flight(msgspec.Struct, frozen=True):
    """A request under way, since a moment of ``time.monotonic``."""

    account: str
    since: float


class Outbox:
    """The sender of one process. Thread-safe; its threads begin with the first ``run``."""

    def __init__(self, parts: Parts, clock: Callable[[], datetime] = utcnow) -> None:
        self._engine: Engine = parts.engine
        self._accounts: Accounts = parts.accounts
        self._bus: Bus = parts.bus
        self._clock = clock
        self._keeper = Keeper(parts.engine, tables.conversations.c.send_at, tables.conversations.c.send_fence)
        self._client = httpx.Client(follow_redirects=False, headers={"user-agent": "Parley"})
        self._guarded = guarded_transport(parts.settings, MOST_BYTES)
        self._pool = ThreadPoolExecutor(PLACES + SLOW_PLACES, thread_name_prefix="sender")
        self._receipts = ThreadPoolExecutor(2, thread_name_prefix="receipts")
        self._receipts_waiting = threading.Semaphore(MOST_RECEIPTS)
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._look = False
        self._closing = False
        self._sent: list[Sent] = []
        self._flying: dict[str, _Flight] = {}
        self._later: list[datetime] = []
        self._slow: dict[str, int] = {}
        """Accounts where the last request lasted or failed, and how many of them may be under way."""
        self._busy = False
        self._written = Outage(log, "The outbox cannot be written, and is tried again", "The outbox is written again")

    def run(self) -> None:
        """Answer a wake-up: have what may be sent taken. Does not wait for it."""
        self._bus.awake("sends")
        self.look()

    def look(self) -> None:
        """Have what may be sent taken. Does not wait for it."""
        with self._changed:
            if self._closing:
                return
            self._look = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="outbox", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def join(self) -> None:
        """Wait until nothing is under way and nothing can be sent now."""
        with self._changed:
            self._changed.wait_for(lambda: not (self._look or self._sent or self._flying or self._busy))

    def end(self) -> None:
        """Begin nothing more. What is under way goes on."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    def ended(self, patience: float | None = None) -> bool:
        """Whether what was under way has come to its end within so many seconds (None: however long it takes)."""
        if self._thread is not None:
            self._thread.join(patience)
        return self._thread is None or not self._thread.is_alive()

    def close(self) -> None:
        """Finish what is being sent, begin nothing more."""
        self.end()
        self.ended()
        self._pool.shutdown()
        self._receipts.shutdown(cancel_futures=True)
        self._keeper.close()
        self._client.close()
        self._guarded.close()

    def acknowledge(self, account: str, receipt: str) -> None:
        """Tell the platform that an event has arrived; once, whatever comes of it, and not at all if many wait."""
        if self._receipts_waiting.acquire(blocking=False):
            self._receipts.submit(self._acknowledge, account, receipt)

    def _acknowledge(self, account: str, receipt: str) -> None:
        try:
            channel = self._accounts.placed(account).channel
            for call in channel.acknowledge(receipt):
                self._perform(channel, call)
        except httpx.HTTPError as fault:
            log.warning("An event of account %s was not acknowledged: %s", account, type(fault).__name__)
        except Exception:
            log.exception("An event of account %s cannot be acknowledged", account)
        finally:
            self._receipts_waiting.release()

    # The one thread that writes

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(self._awaited, self._until_then())
                if self._closing and not self._sent and not self._flying:
                    return
                look = self._due() or self._look
                sent, self._sent, self._look = self._sent, [], False
                self._busy = bool(sent or look)
            try:
                if self._busy:
                    self._cycle(sent)
            except Exception:  # a thread that ends in silence would let everything lie
                log.exception("The outbox begins again")
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _awaited(self) -> bool:
        return bool(self._sent or (self._look and not self._closing) or (self._closing and not self._flying))

    def _until_then(self) -> float | None:
        """Seconds until something that had to wait may go on; None while there is no such thing."""
        if not self._later or self._closing:
            return None
        return max(0.0, (self._later[0] - self._clock()).total_seconds())

    def _due(self) -> bool:
        now, due = self._clock(), False
        while self._later and self._later[0] <= now:
            heapq.heappop(self._later)
            due = True
        return due

    def _cycle(self, sent: Sequence[Sent]) -> None:
        """Write what came of requests, take the next ones, have them made."""
        # What is written says when they may be sent next: no renewal may come after it.
        leases = {one.sending.conversation: one.sending.fence for one in sent}
        self._keeper.let_go(leases)
        try:
            done = step(self._engine, sent, self._room(leases), self._clock())
        except Exception as fault:
            crossing = isinstance(fault, OperationalError) and crossed(fault)
            if crossing or unavailable(fault):
                self._keeper.hold(leases)
                self._write_later(sent, None if crossing else fault)
            else:
                log.exception("The outbox cannot be written")
                self._one_by_one(sent)
        else:
            self._written.works()
            self._take(leases, done)
            self._tell(done)

    def _write_later(self, sent: Sequence[Sent], fault: Exception | None) -> None:
        """Keep what came of requests until the database is there; none: it only met another transaction."""
        if fault is not None:
            self._written.met(fault)
        with self._changed:
            self._sent = [*sent, *self._sent]
            self._look = True
            if fault is not None and self._changed.wait_for(lambda: self._closing, AGAIN):
                # It is not waited for: others send it again, when its lease is over.
                self._land(one.sending.conversation for one in self._sent)
                self._sent = []

    def _one_by_one(self, sent: Sequence[Sent]) -> None:
        """Write what came of each request by itself: one of them may be to blame, the others must not suffer for it."""
        for one in sent:
            conversation = one.sending.conversation
            try:
                done = step(self._engine, [one], NO_ROOM, self._clock())
            except Exception:
                log.exception("What came of message %s cannot be written", one.sending.row.message)
                done = Step()
            self._take([conversation], done)
            self._tell(done)
        with self._changed:
            # What could not be written runs out of its lease, and is sent again.
            self._changed.wait_for(lambda: self._closing, AGAIN)
            self._look = True

    def _room(self, ended: Collection[str]) -> Room:
        """What may be taken besides what is under way."""
        if self._closing:
            return msgspec.structs.replace(NO_ROOM, ending=True)
        now = time.monotonic()
        with self._changed:
            flights = [one for conversation, one in self._flying.items() if conversation not in ended]
            slow = dict(self._slow)
        slow |= {one.account: PLACES for one in flights if now - one.since > SLOW and one.account not in slow}
        lasting = sum(one.account in slow for one in flights)
        under_way = Counter(one.account for one in flights)
        types = channel_types()

        def of_account(account: str, kind: str) -> int:
            most = types.get(kind, Channel).PACE.at_once
            if account in slow:
                most = min(most, slow[account]) if lasting < SLOW_PLACES else 0
            return most - under_way[account]

        return Room(min(PLACES - len(flights) + lasting, PLACES + SLOW_PLACES - len(flights)), of_account)

    def _take(self, ended: Iterable[str], done: Step) -> None:
        self._keeper.hold({one.conversation: one.fence for one in done.begun})
        begun = time.monotonic()
        with self._changed:
            self._land(ended)
            for one in done.begun:
                self._flying[one.conversation] = _Flight(one.account, begun)
            self._look = self._look or done.more
            soon = self._clock() + FURTHEST
            for moment in done.later:
                if moment <= soon:
                    heapq.heappush(self._later, moment)
        for one in done.begun:
            self._pool.submit(self._send, one, begun)

    def _land(self, conversations: Iterable[str]) -> None:
        for conversation in conversations:
            self._flying.pop(conversation, None)

    def _tell(self, done: Step) -> None:
        for account in done.paused:
            self._accounts.look_again(account)
        for account in done.paused:
            log.warning("What account %s sends has to wait", account)
        for lost in done.lost:
            log.warning("What came of a message of conversation %s is left to another sender", lost)
        trail(log, "failed for good", map(_ids, done.failures), logging.WARNING)
        for conversation, rows in done.delivered.items():
            trail(log, "taken", map(_ids, rows))
            metrics.sends.labels(rows[0].channel, "taken").inc(len(rows))
            said = [{"kind": "message", "message": done.said[row.message]} for row in rows]
            self._bus.publish(widget_channel(conversation), said)
        if done.changed:
            news = [{"kind": "delivery", "id": one, "account": account} for one, account in sorted(done.changed)]
            self._bus.publish(LIVE, news)

    # The threads that make requests

    def _send(self, sending: Sending, taken: float) -> None:
        whole, had_fault = True, False
        began = time.monotonic()
        outcome: Recovered | Untouched = Untouched()
        try:
            # Else the process may have been halted meanwhile, and somebody else has the lease.
            if began - taken < LEASE.total_seconds() / 2:
                outcome, whole, had_fault = self._say(sending)
        except Exception as fault:  # one conversation's trouble is not the others'
            log.exception("A message of conversation %s cannot be sent", sending.conversation)
            outcome = Later(f"{type(fault).__name__} while it was prepared", kind="trouble")
        if not isinstance(outcome, Untouched):
            result = type(outcome).__name__.lower()
            metrics.sends.labels(sending.channel, result).inc()
            if isinstance(outcome, Later | Refused):
                metrics.send_faults.labels(sending.channel, outcome.kind).inc()
            trail(log, result, [_ids(sending.row)])
        away = isinstance(outcome, Later) and outcome.kind in ("network", "timeout")
        with self._changed:
            if away or time.monotonic() - began > SLOW:
                self._slow[sending.account] = AT_ONCE_WHEN_AWAY if away else PLACES
            else:
                self._slow.pop(sending.account, None)
            self._sent.append(Sent(sending, outcome, whole, had_fault))
            self._changed.notify_all()

    def _say(self, sending: Sending) -> tuple[Recovered, bool, bool]:
        """Make the row's next request: what came of it, whether it was the last, whether the account had a fault."""
        try:
            placed = self._accounts.placed(sending.account)
        except RefusedError as fault:
            return Refused(str(fault), "off"), True, False
        except VaultError as fault:
            return Later(str(fault), kind="credentials"), True, False
        if not placed.active:
            return Refused("The channel account is switched off.", "off"), True, False
        channel, row = placed.channel, sending.row
        calls = channel.render(_outgoing(row), row.address)[row.calls_done :]
        if not calls:
            return Taken(), True, False
        try:
            with metrics.send_seconds.labels(channel.KIND).time():
                reply = self._perform(channel, calls[0])
            outcome = channel.recover(calls[0], reply)
        except RefusedAddress as fault:
            outcome = Later(f"The address must not be asked: {fault}", kind="credentials")
        except httpx.InvalidURL:
            outcome = Later("The address is none that can be asked.", kind="credentials")
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as fault:
            outcome = Later(f"{type(fault).__name__}: the platform cannot be reached", kind="network")
        except httpx.HTTPError as fault:
            outcome = Later(f"{type(fault).__name__}: the platform did not answer", kind="timeout")
        return outcome, len(calls) == 1, bool(placed.fault)

    def _perform(self, channel: Channel, call: Call) -> Reply:
        if not channel.FOREIGN:
            answer = self._client.request(
                call.method, call.url, content=call.body, headers=dict(call.headers), timeout=call.timeout
            )
            return Reply(status=answer.status_code, headers=dict(answer.headers), body=answer.content)
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), call.timeout)
        request = httpx.Request(
            call.method,
            _address(call.url),
            content=call.body,
            headers={**call.headers, "user-agent": "Parley", "accept-encoding": "identity"},
            extensions={"timeout": timeout, "time_limit": 2 * call.timeout},
        )
        answer = self._guarded.handle_request(request)
        try:
            return Reply(status=answer.status_code, headers=dict(answer.headers), body=answer.read())
        finally:
            answer.close()


@lru_cache(256)
def _address(url: str) -> httpx.URL:
    return httpx.URL(url)


def _ids(row: Any) -> dict[str, str]:
    """What the log may say of a message."""
    return {"event": row.cause, "conversation": row.conversation, "account": row.account, "message": row.message}


def _outgoing(row: Row[Any]) -> Outgoing:
    return Outgoing(
        key=row.key,
        conversation=row.conversation,
        text=row.text,
        language=row.language,
        choices=_choices.decode(row.choices) if row.choices else (),
        citation=_citation.decode(row.citation) if row.citation else None,
        author=row.author,
        name=row.name or "",
        at=row.at,
        now=utcnow(),
    )
