"""The transition: (plan, session, event) -> (session, effects, trace). It performs nothing.

``step`` follows the graph until a node waits, asks or the flow ends. ``converse`` goes on while questions stand that
its caller can answer at once. ``replay`` folds recorded events, answers included.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import msgspec

from engine.effects import AnyEffect, Close, HandOff, Send, SetValue, Value
from engine.events import (
    AgentJoined,
    AgentResolved,
    AgentReturned,
    Answered,
    AnyEvent,
    MessageReceived,
    Opened,
    TimerFired,
)
from engine.flow import Node
from engine.graph import Plan
from engine.queries import AnyAnswer, AnyQuery
from engine.rules import Facts
from engine.session import Frame, Session, Waiting, changed_by, outermost
from engine.text import fill, in_language, with_texts
from engine.turn import Ask, Call, End, Go, Outcome, Turn, Wait

MOST_VISITS = 100
"""So many nodes may run on one event, the answers to its queries included; a flow that wants more goes in a circle and
ends at a person."""

DEEPEST = 5
"""So many flows may have called one another and wait."""

FAULT = "The flow had a fault"
"""The reason of a handoff for which no node has asked."""

Watch = Callable[[str], None] | None
"""Hears the type of each node that has run: who has a clock may time them, the engine has none."""

_replace = msgspec.structs.replace


class Visit(msgspec.Struct, frozen=True, omit_defaults=True):
    """One run of a node, as the trace keeps it.

    ``node`` is its id, within sub-flows with those of the callers before it (``returns/ask``). ``outcome`` is go, wait,
    ask, call, end, fault, interrupt or limit; ``detail`` is the port, what is waited for, the query's kind or the flow
    called; ``changed`` holds values, tags, language and country that differ afterwards; ``why`` is what the node
    says about its decision (JSON).
    """

    node: str
    outcome: str
    detail: str = ""
    reply: str = ""
    changed: dict[str, Any] = {}
    why: Any = None


class Step(msgspec.Struct, frozen=True):
    """What one event led to. ``query`` stands when a node asked something: the session waits for its answer."""

    session: Session
    effects: tuple[AnyEffect, ...] = ()
    trace: tuple[Visit, ...] = ()
    query: AnyQuery | None = None
    events: tuple[AnyEvent, ...] = ()


def begin(plan: Plan, conversation: str, at: datetime, channel: str = "", account: str = "", key: str = "") -> Session:
    """A session that has not yet met its first event; ``key`` is the contact's."""
    return Session(
        flow=plan.flow,
        revision=plan.revision,
        conversation=conversation,
        channel=channel,
        account=account,
        started=at,
        key=key,
    )


def step(plan: Plan, session: Session, event: AnyEvent, watch: Watch = None) -> Step:
    """Take the conversation one event further.

    An event that means nothing where the session stands (a late timer, an answer to another question, anything after
    the end) leaves it as it is.
    """
    session = _noted(session, event)
    if session.closed:
        return Step(session, events=(event,))
    waiting = session.waiting
    match event:
        case AgentJoined():
            return Step(_joined(session), events=(event,))
        case AgentResolved():
            session = _closed(session)
            return Step(session, (Close(reason="agent"),), events=(event,))
        case TimerFired(wait=wait):
            if waiting is None or waiting.until is None or wait != session.wait:
                return Step(session, events=(event,))
            if not session.node:
                return Step(_replace(session, waiting=_replace(waiting, until=None)), events=(event,))
            return _Run(plan, session, event, watch).go(session.node, event)
        case AgentReturned():
            if not session.with_person:
                return Step(session, events=(event,))
            if not session.node:
                return Step(_replace(session, waiting=Waiting("nothing"), wait=session.wait + 1), events=(event,))
            # A node that never asked for a person begins anew: it says again what it waits for.
            return _Run(plan, session, event, watch).go(session.node, None if waiting and waiting.taken else event)
        case Answered(query=query):
            if waiting is None or waiting.on != "answer" or waiting.query_id != query:
                return Step(session, events=(event,))
            return _Run(plan, session, event, watch, waiting.visits).go(session.node, event)
        case Opened():
            if waiting is not None:
                return Step(session, events=(event,))
            return _Run(plan, session, event, watch).go(plan.start, None)
        case MessageReceived():
            return _message(plan, session, event, watch)


