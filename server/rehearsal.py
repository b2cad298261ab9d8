"""A conversation that does not happen: the same engine and knowledge, nothing written, sent or counted.

Time is virtual: it begins where the start says and moves by the inputs. Rehearsing the same inputs on the same flow
and knowledge gives the same steps.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec

from engine.effects import AnyEffect
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
from engine.queries import AnyAnswer, AnyQuery, Failed, Fetch, Locate, Place
from engine.session import Session
from engine.step import Step, Visit, begin, step
from flows.rehearsal import PACE, head_of, write
from server import geo
from server.errors import RefusedError
from server.rehearsal_input import Input
from server.rehearsal_start import Start

MOST_INPUTS = 300
"""So many inputs make a long conversation; more are refused."""

MOST_VISITS = 30_000
"""So many nodes may run in one rehearsal: many inputs on a flow that goes in circles would keep a thread busy."""

Ask = Callable[[AnyQuery], AnyAnswer]
Source = Literal["world", "example", "hand", "start"]


class Asked(msgspec.Struct, frozen=True):
    """What a node wanted to know and heard; ``source`` says from whom: the world (the knowledge base), the node's
    example, somebody's hand, or the rehearsal's start.
    """

    node: str
    query: AnyQuery
    answer: AnyAnswer
    source: Source


class RehearsedStep(msgspec.Struct, frozen=True):
    """What one event led to. ``input`` is the input's number from 0; ``events`` are the event and the answers to
    what nodes asked, ``asked`` with the questions; ``session`` is where the conversation stands afterwards.
    """

    input: int
    at: datetime
    event: AnyEvent
    events: tuple[AnyEvent, ...]
    effects: tuple[AnyEffect, ...]
    trace: tuple[Visit, ...]
    asked: tuple[Asked, ...]
    session: Session


class Rehearsed(msgspec.Struct, frozen=True):
    """A rehearsal: who wrote, the steps in order, the conversation's end state, what time it was after each input.

    ``transcript`` is all of it as people read and tests compare it (``flows.transcript``).
    """

    start: Start
    inputs: tuple[Input, ...]
    steps: tuple[RehearsedStep, ...]
    clock: tuple[datetime, ...]
    session: Session
    transcript: str

    def until(self, count: int) -> tuple[RehearsedStep, ...]:
        """The steps of the first ``count`` inputs."""
        return tuple(one for one in self.steps if one.input < count)

    def standing(self, count: int) -> tuple[str, str, bool]:
        """Where the conversation stands when the first ``count`` inputs have happened: at which node, for what it
        waits, and whether it is closed.
        """
        steps = self.until(count)
        if not steps:
            return "", "", False
        session = steps[-1].session
        return session.node, session.waiting.on if session.waiting else "", session.closed


def rehearse(
    flow: Flow[Any] | Plan,
    inputs: Iterable[Input],
    ask: Ask,
    start: Start | None = None,
    before: Rehearsed | None = None,
) -> Rehearsed:
    """Let `inputs` happen to a new conversation on the flow; `ask` answers what nodes want to know.

    `before` is a rehearsal of the same flow: what it has in common with this one is taken from it. Raises RefusedError
    `rehearsal_too_long`.
    """
    start = start or Start()
    rehearsal = Rehearsal(flow if isinstance(flow, Plan) else plan(flow), start, ask)
    inputs = tuple(inputs)
    kept = rehearsal.take_over(before, inputs) if before is not None else 0
    for given in inputs[kept:]:
        rehearsal.take(given)
    return Rehearsed(
        rehearsal.start,
        inputs,
        tuple(rehearsal.steps),
        tuple(rehearsal.clock),
        rehearsal.session,
        to_transcript(rehearsal.steps, rehearsal.start),
    )


def fitting(before: Rehearsed, after: Rehearsed, changed: int) -> int:
    """How many of ``after``'s inputs still mean what they meant in ``before``, where they differ in the one of number
    ``changed`` alone: up to the first that meets the conversation standing elsewhere.
    """
    for number in range(changed + 1, len(after.inputs)):
        if before.standing(number) != after.standing(number):
            return number
    return len(after.inputs)


def to_transcript(steps: Iterable[RehearsedStep], start: Start) -> str:
    """What happened, in the form that ``flows.rehearsal`` plays to the same end."""
    plain = [Step(one.session, one.effects, one.trace, None, one.events) for one in steps]
    head = head_of(
        plain,
        channel=start.channel,
        account=start.account,
        contact=start.contact,
        tags=start.tags,
        values=start.holds(),
    )
    return write(plain, head)


class Rehearsal:
    """A rehearsal under way: a session and its clock."""

    def __init__(self, plan: Plan, start: Start, ask: Ask) -> None:
        self.plan = plan
        self.now = (start.at or datetime.now(UTC)).astimezone(UTC)
        self.start = msgspec.structs.replace(start, at=self.now)
        self.steps: list[RehearsedStep] = []
        self.clock: list[datetime] = []
        session = begin(plan, "rehearsal", self.now, start.channel, start.account, start.contact)
        self.session = msgspec.structs.replace(session, tags=tuple(sorted(set(start.tags))), values=start.holds())
        self._ask = ask
        self._inputs: list[Input] = []
        self._visits = 0

    def take_over(self, before: Rehearsed, inputs: Sequence[Input]) -> int:
        """Begin with what both have in common, and say how many inputs that are."""
        if before.start != self.start:
            return 0
        pairs = zip(before.inputs, inputs, strict=False)
        common = next(
            (at for at, (one, other) in enumerate(pairs) if one != other), min(len(before.inputs), len(inputs))
        )
        self._inputs = list(inputs[:common])
        self.steps = list(before.until(common))
        self.clock = list(before.clock[:common])
        if self.steps:
            self.session = self.steps[-1].session
        if self.clock:
            self.now = self.clock[-1]
        self._visits = sum(len(one.trace) for one in self.steps)
        return common

    def take(self, given: Input) -> None:
        """Let one input happen, after the time limits that come before it."""
        self._inputs.append(given)
        self._take(len(self._inputs) - 1, given)
        self.clock.append(self.now)

    def _take(self, number: int, given: Input) -> None:
        if given.skip:
            limit = self.session.waiting and self.session.waiting.until
            if limit:
                self._pass_until(number, max(limit, self.now))
            return
        if given.seconds is not None:
            self._pass_until(number, self.now + timedelta(seconds=given.seconds))
            return
        self._pass_until(number, self.now + PACE if self.steps else self.now)
        self._happen(number, self._event(f"r{number}", given))

    def _event(self, name: str, given: Input) -> AnyEvent:
        # What the channel tells of the contact comes with the first word.
        contact: Contact | None = None if self.steps else self.start.tells()
        if given.open:
            return Opened(id=name, at=self.now, contact=contact)
        if given.agent == "joined":
            return AgentJoined(id=name, at=self.now, contact=contact)
        if given.agent == "returned":
            return AgentReturned(id=name, at=self.now, contact=contact)
        if given.agent == "resolved":
            return AgentResolved(id=name, at=self.now, contact=contact)
        choice = given.choose or ""
        return MessageReceived(
            id=name,
            at=self.now,
            contact=contact,
            text=self._label(choice) if choice else given.say or "",
            choice=choice,
            attachments=tuple(sent.attached() for sent in given.attachments),
        )

    def _pass_until(self, number: int, then: datetime) -> None:
        """Move the clock, stopping at each time limit on the way."""
        for fired in range(MOST_INPUTS):
            limit = self.session.waiting and self.session.waiting.until
            if not limit or limit > then:
                break
            self.now = max(limit, self.now)
            self._happen(number, TimerFired(id=f"r{number}t{fired}", at=self.now, wait=self.session.wait))
        self.now = max(then, self.now)

    def _happen(self, number: int, event: AnyEvent) -> None:
        """One event to the end, as ``engine.step.converse`` does it, keeping who asked what."""
        done = step(self.plan, self.session, event)
        events, effects, trace = [*done.events], [*done.effects], [*done.trace]
        asked: list[Asked] = []
        while (waiting := done.session.waiting) and done.query is not None:
            found = self._answered(number, trace[-1].node, done.query)
            asked.append(found)
            answer_id = f"{event.id}/{len(asked)}"
            answered = Answered(id=answer_id, at=event.at, query=waiting.query_id, answer=found.answer)
            done = step(self.plan, done.session, answered)
            events += done.events
            effects += done.effects
            trace += done.trace
        self._visits += len(trace)
        if self._visits > MOST_VISITS:
            raise RefusedError("rehearsal_too_long", where=f"inputs/{number}", most=MOST_VISITS)
        self.session = done.session
        self.steps.append(
            RehearsedStep(
                number, event.at, event, tuple(events), tuple(effects), tuple(trace), tuple(asked), done.session
            )
        )

    def _answered(self, number: int, node: str, query: AnyQuery) -> Asked:
        """What somebody says by hand, what the start tells, the asking node's example where it may not leave; else
        what the world says. No service of the shop's is ever asked.
        """
        by_hand = next((one for one in self._inputs[number].answers if one.suits(node, query)), None)
        if by_hand is not None:
            return Asked(node, query, by_hand.answer, "hand")
        if isinstance(query, Locate) and self.start.country and not self.start.ip:
            spoken = geo.territory_languages(self.start.country)
            return Asked(node, query, Place(country=self.start.country, languages=spoken), "start")
        if isinstance(query, Fetch):
            asking = self.plan.at(query.node)
            example = asking.rehearsed(query) if asking else None
            nobody = Failed(reason="a rehearsal asks no service, and the node has no example answer")
            return Asked(node, query, example or nobody, "example")
        return Asked(node, query, self._ask(query), "world")

    def _label(self, choice: str) -> str:
        """What the contact reads on the choice, as it was last offered."""
        for one in reversed(self.steps):
            for effect in reversed(one.effects):
                for offered in getattr(effect, "choices", ()):
                    if offered.id == choice:
                        return str(offered.label)
        return choice
