"""Any program as a channel: signed events in, signed replies out.

Both directions carry ``X-Parley-Signature: t=<unix seconds>,v1=<hex>``, where the hex is HMAC-SHA256 with the account's
secret over ``<t>.<body>``. Several ``v1`` may be given while a secret is changed.

A reply carries ``Idempotency-Key``, the same at every attempt, also after a crash: who has taken a reply with this key
answers 2xx again and does nothing. 409 says that an earlier attempt is still being worked on, and is tried again.
"""

import hmac
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, ClassVar, Literal

import msgspec

from engine.events import Attachment, Contact, MessageReceived, Opened
from server import geo
from server.channels.base import (
    Call,
    Channel,
    Incoming,
    Later,
    Limits,
    MalformedError,
    Outgoing,
    Recovered,
    Reply,
    Request,
    Secret,
    UnsignedError,
    by_status,
)

SIGNATURE = "x-parley-signature"

MOST_AGE = 300
"""Seconds by which a signature's time may differ from ours."""

MOST_EVENTS = 500
"""Events in one call."""


class _Happened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event, as a client writes it. ``contact`` is the client's own id of the person; replies name it."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    contact: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    type: Literal["message", "opened"] = "message"
    text: Annotated[str, msgspec.Meta(max_length=100_000)] = ""
    choice: Annotated[str, msgspec.Meta(max_length=200)] = ""
    attachments: Annotated[tuple[Attachment, ...], msgspec.Meta(max_length=50)] = ()
    sent_at: datetime | None = None
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    locale: Annotated[str, msgspec.Meta(max_length=35)] = ""
    country: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2})?$")] = ""
    ip: Annotated[str, msgspec.Meta(max_length=45)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=40)] = ""
    source: Annotated[str, msgspec.Meta(max_length=64)] = ""
    timezone: Annotated[str, msgspec.Meta(max_length=64)] = ""


class _Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    events: Annotated[list[_Happened], msgspec.Meta(max_length=MOST_EVENTS)]


class _Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """A reply, as the client receives it."""

    id: str
    conversation: str
    contact: str
    text: str
    author: str
    at: datetime
    name: str = ""
    language: str = ""
    choices: tuple[dict[str, str], ...] = ()
    source: dict[str, str] | None = None


_batch = msgspec.json.Decoder(_Batch)


class Api(Channel, frozen=True, kw_only=True):
    """A program of your own: it posts events here, signed, and takes the replies at an address of its own."""

    KIND = "api"
    TITLE = "API"
    ICON = "code-xml"
    LIMITS: ClassVar[Limits] = Limits()
    IDEMPOTENT = True
    FOREIGN = True

    secret: Annotated[
        Secret,
        msgspec.Meta(title="Secret", description="Signs both directions; 16 characters at least.", min_length=16),
    ]
    callback: Annotated[
        str,
        msgspec.Meta(
            title="Callback address", description="Where replies are posted.", pattern=r"^https?://[^\s/]+(/\S*)?$"
        ),
    ]

    def parse(self, request: Request) -> list[Incoming]:
        self._verify(request)
        try:
            batch = _batch.decode(request.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            raise MalformedError(f"This is no batch of events: {fault}") from None
        return [_incoming(told) for told in batch.events]

    def render(self, message: Outgoing, to: str) -> list[Call]:
        citation = message.citation
        body = msgspec.json.encode(
            _Told(
                id=message.key,
                conversation=message.conversation,
                contact=to,
                text=message.text,
                author=message.author,
                at=message.at,
                name=message.name,
                language=message.language,
                choices=tuple({"id": choice.id, "label": choice.label} for choice in message.choices),
                source={"name": citation.name, "place": citation.place} if citation else None,
            )
        )
        headers = {
            "content-type": "application/json",
            "idempotency-key": f"{message.conversation}:{message.key}",
            SIGNATURE: signature(self.secret, body, message.now),
        }
        return [Call(url=self.callback, body=body, headers=headers)]

    def recover(self, call: Call, reply: Reply) -> Recovered:  # noqa: ARG002 the status says it all
        if reply.status == 409:
            return Later("HTTP 409: an earlier attempt is still under way")
        if reply.status == 403:
            return Later("HTTP 403", kind="credentials")
        return by_status(reply)

    def _verify(self, request: Request) -> None:
        pairs = [part.strip().partition("=") for part in request.headers.get(SIGNATURE, "").split(",")]
        times = [value for name, _, value in pairs if name == "t"]
        signed = [value for name, _, value in pairs if name == "v1"]
        if not self.secret or len(times) != 1 or not times[0].isdecimal() or not signed:
            raise UnsignedError("The header X-Parley-Signature should be t=<unix seconds>,v1=<hex>.")
        expected = _digest(self.secret, times[0], request.body).encode()
        if not any(hmac.compare_digest(expected, value.encode()) for value in signed):
            raise UnsignedError("The signature is not this account's over this body.")
        if abs(request.at.timestamp() - int(times[0])) > MOST_AGE:
            raise UnsignedError(f"The signature is more than {MOST_AGE} seconds away from our clock.")


def signature(secret: str, body: bytes, at: datetime) -> str:
    """The header's value for a body sent at ``at``."""
    moment = str(int(at.timestamp()))
    return f"t={moment},v1={_digest(secret, moment, body)}"


def _digest(secret: str, moment: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, sha256).hexdigest()


def _incoming(told: _Happened) -> Incoming:
    contact = Contact(
        name=told.name,
        locale=told.locale,
        phone_country=geo.phone_country(told.phone) if told.phone else "",
        country=told.country,
        ip=told.ip,
        source=told.source,
        timezone=told.timezone,
    )
    event: Opened | MessageReceived
    if told.type == "opened":
        event = Opened(id="", at=_EPOCH, contact=contact)
    else:
        event = MessageReceived(
            id="", at=_EPOCH, contact=contact, text=told.text, choice=told.choice, attachments=told.attachments
        )
    return Incoming(provider_id=told.id, address=told.contact, event=event, sent_at=_aware(told.sent_at))


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is None:
        return None
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise MalformedError(f"{moment.isoformat()} is beyond what a calendar holds.") from None


_EPOCH = datetime.fromtimestamp(0, UTC)
