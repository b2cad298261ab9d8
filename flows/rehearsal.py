"""Rehearse a flow by a transcript, and write what happened in the same form (``flows.transcript``)."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from engine.effects import AnyEffect, ChangeTags, Close, HandOff, Send, SetCountry, SetLanguage, SetValue
from engine.events import (
    AgentJoined,
    AgentResolved,
    AgentReturned,
    Answered,
    AnyEvent,
    Contact,
    MessageReceived,
    Opened,
    TimerFired,
)
from engine.flow import Flow
from engine.graph import plan
from engine.queries import (
    AnyAnswer,
    AnyQuery,
    Citation,
    Detected,
    DetectLanguage,
    Failed,
    Fetch,
    Found,
    Locate,
    LookUp,
    Place,
)
from engine.session import Session
from engine.step import Step, begin, converse
from flows.transcript import HEAD, Block, Told, Transcript, indented, name_and_place, read, source_of
from schemas.words import duration_in_words

Ask = Callable[[AnyQuery], AnyAnswer]

_BEGIN = datetime(2027, 1, 4, 10, tzinfo=UTC)
_PAUSE = timedelta(seconds=20)
_SOMEWHERE = "203.0.113.7"
"""An address set aside for documentation (RFC 5737): who writes from it is where the transcript says."""


class Rehearsed(msgspec.Struct, frozen=True):
    """What happened, as a transcript; ``difference`` to the one given is a unified diff, or ''."""

    actual: str
    difference: str
    steps: tuple[Step, ...]

    @property
    def passed(self) -> bool:
        return not self.difference


def rehearse(flow: Flow[Any], text: str, ask: Ask | None = None) -> Rehearsed:
    """Play a transcript's side of the conversation and compare the flow's side.

    ``ask`` answers what the transcript does not say; without it such queries fail. Raises TranscriptError.
    """
    transcript = read(text)
    steps = tuple(play(flow, transcript, ask))
    actual = write(steps, transcript.head, transcript.remarks)
    wanted = [line.rstrip() for line in text.strip().splitlines()]
    lines = difflib.unified_diff(wanted, actual.strip().splitlines(), "as written", "as it went", lineterm="")
    return Rehearsed(actual, "\n".join(lines), steps)


def play(flow: Flow[Any], transcript: Transcript, ask: Ask | None = None) -> Iterator[Step]:
    """The steps that a transcript's blocks lead to, one each."""
    head = transcript.head
    at = transcript.begins or _BEGIN
    planned = plan(flow)
    session = begin(planned, "rehearsal", at, head.get("channel", "webwidget"), head.get("account", ""))
    contact: Contact | None = _contact(transcript)
    for number, block in enumerate(transcript.blocks, 1):
        at += _PAUSE
        if block.kind == "skip" and session.waiting and session.waiting.until:
            at = max(at, session.waiting.until)
        event = _event(block, str(number), at, session, contact)
        done = converse(planned, session, event, _Script(flow, transcript, block, ask))
        session, contact = done.session, None
        yield done


def write(steps: Iterable[Step], head: Mapping[str, str], remarks: Iterable[str] = ()) -> str:
    """Steps, each the whole of what one thing led to, as a transcript."""
    parts = [*(f"# {remark}" for remark in remarks), *(f"{name}: {head[name]}" for name in HEAD if head.get(name))]
    blocks = ["\n".join(parts)] if parts else []
    before: datetime | None = None
    language = ""
    for step in steps:
        blocks.append("\n".join(_Written(step, before, language).lines()))
        before, language = step.events[0].at, step.session.language
    return "\n\n".join(blocks) + "\n"


class _Script:
    """Answers as the transcript says, in its order; ``ask`` for what it leaves open."""

    def __init__(self, flow: Flow[Any], transcript: Transcript, block: Block, ask: Ask | None) -> None:
        self.flow = flow
        self.transcript = transcript
        self.block = block
        self.told = list(block.told)
        self.ask = ask

    def __call__(self, query: AnyQuery) -> AnyAnswer:
        match query:
            case Locate():
                place = self.transcript.place("country" if query.ip else "phone_country")
                if place.languages is not None:
                    return Place(country=place.country, languages=place.languages)
            case DetectLanguage():
                if self.block.language is not None:
                    return Detected(language=self.block.language)
            case LookUp():
                if self.told:
                    return _found(self.told.pop(0), query.language)
            case Fetch(node=node) if node in self.flow.nodes:
                return self.flow.nodes[node].rehearsed(query) or Failed(reason="the node has no example answer")
        return self.ask(query) if self.ask else Failed(reason="not told")


