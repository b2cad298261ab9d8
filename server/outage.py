"""Something that does not work for a while is told once when it begins and once when it is over, however often it is
met between.
"""

import logging
import threading


class Outage:
    """One thing that can be out of order. Thread-safe."""

    def __init__(self, log: logging.Logger, begun: str, over: str) -> None:
        self._log = log
        self._begun = begun
        self._over = over
        self._lasts = False
        self._changing = threading.Lock()

    def met(self, fault: BaseException) -> None:
        """It does not work."""
        with self._changing:
            first, self._lasts = not self._lasts, True
        if first:
            self._log.error("%s: %s", self._begun, fault)

    def works(self) -> None:
        """It works."""
        if not self._lasts:
            return
        with self._changing:
            ended, self._lasts = self._lasts, False
        if ended:
            self._log.warning(self._over)
