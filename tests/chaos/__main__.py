"""``python -m tests.chaos --seed 7 --database both``: ends in one line of counts; 1 if anything is wrong."""

import argparse
import secrets
import sys
import time

from tests.chaos.run import SYSTEMS, run
from tests.chaos.verdict import Verdict


def main() -> int:
    """Run on each database, half of the time on each where there are two."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="of load, all databases together")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="what befalls whom, and when")
    parser.add_argument("--database", choices=(*SYSTEMS, "both"), default="both")
    parser.add_argument("--contacts", type=int, default=16, help="that write at the same time, on each account")
    given = parser.parse_args()
    databases = list(SYSTEMS) if given.database == "both" else [given.database]
    say(f"seed {given.seed}")
    total = Verdict()
    for database in databases:
        verdict = run(database, given.seconds / len(databases), given.seed, say, given.contacts)
        if not verdict.good:
            say(f"{database}:\n{verdict.troubles()}")
        total += verdict
    sys.stdout.write(f"seed {given.seed}: {total}\n")
    return 0 if total.good else 1


def say(text: str) -> None:
    """Tell on the way, beside the result."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")


if __name__ == "__main__":
    sys.exit(main())
