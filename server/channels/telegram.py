"""Telegram bots. Rules from outside: core.telegram.org/bots/api (updates, sendMessage, limits)."""

import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

import msgspec

from engine.events import Attachment, Contact, MessageReceived, Opened
from flows.appearance import divided, numbered
from server.channels.base import (
    Call,
    Channel,
    Incoming,
    Later,
    Limits,
    MalformedError,
    Outgoing,
    Recovered,
    Refused,
    Reply,
    Request,
    Secret,
    Taken,
    UnsignedError,
    buttons_fit,
)
from server.happenings import Noticed
from server.pacing import Pace, Rate
from server.settings import Settings

SIGNATURE = "x-telegram-bot-api-secret-token"

# What a message may be beside text, and which kind of file that is to us.
_FILES = {
    "photo": "image",
    "voice": "audio",
    "audio": "audio",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "document": "file",
    "sticker": "unknown",
    "location": "unknown",
    "venue": "unknown",
    "contact": "unknown",
    "poll": "unknown",
    "dice": "unknown",
    "story": "unknown",
}


class _Json(msgspec.Struct, frozen=True):
    """Tolerates what Telegram will add."""


class _User(_Json, frozen=True):
    first_name: str = ""
    last_name: str = ""
    language_code: str = ""


class _Chat(_Json, frozen=True):
    id: int


class _Message(_Json, frozen=True):
    message_id: int
    chat: _Chat
    date: int = 0
    from_: _User | None = msgspec.field(default=None, name="from")
    text: str = ""
    caption: str = ""


class _Member(_Json, frozen=True):
    status: str


class _MemberChange(_Json, frozen=True):
    chat: _Chat
    new_chat_member: _Member
    date: int = 0
    from_: _User | None = msgspec.field(default=None, name="from")


class _Tapped(_Json, frozen=True):
    chat: _Chat
    text: str = ""
    reply_markup: dict[str, Any] = {}


class _Callback(_Json, frozen=True):
    id: str
    from_: _User = msgspec.field(name="from")
    message: _Tapped | None = None
    data: str = ""


class _Update(_Json, frozen=True):
    update_id: int
    message: msgspec.Raw = msgspec.Raw()
    edited_message: _Message | None = None
    callback_query: _Callback | None = None
    my_chat_member: _MemberChange | None = None


class _Result(_Json, frozen=True):
    message_id: int = 0


class _Parameters(_Json, frozen=True):
    retry_after: float = 0.0


class _Answer(_Json, frozen=True):
    ok: bool
    result: Any = None
    description: str = ""
    parameters: _Parameters = _Parameters()


_update = msgspec.json.Decoder(_Update)
_message = msgspec.json.Decoder(_Message)
_anything = msgspec.json.Decoder(dict[str, Any])
_answer = msgspec.json.Decoder(_Answer)


