"""The jobs of RQ, and the bodies of the worker and of the sweeper.

A job is only a wake-up. What there is to do stands in the database, so a job may be lost, doubled or late.
"""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from redis.exceptions import RedisError
from rq.timeouts import BaseDeathPenalty
from rq.worker import SimpleWorker
from sqlalchemy.exc import SQLAlchemyError

from server import metrics
from server.asking import Asking
from server.bus import Work, connect, queue
from server.drain import Drain
from server.exposition import open_door
from server.ids import new_id
from server.leases import give_all_back
from server.outage import Outage
from server.outbox import Outbox
from server.parts import Parts
from server.settings import Settings
from server.store import unavailable
from server.sweeping import sweep

SWEEP = 1.0
"""Seconds between two sweeps."""

GRACE = 20.0
"""Seconds that a job under way has when the worker is told to end."""

CLOSING = 5.0
"""Seconds that closing what nobody uses any more may take."""

KINDS: tuple[Work, ...] = ("turns", "sends", "answers")

log = logging.getLogger("parley.jobs")


class _Here:
    """What the jobs of this process work with."""

    def __init__(self, settings: Settings, kinds: Sequence[Work]) -> None:
        self.working = Outage(log, "The database does not let jobs work, they are tried again", "Jobs work again")
        self.parts = Parts(settings)
        self.outbox = Outbox(self.parts)
        # A wake-up would cost a job, and a sender is at hand where the worker does that kind of work at all.
        self.drain = Drain(self.parts, self.parts.answers.in_turn, self.outbox.look if "sends" in kinds else None)
        self.asking = Asking(self.parts, self.parts.answers)

    def close(self) -> None:
        self.asking.close()
        self.drain.close()
        self.outbox.close()
        self.parts.close()


_here: _Here | None = None


def take_turns() -> None:
    """Job: take conversations further."""
    here = _the_process()
    here.drain.run()
    here.working.works()


def send() -> None:
    """Job: send what conversations have to say."""
    here = _the_process()
    here.outbox.run()
    here.working.works()


def answer() -> None:
    """Job: answer the queries that stand outside their turns."""
    here = _the_process()
    here.asking.run()
    here.working.works()


def acknowledge(account: str, receipt: str) -> None:
    """Job: tell a platform that an event has arrived."""
    _the_process().outbox.acknowledge(account, receipt)


def run_worker(settings: Settings, kinds: Sequence[Work] = KINDS) -> NoReturn:
    """Work of these kinds until SIGTERM or SIGINT: what is under way is finished, what waits is left to others.

    Ends the process, with exit code 0 when all of it was finished.
    """
    global _here
    _here = _Here(settings, kinds)
    # First of all: whoever finds it at its door may tell it to end.
    told = _told(_here.parts)
    close_door = open_door(settings)
    metrics.processes.labels("worker").set(1)
    threads = [threading.Thread(target=_work, args=(settings, kind, told), name=kind, daemon=True) for kind in kinds]
    for thread in threads:
        thread.start()
    _here.parts.answers.warm()
    told.wait()
    deadline = time.monotonic() + GRACE
    _here.outbox.end()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    late = [thread.name for thread in threads if thread.is_alive()]
    # Its requests are made in threads of its own.
    if not _here.outbox.ended(max(0.0, deadline - time.monotonic())):
        late.append("requests")
    _here.asking.wait(max(0.0, deadline - time.monotonic()))
    give_all_back()
    if not late:
        closing = threading.Thread(target=_close, args=(close_door, _here), name="closing", daemon=True)
        closing.start()
        closing.join(CLOSING)
        late += [closing.name] if closing.is_alive() else []
    if late:
        log.error("This worker ends before its work does; others go on with it: %s", ", ".join(late))
    # Threads of libraries that still load a model, or wait for an answer, would hold the process up.
    logging.shutdown()
    os._exit(1 if late else 0)


def _close(close_door: Callable[[], None], here: _Here) -> None:
    close_door()
    here.close()


