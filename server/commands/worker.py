"""`parley worker`: runs flows for the messages that wait."""

import argparse

from server.jobs import KINDS, run_worker
from server.startup import add_supervised, ready_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--only`: so that the kinds of work may have processes, and cores, of their own."""
    add_supervised(parser)
    parser.add_argument("--only", choices=KINDS, help="one kind of work; without it, a worker does all")


def run(arguments: argparse.Namespace) -> int:
    """Work until told to end."""
    run_worker(ready_settings(arguments), (arguments.only,) if arguments.only else KINDS)
