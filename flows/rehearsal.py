"""Rehearse a flow by a transcript, and write what happened in the same form (``flows.transcript``)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from engine.effects import (
    AnyEffect,
    ChangeTags,
    Close,
    HandOff,
    Send,
    SetContact,
    SetCountry,
    SetLanguage,
    SetValue,
    Value,
)
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
from engine.graph import Plan, plan
from engine.queries import (
    AnyAnswer,
    AnyQuery,
    Citation,
    Detected,
    DetectLanguage,
    Failed,
    Fetch,
    Fetched,
    Found,
    Locate,
    LookUp,
    OpenHours,
    Place,
)
from engine.session import Session
from engine.step import Step, begin, converse
from flows.expected import Compared, compared, difference
from flows.failing import failed_answer, failed_text
from flows.opening import hours_answer, hours_text, opening
from flows.transcript import Block, Kind, Transcript, heading, name_and_place, read, source_of, written
from flows.transcript import Place as Country
from flows.transcript_line import Line, Told
from schemas.words import duration_in_words

Ask = Callable[[AnyQuery], AnyAnswer]

PACE = timedelta(seconds=5)
"""What passes between two things that happen, where a transcript does not say."""

KNOWS_IP = frozenset({"", "webwidget", "api"})
"""Channels that tell where somebody is by an address; '' where a transcript names none."""

VISITOR = "visitor"
"""The key of a contact whom a transcript does not name."""

SOMEWHERE = "203.0.113.7"
"""An address set aside for documentation (RFC 5737): who writes from it is where the transcript says."""

_BEGIN = datetime(2027, 1, 4, 10, tzinfo=UTC)


class Rehearsed(msgspec.Struct, frozen=True):
    """What happened, as a transcript and beside what was expected; ``difference`` tells it as programs do, or ''."""

    actual: str
    difference: str
    steps: tuple[Step, ...]
    blocks: tuple[Compared, ...]
    nodes: tuple[tuple[str, ...], ...]

    @property
    def passed(self) -> bool:
        return not self.difference


def rehearse(flow: Flow[Any] | Plan, text: str, ask: Ask | None = None) -> Rehearsed:
    """Play a transcript's side of the conversation and compare the flow's side.

    ``ask`` answers what the transcript does not say; without it such queries fail. ``nodes`` are, for each block, the
    nodes that did its lines. Raises TranscriptError.
    """
    transcript = read(text)
    steps = tuple(play(flow, transcript, ask))
    actual, nodes = recorded(steps, transcript.head, transcript.remarks)
    blocks = compared(transcript, actual)
    return Rehearsed(written(actual), difference(blocks), steps, blocks, nodes)


def play(flow: Flow[Any] | Plan, transcript: Transcript, ask: Ask | None = None) -> Iterator[Step]:
    """The steps that a transcript's blocks lead to, one each."""
    head = transcript.head
    at = transcript.begins or _BEGIN
    planned = flow if isinstance(flow, Plan) else plan(flow)
    session = begin(planned, "rehearsal", at, head.get("channel", "webwidget"), head.get("account", ""))
    key = head.get("contact", VISITOR)
    session = msgspec.structs.replace(session, key=key, tags=transcript.tags, values=transcript.values)
    contact: Contact | None = _contact(transcript)
    for number, block in enumerate(transcript.blocks):
        at = _moment(block, at, session, number == 0)
        event = _event(block, str(number + 1), at, session, contact)
        done = converse(planned, session, event, _Script(planned, transcript, block, ask))
        session, contact = done.session, None
        yield done


def write(steps: Iterable[Step], head: Mapping[str, str], remarks: Iterable[str] = ()) -> str:
    """Steps, each the whole of what one thing led to, as a transcript."""
    return written(recorded(steps, head, remarks)[0])


