"""`parley rehearse FILE [TRANSCRIPT]`: play a flow's test cases, or a conversation, and compare what the flow does."""

import argparse
from typing import Any

import flows
import flows.rehearsal
from engine.flow import Flow
from flows import cases
from flows.subflows import called
from flows.transcript_line import TranscriptError
from server.answers import Answers
from server.failures import not_a_flow
from server.refusal import Refusal
from server.startup import say
from server.subflows import draft_plan
from server.terminal import FAULTY, file_bytes, installation, say_faults


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flow, the transcript, and what to do about a difference."""
    parser.add_argument("file", metavar="FILE", help="a flow's JSON file")
    parser.add_argument(
        "transcript",
        metavar="TRANSCRIPT",
        nargs="?",
        help="a conversation as text, - for the standard input; without it the test cases in the file are run",
    )
    parser.add_argument("--write", action="store_true", help="print the conversation as it went, compare nothing")


def run(arguments: argparse.Namespace) -> int:
    """0 when it went as written; 1 with the difference when it did not."""
    try:
        flow = flows.read(file_bytes(arguments.file))
    except flows.FlowError as error:
        return say_faults(not_a_flow(error).faults)
    if arguments.transcript is None:
        return _cases(flow, arguments.write)
    try:
        text = file_bytes(arguments.transcript).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(f"{arguments.transcript} is not in UTF-8.") from None
    # What the transcript leaves open, the installation answers: where an address is, what the knowledge base says.
    with installation() as parts:
        answers: Answers = parts.answers
        try:
            rehearsed = flows.rehearsal.rehearse(draft_plan(parts.engine, flow), text, answers.rehearsing())
        except TranscriptError as error:
            say(f"{arguments.transcript}: {error}")
            return FAULTY
    if arguments.write:
        say(rehearsed.actual.rstrip("\n"))
        return 0
    if rehearsed.difference:
        say(rehearsed.difference)
        return FAULTY
    say(f"{arguments.transcript}: {len(rehearsed.steps)} steps went as written.")
    return 0


def _cases(flow: Flow[Any], write: bool) -> int:
    """A flow's own cases need no installation, unless it runs other flows: all that the world says stands in them."""
    if called(flow):
        with installation() as parts:
            ran = list(cases.run(flow, whole=draft_plan(parts.engine, flow)))
    else:
        ran = list(cases.run(flow))
    for one in ran:
        if write and one.rehearsed is not None:
            say(one.rehearsed.actual)
        elif not one.passed:
            say(f"{one.id}: {one.name}\n{one.difference}\n")
    if write:
        return 0
    failed = sum(not one.passed for one in ran)
    took = sum(one.seconds for one in ran)
    if failed:
        say(f"{flow.id}: {failed} of {len(ran)} test cases do not go as written.")
    elif ran:
        say(f"{flow.id}: {len(ran)} test cases went as written, in {took:.2f} s.")
    else:
        say(f"{flow.id}: has no test cases.")
    return FAULTY if failed else 0
