"""`parley check FILE`: what is wrong with a flow's file, one line for each problem."""

import argparse

import flows
import flows.check
from server.failures import not_a_flow
from server.flow_list import path_of
from server.startup import say
from server.terminal import FAULTY, file_bytes, say_faults


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and the language of the messages."""
    parser.add_argument("file", metavar="FILE", help="a flow's JSON file, - for the standard input")
    parser.add_argument("--language", choices=("en", "zh"), default="en", help="of the messages")


def run(arguments: argparse.Namespace) -> int:
    """0 for a flow that could be published, warnings or not; 1 for one with errors."""
    try:
        flow = flows.read(file_bytes(arguments.file))
    except flows.FlowError as error:
        return say_faults(not_a_flow(error, arguments.language).faults)
    problems = flows.check.check(flow, arguments.language)
    for problem in problems:
        grade = "warning: " if problem.severity == "warning" else ""
        say(f"{path_of(problem) or flow.id}: {grade}{problem.message}")
    if not problems:
        say(f"{flow.id}: no problems in {len(flow.nodes)} nodes.")
    return FAULTY if flows.check.errors(problems) else 0
