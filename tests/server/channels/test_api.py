"""The signed API: who may speak, what is understood, how replies are signed."""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
import pytest

from engine.effects import Choice
from engine.events import Attachment, Contact, MessageReceived, Opened
from engine.queries import Citation
from server.channels.api import Api, signature
from server.channels.base import (
    Later,
    MalformedError,
    Outgoing,
    Refused,
    Reply,
    Request,
    Taken,
    UnsignedError,
)

SECRET = "a secret of sixteen"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EPOCH = datetime.fromtimestamp(0, UTC)
SHOP = Api(secret=SECRET, callback="https://shop.test/replies?x=1")


def request(batch: Any, header: str | None = None, at: datetime = NOW) -> Request:
    body = batch if isinstance(batch, bytes) else msgspec.json.encode(batch)
    told = signature(SECRET, body, at) if header is None else header
    return Request(body=body, headers={"x-parley-signature": told}, at=NOW)


def test_a_batch_comes_whole_and_in_order() -> None:
    events = [
        {
            "id": "e1",
            "contact": "c-1",
            "text": "Hello",
            "name": "Anna",
            "locale": "pt-BR",
            "country": "BR",
            "ip": "200.160.2.3",
            "phone": "+5511912345678",
            "source": "google_ad",
            "timezone": "America/Sao_Paulo",
            "sent_at": "2026-11-20T08:59:00-03:00",
        },
        {"id": "e2", "contact": "c-1", "choice": "track", "attachments": [{"kind": "image", "url": "https://x/y"}]},
        {"id": "e3", "contact": "c-2", "type": "opened"},
    ]
    first, second, third = SHOP.parse(request({"events": events}))
    assert (first.provider_id, first.address) == ("e1", "c-1")
    assert first.sent_at == datetime(2026, 11, 20, 11, 59, tzinfo=UTC)
    assert first.event == MessageReceived(
        id="",
        at=EPOCH,
        text="Hello",
        contact=Contact(
            name="Anna",
            locale="pt-BR",
            phone_country="BR",
            country="BR",
            ip="200.160.2.3",
            source="google_ad",
            timezone="America/Sao_Paulo",
        ),
    )
    assert second.event == MessageReceived(
        id="", at=EPOCH, contact=Contact(), choice="track", attachments=(Attachment(kind="image", url="https://x/y"),)
    )
    assert third.event == Opened(id="", at=EPOCH, contact=Contact())


def test_the_signature_is_hmac_over_time_and_body() -> None:
    """Computed here by hand, as a client in any language would."""
    body = b'{"events":[]}'
    moment = str(int(NOW.timestamp()))
    digest = hmac.new(SECRET.encode(), moment.encode() + b"." + body, sha256).hexdigest()
    assert SHOP.parse(request(body, f"t={moment},v1={digest}")) == []
    assert SHOP.parse(request(body, f"t={moment},v1={'0' * 64},v1={digest}")) == []


@pytest.mark.parametrize("header", ["", "t=1", "v1=00", "t=x,v1=00", "t=1,t=2,v1=00", "nonsense", "t=1795176000,v1=ü"])
def test_what_is_not_signed_is_refused(header: str) -> None:
    with pytest.raises(UnsignedError):
        SHOP.parse(request({"events": []}, header))


def test_another_body_another_secret_another_time_are_refused() -> None:
    good = signature(SECRET, b'{"events":[]}', NOW)
    with pytest.raises(UnsignedError):
        SHOP.parse(request(b'{"events": []}', good))
    with pytest.raises(UnsignedError):
        SHOP.parse(request(b'{"events":[]}', signature("another secret !!", b'{"events":[]}', NOW)))
    with pytest.raises(UnsignedError):
        SHOP.parse(request(b'{"events":[]}', good.replace("t=1", "t=2")))


@pytest.mark.parametrize(("seconds", "taken"), [(-301, False), (-299, True), (299, True), (301, False)])
def test_a_signature_holds_for_five_minutes(seconds: int, taken: bool) -> None:
    call = request({"events": []}, at=NOW + timedelta(seconds=seconds))
    if taken:
        assert SHOP.parse(call) == []
    else:
        with pytest.raises(UnsignedError, match="300 seconds"):
            SHOP.parse(call)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "truncated"),
        (b"[]", "object"),
        (b'{"events":[{"id":"e1"}]}', "contact"),
        (b'{"events":[{"id":"","contact":"c"}]}', "length >= 1"),
        (b'{"events":[{"id":"e","contact":"c","country":"br"}]}', "country"),
        (b'{"events":[{"id":"e","contact":"c","typo":1}]}', "typo"),
        (b'{"events":[{"id":"e","contact":"c","type":"agent_joined"}]}', "type"),
        (b'{"events":[{"id":"e","contact":"c","sent_at":"0001-01-01T00:00:00+23:00"}]}', "beyond"),
        (b'{"events":[{"id":"e","contact":"c","sent_at":"9999-12-31T23:59:59-23:00"}]}', "beyond"),
        (msgspec.json.encode({"events": [{"id": str(n), "contact": "c"} for n in range(501)]}), "length <= 500"),
    ],
)
def test_malformed_batches_say_where(body: bytes, what: str) -> None:
    with pytest.raises(MalformedError, match=what):
        SHOP.parse(request(body))


def test_a_reply_is_one_signed_post() -> None:
    message = Outgoing(
        key="3:0",
        conversation="conv",
        text="30 days.",
        language="en",
        choices=(Choice("ok", "Fine"),),
        citation=Citation("d1", "returns.md", "How long?"),
        at=NOW - timedelta(hours=1),
        now=NOW,
    )
    [call] = SHOP.render(message, "c-1")
    assert (call.method, call.url) == ("POST", "https://shop.test/replies?x=1")
    assert msgspec.json.decode(call.body) == {
        "id": "3:0",
        "conversation": "conv",
        "contact": "c-1",
        "text": "30 days.",
        "author": "flow",
        "at": "2026-11-20T11:00:00Z",
        "language": "en",
        "choices": [{"id": "ok", "label": "Fine"}],
        "source": {"name": "returns.md", "place": "How long?"},
    }
    moment = int(NOW.timestamp())
    digest = hmac.new(SECRET.encode(), f"{moment}.".encode() + call.body, sha256).hexdigest()
    assert call.headers == {
        "content-type": "application/json",
        "idempotency-key": "conv:3:0",
        "x-parley-signature": f"t={moment},v1={digest}",
    }


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (200, {}, Taken()),
        (204, {}, Taken()),
        (429, {"retry-after": "12"}, Later("HTTP 429", 12, "busy")),
        (503, {"retry-after": "Fri, 20 Nov 2026 12:00:00 GMT"}, Later("HTTP 503")),
        (500, {}, Later("HTTP 500")),
        (504, {}, Later("HTTP 504", kind="timeout")),
        (409, {}, Later("HTTP 409: an earlier attempt is still under way")),
        (401, {}, Later("HTTP 401", kind="credentials")),
        (403, {}, Later("HTTP 403", kind="credentials")),
        (301, {}, Refused("HTTP 301")),
        (404, {}, Refused("HTTP 404")),
    ],
)
def test_recovered(status: int, headers: dict[str, str], expected: object) -> None:
    [call] = SHOP.render(Outgoing(key="1:0", conversation="c", text="x", at=NOW, now=NOW), "c-1")
    assert SHOP.recover(call, Reply(status=status, headers=headers, body=b"")) == expected