def recorded(
    steps: Iterable[Step], head: Mapping[str, str], remarks: Iterable[str] = ()
) -> tuple[Transcript, tuple[tuple[str, ...], ...]]:
    """Steps as a transcript, and for each of its blocks the nodes that did its lines ('' for none)."""
    blocks: list[Block] = []
    nodes: list[tuple[str, ...]] = []
    before: Step | None = None
    for step in steps:
        told = _Told(step, before)
        lines = tuple(told.lines())
        blocks.append(msgspec.structs.replace(told.happened(), lines=tuple(line for line, _ in lines)))
        nodes.append(tuple(node for _, node in lines))
        before = step
    return Transcript(tuple(remarks), dict(head), tuple(blocks)), tuple(nodes)


def head_of(
    steps: Sequence[Step],
    *,
    channel: str = "",
    account: str = "",
    contact: str = VISITOR,
    tags: Iterable[str] = (),
    values: Mapping[str, Value] | None = None,
) -> dict[str, str]:
    """The head of a transcript that plays as these steps went.

    ``contact`` is the contact's key, ``tags`` and ``values`` are what the conversation had at its beginning. Who writes
    and when the steps say themselves, and so what the world said of where they are.
    """
    if not steps:
        return {}
    event = steps[0].events[0]
    told = event.contact or Contact()
    fields = {name: getattr(told, name) for name in ("name", "locale", "ip", "phone_country", "source", "timezone")}
    fields |= {"channel": channel, "account": account, "at": _written_moment(event.at)}
    fields["contact"] = "" if contact == VISITOR else contact
    fields["country"] = told.country
    for place in (answer for step in steps for _, answer in _answers(step) if isinstance(answer, Place)):
        by_phone = bool(told.phone_country) and (not told.ip or place.country == told.phone_country)
        name = "phone_country" if by_phone else "country"
        fields[name] = f"{place.country} ({', '.join(place.languages)})".strip()
    if fields["country"] and told.ip == SOMEWHERE:
        fields["ip"] = ""
    return heading(fields, tags, values)


def _moment(block: Block, before: datetime, session: Session, first: bool) -> datetime:
    """When a block happens."""
    if block.after is not None:
        return before + timedelta(seconds=block.after)
    if block.kind == "skip" and session.waiting and session.waiting.until:
        return max(before, session.waiting.until)
    return before if first else before + PACE


def _written_moment(at: datetime) -> str:
    at = at.astimezone(UTC)
    if at.second or at.microsecond:
        return at.replace(tzinfo=None).isoformat(" ")
    return at.strftime("%Y-%m-%d %H:%M")


class _Script:
    """Answers as the transcript says, in its order; ``ask`` for what it leaves open."""

    def __init__(self, planned: Plan, transcript: Transcript, block: Block, ask: Ask | None) -> None:
        self.planned = planned
        self.transcript = transcript
        self.block = block
        self.told = list(block.told)
        self.hours = [line.text for line in block.lines if line.kind == "hours"]
        self.services = [line.text for line in block.lines if line.kind == "service"]
        self.ask = ask

    def __call__(self, query: AnyQuery) -> AnyAnswer:
        match query:
            case Locate():
                place = self._place(query)
                if place.languages is not None:
                    return Place(country=place.country, languages=place.languages)
            case DetectLanguage():
                if self.block.language is not None:
                    return Detected(language=self.block.language)
            case LookUp():
                if self.told:
                    return _found(self.told.pop(0), query.language)
            case OpenHours():
                if self.hours:
                    return hours_answer(self.hours.pop(0), query)
                if not query.team:
                    return opening(query)
            case Fetch(node=node):
                if self.services:
                    return service_answer(self.services.pop(0))
                asking = self.planned.at(node)
                if asking is not None:
                    return asking.rehearsed(query) or Failed(reason="the node has no example answer")
        return self.ask(query) if self.ask else Failed(reason="not told")

    def _place(self, query: Locate) -> Country:
        by_ip, by_phone = self.transcript.place("country"), self.transcript.place("phone_country")
        return by_ip if query.ip or not by_phone.country or query.country == by_ip.country else by_phone


