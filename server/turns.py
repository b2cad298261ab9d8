"""One conversation taken further: its waiting events in order, and what is to be written because of them.

Nothing here reads or writes the database: a claimed conversation goes in, a ``Turned`` comes out, and only its commit
under the lease makes it happen.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from engine.effects import HandOff, Send
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
from engine.graph import Plan
from engine.queries import AnyAnswer, AnyQuery
from engine.session import Session, Waiting
from engine.step import FAULT, Step, begin, converse
from engine.text import APOLOGIES, in_language
from server.claims import CHANGING, Claimed, Told, Turned
from server.contacts import Personal, differ, plain
from server.happenings import (
    FROM_CONTACT,
    AgentSaid,
    Assigned,
    Happening,
    NoteTaken,
    Noticed,
    Snoozed,
    SnoozeOver,
)
from server.ids import new_id
from server.lanes import lane
from server.metrics import Watch
from server.plans import Plans

MOST_TRIES = 3
"""A turn that failed so often ends at a person."""

BACKOFF = (timedelta(seconds=1), timedelta(seconds=5))

SPREAD = 1000
"""Positions that an event's messages may take; more than the engine lets one event say."""

LONGEST_REASON = 500
"""Characters of a handoff's reason: it may quote what the contact wrote, and every line of the inbox carries it."""

WITH_PERSON = ("queued", "open", "snoozed")
"""Statuses in which a person has the conversation, or is waited for."""

NO_FLOW = "No flow takes this conversation"

log = logging.getLogger("parley.turns")

_session = msgspec.json.Decoder(Session)
_contact = msgspec.json.Decoder(Contact)
_encode = msgspec.json.encode

Answer = Callable[[AnyQuery], AnyAnswer | None]


def take(claimed: Claimed, plans: Plans, answer: Answer, personal: Personal, now: datetime) -> Turned:
    """Handle a conversation's waiting events. An event that cannot be handled is tried again later, after
    ``MOST_TRIES`` times a person gets the conversation; what came before it counts.
    """
    handling = _Handling(claimed, plans, answer, personal)
    waiting = claimed.events
    while waiting:
        left = handling.pass_over(waiting, now)
        # What had to wait for an answer may go on once the answer was among the events.
        waiting = left if len(left) < len(waiting) and handling.turned.again is None else []
    return handling.finished(now)


def unwritten(claimed: Claimed, why: Exception, personal: Personal, now: datetime) -> Turned:
    """What to write instead when what came of a conversation cannot be written: a try more, at last a person."""
    handling = _Handling(claimed, None, lambda query: None, personal)
    if claimed.row["tries"] + 1 < MOST_TRIES or not claimed.events:
        handling.try_again(now)
    else:
        row_id, event = claimed.events[0]
        handling.cause = row_id
        handling.give_up(event, why)
        handling.turned.failed.append(row_id)
    return handling.finished(now)


