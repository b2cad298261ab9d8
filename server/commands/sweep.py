"""`parley sweep`: wakes the workers for what a dead one left behind, and for what has come due."""

import argparse

from server.jobs import run_sweeper
from server.settings import Settings


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_arguments: argparse.Namespace) -> int:
    """Sweep until told to end."""
    run_sweeper(Settings.from_env())
    return 0
