"""What a node is given when it runs, and what it may answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from engine.effects import AnyEffect, Value
from engine.events import AnyEvent
from engine.queries import AnyQuery
from engine.rules import Facts
from engine.session import Session


class Turn(msgspec.Struct, frozen=True):
    """One run of a node.

    ``event`` is what is being handled. ``reply`` is None when the flow comes to the node, else the event that ends what
    the node itself waited for: the contact's message, the answer to its query, its time limit, a person's giving back.
    ``memory`` is what the node kept from its last run in this conversation (JSON), None at the first.
    ``languages`` are the flow's, its own first; ``versions`` are the node's own texts by path, each in every language
    it is written in (placeholders not filled), the flow's own first.
    """

    node: str
    event: AnyEvent
    reply: AnyEvent | None
    session: Session
    memory: Any
    facts: Facts
    languages: tuple[str, ...]
    versions: Mapping[str, tuple[str, ...]] = {}

    @property
    def text(self) -> str:
        """What the contact wrote last in this conversation."""
        return self.session.last_text

    def after(self, seconds: float) -> datetime:
        """The moment so many seconds after the event."""
        return self.event.at + timedelta(seconds=seconds)


class Go(msgspec.Struct, frozen=True):
    """Done: go on by ``port``. ``values`` are set, ``memory`` kept for the next run, ``why`` (JSON) for the trace."""

    port: str
    effects: tuple[AnyEffect, ...] = ()
    values: dict[str, Value] = {}
    memory: Any = None
    why: Any = None


class Wait(msgspec.Struct, frozen=True):
    """Not done: run again when the contact replies, a person acts, or ``until`` (aware UTC) has come."""

    on: Literal["reply", "time", "agent"]
    until: datetime | None = None
    effects: tuple[AnyEffect, ...] = ()
    memory: Any = None
    why: Any = None


class Ask(msgspec.Struct, frozen=True):
    """Not done: run again with the answer to ``query``."""

    query: AnyQuery
    effects: tuple[AnyEffect, ...] = ()
    memory: Any = None
    why: Any = None


class Call(msgspec.Struct, frozen=True):
    """Run another flow, then go on by ``done``; by ``failed`` where it is not there.

    It begins with ``values`` and no others. ``outputs`` (a value of ours -> one of its) are set when it returns.
    """

    flow: str
    values: dict[str, Value] = {}
    outputs: dict[str, str] = {}
    effects: tuple[AnyEffect, ...] = ()
    memory: Any = None
    why: Any = None


class End(msgspec.Struct, frozen=True):
    """The conversation is over: it is resolved, a later message begins a new one."""

    effects: tuple[AnyEffect, ...] = ()
    why: Any = None


Outcome = Go | Wait | Ask | Call | End
