"""What can happen to a conversation beside the engine's events: acts of agents that no flow knows of, and what a
channel tells beside messages. They are stored and handled in one order with the engine's.
"""

from datetime import datetime
from typing import Any

import msgspec

from engine import events


class AgentSaid(events.Event, frozen=True, tag="agent_said"):
    """Agent ``agent`` (a person's id) wrote to the contact; ``key`` is the client's id of the message."""

    agent: str
    text: str
    key: str


class NoteTaken(events.Event, frozen=True, tag="note"):
    """An agent wrote a note that the contact never sees."""

    agent: str
    text: str
    key: str


class Assigned(events.Event, frozen=True, tag="assigned"):
    """The conversation is ``to``'s now (a person's id, empty for nobody); the flow's silence does not change."""

    agent: str
    to: str


class Snoozed(events.Event, frozen=True, tag="snoozed"):
    """An agent put the conversation off until ``until`` (aware UTC); a message of the contact brings it back sooner."""

    agent: str
    until: datetime


class SnoozeOver(events.Event, frozen=True, tag="snooze_over"):
    """The time has come to which a conversation was put off."""

    until: datetime


class Noticed(events.Event, frozen=True, tag="noticed"):
    """A channel told something that is no message: ``kind`` is edited, blocked or unblocked, ``text`` the details."""

    kind: str
    text: str = ""


Happening = events.AnyEvent | AgentSaid | NoteTaken | Assigned | Snoozed | SnoozeOver | Noticed
"""Anything that the table ``event`` holds."""

FROM_CONTACT = (events.Opened, events.MessageReceived)
"""What begins a conversation where there is none, and waits while a query stands."""

HELD = frozenset(event.__struct_config__.tag for event in FROM_CONTACT)
"""Their kinds, as they are stored."""

_decoder = msgspec.json.Decoder(Happening)
_encoder = msgspec.json.Encoder()


def kind(happening: Happening) -> str:
    """The tag by which the event is stored."""
    return str(type(happening).__struct_config__.tag)


def written(happening: Any) -> str:
    """As JSON."""
    return _encoder.encode(happening).decode()


def read(body: str, seq: int, at: datetime) -> Happening:
    """A stored event; its id within the conversation is its number there."""
    found: Happening = msgspec.structs.replace(_decoder.decode(body), id=str(seq), at=at)
    return found
