"""What is to be done. The engine lists effects; the live worker performs them, a rehearsal shows them."""

from datetime import datetime

import msgspec

from engine.queries import Citation

Value = str | int | float | bool | list[str] | None
"""What a conversation's value can hold; JSON as it stands."""


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of the answers offered: ``id`` comes back when it is tapped, ``label`` is what the contact reads."""

    id: str
    label: str


class Effect(msgspec.Struct, frozen=True, tag_field="type", kw_only=True, omit_defaults=True):
    """Something to be done because of an event."""


class Send(Effect, frozen=True, tag="send"):
    """Say ``text`` to the contact. ``id`` is the engine's (event id and position), so a resend is the same send."""

    text: str
    language: str = ""
    choices: tuple[Choice, ...] = ()
    citation: Citation | None = None
    id: str = ""
    node: str = ""


class SetLanguage(Effect, frozen=True, tag="set_language"):
    """The conversation goes on in ``language`` (BCP 47); ``why`` names what decided it."""

    language: str
    why: str = ""


class SetCountry(Effect, frozen=True, tag="set_country"):
    """The contact is in ``country`` (ISO 3166-1 alpha-2)."""

    country: str


class ChangeTags(Effect, frozen=True, tag="change_tags"):
    """Put tags on the conversation, take tags off it."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class SetValue(Effect, frozen=True, tag="set_value"):
    """The conversation's value ``name`` becomes ``value``; None removes it."""

    name: str
    value: Value


class SetContact(Effect, frozen=True, tag="set_contact"):
    """The contact has told who they are; what is empty stays as it is. ``phone`` is E.164."""

    name: str = ""
    email: str = ""
    phone: str = ""


class HandOff(Effect, frozen=True, tag="hand_off"):
    """A person is to take over: ``reason`` is read by agents, ``until`` is when nobody having come counts."""

    reason: str
    team: str = ""
    until: datetime | None = None
    fault: str = ""


class Close(Effect, frozen=True, tag="close"):
    """The conversation is resolved."""

    reason: str = ""


AnyEffect = Send | SetLanguage | SetCountry | ChangeTags | SetValue | SetContact | HandOff | Close
