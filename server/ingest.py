"""From webhook to durable row, many at a time, before anyone is told 200."""

import logging
import threading
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import Future
from typing import NamedTuple

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from server import metrics
from server.arrivals import Arrival, Landed, store
from server.backlog import Backlog
from server.bus import Bus
from server.logs import trail
from server.store import ATTEMPTS, crossed, unavailable

BATCH = 256
"""So many events are stored in one transaction."""

WAITING = 5_000
"""So many events may wait to be stored; more are turned away until there is room."""

WAITING_BYTES = 32 * 1024 * 1024
"""The calls that brought them may have so many bytes in all."""

BATCH_BYTES = 4 * 1024 * 1024
"""And those of one transaction so many, unless it is a single call."""

REST = 0.0005
LONGEST_REST = 0.02
"""Seconds of rest after a wake-up for each new event, and at most: while many come, one job serves more of them."""

log = logging.getLogger("parley.ingest")


class FullError(Exception):
    """Too many events wait to be stored or to be handled: come again in ``again`` seconds."""

    def __init__(self, message: str, again: int = 1) -> None:
        super().__init__(message)
        self.again = again


class Put(NamedTuple):
    """What one call brought, the bytes it had, and who waits for it to be stored."""

    arrivals: Sequence[Arrival]
    size: int
    future: "Future[list[Landed]]"


class Ingest:
    """Stores arrivals in batches, in a thread of its own. ``put`` is thread-safe."""

    def __init__(self, engine: Engine, bus: Bus, most_waiting: int = 1_000_000) -> None:
        self._engine = engine
        self._bus = bus
        self._backlog = Backlog(engine, most_waiting)
        self._waiting: deque[Put] = deque()
        self._count = 0
        self._size = 0
        self._new = 0
        self._ended = threading.Event()
        # A condition for each thread: what comes must not wake the one that waits for what is stored.
        self._changing = threading.Lock()
        self._came = threading.Condition(self._changing)
        self._stored = threading.Condition(self._changing)
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._write, self._wake)]
        self._started = False

    def start(self) -> None:
        """Begin to store; once."""
        with self._changing:
            if not self._started:
                self._started = True
                for thread in self._threads:
                    thread.start()

    def stop(self) -> None:
        """Store what waits, then end."""
        with self._changing:
            self._ended.set()
            self._came.notify()
            self._stored.notify()
        for thread in self._threads if self._started else ():
            thread.join()
        self._backlog.close()

    def put(self, arrivals: Sequence[Arrival], size: int = 0) -> "Future[list[Landed]]":
        """Store all of these or none; the result comes after the commit, in their order. ``size``: the bytes of the
        call that brought them. Raises FullError.
        """
        future: Future[list[Landed]] = Future()
        if self._backlog.full():
            raise FullError("Too many events wait to be handled.", again=30)
        with self._changing:
            # A call of any size is taken where nothing waits.
            too_large = self._size + size > WAITING_BYTES and self._waiting
            if self._ended.is_set() or too_large or self._count + len(arrivals) > WAITING:
                raise FullError(f"{self._count} events wait to be stored.")
            self._waiting.append(Put(arrivals, size, future))
            self._count += len(arrivals)
            self._size += size
            self._came.notify()
        return future

    def _write(self) -> None:
        while batch := self._next():
            self._store(batch)

    def _next(self) -> list[Put]:
        with self._changing:
            self._came.wait_for(lambda: self._waiting or self._ended.is_set())
            metrics.waiting_events.set(self._count)
            metrics.waiting_bytes.set(self._size)
            batch: list[Put] = []
            count = size = 0
            while self._waiting:
                one = self._waiting[0]
                if batch and (count + len(one.arrivals) > BATCH or size + one.size > BATCH_BYTES):
                    break
                batch.append(self._waiting.popleft())
                count, size = count + len(one.arrivals), size + one.size
            self._count -= count
            self._size -= size
            return batch

    def _store(self, batch: list[Put]) -> None:
        try:
            landed = iter(self._committed([arrival for put in batch for arrival in put.arrivals]))
        except Exception as fault:  # whatever it is, those who wait must hear of it
            if len(batch) > 1 and not unavailable(fault):
                for one in batch:
                    self._store([one])
                return
            for one in batch:
                one.future.set_exception(fault)
            return
        stored: list[tuple[str, Landed]] = []
        found = [[next(landed) for _ in put.arrivals] for put in batch]
        for put, ours in zip(batch, found, strict=True):
            stored += [(arrival.account, one) for arrival, one in zip(put.arrivals, ours, strict=True)]
        # Before anybody is told: what they hear of is counted.
        metrics.ingested(Counter((account, one.new) for account, one in stored))
        for put, ours in zip(batch, found, strict=True):
            put.future.set_result(ours)
        told = [(account, one) for account, one in stored if one.new]
        trail(log, "stored", ({"event": o.event, "conversation": o.conversation, "account": a} for a, o in told))
        if told:
            with self._changing:
                self._new += len(told)
                self._stored.notify()

    def _committed(self, arrivals: Sequence[Arrival]) -> list[Landed]:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with metrics.commit_seconds.time(), self._engine.begin() as connection:
                    return store(connection, arrivals)
            except OperationalError as fault:
                if attempt == ATTEMPTS or not crossed(fault):
                    raise
        raise AssertionError("unreachable")

    def _wake(self) -> None:
        # In a thread of its own: a Redis that hangs must not hold up the next commit.
        while True:
            with self._changing:
                self._stored.wait_for(lambda: self._new or self._ended.is_set())
                if self._ended.is_set() and not self._new and not self._waiting:
                    return
                new, self._new = self._new, 0
            self._bus.wake("turns")
            self._ended.wait(min(new * REST, LONGEST_REST))
