"""What a channel is: settings, limits, and two pure translations. A channel performs no I/O.

``parse`` turns a request of the platform into what happened; ``render`` turns a message of ours into requests to be
made; ``recover`` reads the platform's answers to them. A new channel is its file and a line in ``BUILT_IN``, or, from
outside, an entry point of the group ``parley.channels``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import urlsplit

import msgspec

from engine.effects import Choice
from engine.events import MessageReceived, Opened
from engine.queries import Citation
from server.faults import FaultKind
from server.happenings import Noticed
from server.pacing import Pace
from server.settings import Settings

Secret = Annotated[str, msgspec.Meta(extra={"secret": True}, extra_json_schema={"widget": "secret", "writeOnly": True})]
"""A field that is encrypted where it is stored and never shown again."""


class ChannelError(Exception):
    """A request that is not taken. ``status`` is the HTTP status that says so, the text says what is wrong."""

    status = 400


class MalformedError(ChannelError):
    """The request is not what the platform sends."""


class UnsignedError(ChannelError):
    """The request does not prove that it comes from the platform, or the account has no secret to prove it by."""

    status = 401


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook call. ``headers`` have their names in lower case; ``at`` is when it came (aware UTC)."""

    body: bytes
    headers: Mapping[str, str]
    at: datetime


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened on the channel.

    ``provider_id`` is the platform's own id of it: the same id again is the same event. ``address`` is where replies
    go, ``sent_at`` the platform's time. The event's own ``id`` and ``at`` are given when it is stored.
    ``receipt`` is what ``Channel.acknowledge`` needs, where the platform wants an event acknowledged by a call.
    """

    provider_id: str
    address: str
    event: Opened | MessageReceived | Noticed
    sent_at: datetime | None = None
    receipt: str = ""


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A message to the contact, said at ``at``; ``now`` is the time of this attempt at sending it.

    ``key`` is unique within the conversation and the same for every attempt. ``name`` is the agent's who wrote it.
    """

    key: str
    conversation: str
    text: str
    language: str = ""
    choices: Sequence[Choice] = ()
    citation: Citation | None = None
    author: str = "flow"
    name: str = ""
    at: datetime
    now: datetime


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP request to be made. ``timeout`` in seconds."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    method: str = "POST"
    timeout: float = 10.0

    def __repr__(self) -> str:
        """Name the host alone: addresses and headers carry secrets."""
        return f"Call({self.method} {urlsplit(self.url).netloc}, {len(self.body)} bytes)"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The platform's answer to a call. ``headers`` have their names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Taken(msgspec.Struct, frozen=True):
    """The platform has the message; ``platform_id`` is its id there."""

    platform_id: str = ""


class Later(msgspec.Struct, frozen=True):
    """Not now: try again as ``server.faults`` says for this kind, not before ``after`` seconds where the platform
    says so.
    """

    reason: str
    after: float = 0.0
    kind: FaultKind = "server"


class Refused(msgspec.Struct, frozen=True):
    """Never: trying again would be refused again. ``reason`` is for agents and admins."""

    reason: str
    kind: FaultKind = "refused"


Recovered = Taken | Later | Refused


class Limits(msgspec.Struct, frozen=True):
    """What a channel can carry; 0 means that it has no such thing, ``None`` that nothing limits it.

    ``text`` in UTF-16 code units, ``choice_bytes`` of a choice's id in UTF-8, ``choice_label`` in characters.
    """

    text: int | None = None
    choices: int | None = None
    choice_bytes: int | None = None
    choice_label: int | None = None


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """The base of every channel. A subclass's fields are an account's settings.

    ``LIVE``: there are no calls; a message is delivered by publishing it on ``bus.widget_channel``. ``IDEMPOTENT``:
    the platform knows a message that it has already by its key, so sending it again does no harm. ``FOREIGN``: the
    calls go to an address that people enter, so it is checked that it leads nowhere inside.
    """

    KIND: ClassVar[str]
    TITLE: ClassVar[str]
    ICON: ClassVar[str] = "message-square"
    LIMITS: ClassVar[Limits] = Limits()
    PACE: ClassVar[Pace] = Pace()
    LIVE: ClassVar[bool] = False
    IDEMPOTENT: ClassVar[bool] = False
    FOREIGN: ClassVar[bool] = False

    @classmethod
    def is_group(cls, address: str) -> bool:  # noqa: ARG003
        """Whether an address is a group's, for which ``PACE.group`` holds."""
        return False

    @classmethod
    def given(cls, settings: Settings) -> dict[str, Any]:  # noqa: ARG003 the channels that override it use it
        """The fields that the installation decides: they are not in the account's form."""
        return {}

    def parse(self, request: Request) -> list[Incoming]:  # noqa: ARG002
        """Everything that a webhook call tells. Raises UnsignedError, MalformedError."""
        raise MalformedError(f"The channel {self.KIND} takes no webhooks.")

    def render(self, message: Outgoing, to: str) -> list[Call]:  # noqa: ARG002
        """The requests that say ``message`` to the address ``to``, in order."""
        return []

    def recover(self, call: Call, reply: Reply) -> Recovered:  # noqa: ARG002
        """What the platform's answer means."""
        return by_status(reply)

    def acknowledge(self, receipt: str) -> list[Call]:  # noqa: ARG002
        """The requests that tell the platform an event has arrived; they are tried once."""
        return []

    def __repr__(self) -> str:
        """Name the channel without its settings."""
        return f"{type(self).__name__}(...)"

    @classmethod
    def settings_fields(cls, settings: Settings) -> list[msgspec.inspect.Field]:
        """The fields of the account's form."""
        given = cls.given(settings)
        info = msgspec.inspect.type_info(cls)
        return [field for field in getattr(info, "fields", ()) if field.name not in given]

    @classmethod
    def placed(cls, values: Mapping[str, Any], settings: Settings) -> Self:
        """An account's channel. Raises msgspec.ValidationError, which names the field."""
        return msgspec.convert({**values, **cls.given(settings)}, cls)


def is_secret(field: msgspec.inspect.Field) -> bool:
    """Whether a field is a ``Secret``."""
    return isinstance(field.type, msgspec.inspect.Metadata) and bool((field.type.extra or {}).get("secret"))


def by_status(reply: Reply) -> Recovered:
    """What HTTP itself says: 2xx taken; 401, 408, 425, 429 and 5xx later; all else refused."""
    status = reply.status
    if 200 <= status < 300:
        return Taken()
    reason = f"HTTP {status}"
    told = reply.headers.get("retry-after", "")
    after = float(told) if told.isascii() and told.isdecimal() else 0.0
    if status == 429 or (status == 503 and after):
        return Later(reason, after, "busy")
    if status == 401:
        return Later(reason, after, "credentials")
    if status in (408, 504):
        return Later(reason, after, "timeout")
    if status == 425 or status >= 500:
        return Later(reason, after)
    return Refused(reason)


def buttons_fit(choices: Sequence[Choice], limits: Limits) -> bool:
    """Whether the channel can show these choices as buttons."""
    if limits.choices is not None and len(choices) > limits.choices:
        return False
    for choice in choices:
        if limits.choice_bytes is not None and len(choice.id.encode()) > limits.choice_bytes:
            return False
        if limits.choice_label is not None and len(choice.label) > limits.choice_label:
            return False
    return True
