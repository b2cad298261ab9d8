"""Leases: how long one process has a thing to itself, renewed while it is still at work on it.

A lease is short, so that what a killed process had is soon taken by another; its holder makes it whole again every few
seconds, so that long work keeps it.
"""

import logging
import threading
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Column, Engine, bindparam, update
from sqlalchemy.exc import SQLAlchemyError

from server.store import utcnow

LEASE = timedelta(seconds=6)
"""How long a lease lasts; also how long a thing waits whose holder was killed."""

RENEW = 2.0
"""Seconds after which a lease that is still in hand is made whole again."""

LONGEST = 120.0
"""Seconds for which a lease is renewed: whose work takes longer hangs, and somebody else shall have it."""

log = logging.getLogger("parley.leases")

_keepers: "weakref.WeakSet[Keeper]" = weakref.WeakSet()


class _Held(NamedTuple):
    """A lease in hand, and the moments (``time.monotonic``) of its beginning and its last renewal."""

    fence: int
    since: float
    renewed: float


class Keeper:
    """Renews the leases in hand, in a thread of its own. Thread-safe.

    ``until`` is the table's column that says how long a lease lasts, ``fence`` the one that grows with every lease: one
    that has gone to another process is left alone. The table's primary key is ``id``.
    """

    def __init__(self, engine: Engine, until: Column[Any], fence: Column[Any]) -> None:
        self._engine = engine
        columns = until.table.c
        self._renewal = (
            update(until.table)
            .where(columns.id == bindparam("which"), fence == bindparam("held"))
            .values({until: bindparam("until", type_=until.type)})
        )
        self._held: dict[str, _Held] = {}
        self._changed = threading.Condition()
        # Who lets go waits for a renewal under way: after that, no late one can reach the table.
        self._renewing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ended = False
        _keepers.add(self)

    @contextmanager
    def holding(self, leases: Mapping[str, int]) -> Iterator[None]:
        """Renew these, ids with their fences, until the block ends or they are let go."""
        self.hold(leases)
        try:
            yield
        finally:
            self.let_go(leases)

    def hold(self, leases: Mapping[str, int]) -> None:
        """Begin to renew these, ids with their fences."""
        since = time.monotonic()
        with self._changed:
            self._held |= {which: _Held(fence, since, since) for which, fence in leases.items()}
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep, name="leases", daemon=True)
                self._thread.start()
            self._changed.notify()

    def let_go(self, leases: Iterable[str]) -> None:
        """Renew these no more; after this, none of them is being renewed."""
        with self._renewing, self._changed:
            for which in leases:
                self._held.pop(which, None)

    def give_back(self) -> None:
        """Renew none any more, and let others have what is in hand at once."""
        with self._renewing:
            with self._changed:
                held = {which: one.fence for which, one in self._held.items()}
                self._held.clear()
            self._set(held, utcnow())

    def in_hand(self) -> list[str]:
        """The ids of what is being renewed."""
        with self._changed:
            return list(self._held)

    def close(self) -> None:
        """End; what is still held runs out."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _keep(self) -> None:
        while self._wait():
            with self._renewing:
                now = time.monotonic()
                with self._changed:
                    self._held = {which: held for which, held in self._held.items() if now - held.since < LONGEST}
                    due = {which: held.fence for which, held in self._held.items() if now - held.renewed >= RENEW}
                if due:
                    self._renew(due)

    def _wait(self) -> bool:
        """Sleep while nothing is held, else for a while; whether to go on."""
        with self._changed:
            self._changed.wait_for(lambda: self._held or self._ended)
            self._changed.wait_for(lambda: self._ended, RENEW / 2)
            return not self._ended

    def _renew(self, due: Mapping[str, int]) -> None:
        if not self._set(due, utcnow() + LEASE):
            return
        now = time.monotonic()
        with self._changed:
            self._held |= {which: self._held[which]._replace(renewed=now) for which in due if which in self._held}

    def _set(self, leases: Mapping[str, int], until: datetime) -> bool:
        """Have these end then, where they are still ours; whether that could be written."""
        # In the order of the ids, as everybody locks them.
        rows = [{"which": which, "held": leases[which], "until": until} for which in sorted(leases)]
        try:
            if rows:
                with self._engine.begin() as connection:
                    connection.execute(self._renewal, rows)
        except SQLAlchemyError as fault:
            log.warning("%d leases could not be written: %s", len(leases), fault)
            return False
        return True


def give_all_back() -> None:
    """Let others have what any keeper of this process has in hand: it ends before the work does."""
    for keeper in list(_keepers):
        keeper.give_back()
