"""Our own chat on the pages of a shop. Its browser speaks in frames over one socket, each frame a piece of JSON.

From the browser: ``hello`` first, then ``say``, ``open``, ``older``, ``ping``. To the browser: ``welcome`` (who the
visitor is, the newest messages), ``messages``, ``ack`` (it is stored; never before), ``refused``, ``status``, ``pong``.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

import msgspec

from engine.events import Contact, MessageReceived, Opened
from flows.channel_limits import width
from server.channels.base import Channel, Incoming, Limits, MalformedError
from server.settings import Settings
from server.vault import Vault
from server.widget.source import source_of

LONGEST_FRAME = 32_768
"""Bytes of a frame; a longer one ends the socket."""

_ANY_ORIGIN = r"^https?://(\*\.)?[a-z0-9.-]+(:[0-9]{1,5})?$"
_Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


class _Frame(msgspec.Struct, frozen=True, tag_field="type"):
    """Tolerates what a newer script adds."""


class Hello(_Frame, frozen=True, tag="hello"):
    """Who is there: ``token`` as we issued it, or empty; ``after`` is the id of the last message on the screen.

    ``landing`` and ``referrer`` are addresses: of the first page of the visit, and of the page before it. ``pretend``
    is a country for the demo (ISO 3166-1 alpha-2).
    """

    token: Annotated[str, msgspec.Meta(max_length=200)] = ""
    after: Annotated[str, msgspec.Meta(max_length=64)] = ""
    locale: Annotated[str, msgspec.Meta(max_length=35)] = ""
    timezone: Annotated[str, msgspec.Meta(max_length=64)] = ""
    landing: Annotated[str, msgspec.Meta(max_length=4096)] = ""
    referrer: Annotated[str, msgspec.Meta(max_length=4096)] = ""
    pretend: Annotated[str, msgspec.Meta(max_length=2)] = ""


class Say(_Frame, frozen=True, tag="say"):
    """The visitor wrote, or tapped ``choice``; ``id`` is the browser's, the same at every attempt."""

    id: _Id
    text: str
    choice: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Open(_Frame, frozen=True, tag="open"):
    """The visitor has not written, but would see the first words."""

    id: _Id


class Older(_Frame, frozen=True, tag="older"):
    """The messages before the one with the id ``before``."""

    before: Annotated[str, msgspec.Meta(max_length=64)]


class Ping(_Frame, frozen=True, tag="ping"):
    """Is anybody there?"""


Frame = Hello | Say | Open | Older | Ping
_frame: msgspec.json.Decoder[Frame] = msgspec.json.Decoder(Frame)


class TooLongError(MalformedError):
    """A message beyond the channel's limit; ``id`` is the browser's."""

    def __init__(self, said: str) -> None:
        super().__init__("The message is too long.")
        self.id = said


class WebWidget(Channel, frozen=True, kw_only=True):
    """A chat on your own pages, by one line of HTML: <script src="…/widget.js" data-account="ID" async></script>"""

    KIND = "webwidget"
    TITLE = "Web widget"
    ICON = "messages-square"
    LIMITS: ClassVar[Limits] = Limits(text=4000)
    LIVE = True

    origins: Annotated[
        tuple[Annotated[str, msgspec.Meta(pattern=_ANY_ORIGIN)], ...],
        msgspec.Meta(
            title="Allowed pages",
            description="The addresses of the sites that may show the chat, such as https://www.shop.example or "
            "https://*.shop.example. Parley's own pages always may.",
        ),
    ] = ()
    title: Annotated[str, msgspec.Meta(title="Title", description="What stands at the head of the chat.")] = ""
    color: Annotated[
        str,
        msgspec.Meta(
            title="Colour", description="Of buttons and the visitor's own messages.", pattern="^(#[0-9a-fA-F]{6})?$"
        ),
    ] = ""
    demo: Annotated[
        bool,
        msgspec.Meta(
            title="Demo", description="Visitors may pretend to be in another country. Only where demos are on."
        ),
    ] = False
    keys: tuple[str, ...] = ()
    own_origins: tuple[str, ...] = ()
    demos: bool = False

    @classmethod
    def given(cls, settings: Settings) -> dict[str, Any]:
        keys = Vault.of(settings).derived("visitors of the web widget")
        return {"keys": keys, "own_origins": tuple(settings.origins), "demos": settings.demo}

    def allows(self, origin: str) -> bool:
        """Whether a page of this origin (the header, as browsers send it) may show the widget."""
        return origin in self.own_origins or any(_covers(pattern, origin) for pattern in self.origins)

    def pretends(self, hello: Hello) -> str:
        """The country the visitor pretends to be in, where that is allowed, or ""."""
        country = hello.pretend.upper()
        return country if self.demo and self.demos and country.isascii() and country.isalpha() else ""

    def contact(self, hello: Hello, ip: str) -> Contact:
        """What is known of the visitor, whose address is ``ip``.

        Who pretends to be elsewhere leaves the browser's language at home: the address is to decide.
        """
        pretending = self.pretends(hello)
        return Contact(
            locale="" if pretending else hello.locale,
            ip=ip,
            source=source_of(hello.landing, hello.referrer),
            timezone="" if pretending else hello.timezone,
        )

    def incoming(self, frame: Say | Open, visitor: str, contact: Contact) -> Incoming:
        """The event a frame tells. Raises TooLongError, MalformedError where there is no text."""
        event: MessageReceived | Opened
        if isinstance(frame, Open):
            event = Opened(id="", at=_EPOCH, contact=contact)
        else:
            text = frame.text.replace("\x00", "").strip()
            if width(text) > (self.LIMITS.text or 0):
                raise TooLongError(frame.id)
            if not text:
                raise MalformedError("A message needs a text.")
            event = MessageReceived(id="", at=_EPOCH, contact=contact, text=text, choice=frame.choice)
        # A browser's ids count only among the visitor's own: nobody can take another's in advance.
        return Incoming(provider_id=f"{visitor}:{frame.id}", address=visitor, event=event)


_EPOCH = datetime.fromtimestamp(0, UTC)


def read(data: str | bytes) -> Frame:
    """A frame from the browser. Raises MalformedError."""
    try:
        return _frame.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise MalformedError(f"This is no frame of the widget's: {fault}") from None


def client_id(provider_id: str) -> str:
    """The browser's id of a message, from the id under which it is stored."""
    return provider_id.partition(":")[2]


def _covers(pattern: str, origin: str) -> bool:
    if "*" not in pattern:
        return origin == pattern
    wanted, given = urlsplit(pattern.replace("*.", "", 1)), urlsplit(origin)
    return (
        given.scheme == wanted.scheme
        and given.netloc.endswith(f".{wanted.netloc}")
        and origin == f"{given.scheme}://{given.netloc}"
    )
