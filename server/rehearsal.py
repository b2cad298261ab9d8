"""A conversation that does not happen: the same engine and knowledge, nothing written, sent or counted.

Time is virtual: it begins where the start says and moves by the inputs. Rehearsing the same inputs on the same flow
and knowledge gives the same steps.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec

from engine.effects import AnyEffect
from engine.events import (
    AgentJoined,
    AgentResolved,
    AgentReturned,
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
from engine.step import Step, Visit, begin, converse
from flows.rehearsal import write
from server import geo

MOST_INPUTS = 300
"""So many inputs make a long conversation; more are refused."""

_PACE = timedelta(seconds=5)
# Stands for "some address in the chosen country"; reserved for documentation (RFC 5737), so it is nobody's.
_SOMEWHERE = "192.0.2.1"
_KNOWS_IP = frozenset({"webwidget", "api"})
_KNOWS_PHONE = frozenset({"whatsapp"})

Ask = Callable[[AnyQuery], AnyAnswer]


class Start(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is writing, where and when.

    ``country`` (ISO 3166-1 alpha-2) is told the way the channel would tell it: by an address, a phone's prefix or the
    profile. ``ip`` says it more exactly. ``locale`` is a BCP 47 tag, ``at`` an aware time, now if left out.
    """

    channel: Annotated[str, msgspec.Meta(max_length=40, examples=["webwidget"])] = "webwidget"
    account: Annotated[str, msgspec.Meta(max_length=64)] = ""
    country: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2})?$", examples=["BR"])] = ""
    ip: Annotated[str, msgspec.Meta(max_length=45)] = ""
    locale: Annotated[str, msgspec.Meta(max_length=35, examples=["pt-BR"])] = ""
    name: Annotated[str, msgspec.Meta(max_length=80)] = ""
    source: Annotated[str, msgspec.Meta(max_length=40)] = ""
    timezone: Annotated[str, msgspec.Meta(max_length=64)] = ""
    at: datetime | None = None

    def contact(self) -> Contact:
        """What the chosen channel would tell of this person."""
        by_ip = self.channel in _KNOWS_IP
        by_phone = self.channel in _KNOWS_PHONE
        return Contact(
            name=self.name,
            locale=self.locale,
            ip=(self.ip or (_SOMEWHERE if self.country else "")) if by_ip else "",
            phone_country=self.country if by_phone else "",
            country="" if by_ip or by_phone else self.country,
            source=self.source,
            timezone=self.timezone,
        )


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that happens; exactly one field is given.

    ``say`` a text, ``choose`` the choice with this id, ``open`` the conversation without a word, ``skip`` to the time
    limit that stands, let ``seconds`` pass, or what an ``agent`` does.
    """

    say: Annotated[str, msgspec.Meta(max_length=10_000)] | None = None
    choose: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    open: bool = False
    skip: bool = False
    seconds: Annotated[float, msgspec.Meta(gt=0, le=366 * 86400)] | None = None
    agent: Literal["joined", "returned", "resolved"] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError unless exactly one thing happens."""
        given = sum(getattr(self, name) not in (None, False) for name in self.__struct_fields__)
        if given != 1:
            raise ValueError("each input says exactly one of say, choose, open, skip, seconds and agent")


class RehearsedStep(msgspec.Struct, frozen=True):
    """What one event led to. ``input`` is the input's number from 0; ``events`` are the event and the answers to
    what nodes asked; ``session`` is where the conversation stands afterwards.
    """

    input: int
    at: datetime
    event: AnyEvent
    events: tuple[AnyEvent, ...]
    effects: tuple[AnyEffect, ...]
    trace: tuple[Visit, ...]
    session: Session


class Rehearsed(msgspec.Struct, frozen=True):
    """A rehearsal: its steps in order, the conversation's end state, and all of it as people read and tests compare it
    (``flows.transcript``).
    """

    steps: tuple[RehearsedStep, ...]
    session: Session
    transcript: str