def _message(plan: Plan, session: Session, event: MessageReceived, watch: Watch) -> Step:
    waiting = session.waiting
    if waiting is None:
        return _Run(plan, session, event, watch).go(plan.start, None)
    if waiting.on in ("agent", "answer"):
        return Step(session, events=(event,))
    outside = outermost(session)
    facts = Facts(outside, event.at, plan.timezone)
    for interrupt in plan.interrupts:
        if interrupt.test(facts):
            run = _Run(plan, outside, event, watch)
            run.trace.append(Visit(session.node, "interrupt", interrupt.id))
            return run.go(interrupt.to, None)
    if waiting.on == "nothing":
        return _Run(plan, session, event, watch).go(plan.start, None)
    return _Run(plan, session, event, watch).go(session.node, event)


def converse(
    plan: Plan,
    session: Session,
    event: AnyEvent,
    answer: Callable[[AnyQuery], AnyAnswer | None],
    watch: Watch = None,
) -> Step:
    """Handle an event to the end, asking ``answer`` for what nodes must know; None: it comes as a later event.

    ``events`` of the result are the event and the answers it led to, as ``replay`` wants them.
    """
    done = step(plan, session, event, watch)
    number = 0
    while (waiting := done.session.waiting) and done.query and (found := answer(done.query)) is not None:
        number += 1
        more = step(
            plan,
            done.session,
            Answered(id=f"{event.id}/{number}", at=event.at, query=waiting.query_id, answer=found),
            watch,
        )
        done = _then(done, more)
    return done


def replay(plan: Plan, session: Session, events: Iterable[AnyEvent]) -> Step:
    """Fold ``step`` over recorded events. On the same plan it gives the same effects as the live run did."""
    done = Step(session)
    for event in events:
        more = step(plan, done.session, event)
        done = _then(done, more)
    return done


def _then(before: Step, after: Step) -> Step:
    """Two steps of a conversation as one."""
    return Step(
        after.session,
        before.effects + after.effects,
        before.trace + after.trace,
        after.query,
        before.events + after.events,
    )


def _noted(session: Session, event: AnyEvent) -> Session:
    """The session with what the event itself tells."""
    changes: dict[str, Any] = {}
    if event.contact is not None:
        changes["contact"] = session.contact.told(event.contact)
    if isinstance(event, MessageReceived):
        changes["last_text"] = event.text
        changes["messages"] = session.messages + 1
    return _replace(session, **changes) if changes else session


def _closed(session: Session) -> Session:
    return _replace(outermost(session), closed=True, waiting=None, node="", wait=session.wait + 1)


def _joined(session: Session) -> Session:
    """A person has it: whatever the flow waited for, it is silent now and no time limit runs."""
    taken = not session.with_person or (session.waiting is not None and session.waiting.taken)
    return _replace(session, waiting=Waiting("agent", taken=taken), wait=session.wait + 1)


