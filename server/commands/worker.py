"""`parley worker`: runs flows for the messages that wait."""

import argparse

from server.health import beating
from server.jobs import run_worker
from server.settings import Settings


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_arguments: argparse.Namespace) -> int:
    """Work until told to end."""
    settings = Settings.from_env()
    with beating(settings, "worker"):
        run_worker(settings)
    return 0
