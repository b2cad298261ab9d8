"""The bodies of the worker and of the sweeper."""

import signal
import threading

from server.settings import Settings


def run_worker(_settings: Settings) -> None:
    """Work until SIGTERM."""
    _until_told()


def run_sweeper(_settings: Settings) -> None:
    """Sweep until SIGTERM."""
    _until_told()


def _until_told() -> None:
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    while not told.wait(1):
        pass
