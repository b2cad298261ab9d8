"""`parley doctor`: say what is wrong with this copy of Parley, and what to do."""

import argparse

import msgspec

from server.doctor import Finding, examine
from server.refusal import Refusal
from server.settings import Settings
from server.startup import say
from server.terminal import FAULTY

_MARKS = {"ok": "ok     ", "warning": "warning", "fault": "FAULT  "}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--json`, for programs."""
    parser.add_argument("--json", action="store_true", help="as a list of JSON objects")


def run(arguments: argparse.Namespace) -> int:
    """0 unless something is at fault; warnings leave it 0."""
    found = []
    try:
        for finding in examine(Settings.from_env()):
            found.append(finding)
            if not arguments.json:
                _show(finding)
    except Refusal as refusal:
        found.append(Finding("Settings", "fault", str(refusal)))
        if not arguments.json:
            _show(found[-1])
    faults, warnings = (sum(one.state == state for one in found) for state in ("fault", "warning"))
    if arguments.json:
        say(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        say(f"\n{_count(faults, 'fault')}, {_count(warnings, 'warning')}." if faults or warnings else "\nAll is well.")
    return FAULTY if faults else 0


def _show(finding: Finding) -> None:
    say(f"{_MARKS[finding.state]}  {finding.about}: {finding.said}")
    if finding.do:
        say(f"         {finding.do}")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
