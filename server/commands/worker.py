"""`parley worker`: runs flows for the messages that wait."""

import argparse

from server.jobs import run_worker
from server.settings import Settings


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_arguments: argparse.Namespace) -> int:
    """Work until told to end."""
    run_worker(Settings.from_env())
    return 0