class _Run:
    """One event's way through the graph."""

    def __init__(
        self,
        plan: Plan,
        session: Session,
        event: AnyEvent,
        watch: Watch,
        visits: int = 0,
    ) -> None:
        self.watch = watch
        self.visits = visits
        self.plan = _within(plan, session.frames)
        self.prefix = _prefix(session.frames)
        self.outer = plan
        self.session = session
        self.event = event
        self.effects: list[AnyEffect] = []
        self.trace: list[Visit] = []

    def go(self, at: str, reply: AnyEvent | None) -> Step:
        """Run nodes from the one at the path ``at`` on until one of them waits, asks or ends."""
        node_id = at.removeprefix(self.prefix)
        for visit in range(self.visits, MOST_VISITS):
            if node_id not in self.plan.steps:
                if self.trace:
                    return self._rest()
                return self._to_person(node_id, "fault", f"the flow has no node {node_id!r} to go on at")
            before = self.session
            try:
                outcome = self._outcome(node_id, reply)
            except Exception as fault:  # a node of any origin may fail in any way, and the contact must reach a person
                return self._to_person(node_id, "fault", f"{type(fault).__name__}: {fault}")
            self._take(node_id, outcome)
            if self.watch is not None:
                self.watch(_name(self.plan.steps[node_id].node))
            match outcome:
                case Go(port=port):
                    self._visited(node_id, "go", port, reply, before, outcome.why)
                    node_id, reply = self.plan.steps[node_id].next.get(port, "") or self._up(), None
                    if not node_id:
                        return self._rest()
                case Wait(on=on, until=until):
                    self._visited(node_id, "wait", on, reply, before, outcome.why)
                    return self._stand(node_id, Waiting(on, until))
                case Ask(query=query):
                    self._visited(node_id, "ask", _name(query), reply, before, outcome.why)
                    query_id = f"{self.event.id}:{self.prefix}{node_id}:{self.session.wait + 1}"
                    return self._stand(node_id, Waiting("answer", None, query, query_id, visits=visit + 1), query)
                case Call():
                    if lacking := self._lacking(outcome):
                        self._visited(node_id, "go", "failed", reply, before, {"failed": lacking})
                        failed = self.plan.steps[node_id].next.get("failed", "")
                        if not failed:
                            return self._to_person(node_id, "fault", lacking)
                        node_id, reply = failed, None
                    else:
                        self._visited(node_id, "call", outcome.flow, reply, before, outcome.why)
                        node_id, reply = self._call(node_id, outcome), None
                case End():
                    self._visited(node_id, "end", "", reply, before, outcome.why)
                    self.session = _closed(self.session)
                    return self._step(None)
        return self._to_person(node_id, "limit", f"more than {MOST_VISITS} nodes ran without waiting")

    def _up(self) -> str:
        """Where a sub-flow's way that has come to its end goes on: where it was called. '' is the end of all."""
        target = ""
        while not target and self.session.frames:
            caller = self._return()
            target = self.plan.steps[caller].next.get("done", "")
        return target

    def _lacking(self, call: Call) -> str:
        """Why the flow that is called cannot run, '' where it can."""
        inner = self.plan.inner.get(call.flow)
        if inner is None or inner.start not in inner.steps:
            return f"there is no flow {call.flow!r} to run"
        if len(self.session.frames) >= DEEPEST:
            return f"more than {DEEPEST} flows have called one another"
        return ""

    def _call(self, node_id: str, call: Call) -> str:
        """Go into a sub-flow. Returns where it begins."""
        frame = Frame(self.prefix + node_id, call.flow, self.session.values, call.outputs)
        values: dict[str, Value] = {name: value for name, value in call.values.items() if value is not None}
        self._stand_in(self.plan.inner[call.flow], (*self.session.frames, frame), values)
        return self.plan.start

    def _return(self) -> str:
        """Go back to the flow that called. Returns the node it was."""
        *frames, frame = self.session.frames
        given = {ours: self.session.values.get(theirs) for ours, theirs in frame.outputs.items()}
        memory = {node: kept for node, kept in self.session.memory.items() if not node.startswith(self.prefix)}
        self.session = _replace(self.session, memory=memory)
        self._stand_in(_within(self.outer, tuple(frames)), tuple(frames), frame.values)
        before = self.session
        node_id = frame.node.removeprefix(self.prefix)
        for name, value in given.items():
            self._add(node_id, SetValue(name=name, value=value))
        why = {"returned": given} if given else None
        self.trace.append(Visit(frame.node, "go", "done", "returned", _changed(before, self.session), why))
        return node_id

    def _stand_in(self, plan: Plan, frames: tuple[Frame, ...], values: dict[str, Value]) -> None:
        self.plan = plan
        self.prefix = _prefix(frames)
        self.session = _replace(self.session, frames=frames, values=values)

    def _outcome(self, node_id: str, reply: AnyEvent | None) -> Outcome:
        session = self.session
        facts = Facts(session, self.event.at, self.plan.timezone)
        path = self.prefix + node_id
        turn = Turn(
            node=path,
            event=self.event,
            reply=reply,
            session=session,
            memory=session.memory.get(path),
            facts=facts,
            languages=self.plan.languages,
            versions=self.plan.steps[node_id].versions,
        )
        node = self.plan.node(node_id, session.language)
        if self.plan.steps[node_id].fills:
            node = with_texts(node, lambda _, text: fill(text, facts))
        return node.run(turn)

    def _take(self, node_id: str, outcome: Outcome) -> None:
        effects = outcome.effects
        if isinstance(outcome, Go) and outcome.values:
            effects += tuple(SetValue(name=name, value=value) for name, value in outcome.values.items())
        for effect in effects:
            self._add(node_id, effect)
        if not isinstance(outcome, End):
            memory = self.session.memory
            path = self.prefix + node_id
            if outcome.memory is not None:
                self.session = _replace(self.session, memory={**memory, path: outcome.memory})
            elif path in memory:
                kept = {key: value for key, value in memory.items() if key != path}
                self.session = _replace(self.session, memory=kept)

    def _add(self, node_id: str, effect: AnyEffect) -> None:
        if isinstance(effect, Send):
            effect = _replace(
                effect,
                id=f"{self.event.id}:{len(self.effects)}",
                node=self.prefix + node_id,
                language=effect.language or self.session.language or self.plan.language,
            )
        self.effects.append(effect)
        self.session = changed_by(self.session, effect)

    def _stand(self, node_id: str, waiting: Waiting, query: AnyQuery | None = None) -> Step:
        path = self.prefix + node_id if node_id else ""
        self.session = _replace(self.session, node=path, waiting=waiting, wait=self.session.wait + 1)
        return self._step(query)

    def _rest(self) -> Step:
        """The port leads nowhere: the flow rests, the contact's next message starts it again."""
        return self._stand("", Waiting("nothing"))

    def _to_person(self, node_id: str, outcome: str, fault: str) -> Step:
        path = self.prefix + node_id
        self.trace.append(Visit(path, outcome, fault))
        apology = in_language(self.plan.apologies, self.session.language or self.plan.language, "en")
        self._add(node_id, Send(text=apology))
        self._add(node_id, HandOff(reason=FAULT, fault=f"{path}: {fault}"))
        self.session = outermost(self.session)
        return self._stand("", Waiting("agent"))

    def _visited(
        self, node_id: str, outcome: str, detail: str, reply: AnyEvent | None, before: Session, why: object
    ) -> None:
        self.trace.append(
            Visit(
                self.prefix + node_id,
                outcome,
                detail,
                "" if reply is None else _name(reply),
                _changed(before, self.session),
                why,
            )
        )

    def _step(self, query: AnyQuery | None) -> Step:
        return Step(self.session, tuple(self.effects), tuple(self.trace), query, (self.event,))


