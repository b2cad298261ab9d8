"""What happens to a conversation. Time enters the engine only through ``at``."""

from datetime import datetime

import msgspec

from engine.queries import AnyAnswer


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known about the person who writes; empty strings where nothing is.

    ``locale`` is a BCP 47 tag from the profile or the browser, ``phone_country`` and ``country`` are ISO 3166-1
    alpha-2 codes, ``ip`` an IPv4 or IPv6 address, ``source`` where the contact came from (``organic``,
    ``facebook_ad``, ``google_ad``), ``timezone`` an IANA name, ``email`` an address and ``phone`` a number in E.164.
    ``given`` names the fields that the contact told us in a conversation: no channel's profile changes them.
    """

    name: str = ""
    locale: str = ""
    phone_country: str = ""
    country: str = ""
    ip: str = ""
    source: str = ""
    timezone: str = ""
    email: str = ""
    phone: str = ""
    given: tuple[str, ...] = ()

    def told(self, news: "Contact | None") -> "Contact":
        """With what a channel tells now; what it does not tell, and what the contact gave, stays."""
        if news is None:
            return self
        fresh = {name: value for name in self.__struct_fields__ if (value := getattr(news, name))}
        kept = {name: value for name, value in fresh.items() if name not in self.given and name != "given"}
        return msgspec.structs.replace(self, **kept) if kept else self

    def gave(self, **fields: str) -> "Contact":
        """With what the contact gave in the conversation; empty fields say nothing."""
        news = {name: value for name, value in fields.items() if value}
        return msgspec.structs.replace(self, **news, given=tuple(sorted({*self.given, *news})))


class Attachment(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file a message carries: ``kind`` is image, audio, video, file or unknown; ``url`` is where we keep it."""

    kind: str
    name: str = ""
    url: str = ""


class Event(msgspec.Struct, frozen=True, tag_field="type", kw_only=True, omit_defaults=True):
    """Something that happened: ``id`` is unique within the conversation, ``at`` is an aware UTC datetime."""

    id: str
    at: datetime
    contact: Contact | None = None


class Opened(Event, frozen=True, tag="opened"):
    """The contact opened the conversation (a widget, Telegram's /start) without a question of their own."""


class MessageReceived(Event, frozen=True, tag="message"):
    """The contact wrote. ``choice`` is the id of the choice they tapped, if they tapped one."""

    text: str = ""
    choice: str = ""
    attachments: tuple[Attachment, ...] = ()


class Answered(Event, frozen=True, tag="answered"):
    """The world answered the query ``query`` (its id) that a node asked."""

    query: str
    answer: AnyAnswer


class TimerFired(Event, frozen=True, tag="timer"):
    """The time limit of wait number ``wait`` (``Session.wait``) has come; a later wait makes it void."""

    wait: int


class AgentJoined(Event, frozen=True, tag="agent_joined"):
    """A person took the conversation: the time limit of the handoff no longer runs."""

    agent: str = ""


class AgentReturned(Event, frozen=True, tag="agent_returned"):
    """The person gave the conversation back to the flow."""

    agent: str = ""


class AgentResolved(Event, frozen=True, tag="agent_resolved"):
    """The person closed the conversation."""

    agent: str = ""


AnyEvent = Opened | MessageReceived | Answered | TimerFired | AgentJoined | AgentReturned | AgentResolved