class Telegram(Channel, frozen=True, kw_only=True):
    """A Telegram bot. Once this is saved, you see the command that tells Telegram where to send its messages."""

    KIND = "telegram"
    TITLE = "Telegram"
    ICON = "send"
    LIMITS: ClassVar[Limits] = Limits(text=4096, choices=100, choice_bytes=64, choice_label=None)
    # core.telegram.org/bots/faq: 1 a second to a chat, short bursts aside; 30 a second in all; 20 a minute to a group.
    PACE: ClassVar[Pace] = Pace(
        account=Rate(30, 1, burst=30), receiver=Rate(1, 1, burst=3), group=Rate(20, 60, burst=3)
    )

    token: Annotated[
        Secret, msgspec.Meta(title="Bot token", description="What @BotFather gave you.", pattern=r"^\d+:[\w-]{20,}$")
    ]
    secret: Annotated[
        Secret,
        msgspec.Meta(
            title="Secret",
            description="Of your choice: letters, digits, - and _. It goes into the command that you see after saving.",
            pattern=r"^[A-Za-z0-9_-]{1,256}$",
        ),
    ]
    server: str = "https://api.telegram.org"

    @classmethod
    def given(cls, settings: Settings) -> dict[str, Any]:
        return {"server": settings.telegram_url}

    @classmethod
    def is_group(cls, address: str) -> bool:
        return address.startswith("-")

    def parse(self, request: Request) -> list[Incoming]:
        told = request.headers.get(SIGNATURE, "")
        if not self.secret or not hmac.compare_digest(told.encode(), self.secret.encode()):
            raise UnsignedError("The header X-Telegram-Bot-Api-Secret-Token is not this account's secret.")
        try:
            update = _update.decode(request.body)
            for read in _READERS:
                if (incoming := read(update)) is not None:
                    return [incoming]
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            raise MalformedError(f"This is no update of Telegram's: {fault}") from None
        return []

    def render(self, message: Outgoing, to: str) -> list[Call]:
        text, keyboard = message.text, None
        if message.choices:
            if text and buttons_fit(message.choices, self.LIMITS):
                rows = [[{"text": choice.label, "callback_data": choice.id}] for choice in message.choices]
                keyboard = {"inline_keyboard": rows}
            else:
                text = numbered(text, message.choices)
        said = divided(text, self.LIMITS.text)
        calls = [self._call("sendMessage", {"chat_id": int(to), "text": part}) for part in said[:-1]]
        last: dict[str, Any] = {"chat_id": int(to), "text": said[-1]} if said else {}
        if keyboard:
            last["reply_markup"] = keyboard
        return [*calls, self._call("sendMessage", last)] if last else calls

    def recover(self, call: Call, reply: Reply) -> Recovered:  # noqa: ARG002 the answer says it all
        try:
            answer = _answer.decode(reply.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            answer = _Answer(ok=False, description=f"HTTP {reply.status}")
        if answer.ok and reply.status == 200:
            result = answer.result if isinstance(answer.result, dict) else {}
            return Taken(str(result.get("message_id", "")))
        reason = answer.description or f"HTTP {reply.status}"
        after = answer.parameters.retry_after
        if reply.status == 429:
            return Later(reason, after, "busy")
        # A token that is nobody's is 401, one that is no token 404.
        if reply.status in (401, 404):
            return Later(reason, after, "credentials")
        # 200 without an answer that can be read: it may have arrived.
        if reply.status in (200, 504):
            return Later(reason, after, "timeout")
        if reply.status >= 500:
            return Later(reason, after)
        return Refused(reason, "blocked" if reply.status == 403 else "refused")

    def acknowledge(self, receipt: str) -> list[Call]:
        return [self._call("answerCallbackQuery", {"callback_query_id": receipt})]

    def _call(self, method: str, arguments: dict[str, Any]) -> Call:
        return Call(
            url=f"{self.server}/bot{self.token}/{method}",
            body=msgspec.json.encode(arguments),
            headers={"content-type": "application/json"},
        )


def _written(update: _Update) -> Incoming | None:
    if not bytes(update.message):
        return None
    message = _message.decode(update.message)
    contact = _contact(message.from_)
    command, _, payload = message.text.partition(" ")
    event: Opened | MessageReceived
    if command == "/start":
        source = payload.strip()
        told = msgspec.structs.replace(contact, source=source) if source else contact
        event = Opened(id="", at=_EPOCH, contact=told)
    else:
        event = MessageReceived(
            id="",
            at=_EPOCH,
            contact=contact,
            text=message.text or message.caption,
            attachments=_attachments(_anything.decode(update.message)),
        )
    return Incoming(
        provider_id=str(update.update_id), address=str(message.chat.id), event=event, sent_at=_time(message.date)
    )


def _edited(update: _Update) -> Incoming | None:
    message = update.edited_message
    if message is None:
        return None
    event = Noticed(id="", at=_EPOCH, kind="edited", text=message.text or message.caption)
    return Incoming(
        provider_id=str(update.update_id), address=str(message.chat.id), event=event, sent_at=_time(message.date)
    )


def _tapped(update: _Update) -> Incoming | None:
    callback = update.callback_query
    if callback is None or callback.message is None:
        return None
    event = MessageReceived(
        id="",
        at=_EPOCH,
        contact=_contact(callback.from_),
        text=_label(callback.message.reply_markup, callback.data),
        choice=callback.data,
    )
    return Incoming(
        provider_id=str(update.update_id),
        address=str(callback.message.chat.id),
        event=event,
        receipt=callback.id,
    )


def _member(update: _Update) -> Incoming | None:
    change = update.my_chat_member
    if change is None:
        return None
    gone = change.new_chat_member.status in ("kicked", "left")
    event = Noticed(id="", at=_EPOCH, kind="blocked" if gone else "unblocked")
    return Incoming(
        provider_id=str(update.update_id), address=str(change.chat.id), event=event, sent_at=_time(change.date)
    )


_READERS: tuple[Callable[[_Update], Incoming | None], ...] = (_written, _tapped, _edited, _member)
_EPOCH = datetime.fromtimestamp(0, UTC)


def _contact(user: _User | None) -> Contact:
    if user is None:
        return Contact()
    return Contact(name=f"{user.first_name} {user.last_name}".strip(), locale=user.language_code)


def _time(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (OverflowError, ValueError, OSError):
        return None


def _attachments(message: dict[str, Any]) -> tuple[Attachment, ...]:
    """The files of a message; ``url`` is Telegram's file id until the file is fetched."""
    found = []
    for name, kind in _FILES.items():
        if (held := message.get(name)) is None or (name == "document" and "animation" in message):
            continue
        largest = held[-1] if isinstance(held, list) and held else held
        told = largest if isinstance(largest, dict) else {}
        file_id = told.get("file_id")
        found.append(
            Attachment(
                kind=kind,
                name=str(told.get("file_name") or name),
                url=f"telegram:{file_id}" if kind != "unknown" and isinstance(file_id, str) else "",
            )
        )
    if not found and not (message.get("text") or message.get("caption")):
        found.append(Attachment(kind="unknown", name="message"))
    return tuple(found)


def _label(keyboard: dict[str, Any], data: str) -> str:
    """What the tapped button said; it comes back with the message it stood under."""
    rows = keyboard.get("inline_keyboard")
    for row in rows if isinstance(rows, list) else ():
        for button in row if isinstance(row, list) else ():
            if isinstance(button, dict) and button.get("callback_data") == data:
                return str(button.get("text", ""))
    return data
