"""`parley export ID`: a flow's file, to the standard output or into a file."""

import argparse
import sys
from pathlib import Path

from server import publishing
from server.refusal import Refusal
from server.terminal import installation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which flow, which of its revisions, and where to."""
    parser.add_argument("flow", metavar="ID", help="the flow's id")
    parser.add_argument("--revision", type=int, help="a published revision instead of the draft")
    parser.add_argument("--output", metavar="FILE", help="write into this file")


def run(arguments: argparse.Namespace) -> int:
    """0 when it is written."""
    with installation() as parts:
        data = publishing.export_flow(parts.engine, arguments.flow, arguments.revision)
    if arguments.output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return 0
    try:
        Path(arguments.output).write_bytes(data)
    except OSError as error:
        raise Refusal(f"{arguments.output} cannot be written: {error.strerror}.") from None
    return 0
