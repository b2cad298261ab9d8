"""The bound on what waits in the database: past it, channels are asked to come again later."""

import logging
import math
import threading
import time

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from server.database import reading
from server.kept import SHARE
from server.standing import pending

LOOK = 1.0
"""Seconds between two looks; as long as that, more may come than the bound says."""

log = logging.getLogger("parley.ingest")


class Backlog:
    """Whether ``most`` events wait to be handled. Thread-safe, and never makes its caller wait."""

    def __init__(self, engine: Engine, most: int) -> None:
        self._engine = reading(engine)
        self._most = most
        self._full = False
        self._again = 0.0
        self._looking = threading.Lock()

    def full(self) -> bool:
        """What the last look found; a new one is begun where that is old."""
        if time.monotonic() >= self._again and self._looking.acquire(blocking=False):
            threading.Thread(target=self._look, name="backlog", daemon=True).start()
        return self._full

    def close(self) -> None:
        """Look no more; the last look has ended."""
        with self._looking:
            self._again = math.inf

    def _look(self) -> None:
        try:
            begun = time.monotonic()
            with self._engine.begin() as connection:
                full = pending(connection, self._most) >= self._most
            if full != self._full:
                log.warning(
                    "%s %d events wait to be handled", "Calls are turned away:" if full else "Less than", self._most
                )
            self._full = full
            ended = time.monotonic()
            self._again = ended + max(LOOK, SHARE * (ended - begun))
        except SQLAlchemyError as fault:
            # Storing fails by itself then.
            log.debug("The backlog could not be counted: %s", fault)
            self._again = time.monotonic() + LOOK
        finally:
            self._looking.release()
