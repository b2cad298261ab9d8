"""``python -m tests.bench [SECTION ...]``: what Parley costs and bears; all sections where none is named.

``--quick``: the same at a small size, to see that it runs. ``--readme``: Markdown for the README alone, without what is
told on the way. Where BENCH_JSON names a file, the same figures go there as JSON. Missed targets are told, not hidden:
the exit code only says whether it could be measured.
"""

import argparse
import logging
import os
import sys
from pathlib import Path

from tests.bench import load, profiling, waiting
from tests.bench.copies import Client, postgres
from tests.bench.figures import Report
from tests.bench.machine import machine

SECTIONS = ("load", "waiting", "profile")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--quick", action="store_true", help="at a small size")
    parser.add_argument("--readme", action="store_true", help="Markdown alone")
    arguments = parser.parse_args()
    if unknown := set(arguments.sections) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(sorted(unknown))}")
    sections = arguments.sections or SECTIONS
    report = Report(machine())
    # Where statements are counted, there is no queue.
    logging.getLogger("parley.bus").setLevel(logging.ERROR)
    client = Client()
    try:
        with postgres() as server:
            if "load" in sections:
                size = load.Size(rounds=1, seconds=0.4, paced=3.0, idle=0.5) if arguments.quick else load.Size()
                load.measure(report, client, server, size)
            if "waiting" in sections:
                many = waiting.Size(many=1000, rounds=1, seconds=0.4, timers=200) if arguments.quick else waiting.Size()
                waiting.measure(report, client, server, many)
            if "profile" in sections:
                few = profiling.Size(seconds=1.0) if arguments.quick else profiling.Size()
                profiling.measure(report, client, server, few)
    finally:
        client.close()
    if path := os.environ.get("BENCH_JSON"):
        Path(path).write_bytes(report.json())
    sys.stdout.write(report.markdown() + "\n")


if __name__ == "__main__":
    main()
