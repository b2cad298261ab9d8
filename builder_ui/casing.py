"""A test case as people read it: what the visitor does, what is expected of the flow then, and what happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from builder_ui.words import Language, say
from engine.flow import Flow
from engine.queries import Fetched
from flows.expected import Compared, Row
from flows.opening import written_hours
from flows.rehearsal import Rehearsed, service_answer
from flows.transcript import Block, seconds_of
from flows.transcript_line import LOOSE, REST, Line
from flows.views import node_title
from schemas.words import country_name, duration_in_words, language_name, zone_name

_SHORT = 48


@dataclass(frozen=True)
class RowLine:
    """An expectation beside what happened.

    `line` is its place among the expectations of its turn and `at` that among what happened, -1 where there is none.
    `verdict` is same, different, missing, extra or unchecked; `how` exactly, contains, any or unchecked. `bubble` says
    that it is said to the visitor; `given` is what the world answered to it, in words. `text` is what a field holds.
    """

    turn: int
    line: int
    at: int
    verdict: str
    how: str
    bubble: bool
    loose: bool
    checked: bool
    expected: str
    actual: str
    text: str
    given: str
    node: str
    title: str
    first: bool


@dataclass(frozen=True)
class TurnLine:
    """One thing that happens in a case: by whom (contact or note), in words, and what is expected then."""

    number: int
    who: str
    text: str
    later: str
    fine: bool
    fault: str
    rows: list[RowLine] = field(default_factory=list)


def turns(flow: Flow[Any], ran: Rehearsed, language: Language) -> list[TurnLine]:
    """A case that was run, turn by turn; the first difference is marked."""
    made: list[TurnLine] = []
    lit = False
    for number, (block, nodes) in enumerate(zip(ran.blocks, ran.nodes, strict=True)):
        rows: list[RowLine] = []
        line = 0
        for row in block.rows:
            first = not lit and not row.fine
            lit = lit or first
            if (one := _row(flow, number, line, row, nodes, language, first)) is not None:
                rows.append(one)
            line += row.expected is not None
        made.append(_turn(number, block, rows, language))
    return made


def _turn(number: int, block: Compared, rows: list[RowLine], language: Language) -> TurnLine:
    expected = block.expected
    later = say("case.later", language, time=duration_in_words(expected.after, language)) if expected.after else ""
    fault = say("case.other_limit", language, limit=_limit(block.actual.limit, language)) if block.limit_differs else ""
    who = "contact" if expected.kind in ("visitor", "taps") else "note"
    return TurnLine(number, who, happening(expected, language), later, block.fine, fault, rows)


def happening(block: Block, language: Language) -> str:
    """What happens, in words; a visitor's own words as they are."""
    match block.kind:
        case "visitor" | "taps":
            files = ", ".join(one.name or one.kind for one in block.files)
            return " ".join(filter(None, (block.text or block.choice, f"[{files}]" if files else "")))
        case "skip" if block.limit:
            return say("case.skip_so_long", language, limit=_limit(block.limit, language))
        case _:
            return say(_HAPPENS[block.kind], language)


def _limit(words: str, language: Language) -> str:
    """A time as a transcript has it, in the language of the screens."""
    seconds = seconds_of(words)
    return duration_in_words(seconds, language) if seconds and isfinite(seconds) else words


_HAPPENS = {
    "opens": "rehearse.opened",
    "skip": "case.skip",
    "joins": "rehearse.person_joined",
    "gives back": "rehearse.person_returned",
    "closes": "rehearse.person_resolved",
}