def _prefix(frames: tuple[Frame, ...]) -> str:
    """What stands before a node's id in its path."""
    return f"{frames[-1].node}/" if frames else ""


def _within(plan: Plan, frames: tuple[Frame, ...]) -> Plan:
    """The plan that runs when so many flows wait; an empty one where it is not there."""
    for frame in frames:
        plan = plan.inner.get(frame.flow) or _replace(plan, steps={}, inner={})
    return plan


def _name(tagged: AnyEvent | AnyQuery | Node) -> str:
    return str(type(tagged).__struct_config__.tag)


def _changed(before: Session, after: Session) -> dict[str, Any]:
    """What the rules can see that is different now."""
    if before is after:
        return {}
    changed: dict[str, Any] = {}
    if before.language != after.language:
        changed["language"] = after.language
    if before.contact.country != after.contact.country:
        changed["country"] = after.contact.country
    for name in ("name", "email", "phone"):
        if getattr(before.contact, name) != getattr(after.contact, name):
            changed[f"contact.{name}"] = getattr(after.contact, name)
    if before.tags != after.tags:
        changed["tags"] = list(after.tags)
    for name in {*before.values, *after.values}:
        if before.values.get(name) != after.values.get(name):
            changed[f"value.{name}"] = after.values.get(name)
    return changed
