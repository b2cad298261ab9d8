"""Whether test cases can be read: each fault with where it is, ``cases/shipping``."""

import re
from collections.abc import Iterator, Mapping

from engine.flow import LONGEST_CASE
from flows.faults import Fault, fault
from flows.transcript import count_turns, read
from flows.transcript_line import TranscriptError

LARGEST_CASES = 1 << 20
"""Bytes of all of a flow's cases: half of what a flow's file may have."""
MOST_TURNS = 5000
"""Turns (blocks) of all of a flow's cases: publishing waits until they are run, a second or two."""
_CASE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def case_faults(cases: Mapping[str, str]) -> Iterator[Fault]:
    """What is wrong with each case (id -> transcript)."""
    for case_id, text in cases.items():
        if not _CASE_ID.fullmatch(case_id):
            yield fault("cases", "wrong_name", name=case_id[:80])
        elif len(text) > LONGEST_CASE:
            yield fault(f"cases/{case_id}", "text_longer", found=len(text), allowed=LONGEST_CASE)
        else:
            try:
                read(text)
            except TranscriptError as error:
                yield fault(f"cases/{case_id}", "bad_case", line=error.line, reason=error.reason)


def too_large(cases: Mapping[str, str]) -> Iterator[Fault]:
    """Whether all of them together, each without a fault of its own, are more than a flow may hold."""
    if sum(map(len, cases.values())) > LARGEST_CASES // 4 and (
        sum(len(text.encode()) for text in cases.values()) > LARGEST_CASES
    ):
        yield fault("cases", "cases_too_large", limit=LARGEST_CASES >> 20)
    # Each stands in a line of its own, and lines are counted sooner.
    if sum(text.count("\n") + 1 for text in cases.values()) > MOST_TURNS and (
        (found := sum(map(count_turns, cases.values()))) > MOST_TURNS
    ):
        yield fault("cases", "cases_too_long", found=found, limit=MOST_TURNS)
