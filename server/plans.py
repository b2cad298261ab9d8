"""Published flows as the workers run them: compiled once, and which of them takes a new conversation."""

import logging
from collections import OrderedDict
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, select

import flows
from engine.flow import Flow
from engine.graph import Plan, plan
from engine.rules import Facts, Test, compiled
from engine.session import Session
from server import tables
from server.database import reading
from server.subflows import revision

KEPT = 256
"""So many compiled revisions are kept in memory."""

log = logging.getLogger("parley.plans")


_PUBLISHED = select(tables.flows.c.id, tables.flows.c.published).where(
    tables.flows.c.state == "live", tables.flows.c.published > 0
)


class Live(msgspec.Struct, frozen=True):
    """A published flow's trigger, ready to be asked. ``test`` is None where every conversation will do."""

    flow: str
    revision: int
    priority: int
    channels: tuple[str, ...]
    accounts: tuple[str, ...]
    test: Test | None
    timezone: str
    only_called: bool = False

    @property
    def place(self) -> tuple[int, bool, bool, bool, str]:
        """Where it stands among all that are asked: of equal priority the one that names what it takes comes first."""
        return (-self.priority, not self.accounts, self.test is None, not self.channels, self.flow)

    def takes(self, session: Session, at: datetime) -> bool:
        """Whether the flow takes this conversation, of which ``session`` knows what the first event told."""
        if self.only_called:
            return False
        if self.channels and session.channel not in self.channels:
            return False
        if self.accounts and session.account not in self.accounts:
            return False
        return self.test is None or self.test(Facts(session, at, self.timezone))

    def leaves_nothing_to(self, other: "Live") -> bool:
        """Whether it is asked before the other, and takes all that the other would."""
        wide = not self.channels or (other.channels and set(self.channels) >= set(other.channels))
        near = not self.accounts or (other.accounts and set(self.accounts) >= set(other.accounts))
        both = not (self.only_called or other.only_called)
        return bool(both and self.place < other.place and self.test is None and wide and near)


class Plans:
    """The plans of one process; one thread uses it at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = reading(engine)
        self._plans: OrderedDict[tuple[str, int], Plan] = OrderedDict()
        self._live: dict[tuple[str, int], Live | None] = {}
        self._order: list[Live] = []

    def plan(self, flow: str, revision: int) -> Plan:
        """The compiled revision. Raises LookupError where there is none, ``flows.FlowError`` where it is no flow."""
        key = (flow, revision)
        if key not in self._plans:
            self._load(key)
        self._plans.move_to_end(key)
        return self._plans[key]

    def unpublished(self, flow: Flow[Any], pins: dict[str, int]) -> Plan:
        """A flow as it would run if it were published with these revisions of the flows it runs."""
        return plan(flow, 0, self._inner(pins))

    def refresh(self) -> None:
        """See what is published now. A published flow that cannot be read is reported once and takes nothing."""
        with self._engine.begin() as connection:
            now = {(row.id, row.published) for row in connection.execute(_PUBLISHED)}
        if now == self._live.keys():
            return
        self._live = {key: live for key, live in self._live.items() if key in now}
        for key in now - self._live.keys():
            self._live[key] = self._trigger(key)
        live = [found for found in self._live.values() if found is not None]
        self._order = sorted(live, key=lambda one: one.place)

    def choose(self, session: Session, at: datetime) -> Plan | None:
        """The plan that takes a new conversation: in the order of ``Live.place``; None where none does."""
        for live in self._order:
            if live.takes(session, at):
                return self.plan(live.flow, live.revision)
        return None

    def _trigger(self, key: tuple[str, int]) -> Live | None:
        try:
            flow = self._load(key)
        except Exception:  # one broken flow must not stop the others
            log.exception("Revision %s of flow %s cannot be read", key[1], key[0])
            return None
        return _live(key[0], key[1], flow)

    def ahead_of(self, which: str, flow: Flow[Any]) -> str:
        """The id of a live flow that would leave this draft of flow ``which`` no conversation; '' where none does."""
        self.refresh()
        wanting = _live(which, 0, flow)
        return next((one.flow for one in self._order if one.flow != which and one.leaves_nothing_to(wanting)), "")

    def _load(self, key: tuple[str, int]) -> Flow[Any]:
        with self._engine.begin() as connection:
            found = revision(connection, *key)
        if found is None:
            raise LookupError(f"There is no revision {key[1]} of flow {key[0]}.")
        document, pins = found
        flow = flows.read(document, with_cases=False)
        # The id that the tables know it by: a file may bring another.
        self._plans[key] = plan(msgspec.structs.replace(flow, id=key[0]), key[1], self._inner(pins))
        if len(self._plans) > KEPT:
            self._plans.popitem(last=False)
        return flow

    def _inner(self, pins: dict[str, int]) -> dict[str, Plan]:
        """The revisions that a flow holds on to; it goes on by "failed" where one cannot be read."""
        found = {}
        for which, number in pins.items():
            try:
                found[which] = self.plan(which, number)
            except (LookupError, flows.FlowError):
                log.exception("Revision %s of flow %s, which another flow runs, cannot be read", number, which)
        return found


def _live(which: str, revision: int, flow: Flow[Any]) -> Live:
    trigger = flow.trigger
    return Live(
        flow=which,
        revision=revision,
        priority=trigger.priority,
        channels=trigger.channels,
        accounts=trigger.accounts,
        test=compiled(trigger.when) if trigger.when else None,
        timezone=flow.timezone,
        only_called=trigger.only_called,
    )
