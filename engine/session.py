"""Where a conversation stands in a flow: frozen, small, JSON."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from engine.effects import AnyEffect, ChangeTags, SetContact, SetCountry, SetLanguage, SetValue, Value
from engine.events import Contact
from engine.queries import AnyQuery


class Waiting(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the session waits for, and until when (aware UTC) at the latest.

    ``reply``: the contact's next message; ``time``: only the hour; ``answer``: the answer to ``query``; ``agent``: a
    person has the conversation; ``nothing``: the flow has come to an end without closing the conversation, so the next
    message starts it again. ``taken``: the person took the conversation from a node that waited for something else.
    ``visits``: how many nodes had run on the event when the query was asked, so that its answers lead into no circle.
    """

    on: Literal["reply", "time", "answer", "agent", "nothing"]
    until: datetime | None = None
    query: AnyQuery | None = None
    query_id: str = ""
    taken: bool = False
    visits: int = 0


class Frame(msgspec.Struct, frozen=True, omit_defaults=True):
    """A flow that has called another and goes on when it returns.

    ``node`` is who called (its id, with those of its own callers before it: ``returns/lookup``), ``flow`` the id of
    what was called; ``values`` are the caller's, ``outputs`` says which of the other's they take (ours -> theirs).
    """

    node: str
    flow: str
    values: dict[str, Value] = {}
    outputs: dict[str, str] = {}


class Session(msgspec.Struct, frozen=True, omit_defaults=True):
    """A conversation's place in one revision of one flow.

    ``revision`` is 0 for a draft in rehearsal. ``frames`` are the flows that wait for a sub-flow to return, the
    outermost first; ``node`` is then a path (``returns/ask``) and ``values`` are the sub-flow's. ``wait`` counts the
    waits, so that a late timer can be told from the one that counts. ``memory`` is what single nodes keep between their
    visits (JSON). ``key`` is the contact's, the same in all their conversations; empty where nobody knows.
    """

    flow: str
    revision: int
    conversation: str
    channel: str = ""
    account: str = ""
    node: str = ""
    waiting: Waiting | None = None
    wait: int = 0
    closed: bool = False
    contact: Contact = Contact()
    language: str = ""
    last_text: str = ""
    values: dict[str, Value] = {}
    tags: tuple[str, ...] = ()
    memory: dict[str, Any] = {}
    messages: int = 0
    started: datetime | None = None
    frames: tuple[Frame, ...] = ()
    key: str = ""

    @property
    def known(self) -> dict[str, Value]:
        """All values, those of the flows that have called this one included; the innermost goes first."""
        known: dict[str, Value] = {}
        for frame in self.frames:
            known |= frame.values
        return {**known, **self.values}

    @property
    def with_person(self) -> bool:
        """Whether a person has the conversation, or is to take it: the flow is silent."""
        return self.waiting is not None and self.waiting.on == "agent"


def outermost(session: Session) -> Session:
    """The session in the flow it began in, its sub-flows left for good."""
    if not session.frames:
        return session
    memory = {node: kept for node, kept in session.memory.items() if "/" not in node}
    return msgspec.structs.replace(session, frames=(), values=session.frames[0].values, memory=memory)


def changed_by(session: Session, effect: AnyEffect) -> Session:
    """The session after an effect that changes what the flow itself knows; other effects leave it as it is."""
    replace = msgspec.structs.replace
    match effect:
        case SetLanguage(language=language):
            return replace(session, language=language)
        case SetCountry(country=country):
            return replace(session, contact=replace(session.contact, country=country))
        case SetContact(name=name, email=email, phone=phone):
            return replace(session, contact=session.contact.gave(name=name, email=email, phone=phone))
        case ChangeTags(add=add, remove=remove):
            return replace(session, tags=tuple(sorted({*session.tags, *add} - set(remove))))
        case SetValue(name=name, value=None):
            return replace(session, values={k: v for k, v in session.values.items() if k != name})
        case SetValue(name=name, value=value):
            return replace(session, values={**session.values, name: value})
        case _:
            return session
