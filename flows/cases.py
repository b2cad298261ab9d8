"""Test cases: conversations that must go as written. Run them, name them, change what they expect."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from time import perf_counter
from typing import Any

import msgspec

from engine.effects import Close, HandOff, Send
from engine.events import MessageReceived
from engine.flow import MOST_CASES, Flow
from engine.graph import Plan, plan
from engine.step import Step
from flows.case_edits import unused_id
from flows.coverage import Coverage, covered
from flows.expected import rows
from flows.rehearsal import Rehearsed, rehearse
from flows.transcript import WITHIN, Block, Transcript, read, written
from flows.transcript_line import How, Line, TranscriptError
from flows.words import said
from schemas import UiLanguage
from schemas.words import language_name

LONGEST_NAME = 120
_LONGEST_TOPIC = 40

_replace = msgspec.structs.replace


class Ran(msgspec.Struct, frozen=True):
    """A case that was run. ``fault`` says why it cannot be; ``seconds`` is what running it took."""

    id: str
    name: str
    rehearsed: Rehearsed | None
    covered: Coverage
    fault: str
    seconds: float

    @property
    def passed(self) -> bool:
        return self.rehearsed is not None and self.rehearsed.passed

    @property
    def difference(self) -> str:
        """What differs, as programs show it; '' where it passed."""
        return self.fault if self.rehearsed is None else self.rehearsed.difference


def run(flow: Flow[Any], only: Collection[str] | None = None, whole: Plan | None = None) -> Iterator[Ran]:
    """Each case (those of ``only``), one after the other, in the order of their names. Nothing outside is asked.

    ``whole`` is the flow's plan with those of the flows it runs; without it there are none.
    """
    whole = whole or plan(flow)
    for case_id in in_order(flow):
        if only is None or case_id in only:
            yield _run(flow, whole, case_id)


def in_order(flow: Flow[Any]) -> list[str]:
    """The ids of a flow's cases as people want to find them: by name."""
    return sorted(flow.cases, key=lambda case_id: (name_of(flow.cases[case_id]).casefold(), case_id))


def _run(flow: Flow[Any], whole: Plan, case_id: str) -> Ran:
    text = flow.cases[case_id]
    begun = perf_counter()
    try:
        rehearsed = rehearse(whole, text)
    except TranscriptError as error:
        return Ran(case_id, name_of(text) or case_id, None, Coverage(), str(error), perf_counter() - begun)
    done = covered(flow, rehearsed.steps)
    return Ran(case_id, name_of(text) or case_id, rehearsed, done, "", perf_counter() - begun)


def name_of(text: str) -> str:
    """A case's name: the first remark of its transcript."""
    first = text.lstrip().partition("\n")[0].rstrip()
    return first.removesuffix("\\").lstrip("# ").rstrip() if first.startswith("#") else ""


def named(text: str, name: str) -> str:
    """The case under another name. Raises TranscriptError."""
    transcript = read(text)
    return written(_replace(transcript, remarks=(_one_line(name), *transcript.remarks[1:])))


