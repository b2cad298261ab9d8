"""/api/conversations: the inbox."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from server.history import Said
from server.inbox import Filter, Opened, Page
from server.routes.given import AnyNumber, Asker, Here

TAGS = ["Conversations"]

Status = Literal["bot", "queued", "open", "snoozed", "resolved"]


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an agent writes. The same ``client_id`` again is the same message: a repeated call does no harm."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000, examples=["Your parcel left this morning."])]
    client_id: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Written(msgspec.Struct, frozen=True):
    """The key of the message, unique within the conversation."""

    key: str


class Assignment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The id of the person who is to have the conversation, empty for nobody."""

    to: Annotated[str, msgspec.Meta(max_length=28)]


class Snooze(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Until when a conversation is put off: a moment with its zone, a year ahead at most."""

    until: Annotated[datetime, msgspec.Meta(tz=True)]


@get("/api/conversations", tags=TAGS, needs="see_conversations", sync_to_thread=True)
def list_conversations(
    parts: Here,
    status: FromQuery[list[Status] | None] = None,
    account: FromQuery[str] = "",
    channel: FromQuery[str] = "",
    assigned: Annotated[str, QueryParameter(description="A person's id, or `nobody`.")] = "",
    team: FromQuery[str] = "",
    search: Annotated[str, QueryParameter(max_length=200, description="In names and last messages.")] = "",
    after: Annotated[str, QueryParameter(description="`next` of the page before.")] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> Page:
    """Conversations, lately active first."""
    return parts.inbox.conversations(
        Filter(
            status=tuple(status or ()),
            account=account,
            channel=channel,
            assigned=assigned,
            team=team,
            search=search,
            after=after,
            limit=limit,
        )
    )


@get("/api/conversations/counts", tags=TAGS, needs="see_conversations", sync_to_thread=True)
def count_conversations(parts: Here) -> dict[str, int]:
    """How many conversations there are of each status."""
    return parts.inbox.counts()


@get("/api/conversations/{conversation:str}", tags=TAGS, needs="see_conversations", sync_to_thread=True)
def read_conversation(parts: Here, conversation: FromPath[str]) -> Opened:
    """One conversation with its newest messages, tags, values and the reason of the handoff."""
    return parts.inbox.conversation(conversation)


@get("/api/conversations/{conversation:str}/messages", tags=TAGS, needs="see_conversations", sync_to_thread=True)
def list_messages(
    parts: Here,
    conversation: FromPath[str],
    before: AnyNumber = None,
    after: AnyNumber = None,
) -> list[Said]:
    """A page of messages before or after a position, oldest first."""
    return parts.inbox.messages(conversation, before, -1 if after is None else after)


@get("/api/conversations/{conversation:str}/trace", tags=TAGS, needs="see_conversations", sync_to_thread=True)
def read_trace(parts: Here, conversation: FromPath[str]) -> list[dict[str, Any]]:
    """Why the flow did what it did: the newest turns with the nodes that ran, oldest first."""
    return parts.inbox.trace(conversation)


@post("/api/conversations/{conversation:str}/reply", tags=TAGS, needs="answer", status_code=202, sync_to_thread=True)
def reply(parts: Here, person: Asker, conversation: FromPath[str], data: JSONBody[Reply]) -> Written:
    """Write to the contact through their channel. Who replies to a conversation that nobody has, takes it."""
    return Written(parts.inbox.reply(conversation, person.id, data.text, data.client_id))


@post("/api/conversations/{conversation:str}/note", tags=TAGS, needs="answer", status_code=202, sync_to_thread=True)
def note(parts: Here, person: Asker, conversation: FromPath[str], data: JSONBody[Reply]) -> Written:
    """Write a note that only people here see."""
    return Written(parts.inbox.note(conversation, person.id, data.text, data.client_id))


@post("/api/conversations/{conversation:str}/take", tags=TAGS, needs="answer", status_code=202, sync_to_thread=True)
def take(parts: Here, person: Asker, conversation: FromPath[str]) -> None:
    """Take the conversation: the flow is silent from now on."""
    parts.inbox.take(conversation, person.id)


@post("/api/conversations/{conversation:str}/assign", tags=TAGS, needs="answer", status_code=202, sync_to_thread=True)
def assign(parts: Here, person: Asker, conversation: FromPath[str], data: JSONBody[Assignment]) -> None:
    """Give the conversation to another person, or to nobody."""
    parts.inbox.assign(conversation, person.id, data.to)


@post(
    "/api/conversations/{conversation:str}/give-back", tags=TAGS, needs="answer", status_code=202, sync_to_thread=True
)
def give_back(parts: Here, person: Asker, conversation: FromPath[str]) -> None:
    """Give the conversation back to its flow."""
    parts.inbox.give_back(conversation, person.id)


@post("/api/conversations/{conversation:str}/snooze", tags=TAGS, needs="answer", status_code=202, sync_to_thread=True)
def snooze(parts: Here, person: Asker, conversation: FromPath[str], data: JSONBody[Snooze]) -> None:
    """Put the conversation off; it comes back at that time, or as soon as the contact writes."""
    parts.inbox.snooze(conversation, person.id, data.until)


@post("/api/conversations/{conversation:str}/resolve", tags=TAGS, needs="answer", status_code=202, sync_to_thread=True)
def resolve(parts: Here, person: Asker, conversation: FromPath[str]) -> None:
    """Close the conversation; the contact's next message opens a new one."""
    parts.inbox.resolve(conversation, person.id)


@post("/api/conversations/{conversation:str}/read", tags=TAGS, needs="answer", status_code=202, sync_to_thread=True)
def mark_read(parts: Here, conversation: FromPath[str]) -> None:
    """The agents have seen what there is."""
    parts.inbox.mark_read(conversation)
