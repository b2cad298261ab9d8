"""A rehearsal as the chat shows it: what was said in the look of the channel, when, why, and what would be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from builder_ui.doing import done
from builder_ui.telling import WhyLine, why
from builder_ui.visitor import hour_in_words, moment_in_words
from builder_ui.words import Language, say
from engine.effects import Close, HandOff, Send
from engine.events import AgentJoined, AgentResolved, AgentReturned, MessageReceived, Opened, TimerFired
from engine.flow import Flow
from engine.zones import zone_of
from flows.appearance import Note, Row, shown
from schemas.words import duration_in_words
from server.rehearsal import Rehearsed, RehearsedStep

_JUMP = timedelta(minutes=1)
"""Where so much time or more has passed, the chat says what time it is."""


@dataclass(frozen=True)
class ChoiceLine:
    """A choice offered beneath a message; `number` is its place from 1, `soft` the row's small print in a list."""

    id: str
    label: str
    number: int
    soft: str = ""


@dataclass(frozen=True)
class Line:
    """One thing in the chat. `who` is contact, flow or note; `number` is the input it belongs to.

    `notes` say how the channel changed it, `quoted` is what an email answers to, `files` are names of attachments.
    """

    who: str
    text: str
    number: int
    language: str = ""
    citation: str = ""
    buttons: list[ChoiceLine] = field(default_factory=list)
    rows: list[ChoiceLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    quoted: str = ""
    files: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Exchange:
    """One step as the chat shows it: what time it is (where that is news), what happened, what was answered, why, and
    what would have been done. `first` says that it is the first of its input, `before` what was answered when it was
    played the last time, where that was something else.
    """

    step: int
    number: int
    first: bool
    stamp: str
    said: list[Line]
    answers: list[Line]
    why: list[WhyLine]
    done: list[str]
    silent: bool
    differs: bool = False
    before: list[str] = field(default_factory=list)


def exchanges(
    flow: Flow[Any],
    run: Rehearsed,
    language: Language,
    content: str,
    runs: Mapping[str, Flow[Any]],
    before: Sequence[Exchange] = (),
) -> list[Exchange]:
    """Everything that was rehearsed; `runs` are the flows it runs, `before` is how the same inputs went last time."""
    zone = zone_of(flow.timezone)
    told: list[Exchange] = []
    last: datetime | None = None
    for number, step in enumerate(run.steps):
        quoted = step.event.text if isinstance(step.event, MessageReceived) else ""
        answers = [
            line
            for effect in step.effects
            if isinstance(effect, Send)
            for line in _answer(effect, run.start.channel, step.input, quoted, language)
        ]
        answers += _notes(step, language)
        exchange = Exchange(
            step=number,
            number=step.input,
            first=not told or told[-1].number != step.input,
            stamp=_stamp(step.at, last, zone, language),
            said=[_said(step, last, language)],
            answers=answers,
            why=why(flow, step, number, language, content, runs),
            done=done(step, language),
            silent=not answers,
        )
        told.append(_compared(exchange, before[number]) if number < len(before) else exchange)
        last = step.at
    return told


def _compared(now: Exchange, before: Exchange) -> Exchange:
    """The exchange, marked where it was answered or decided otherwise before."""
    if _told(now) == _told(before):
        return now
    return replace(now, differs=True, before=[line.text for line in before.answers if line.who == "flow"])


def _told(one: Exchange) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    """What counts as the same: the answers, what would be done, and which way the nodes went."""
    return [line.text for line in one.answers], list(one.done), [(line.title, line.text) for line in one.why]


def _stamp(at: datetime, last: datetime | None, zone: ZoneInfo, language: Language) -> str:
    """What time it is in the flow's zone, where the chat should say so."""
    here = at.astimezone(zone)
    if last is None:
        return moment_in_words(here, language)
    if at - last < _JUMP:
        return ""
    same_day = here.date() == last.astimezone(zone).date()
    return hour_in_words(here, language) if same_day else moment_in_words(here, language)


def _said(step: RehearsedStep, last: datetime | None, language: Language) -> Line:
    match step.event:
        case MessageReceived(text=text, attachments=attachments):
            files = [f"{say(f'attach.{one.kind}', language)} {one.name}".strip() for one in attachments]
            return Line("contact", text, step.input, files=files)
        case Opened():
            told = say("rehearse.opened", language)
        case AgentJoined():
            told = say("rehearse.person_joined", language)
        case AgentReturned():
            told = say("rehearse.person_returned", language)
        case AgentResolved():
            told = say("rehearse.person_resolved", language)
        case TimerFired() if last is not None:
            passed = duration_in_words((step.at - last).total_seconds(), language)
            told = say("rehearse.time_passed", language, passed=passed)
        case _:
            told = say("rehearse.time_came", language)
    return Line("note", told, step.input)


def _answer(send: Send, channel: str, number: int, quoted: str, language: Language) -> list[Line]:
    """A message as the channel shows it, in as many bubbles as it takes there."""
    seen = shown(channel, send.text, send.choices)
    cited = send.citation
    citation = " › ".join(part for part in (cited.name, cited.place) if part) if cited else ""
    lines = [Line("flow", part, number, send.language) for part in seen.parts[:-1]]
    last = Line(
        "flow",
        seen.parts[-1],
        number,
        send.language,
        citation,
        _choices(seen.buttons),
        _choices(seen.rows),
        _said_of(seen.notes, language),
        quoted if channel == "email" else "",
    )
    return [*lines, last]


def _choices(rows: tuple[Row, ...]) -> list[ChoiceLine]:
    return [ChoiceLine(row.id, row.label, number, row.description) for number, row in enumerate(rows, 1)]


def _said_of(notes: tuple[Note, ...], language: Language) -> list[str]:
    """How the channel changed a message; labels that were cut are told in one line."""
    told = [say(f"appearance.{note.code}", language, **note.values) for note in notes if note.code != "cut"]
    cut = [note for note in notes if note.code == "cut"]
    if cut:
        labels = say("appearance.between", language).join(f"“{note.values['label']}”" for note in cut)
        told.append(say("appearance.cut", language, limit=cut[0].values["limit"], labels=labels))
    return told


def _notes(step: RehearsedStep, language: Language) -> list[Line]:
    """What people see in the conversation beside messages."""
    keys = {HandOff: "rehearse.handed_over", Close: "rehearse.closed"}
    return [
        Line("note", say(key, language), step.input) for effect in step.effects if (key := keys.get(type(effect), ""))
    ]


def offered(steps: Sequence[RehearsedStep], channel: str) -> list[ChoiceLine]:
    """The choices that stand when these steps have happened, as the channel shows them."""
    for step in reversed(steps):
        for effect in reversed(step.effects):
            if isinstance(effect, Send):
                seen = shown(channel, effect.text, effect.choices)
                return _choices(seen.buttons or seen.rows)
    return []
