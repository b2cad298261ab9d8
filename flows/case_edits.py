"""What an edit of a test case does where somebody else was faster: to the same case, or with a new one of that id."""

from collections.abc import Container
from itertools import count
from typing import Any

import msgspec

from engine.flow import Flow
from flows.edits import PutCase
from flows.merge import Lost, leaves, merge
from flows.overwriting import Overwritten

_BETWEEN = "\n\n"
"""What stands between the head and the turns of a transcript: people who change different turns never meet."""


def unused_id(wanted: str, taken: Container[str]) -> str:
    """The id, or with the first number behind it that is not taken."""
    return wanted if wanted not in taken else next(made for n in count(2) if (made := f"{wanted}-{n}") not in taken)


def put_case(flow: Flow[Any], edit: PutCase, lost: list[Overwritten]) -> dict[str, str]:
    """The flow's cases with this one, turn by turn where that can be, and what that costs somebody else."""
    if edit.base is msgspec.UNSET or edit.id not in flow.cases:
        return {**flow.cases, edit.id: edit.text}
    now = flow.cases[edit.id]
    if edit.base is None:
        case_id = edit.id if now == edit.text else unused_id(edit.id, flow.cases)
        return {**flow.cases, case_id: edit.text}
    text, gone = merge_cases(edit.base, edit.text, now)
    if gone:
        again, _ = merge_cases(edit.base, edit.text, now, yielding=True)
        back = {"op": "put_case", "id": edit.id, "text": again, "base": text}
        lost += [Overwritten("", _path(edit.id, one.path), one.value, back) for one in gone]
    return {**flow.cases, edit.id: text}


def written_case(case_id: str, old: str | None, new: str | None) -> dict[str, str | None]:
    """Where a case has become another, path -> what stands there, as ``Overwritten`` has both: its turns, and all."""
    turns = leaves(_turns(old), _turns(new)) if old is not None and new is not None else {}
    return {_path(case_id, ""): new, **{_path(case_id, turn): text for turn, text in turns.items()}}


def merge_cases(base: Any, mine: Any, theirs: Any, *, yielding: bool = False) -> tuple[Any, tuple[Lost, ...]]:
    """As ``flows.merge.merge``, of transcripts: turn by turn while there are as many in all three."""
    texts = (base, mine, theirs)
    parts = [_turns(text) for text in texts if isinstance(text, str)]
    # Of more or fewer turns nobody knows which is which.
    if len(parts) < len(texts) or len({len(part) for part in parts}) > 1:
        return merge(*texts, yielding=yielding)
    turns, gone = merge(*parts, yielding=yielding)
    return _BETWEEN.join(turns.values()), gone


def _turns(text: str) -> dict[str, str]:
    return {str(number): part for number, part in enumerate(text.split(_BETWEEN))}


def _path(case_id: str, turn: str) -> str:
    return ".".join(filter(None, ("cases", case_id, turn)))