class _Told:
    """One step as a transcript tells it: what happened, then what the flow did, in order, and which node did it."""

    def __init__(self, step: Step, before: Step | None) -> None:
        self.step = step
        self.before = before
        self.language = before.session.language if before else ""
        self.answers = list(_answers(step))
        self.doers = _doers(step)

    def happened(self) -> Block:
        event = self.step.events[0]
        after = self._after(event)
        match event:
            case Opened():
                return Block("opens", after=after)
            case MessageReceived(choice=choice, text=text, attachments=files):
                detected = [a.language for asked, a in self.answers if isinstance(a, Detected)]
                kind: Kind = "taps" if choice else "visitor"
                return Block(kind, text, choice, detected[0] if detected else None, after=after, files=files)
            case AgentJoined():
                return Block("joins", after=after)
            case AgentReturned():
                return Block("gives back", after=after)
            case AgentResolved():
                return Block("closes", after=after)
            case _:
                passed = (event.at - self.before.events[0].at).total_seconds() if self.before else 0
                return Block("skip", after=after, limit=duration_in_words(passed))

    def _after(self, event: AnyEvent) -> float | None:
        """Seconds since what happened before, where a transcript must say it."""
        if self.before is None:
            return None
        then = self.before.events[0].at
        kind: Kind = "skip" if isinstance(event, TimerFired) else "visitor"
        usual = _moment(Block(kind), then, self.before.session, first=False)
        return None if event.at == usual else (event.at - then).total_seconds()

    def lines(self) -> Iterator[tuple[Line, str]]:
        waiting = [answer for answer in self.answers if answer[0] in _WRITTEN]
        for effect in self.step.effects:
            while waiting and not _has_text(waiting[0][1]):
                yield _unsaid(*waiting.pop(0)), ""
            is_answer = bool(waiting) and isinstance(effect, Send) and _is_said(waiting[0][1], effect)
            doer = self.doers(effect)
            for line in self._effect(effect, waiting.pop(0)[1] if is_answer else None):
                yield line, doer
        for asked, answer in waiting:
            yield _unsaid(asked, answer), ""

    def _effect(self, effect: AnyEffect, found: AnyAnswer | None) -> Iterator[Line]:
        match effect:
            case Send():
                yield self._said(effect, found)
                if effect.choices:
                    offered = " | ".join(f"{choice.label} ({choice.id})" for choice in effect.choices)
                    yield Line("buttons", "  buttons", offered)
            case SetLanguage(language=language, why=why):
                self.language = language
                yield Line("language", "- language", f"{language} ({why})" if why else language)
            case SetCountry(country=country):
                yield Line("country", "- country", country)
            case ChangeTags(add=add, remove=remove):
                changes = [*(f"+{tag}" for tag in add), *(f"-{tag}" for tag in remove)]
                yield Line("tags", "- tags", " ".join(changes))
            case SetValue(name=name, value=value):
                yield Line("value", f"- value {name}", str(value))
            case SetContact():
                for name in ("name", "email", "phone"):
                    if given := getattr(effect, name):
                        yield Line("contact", f"- contact {name}", given)
            case HandOff(reason=reason, team=team, fault=fault):
                yield Line("hand off", f"- hand off to {team}" if team else "- hand off", fault or reason)
            case Close(reason=reason):
                yield Line("close", "- close", reason)

    def _said(self, send: Send, found: AnyAnswer | None) -> Line:
        language = f" ({send.language})" if send.language != (self.language or send.language) else ""
        source = f" {_in_brackets(found)}" if isinstance(found, Found) else ""
        return Line("bot", f"bot{language}{source}", send.text)


_WRITTEN = ("look_up", "fetch", "open_hours")


def _answers(step: Step) -> Iterator[tuple[str, AnyAnswer]]:
    """What nodes asked (the query's kind) and heard."""
    asked = [visit.detail for visit in step.trace if visit.outcome == "ask"]
    answers = [event.answer for event in step.events if isinstance(event, Answered)]
    return zip(asked, answers, strict=False)