def rehearse(flow: Flow[Any], inputs: Iterable[Input], ask: Ask, start: Start | None = None) -> Rehearsed:
    """Let `inputs` happen to a new conversation on the flow; `ask` answers what nodes want to know."""
    start = start or Start()
    rehearsal = Rehearsal(plan(flow), start, ask)
    for number, given in enumerate(inputs):
        rehearsal.take(number, given)
    return Rehearsed(tuple(rehearsal.steps), rehearsal.session, to_transcript(rehearsal.steps, rehearsal.start))


def to_transcript(steps: Iterable[RehearsedStep], start: Start) -> str:
    """What happened, in the form that ``flows.rehearsal`` plays."""
    head = {name: getattr(start, name) for name in ("channel", "account", "name", "ip", "locale", "source")}
    if start.country:
        spoken = ", ".join(geo.territory_languages(start.country))
        head["phone_country" if start.channel in _KNOWS_PHONE else "country"] = f"{start.country} ({spoken})"
    if start.at:
        head["at"] = start.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    return write((Step(one.session, one.effects, one.trace, None, one.events) for one in steps), head)


class Rehearsal:
    """A rehearsal under way: a session and its clock."""

    def __init__(self, plan: Plan, start: Start, ask: Ask) -> None:
        self.plan = plan
        self.start = start
        self.now = (start.at or datetime.now(UTC)).astimezone(UTC)
        self.steps: list[RehearsedStep] = []
        self.session = begin(plan, "rehearsal", self.now, start.channel, start.account)
        self._ask = _examples(plan, _knowing_country(start, ask))
        self._first = True

    def take(self, number: int, given: Input) -> None:
        """Let one input happen, after the time limits that come before it."""
        if given.skip:
            limit = self.session.waiting and self.session.waiting.until
            if limit:
                self._pass_until(number, max(limit, self.now))
            return
        if given.seconds is not None:
            self._pass_until(number, self.now + timedelta(seconds=given.seconds))
            return
        self._pass_until(number, self.now + _PACE if self.steps else self.now)
        name, contact = f"r{number}", None
        if self._first:
            contact, self._first = self.start.contact(), False
        event: AnyEvent
        if given.open:
            event = Opened(id=name, at=self.now, contact=contact)
        elif given.agent == "joined":
            event = AgentJoined(id=name, at=self.now, contact=contact)
        elif given.agent == "returned":
            event = AgentReturned(id=name, at=self.now, contact=contact)
        elif given.agent == "resolved":
            event = AgentResolved(id=name, at=self.now, contact=contact)
        else:
            text, choice = given.say or "", given.choose or ""
            event = MessageReceived(
                id=name, at=self.now, contact=contact, text=text or self._label(choice), choice=choice
            )
        self._happen(number, event)

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
        done = converse(self.plan, self.session, event, self._ask)
        self.session = done.session
        self.steps.append(RehearsedStep(number, event.at, event, done.events, done.effects, done.trace, done.session))

    def _label(self, choice: str) -> str:
        """What the contact reads on the choice, as it was last offered."""
        for step in reversed(self.steps):
            for effect in reversed(step.effects):
                for offered in getattr(effect, "choices", ()):
                    if offered.id == choice:
                        return str(offered.label)
        return choice


def _examples(plan: Plan, ask: Ask) -> Ask:
    """Answer what must not leave from the example of the node that asks; no service of the shop's is ever asked."""

    def answered(query: AnyQuery) -> AnyAnswer:
        if not isinstance(query, Fetch):
            return ask(query)
        asking = plan.steps.get(query.node)
        example = asking.node.rehearsed(query) if asking else None
        return example or Failed(reason="a rehearsal asks no service, and the node has no example answer")

    return answered


def _knowing_country(start: Start, ask: Ask) -> Ask:
    """Answer where the contact is from the chosen country."""

    def answered(query: AnyQuery) -> AnyAnswer:
        if isinstance(query, Locate) and start.country and not start.ip:
            return Place(country=start.country, languages=geo.territory_languages(start.country))
        return ask(query)

    return answered
