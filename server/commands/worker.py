"""`parley worker`: runs flows for the messages that wait."""

import argparse

from server.jobs import run_worker
from server.startup import add_supervised, ready_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None that a person would give."""
    add_supervised(parser)


def run(arguments: argparse.Namespace) -> int:
    """Work until told to end."""
    run_worker(ready_settings(arguments))
    return 0