def _doers(step: Step) -> Callable[[AnyEffect], str]:
    """Says which node had an effect: who said it, who changed it, else who ran last."""
    last = step.trace[-1].node if step.trace else ""

    def changed(name: str) -> str:
        return next((visit.node for visit in step.trace if name in visit.changed), last)

    def doer(effect: AnyEffect) -> str:
        match effect:
            case Send(node=node):
                return node or last
            case SetLanguage():
                return changed("language")
            case SetCountry():
                return changed("country")
            case ChangeTags():
                return changed("tags")
            case SetValue(name=name):
                return changed(f"value.{name}")
            case SetContact():
                told = next(name for name in ("name", "email", "phone", "none") if getattr(effect, name, "none"))
                return changed(f"contact.{told}")
            case _:
                return last

    return doer


def _has_text(answer: AnyAnswer) -> bool:
    return isinstance(answer, Found) and bool(answer.text)


def _is_said(answer: AnyAnswer, send: Send) -> bool:
    return isinstance(answer, Found) and answer.text == send.text


def _unsaid(asked: str, answer: AnyAnswer) -> Line:
    if asked == "fetch":
        return Line("service", "service", service_text(answer))
    if asked == "open_hours":
        return Line("hours", "hours", hours_text(answer))
    if isinstance(answer, Found) and answer.text:
        return Line("knowledge", f"knowledge {_in_brackets(answer)}", answer.text)
    if isinstance(answer, Found):
        return Line("knowledge", "knowledge", f"unsure {answer.score:.2f} {_source(answer)}".rstrip())
    return Line("knowledge", "knowledge", failed_text(answer))


def service_text(answer: AnyAnswer) -> str:
    """A service's answer as a transcript has it."""
    if isinstance(answer, Fetched):
        values = f" {msgspec.json.encode(answer.values, order='sorted').decode()}" if answer.values else ""
        return f"{answer.status}{values}"
    return failed_text(answer)


def service_answer(text: str) -> AnyAnswer:
    """What a transcript says a service answers: a status with values as JSON, or that it failed."""
    status, _, values = text.partition(" ")
    if not (status.isdecimal() and len(status) == 3):
        return failed_answer(text)
    try:
        return msgspec.convert({"type": "fetched", "status": int(status), "values": _json(values)}, Fetched)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return Failed(reason=f"no answer of a service: {text[:200]}")


def _json(text: str) -> Any:
    return msgspec.json.decode(text) if text.strip() else {}


def _in_brackets(found: Found) -> str:
    return f"[{f'{found.score:.2f} {_source(found)}'.rstrip()}]"


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
    country = transcript.place("country").country
    by_ip = head.get("channel", "") in KNOWS_IP
    somewhere = SOMEWHERE if by_ip and head.get("country") else ""
    return Contact(
        name=head.get("name", ""),
        locale=head.get("locale", ""),
        country="" if by_ip else country,
        ip=head.get("ip", "") or somewhere,
        phone_country=transcript.place("phone_country").country,
        source=head.get("source", ""),
        timezone=head.get("timezone", ""),
    )


def _event(block: Block, event_id: str, at: datetime, session: Session, contact: Contact | None) -> AnyEvent:
    match block.kind:
        case "opens":
            return Opened(id=event_id, at=at, contact=contact)
        case "visitor" | "taps":
            return MessageReceived(
                id=event_id, at=at, text=block.text, choice=block.choice, contact=contact, attachments=block.files
            )
        case "skip":
            return TimerFired(id=event_id, at=at, wait=session.wait, contact=contact)
        case "joins":
            return AgentJoined(id=event_id, at=at, contact=contact)
        case "gives back":
            return AgentReturned(id=event_id, at=at, contact=contact)
        case "closes":
            return AgentResolved(id=event_id, at=at, contact=contact)