def free_id(flow: Flow[Any], name: str) -> str:
    """An id for a new case, made from its name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    wanted = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:56].strip("-") or "case"
    return unused_id(wanted, flow.cases)


def free_name(flow: Flow[Any], name: str) -> str:
    """The name, or with the first number behind it that no other case has."""
    taken = {name_of(text) for text in flow.cases.values()}
    if name not in taken:
        return name
    return next(made for n in range(2, MOST_CASES + 3) if (made := f"{name} ({n})") not in taken)


def proposed(flow: Flow[Any], steps: Sequence[Step], language: UiLanguage) -> str:
    """A name from what happened: what it was about, the language if the flow speaks several, how it ended."""
    parts = [_topic(steps)]
    spoken = steps[-1].session.language if steps else ""
    if spoken and len(flow.languages) > 1:
        parts.append(language_name(spoken, language))
    effects = [effect for step in steps for effect in step.effects]
    if any(isinstance(effect, HandOff) for effect in effects):
        parts.append(said("case_handed_over", {}, language))
    elif any(isinstance(effect, Close) for effect in effects):
        parts.append(said("case_closed", {}, language))
    joint = "，" if language == "zh" else ", "
    return joint.join(filter(None, parts))[:LONGEST_NAME] or said("case_nameless", {}, language)


def _topic(steps: Sequence[Step]) -> str:
    """What the knowledge base answered from last, what was tapped first, or the longest thing that was written."""
    sent = [effect.citation for step in steps for effect in step.effects if isinstance(effect, Send)]
    cited = [(citation.place or citation.name).partition(WITHIN)[0] for citation in sent if citation is not None]
    messages = [step.events[0] for step in steps if isinstance(step.events[0], MessageReceived)]
    tapped = [event.text or event.choice for event in messages if event.choice]
    longest = max((event.text for event in messages), key=len, default="")
    topic = _one_line(cited[-1] if cited else tapped[0] if tapped else longest)
    return topic if len(topic) <= _LONGEST_TOPIC else topic[: _LONGEST_TOPIC - 1].rstrip() + "…"


def as_it_went(text: str, rehearsed: Rehearsed) -> str:
    """The case with what happened as the new expectation, where it was not as expected; loose lines that hold stay."""
    transcript = read(text)
    blocks = []
    for block, one in zip(transcript.blocks, rehearsed.blocks, strict=True):
        kept = (row.expected if row.fine else row.actual for row in one.rows)
        limit = one.actual.limit if one.limit_differs else block.limit
        blocks.append(_replace(block, lines=tuple(line for line in kept if line is not None), limit=limit))
    return written(_replace(transcript, blocks=tuple(blocks)))


def expecting(transcript: Transcript, block: int, line: int, how: How, text: str) -> Transcript:
    """A line of a block that expects more or less: exactly a text, a part of it, any, or nothing.

    What the knowledge base says to it is kept in a line of its own. Raises IndexError where there is no such line.
    """
    lines = list(transcript.blocks[block].lines)
    old = lines[line]
    told = old.told if old.kind == "bot" else None
    above = lines[line - 1] if line else None
    if told is not None and how in ("contains", "any"):
        lines[line : line + 1] = [
            Line("knowledge", old.lead.replace("bot", "knowledge", 1), told.text),
            Line("bot", "bot", text if how == "contains" else "", how),
        ]
    elif how in ("exactly", "unchecked") and above and above.kind == "knowledge" and old.lead == "bot" and _says(above):
        lines[line - 1 : line + 1] = [Line("bot", above.lead.replace("knowledge", "bot", 1), above.text, how)]
    else:
        lines[line] = _replace(old, how=how, text="" if how == "any" else text)
    return _with_lines(transcript, block, lines)


def _says(line: Line) -> bool:
    return line.told is not None and bool(line.told.text)


def without(transcript: Transcript, block: int, line: int) -> Transcript:
    """Without an expectation, so that it must not happen. Raises IndexError."""
    lines = list(transcript.blocks[block].lines)
    del lines[line]
    return _with_lines(transcript, block, lines)


def with_line(transcript: Transcript, block: int, line: Line, happened: Block | None = None) -> Transcript:
    """With one more expectation: where it fits best with what ``happened``, else at the end. Raises IndexError."""
    lines = transcript.blocks[block].lines
    places = [(*lines[:at], line, *lines[at:]) for at in range(len(lines), -1, -1)]
    actual = happened.lines if happened else ()
    best = min(places, key=lambda place: sum(not row.fine for row in rows(place, actual))) if actual else places[0]
    return _with_lines(transcript, block, best)


def _with_lines(transcript: Transcript, block: int, lines: Iterable[Line]) -> Transcript:
    blocks: list[Block] = list(transcript.blocks)
    blocks[block] = _replace(blocks[block], lines=tuple(lines))
    return _replace(transcript, blocks=tuple(blocks))


def _one_line(text: str) -> str:
    return " ".join(text.split())
