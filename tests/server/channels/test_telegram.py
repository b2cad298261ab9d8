"""Telegram's updates in, exact requests out; a table each."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from engine.effects import Choice
from engine.events import Attachment, Contact, MessageReceived, Opened
from server.channels.base import (
    Call,
    Incoming,
    Later,
    MalformedError,
    Outgoing,
    Refused,
    Reply,
    Request,
    Taken,
    UnsignedError,
)
from server.channels.telegram import Telegram
from server.happenings import Noticed

TOKEN = "12345678:AAH-abcdefghijklmnopqrstuvwxyz0123"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EPOCH = datetime.fromtimestamp(0, UTC)
BOT = Telegram(token=TOKEN, secret="hook-secret", server="https://telegram.test")
ANNA = {"id": 7, "is_bot": False, "first_name": "Anna", "last_name": "Silva", "language_code": "pt-br"}
KNOWN = Contact(name="Anna Silva", locale="pt-br")


def request(update: Any, secret: str = "hook-secret") -> Request:
    body = update if isinstance(update, bytes) else msgspec.json.encode(update)
    headers = {"x-telegram-bot-api-secret-token": secret} if secret else {}
    return Request(body=body, headers=headers, at=NOW)


def message(**more: Any) -> dict[str, Any]:
    own = {"message_id": 5, "from": ANNA, "chat": {"id": 7, "type": "private"}, "date": 1795000000}
    return {"update_id": 31, "message": own | more}


def received(text: str = "", attachments: tuple[Attachment, ...] = (), **more: Any) -> Incoming:
    event = MessageReceived(id="", at=EPOCH, contact=KNOWN, text=text, attachments=attachments, **more)
    return Incoming(provider_id="31", address="7", event=event, sent_at=datetime(2026, 11, 18, 11, 6, 40, tzinfo=UTC))


def file(kind: str, name: str, url: str = "") -> tuple[Attachment, ...]:
    return (Attachment(kind=kind, name=name, url=url),)


MESSAGES: list[tuple[dict[str, Any], Incoming]] = [
    (message(text="Where is my order?"), received("Where is my order?")),
    (message(text="/starting now"), received("/starting now")),
    (
        message(photo=[{"file_id": "small"}, {"file_id": "large"}], caption="It is torn"),
        received("It is torn", file("image", "photo", "telegram:large")),
    ),
    (message(voice={"file_id": "v1", "duration": 3}), received("", file("audio", "voice", "telegram:v1"))),
    (
        message(document={"file_id": "d1", "file_name": "invoice.pdf"}),
        received("", file("file", "invoice.pdf", "telegram:d1")),
    ),
    (
        message(animation={"file_id": "a1"}, document={"file_id": "a1", "file_name": "a.mp4"}),
        received("", file("video", "animation", "telegram:a1")),
    ),
    (message(sticker={"file_id": "s", "emoji": "x"}), received("", file("unknown", "sticker"))),
    (message(location={"latitude": 1.0, "longitude": 2.0}), received("", file("unknown", "location"))),
    (message(new_thing={"a": 1}), received("", file("unknown", "message"))),
]


@pytest.mark.parametrize(("update", "incoming"), MESSAGES)
def test_messages(update: dict[str, Any], incoming: Incoming) -> None:
    assert BOT.parse(request(update)) == [incoming]


@pytest.mark.parametrize(("text", "source"), [("/start", ""), ("/start ad-17", "ad-17")])
def test_start_opens_the_conversation(text: str, source: str) -> None:
    [incoming] = BOT.parse(request(message(text=text)))
    contact = msgspec.structs.replace(KNOWN, source=source)
    assert incoming.event == Opened(id="", at=EPOCH, contact=contact)


def test_a_tapped_button_is_a_message_with_its_choice() -> None:
    keyboard = {"inline_keyboard": [[{"text": "Track", "callback_data": "track"}, {"text": "Web", "url": "https://x"}]]}
    told = {"chat": {"id": 7}, "message_id": 4, "date": 1, "reply_markup": keyboard}
    update = {"update_id": 32, "callback_query": {"id": "cb9", "from": ANNA, "message": told, "data": "track"}}
    [incoming] = BOT.parse(request(update))
    assert incoming == Incoming(
        provider_id="32",
        address="7",
        event=MessageReceived(id="", at=EPOCH, contact=KNOWN, text="Track", choice="track"),
        receipt="cb9",
    )


@pytest.mark.parametrize(
    ("update", "kind", "text"),
    [
        ({"edited_message": {"message_id": 5, "chat": {"id": 7}, "date": 1, "text": "Blue"}}, "edited", "Blue"),
        ({"my_chat_member": {"chat": {"id": 7}, "date": 1, "new_chat_member": {"status": "kicked"}}}, "blocked", ""),
        ({"my_chat_member": {"chat": {"id": 7}, "date": 1, "new_chat_member": {"status": "member"}}}, "unblocked", ""),
    ],
)
def test_what_is_no_message_is_noticed(update: dict[str, Any], kind: str, text: str) -> None:
    [incoming] = BOT.parse(request({"update_id": 33, **update}))
    assert (incoming.address, incoming.event) == ("7", Noticed(id="", at=EPOCH, kind=kind, text=text))


def test_updates_that_concern_nobody_are_taken_and_left() -> None:
    assert BOT.parse(request({"update_id": 34, "poll": {"id": "p"}})) == []


@pytest.mark.parametrize("secret", ["", "other", "hook-secre", "hook-secret2", "häck"])
def test_without_the_secret_nothing_is_read(secret: str) -> None:
    with pytest.raises(UnsignedError):
        BOT.parse(request(b"{", secret))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"message": {}}',
        b'{"update_id": "x"}',
        b'{"update_id": 1, "message": {"message_id": 1}}',
        b'{"update_id": 1, "message": 3}',
        b"\xff\xfe",
    ],
)
def test_malformed_updates_are_refused(body: bytes) -> None:
    with pytest.raises(MalformedError, match="no update of Telegram's"):
        BOT.parse(request(body))


def outgoing(text: str, *choices: Choice) -> Outgoing:
    return Outgoing(key="1:0", conversation="c", text=text, choices=choices, at=NOW, now=NOW)


def sent(calls: list[Call]) -> list[Any]:
    for call in calls:
        assert (call.method, call.headers) == ("POST", {"content-type": "application/json"})
        assert call.url == f"https://telegram.test/bot{TOKEN}/sendMessage"
    return [msgspec.json.decode(call.body) for call in calls]


LONG = "é" * 33
RENDERED: list[tuple[Outgoing, list[Any]]] = [
    (outgoing("Olá!"), [{"chat_id": 7, "text": "Olá!"}]),
    (
        outgoing("Which?", Choice("a", "Dress"), Choice("b", "Shoes")),
        [
            {
                "chat_id": 7,
                "text": "Which?",
                "reply_markup": {
                    "inline_keyboard": [
                        [{"text": "Dress", "callback_data": "a"}],
                        [{"text": "Shoes", "callback_data": "b"}],
                    ]
                },
            }
        ],
    ),
    # 33 letters of two bytes each do not go into 64 bytes of callback data.
    (
        outgoing("Which?", Choice(LONG, "Dress"), Choice("b", "Shoes")),
        [{"chat_id": 7, "text": "Which?\n\n1. Dress\n2. Shoes"}],
    ),
    (outgoing("", Choice("a", "Dress")), [{"chat_id": 7, "text": "1. Dress"}]),
    (outgoing("a" * 4096), [{"chat_id": 7, "text": "a" * 4096}]),
    (outgoing("a" * 4000 + " " + "b" * 200), [{"chat_id": 7, "text": "a" * 4000}, {"chat_id": 7, "text": "b" * 200}]),
    # Telegram counts UTF-16: a face is two.
    (outgoing("😀" * 2049), [{"chat_id": 7, "text": "😀" * 2048}, {"chat_id": 7, "text": "😀"}]),
    (outgoing("  \n "), []),
]


@pytest.mark.parametrize(("message", "expected"), RENDERED)
def test_rendered(message: Outgoing, expected: list[Any]) -> None:
    assert sent(BOT.render(message, "7")) == expected


def test_the_keyboard_stands_under_the_last_part() -> None:
    first, second = sent(BOT.render(outgoing("a" * 4000 + "\n" + "b" * 200, Choice("x", "X")), "7"))
    assert "reply_markup" not in first
    assert second["reply_markup"]["inline_keyboard"] == [[{"text": "X", "callback_data": "x"}]]


def test_an_event_is_acknowledged() -> None:
    [call] = BOT.acknowledge("cb9")
    assert call.url == f"https://telegram.test/bot{TOKEN}/answerCallbackQuery"
    assert msgspec.json.decode(call.body) == {"callback_query_id": "cb9"}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b'{"ok":true,"result":{"message_id":77}}', Taken("77")),
        (200, b'{"ok":true,"result":true}', Taken("")),
        (
            429,
            b'{"ok":false,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}',
            Later("Too Many Requests: retry after 7", 7, "busy"),
        ),
        (502, b"<html>", Later("HTTP 502")),
        (200, b"<html>", Later("HTTP 200", kind="timeout")),
        (401, b'{"ok":false,"description":"Unauthorized"}', Later("Unauthorized", kind="credentials")),
        (
            403,
            b'{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}',
            Refused("Forbidden: bot was blocked by the user", "blocked"),
        ),
        (400, b'{"ok":false,"description":"Bad Request: chat not found"}', Refused("Bad Request: chat not found")),
    ],
)
def test_recovered(status: int, body: bytes, expected: object) -> None:
    [call] = BOT.acknowledge("x")
    assert BOT.recover(call, Reply(status=status, headers={}, body=body)) == expected


def test_nothing_printed_shows_a_secret() -> None:
    [call] = BOT.acknowledge("x")
    assert TOKEN not in repr(BOT) + repr(call)
    assert "hook-secret" not in repr(BOT)