class _Handling:
    """A conversation in hand. An event is handled whole or not at all: ``handle`` raises before it changes anything."""

    def __init__(self, claimed: Claimed, plans: Plans | None, answer: Answer, personal: Personal) -> None:
        row = self.row = dict(claimed.row)
        self.plans = plans
        self.answer = answer
        self.session, self.unreadable = _read(row["session"])
        self.asked = self._query()
        self.ran: tuple[str, int] = (row["flow"], row["revision"])
        self.personal = personal
        self.known = self._known(claimed)
        self.contact = self.known
        self.turned = Turned(conversation=row["id"], fence=row["fence"], changes={})
        self.cause = ""

    @property
    def status(self) -> str:
        return str(self.row["status"])

    @property
    def asks(self) -> bool:
        """Whether a query stands whose answer comes later."""
        return bool(self._query())

    def _known(self, claimed: Claimed) -> Contact:
        """What is known of the contact: what the session holds, before it begins what was kept of earlier ones."""
        if self.session is not None:
            return self.session.contact
        return self.personal.whole(self.row["contact"], _contact.decode(claimed.facts), claimed.personal)

    def _query(self) -> str:
        waiting = self.session.waiting if self.session else None
        return waiting.query_id if waiting is not None and waiting.on == "answer" else ""

    def must_wait(self, event: Happening) -> bool:
        """Whether the event has to be left: the contact's in a resolved conversation (they begin a new one), and
        while a query stands.
        """
        return isinstance(event, FROM_CONTACT) and (self.asks or self.status == "resolved")

    def pass_over(self, events: list[tuple[str, Happening]], now: datetime) -> list[tuple[str, Happening]]:
        """Handle these events in their order; returns those that must wait."""
        left: list[tuple[str, Happening]] = []
        for position, (row_id, event) in enumerate(events):
            if self.must_wait(event) or (left and isinstance(event, FROM_CONTACT)):
                left.append((row_id, event))
                continue
            self.cause = row_id
            try:
                self.handle(event)
            except Exception as why:  # whatever it is, the conversation must go on, if only to a person
                log.exception("Event %s of conversation %s failed", event.id, self.row["id"])
                if self.row["tries"] + 1 < MOST_TRIES:
                    self.try_again(now)
                    return [*left, *events[position:]]
                self.give_up(event, why)
                self.turned.failed.append(row_id)
            else:
                self.turned.done.append(row_id)
                self.row["tries"] = 0
        return left

    def handle(self, event: Happening) -> None:
        """Handle one event."""
        match event:
            case NoteTaken(agent=agent, text=text, key=key):
                self._message(event, 0, key, "note", "agent", text, person=agent)
            case AgentSaid(agent=agent, text=text, key=key):
                self._message(event, 0, key, "out", "agent", text, person=agent, language=self.row["language"])
                self._last(text, "agent", event.at)
            case Assigned(to=to):
                self.row["assigned"] = to
            case Snoozed(until=until):
                if self.status in WITH_PERSON:
                    self.row |= {"status": "snoozed", "snoozed_until": until, "waiting_since": None}
            case SnoozeOver(until=until):
                # Put off again, it is another time that counts.
                if until == self.row["snoozed_until"]:
                    self._unsnooze(event.at)
            case Noticed(kind=kind, text=text):
                self._message(event, 0, f"in:{event.id}", "note", "channel", text, kind=kind)
            case _:
                self._engine_event(event)

    def try_again(self, now: datetime) -> None:
        """Leave the event for later."""
        self.turned.again = now + BACKOFF[min(self.row["tries"], len(BACKOFF) - 1)]
        self.row["tries"] += 1

    def give_up(self, event: Happening, why: Exception) -> None:
        """Apologise, and have a person take it."""
        if isinstance(event, MessageReceived):
            self._received(event)
        apology = in_language(APOLOGIES, self.row["language"], "en")
        self._message(event, 1, f"{event.id}:fault", "out", "flow", apology, language=self.row["language"])
        self._last(apology, "flow", event.at)
        fault = _one_line(f"event {event.id} failed {MOST_TRIES} times: {type(why).__name__}: {why}", LONGEST_REASON)
        self._queue(FAULT, event.at, fault=fault)
        if self.session is not None:
            self.session = msgspec.structs.replace(
                self.session, waiting=Waiting("agent"), node="", wait=self.session.wait + 1
            )
            self.row["session"] = _encode(self.session).decode()
        elif self.unreadable:
            self.unreadable = self.row["session"] = ""
        self.row["tries"] = 0

    def finished(self, now: datetime) -> Turned:
        """All that is to be written."""
        row, turned = self.row, self.turned
        session = self.session
        if session is not None:
            row |= {
                "flow": session.flow,
                "revision": session.revision,
                "language": session.language,
                "country": session.contact.country[:2],
                "tags": _encode(session.tags).decode(),
            }
            if session.waiting is not None and session.waiting.until is not None and not session.closed:
                turned.timers.append(("wait", session.wait, session.waiting.until))
        if self.status != "snoozed":
            row["snoozed_until"] = None
        elif row["snoozed_until"] is not None:
            turned.timers.append(("snooze", 0, row["snoozed_until"]))
        if self._query() != self.asked:
            query = session.waiting.query if session is not None and session.waiting is not None else None
            turned.asking = (now, lane(query)) if self.asks and query is not None else (None, "")
        turned.held = self.asks
        turned.changes = {name: row[name] for name in CHANGING}
        facts, sealed = plain(self.contact), differ(self.contact, self.known)
        if sealed or facts != plain(self.known):
            turned.contact = Told(
                contact=row["contact"],
                name=facts.name[:200],
                facts=_encode(facts).decode(),
                personal=self.personal.sealed(row["contact"], self.contact) if sealed else None,
            )
        return turned

    def _engine_event(self, event: AnyEvent) -> None:
        if self.unreadable:
            raise ValueError(self.unreadable)
        if self.session is None and (self.status in WITH_PERSON or not isinstance(event, FROM_CONTACT)):
            self._without_flow(event)
            return
        begun = time.perf_counter_ns()
        plan = self._plan(event)
        if plan is None:
            self._without_flow(event)
            return
        session = self.session or self._begun(plan, event.at)
        if not session.key:  # begun before contacts had one
            session = msgspec.structs.replace(session, key=self.row["contact"])
        self.ran = (session.flow, session.revision)
        step = converse(plan, session, event, self.answer, Watch())
        self._take(event, step, (time.perf_counter_ns() - begun) // 1000)

    def _begun(self, plan: Plan, at: datetime) -> Session:
        row = self.row
        session = begin(plan, row["id"], at, row["channel"], row["account"], key=row["contact"])
        return msgspec.structs.replace(session, contact=self.contact)

    def _plan(self, event: AnyEvent) -> Plan | None:
        if self.plans is None:
            raise LookupError("there are no plans")
        if self.session is not None:
            return self.plans.plan(self.session.flow, self.session.revision)
        # What the first event tells is what the flows' triggers may ask about.
        told = Session(
            flow="",
            revision=0,
            conversation=self.row["id"],
            channel=self.row["channel"],
            account=self.row["account"],
            contact=self.contact.told(event.contact),
            last_text=event.text if isinstance(event, MessageReceived) else "",
            messages=int(isinstance(event, MessageReceived)),
            started=event.at,
        )
        return self.plans.choose(told, event.at)

    def _without_flow(self, event: AnyEvent) -> None:
        """What an event means where no flow runs."""
        self.contact = self.contact.told(event.contact)
        self.row["country"] = self.contact.country[:2]
        match event:
            case MessageReceived():
                self._received(event)
                if self.status == "bot":
                    self._queue(NO_FLOW, event.at)
            case AgentJoined(agent=agent):
                self._join(agent)
            case AgentReturned():
                self._leave()
            case AgentResolved():
                self._resolve(event.at)
            case Opened() | Answered() | TimerFired():
                pass

    def _take(self, event: AnyEvent, step: Step, microseconds: int) -> None:
        """The step's session, and its effects in their order."""
        # First what can fail: a node of any origin may keep what is no JSON.
        written, trace = _encode(step.session).decode(), _encode(step.trace).decode()
        self.row["session"] = written
        self.session = step.session
        self.contact = step.session.contact
        if isinstance(event, MessageReceived):
            self._received(event)
        number = 0
        handoff = None
        for effect in step.effects:
            match effect:
                case Send():
                    number += 1
                    self._said(event, number, effect)
                case HandOff():
                    handoff = effect
        self._stand(event, handoff)
        self.turned.turns.append(
            {
                "conversation": self.row["id"],
                "seq": int(event.id),
                "flow": step.session.flow,
                "revision": step.session.revision,
                "at": event.at,
                "answers": _encode(step.events[1:]).decode() if len(step.events) > 1 else "",
                "trace": trace,
                "microseconds": microseconds,
            }
        )

    def _stand(self, event: AnyEvent, handoff: HandOff | None) -> None:
        """The status that follows from where the session stands now."""
        session = self.session
        if session is None or session.closed:
            self._resolve(event.at)
        elif not session.with_person:
            self._leave()
        elif isinstance(event, AgentJoined):
            self._join(event.agent)
        elif handoff is not None:
            self._queue(handoff.reason, event.at, handoff.team, handoff.fault)

    def _queue(self, reason: str, at: datetime, team: str = "", fault: str = "") -> None:
        if fault:
            flow, revision = self.ran
            told = {"flow": flow, "revision": revision, "reason": fault, "at": at}
            self.turned.faults.append({"id": new_id(), "conversation": self.row["id"], **told})
        self.row |= {
            "status": "queued",
            "reason": _one_line(reason, LONGEST_REASON),
            "team": team[:80],
            "fault": fault,
            "waiting_since": at,
            "assigned": "",
        }

    def _join(self, agent: str) -> None:
        if self.status != "resolved":
            self.row |= {"status": "open", "assigned": agent, "waiting_since": None}

    def _unsnooze(self, at: datetime) -> None:
        if self.status == "snoozed":
            waits = {"status": "open"} if self.row["assigned"] else {"status": "queued", "waiting_since": at}
            self.row |= {**waits, "snoozed_until": None}

    def _leave(self) -> None:
        if self.status in WITH_PERSON:
            self.row |= {"status": "bot", "assigned": "", "waiting_since": None}

    def _resolve(self, at: datetime) -> None:
        if self.status != "resolved":
            self.row |= {"status": "resolved", "closed_at": at, "waiting_since": None}

    def _received(self, event: MessageReceived) -> None:
        attachments = _encode(event.attachments).decode() if event.attachments else ""
        self._message(event, 0, f"in:{event.id}", "in", "contact", event.text, attachments=attachments)
        self._last(event.text or " ".join(file.name for file in event.attachments), "contact", event.at)
        self.turned.unread += 1
        self._unsnooze(event.at)

    def _said(self, event: AnyEvent, number: int, effect: Send) -> None:
        self._message(
            event,
            number,
            effect.id,
            "out",
            "flow",
            effect.text,
            node=effect.node,
            language=effect.language,
            choices=_encode(effect.choices).decode() if effect.choices else "",
            citation=_encode(effect.citation).decode() if effect.citation else "",
        )
        self._last(effect.text, "flow", event.at)

    def _message(
        self, event: Happening, number: int, key: str, direction: str, author: str, text: str, **more: Any
    ) -> None:
        """A message at the event's place; one that goes out is in the outbox, too."""
        out = direction == "out"
        row = {
            "id": new_id(),
            "conversation": self.row["id"],
            "position": int(event.id) * SPREAD + number,
            "key": key,
            "direction": direction,
            "author": author,
            "text": text,
            "at": event.at,
            "delivery": "waiting" if out else "received",
            "person": "",
            "kind": "text",
            "node": "",
            "language": "",
            "choices": "",
            "citation": "",
            "attachments": "",
            **more,
        }
        self.turned.messages.append(row)
        if out:
            taken = {name: row[name] for name in ("conversation", "position", "key")}
            self.turned.outbox.append(
                {
                    **taken,
                    "message": row["id"],
                    "account": self.row["account"],
                    "cause": self.cause,
                    "created": event.at,
                }
            )

    def _last(self, text: str, author: str, at: datetime) -> None:
        self.row |= {"last_text": _one_line(text, 200), "last_author": author, "last_at": at}


def _one_line(text: str, longest: int) -> str:
    return " ".join(text[: 4 * longest].split())[:longest]


def _read(session: str) -> tuple[Session | None, str]:
    """The session, and why it cannot be read."""
    try:
        return (_session.decode(session) if session else None), ""
    except msgspec.DecodeError as fault:
        return None, f"the session cannot be read: {fault}"