class _Written:
    """One step in lines: what happened, then what the flow did, in order."""

    def __init__(self, step: Step, before: datetime | None, language: str) -> None:
        self.step = step
        self.before = before
        self.language = language
        asked = [visit.detail for visit in step.trace if visit.outcome == "ask"]
        answers = [event.answer for event in step.events if isinstance(event, Answered)]
        self.answers = list(zip(asked, answers, strict=False))

    def lines(self) -> Iterator[str]:
        yield self._happened(self.step.events[0])
        found = [answer for asked, answer in self.answers if asked == "look_up"]
        for effect in self.step.effects:
            while found and not _has_text(found[0]):
                yield _unsaid(found.pop(0))
            is_answer = bool(found) and isinstance(effect, Send) and _is_said(found[0], effect)
            yield from self._effect(effect, found.pop(0) if is_answer else None)
        for answer in found:
            if not _has_text(answer):
                yield _unsaid(answer)

    def _happened(self, event: AnyEvent) -> str:
        match event:
            case Opened():
                return "opens"
            case MessageReceived(choice=choice, text=text) if choice:
                return f"visitor taps {choice}: {indented(text)}".rstrip()
            case MessageReceived(text=text):
                told = [
                    a.language for asked, a in self.answers if asked == "detect_language" and isinstance(a, Detected)
                ]
                return f"visitor{f' ({told[0]})' if told else ''}: {indented(text)}".rstrip()
            case AgentJoined():
                return "agent joins"
            case AgentReturned():
                return "agent gives back"
            case AgentResolved():
                return "agent closes"
            case _:
                passed = (event.at - self.before).total_seconds() if self.before else 0
                return f"skip {duration_in_words(passed)}"

    def _effect(self, effect: AnyEffect, found: AnyAnswer | None) -> Iterator[str]:
        match effect:
            case Send():
                yield self._said(effect, found)
                if effect.choices:
                    yield "  buttons: " + " | ".join(f"{choice.label} ({choice.id})" for choice in effect.choices)
            case SetLanguage(language=language, why=why):
                self.language = language
                yield f"- language {language} ({why})"
            case SetCountry(country=country):
                yield f"- country {country}"
            case ChangeTags(add=add, remove=remove):
                yield "- tags " + " ".join([*(f"+{tag}" for tag in add), *(f"-{tag}" for tag in remove)])
            case SetValue(name=name, value=value):
                yield f"- value {name} = {indented(str(value))}"
            case HandOff(reason=reason, team=team, fault=fault):
                yield f"- hand off{f' to {team}' if team else ''}: {indented(fault or reason)}"
            case Close(reason=reason):
                yield f"- close: {reason}".rstrip(": ")

    def _said(self, send: Send, found: AnyAnswer | None) -> str:
        language = f" ({send.language})" if send.language != (self.language or send.language) else ""
        source = ""
        if isinstance(found, Found):
            source = f" [{f'{found.score:.2f} {_source(found)}'.rstrip()}]"
        return f"bot{language}{source}: {indented(send.text)}"


def _has_text(answer: AnyAnswer) -> bool:
    return isinstance(answer, Found) and bool(answer.text)


def _is_said(answer: AnyAnswer, send: Send) -> bool:
    return isinstance(answer, Found) and answer.text == send.text


def _unsaid(answer: AnyAnswer) -> str:
    if isinstance(answer, Found):
        return f"knowledge: unsure {answer.score:.2f} {_source(answer)}".rstrip()
    return f"knowledge: failed, {answer.reason}" if isinstance(answer, Failed) else "knowledge: failed"


def _source(found: Found) -> str:
    return source_of(found.citation.name, found.citation.place) if found.citation else ""


def _found(told: Told, language: str) -> AnyAnswer:
    if told.failed:
        return Failed(reason=told.failed)
    name, place = name_and_place(told.source)
    citation = Citation(document=name, name=name, place=place) if name else None
    return Found(text=told.text, score=told.score, language=told.language or language, citation=citation)


def _contact(transcript: Transcript) -> Contact:
    head = transcript.head
    return Contact(
        name=head.get("name", ""),
        locale=head.get("locale", ""),
        ip=head.get("ip", "") or (_SOMEWHERE if head.get("country") else ""),
        phone_country=transcript.place("phone_country").country,
        source=head.get("source", ""),
    )


def _event(block: Block, event_id: str, at: datetime, session: Session, contact: Contact | None) -> AnyEvent:
    match block.kind:
        case "opens":
            return Opened(id=event_id, at=at, contact=contact)
        case "visitor" | "taps":
            return MessageReceived(id=event_id, at=at, text=block.text, choice=block.choice, contact=contact)
        case "skip":
            return TimerFired(id=event_id, at=at, wait=session.wait)
        case "joins":
            return AgentJoined(id=event_id, at=at)
        case "gives back":
            return AgentReturned(id=event_id, at=at)
        case "closes":
            return AgentResolved(id=event_id, at=at)
