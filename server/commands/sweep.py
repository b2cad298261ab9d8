"""`parley sweep`: wakes the workers for what a dead one left behind, and for what has come due."""

import argparse

from server.jobs import run_sweeper
from server.startup import add_supervised, ready_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None that a person would give."""
    add_supervised(parser)


def run(arguments: argparse.Namespace) -> int:
    """Sweep until told to end."""
    run_sweeper(ready_settings(arguments))
    return 0
