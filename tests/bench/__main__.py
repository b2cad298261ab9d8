"""``python -m tests.bench [SECTION ...]``: what Parley costs and bears; with no section named, all but the editor's.

``--quick``: the same at a small size, to see that it runs. Where BENCH_JSON names a file, the same figures go there as
JSON, and ``--readme FILE`` prints of such a file what the README shows. Missed targets are told, not hidden: the exit
code only says whether it could be measured.
"""

import argparse
import logging
import os
import sys
from pathlib import Path

from tests.bench import cases, editor, engine, load, profiling, waiting
from tests.bench.copies import Client, postgres
from tests.bench.figures import Report, read
from tests.bench.load_tables import tell
from tests.bench.machine import machine

MESSAGES = ("engine", "cases", "load", "waiting", "profile")
SECTIONS = (*MESSAGES, "editor")

SHOWN = (
    "A run through",
    "Messages a second",
    "CPU time of a message",
    "At ",
    "The limit",
    "With ",
    "Where the CPU time",
    "Opening a flow",
    "Dragging",
    "What an edit costs",
    "What a page loads",
)
"""How the titles of the README's tables begin."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="What Parley costs and bears.")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--quick", action="store_true", help="at a small size")
    parser.add_argument("--readme", metavar="FILE", type=Path, help="print what the README shows of a run's JSON")
    arguments = parser.parse_args()
    if unknown := set(arguments.sections) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(sorted(unknown))}")
    if arguments.readme:
        sys.stdout.write(read(arguments.readme.read_bytes()).markdown(SHOWN) + "\n")
        return
    report = measured(arguments.sections or MESSAGES, arguments.quick)
    if path := os.environ.get("BENCH_JSON"):
        Path(path).write_bytes(report.json())
    sys.stdout.write(report.markdown() + "\n")


def measured(sections: list[str] | tuple[str, ...], quick: bool) -> Report:
    """These sections, one after the other."""
    # Where statements are counted, there is no queue.
    logging.getLogger("parley.bus").setLevel(logging.CRITICAL)
    report = Report(machine())
    if "engine" in sections:
        engine.measure(report, rounds=3 if quick else 15)
    if "cases" in sections:
        cases.measure(report, rounds=3 if quick else 15)
    if "editor" in sections:
        editor.measure(report, editor.QUICK if quick else editor.Size())
    if not {"load", "waiting", "profile"} & set(sections):
        return report
    client = Client()
    try:
        with postgres() as server:
            databases = {"SQLite": None, "PostgreSQL": server}
            if "load" in sections:
                found = load.measure(report, client, databases, load.QUICK if quick else load.Size())
                tell(report, found, list(databases))
            if "waiting" in sections:
                waiting.measure(report, client, databases, waiting.QUICK if quick else waiting.Size())
            if "profile" in sections:
                profiling.measure(report, client, databases, profiling.QUICK if quick else profiling.Size())
    finally:
        client.close()
    return report


if __name__ == "__main__":
    main()