def run_sweeper(settings: Settings) -> None:
    """Sweep until SIGTERM or SIGINT."""
    parts = Parts(settings)
    told = _told(parts)
    close_door = open_door(settings)
    metrics.processes.labels("sweeper").set(1)
    sweeping = Outage(log, "Sweeps are left out", "Sweeps are made again")
    while not told.is_set():
        try:
            with metrics.sweep_seconds.time():
                sweep(parts)
        except SQLAlchemyError as fault:
            sweeping.met(fault)
        else:
            sweeping.works()
            parts.bus.beat("sweeper")
        told.wait(SWEEP)
    close_door()
    parts.close()


def _told(parts: Parts) -> threading.Event:
    """Set by the first signal; the second ends the process as signals do."""
    numbers = (signal.SIGTERM, signal.SIGINT)

    def end(*_: object) -> None:
        parts.ending.set()
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)

    for number in numbers:
        signal.signal(number, end)
    return parts.ending


def _the_process() -> _Here:
    if _here is None:
        raise RuntimeError("this job runs in `parley worker` only")
    return _here


def _work(settings: Settings, kind: Work, told: threading.Event) -> None:
    """One RQ worker on one queue, begun again when Redis went away under it."""
    beat: Callable[[], None] = (lambda: _the_process().parts.bus.beat("worker")) if kind == "turns" else (lambda: None)
    while not told.is_set():
        try:
            _Worker(kind, settings.redis_url, told, beat).work(logging_level="WARNING")
        except RedisError:
            # The bus tells of it, once.
            pass
        except Exception:  # a thread that ends in silence would leave its queue alone
            log.exception("The worker for %s begins again", kind)
        told.wait(1)


def _not_of_redis(record: logging.LogRecord) -> bool:
    """Whether a line of RQ's tells more than that Redis is away, which the bus does, once."""
    fault = record.exc_info[1] if record.exc_info else None
    args = record.args if isinstance(record.args, tuple) else ()
    return not any(isinstance(one, RedisError) for one in (fault, *args))


logging.getLogger("rq.worker").addFilter(_not_of_redis)


class _NoPenalty(BaseDeathPenalty):
    """Jobs bound themselves: RQ's limits are signals, which a thread cannot have."""

    def setup_death_penalty(self) -> None:
        pass

    def cancel_death_penalty(self) -> None:
        pass


class _Worker(SimpleWorker):
    """RQ's worker on exactly one queue (on several, a kill loses the job under way), in a thread, without forks."""

    death_penalty_class = _NoPenalty
    log_job_description = False
    max_connection_wait_time = 2.0

    def __init__(self, kind: Work, url: str, told: threading.Event, beat: Callable[[], None]) -> None:
        connection = connect(url)
        self._told = told
        self._beat = beat
        # Not the process's number: in a container that is always the same, and RQ keeps a dead worker's name a while.
        name = f"{kind}-{socket.gethostname()}-{new_id()}"
        made = queue(kind, connection)
        super().__init__([made], name=name, connection=connection, serializer=made.serializer, worker_ttl=60)

    def dequeue_job_and_maintain_ttl(self, timeout: int | None, max_idle_time: int | None = None) -> Any:
        """The next job; None ends the worker. Looks up every second, to see whether it is told to end."""
        while not self._told.is_set():
            self._beat()
            found = super().dequeue_job_and_maintain_ttl(timeout and 1, max_idle_time or 1)
            if found is not None:
                return found
        return None

    def handle_exception(self, _job: Any, *exc_info: Any) -> None:
        """Log it as everything is logged here; RQ would log the text, which may hold what a person wrote."""
        if unavailable(exc_info[1]):
            _the_process().working.met(exc_info[1])
        else:
            log.error("A job failed", exc_info=exc_info)

    def subscribe(self) -> None:
        """Not to RQ's commands: the worker is told by signals."""

    def _install_signal_handlers(self) -> None:
        """The process has its own."""
