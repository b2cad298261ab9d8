"""`parley import FILE`: take a flow's file as a draft; nothing goes live."""

import argparse

from flows import FlowError
from server import publishing
from server.failures import not_a_flow
from server.people import PARLEY
from server.startup import say
from server.terminal import file_bytes, installation, say_faults


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and what to do when its flow is there."""
    parser.add_argument("file", metavar="FILE", help="a flow's JSON file, - for the standard input")
    parser.add_argument("--copy", action="store_true", help="make a new flow even where the file's is known")


def run(arguments: argparse.Namespace) -> int:
    """0 with the flow's id; 1 with every fault of a file that is no flow."""
    data = file_bytes(arguments.file)
    with installation() as parts:
        try:
            imported = publishing.import_flow(
                parts.engine, data, PARLEY, if_exists="copy" if arguments.copy else "replace", bus=parts.bus
            )
        except FlowError as error:
            return say_faults(not_a_flow(error).faults)
    done = "The draft of the flow is replaced" if imported.replaced else "A new flow is made"
    say(f"{imported.id}: {done}; publish it when it is right.")
    return 0