def _row(
    flow: Flow[Any], turn: int, line: int, row: Row, nodes: Sequence[str], language: Language, first: bool
) -> RowLine | None:
    """None for what only says what the world answers to the next line."""
    shown = row.expected or row.actual
    assert shown is not None  # noqa: S101 - a row has one of them
    if row.actual is None and row.expected is not None and row.expected.kind == "knowledge" and row.fine:
        return None
    if row.expected is None and row.verdict == "unchecked":
        return None
    node = nodes[row.at] if row.at >= 0 else ""
    node = node if node in flow.nodes else ""
    expected, actual = row.expected, row.actual
    return RowLine(
        turn=turn,
        line=line if expected is not None else -1,
        at=row.at,
        verdict=row.verdict,
        how=expected.how if expected is not None else "exactly",
        bubble=shown.kind == "bot",
        loose=shown.kind in LOOSE,
        checked=shown.kind not in (REST, "knowledge", "service", "hours"),
        expected=in_words(expected, language) if expected is not None else "",
        actual=in_words(actual, language) if actual is not None else "",
        text=expected.text if expected is not None else "",
        given=_given(actual or expected, language),
        node=node,
        title=node_title(flow, node, language) if node else "",
        first=first,
    )


def _given(line: Line | None, language: Language) -> str:
    if line is None or line.kind != "bot" or (told := line.told) is None:
        return ""
    return say("case.knowledge", language, source=told.source or "–", score=round(told.score * 100))


def in_words(line: Line, language: Language) -> str:
    """A line as people say it; what is said to the visitor as it is."""
    if line.kind == REST:
        return say("case.rest", language)
    if line.how == "any":
        return _titled(line, say("case.any_text", language), language)
    if line.how == "contains":
        return _titled(line, say("case.contains_text", language, text=line.text), language)
    return _titled(line, _plain(line, language), language)


def _plain(line: Line, language: Language) -> str:
    match line.kind:
        case "language":
            return language_name(line.text.partition(" (")[0], language)
        case "country":
            return country_name(line.text, language)
        case "knowledge":
            return _known(line, language)
        case "service":
            return _fetched(line, language)
        case "hours":
            return _hours(line, language)
        case _:
            return line.text


def _known(line: Line, language: Language) -> str:
    told = line.told
    if told is None or told.text:
        return line.text
    return say("ask.failed", language) if told.failed else say("case.unsure", language, score=round(told.score * 100))


def _fetched(line: Line, language: Language) -> str:
    answer = service_answer(line.text)
    if not isinstance(answer, Fetched):
        return say("ask.failed", language)
    return " · ".join([str(answer.status), *(f"{name} = {value}" for name, value in answer.values.items())])


def _hours(line: Line, language: Language) -> str:
    told = written_hours(line.text)
    if told is None:
        return say("ask.failed", language)
    until = say("case.until", language, time=told.until) if told.until else ""
    zone = zone_name(told.zone, language) if told.zone else ""
    return " · ".join(
        filter(None, (say("ask.open" if told.open else "ask.closed", language), until, zone, told.holiday))
    )


def _titled(line: Line, text: str, language: Language) -> str:
    """With what it is about before it, but for words said to the visitor."""
    match line.kind:
        case "bot":
            return text or "…"
        case "value" | "contact":
            return f"{line.lead.split()[-1]} = {text}"
        case "hand off":
            team = line.lead.partition(" to ")[2]
            key = "case.hands_off_to" if team else "case.hands_off"
            return say(key, language, team=team, reason=text).rstrip("：: ")
        case "other":
            return line.lead.removeprefix("- ")
        case _:
            return say(f"case.line_{line.kind}", language, text=text).rstrip("：: ")


def first_difference(turns: list[TurnLine], language: Language) -> str:
    """Where a case goes otherwise first, in a sentence."""
    for turn in turns:
        said = _short(turn.text)
        if turn.fault:
            return say("case.first", language, turn=said, what=turn.fault)
        for row in turn.rows:
            if row.first:
                what = say(_FIRST[row.verdict], language, expected=_short(row.expected), actual=_short(row.actual))
                return say("case.first", language, turn=said, what=what)
    return ""


_FIRST = {"different": "case.first_different", "missing": "case.first_missing", "extra": "case.first_extra"}


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHORT else text[: _SHORT - 1].rstrip() + "…"
