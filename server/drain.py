"""Waiting conversations, taken further one batch after the other."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.exc import OperationalError

from server import metrics, tables
from server.bus import LIVE, Bus, widget_channel
from server.claims import MOST_CLAIMED, Claimed, Turned, claim, commit, passed_over
from server.leases import Keeper
from server.logs import trail
from server.parts import Parts
from server.plans import Plans
from server.rehoming import rehome
from server.store import ATTEMPTS, crossed, unavailable, utcnow
from server.turns import Answer, take, unwritten

ENOUGH = 5.0
"""Seconds after which a drain lets others have the worker."""

FLUSH = 0.05
"""Seconds of work after which what has come of it is written, so that nobody waits for a whole batch."""

PAUSES = (0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064)
"""Seconds between looks at conversations whose rows others have locked; after the last the sweeper wakes a worker."""

log = logging.getLogger("parley.drain")


class Drain:
    """Takes conversations further. One thread uses it at a time."""

    def __init__(self, parts: Parts, answer: Answer, sends: Callable[[], None] | None = None) -> None:
        """``sends`` tells the sender of this process that there is something to send; without one a wake-up does."""
        self._engine = parts.engine
        self._leases = Keeper(parts.engine, tables.conversations.c.ready_at, tables.conversations.c.fence)
        self._bus: Bus = parts.bus
        self._plans = Plans(parts.engine)
        self._answer = answer
        self._personal = parts.personal
        self._sends = sends or (lambda: self._bus.wake("sends"))
        self._ending = parts.ending

    def close(self) -> None:
        """End; nothing is under way."""
        self._leases.close()

    def run(self) -> int:
        """Answer a wake-up: go on until nothing is ready, or it is enough.

        Returns how many events were handled.
        """
        self._bus.awake("turns")
        handled = 0
        begun = time.monotonic()
        while not self._ending.is_set() and (claimed := self._claimed()):
            if len(claimed) == MOST_CLAIMED:
                # There may be more than one worker can do.
                self._bus.wake("turns")
            if not all(one.row["session"] for one in claimed):
                # Only what begins asks which flows are live.
                self._plans.refresh()
            handled += self._batch(claimed)
            if time.monotonic() - begun > ENOUGH or self._ending.is_set():
                self._bus.wake("turns")
                break
        return handled

    def _claimed(self) -> list[Claimed]:
        """What is ready now."""
        pauses = iter(PAUSES)
        while not (claimed := claim(self._engine, utcnow())) and passed_over(self._engine, utcnow()):
            if (pause := next(pauses, None)) is None:
                break
            time.sleep(pause)
        return claimed

    def _batch(self, claimed: Sequence[Claimed]) -> int:
        handled = 0
        ready: list[tuple[Claimed, Turned]] = []
        begun = time.monotonic()
        with self._leases.holding({one.row["id"]: one.row["fence"] for one in claimed}):
            for one in claimed:
                if self._ending.is_set():
                    break
                ready.append((one, take(one, self._plans, self._answer, self._personal, utcnow())))
                if time.monotonic() - begun > FLUSH:
                    handled += self._written(ready)
                    ready, begun = [], time.monotonic()
            handled += self._written(ready) if ready else 0
            if self._ending.is_set():
                self._leases.give_back()
            return handled

    def _written(self, ready: Sequence[tuple[Claimed, Turned]]) -> int:
        now = utcnow()
        # The commit says when they are ready next: no renewal may come after it.
        self._leases.let_go([turned.conversation for _, turned in ready])
        try:
            written = self._commit([turned for _, turned in ready], now)
        except Exception as why:  # whatever it is, the conversation must go on, if only to a person
            if unavailable(why):
                # No conversation is to blame: all of them are taken again when their leases are over.
                raise
            if len(ready) == 1:
                log.exception("What came of conversation %s cannot be written", ready[0][1].conversation)
                written = self._commit([unwritten(ready[0][0], why, self._personal, now)], now)
            else:
                # One of them may be to blame: the others must not suffer for it.
                return sum(self._written([one]) for one in ready)
        arrived = {row_id: event.at for one, _ in ready for row_id, event in one.events}
        metrics.turned(written, arrived, fenced=len(ready) - len(written))
        accounts = {one.row["id"]: one.row["account"] for one, _ in ready}
        done = [(event, one.conversation) for one in written for event in one.done]
        failed = [(event, one.conversation) for one in written for event in one.failed]
        for said, level, events in (("handled", logging.INFO, done), ("given up", logging.ERROR, failed)):
            trail(log, said, ({"event": e, "conversation": c, "account": accounts[c]} for e, c in events), level)
        self._tell(ready, written)
        return sum(len(turned.done) for turned in written)

    def _commit(self, turned: Sequence[Turned], now: datetime) -> list[Turned]:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with metrics.written_seconds.time():
                    return commit(self._engine, turned, now)
            except OperationalError as fault:
                if attempt == ATTEMPTS or not crossed(fault):
                    raise
        raise AssertionError("unreachable")

    def _tell(self, ready: Sequence[tuple[Claimed, Turned]], written: Sequence[Turned]) -> None:
        """After the commit: wake whoever has something to do now, tell the screens."""
        rows = {one.row["id"]: one.row for one, _ in ready}
        waiting = {one.row["id"]: len(one.events) for one, _ in ready}
        if any(one.outbox for one in written):
            self._sends()
        if any(one.held for one in written):
            self._bus.wake("answers")
        news = []
        for one in written:
            row, changes = rows[one.conversation], one.changes
            news.append(
                {"kind": "conversation", "id": one.conversation, "account": row["account"], "status": changes["status"]}
            )
            if row["status"] != changes["status"]:
                told = {"kind": "status", "status": changes["status"]}
                self._bus.publish(widget_channel(one.conversation), [told])
            left = waiting[one.conversation] - len(one.done) - len(one.failed)
            if left and changes["status"] == "resolved":
                self._rehome(one.conversation)
        self._bus.publish(LIVE, news)

    def _rehome(self, conversation: str) -> None:
        if rehome(self._engine, conversation):
            self._bus.wake("turns")
