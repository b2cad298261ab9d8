"""/api/dead-letters: messages that could not be sent."""

from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from server.dead_letters import Count, Page
from server.routes.given import Asker, Here

TAGS = ["Dead letters"]


class Which(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one account, of one kind of fault; what is left out asks for nothing."""

    account: Annotated[str, msgspec.Meta(max_length=64, examples=["luna-telegram"])] = ""
    kind: Annotated[str, msgspec.Meta(max_length=12, examples=["credentials"])] = ""


class Again(msgspec.Struct, frozen=True):
    """How many messages are sent again."""

    count: int


class Gone(msgspec.Struct, frozen=True):
    """How many messages are sent no more."""

    count: int


@get("/api/dead-letters", tags=TAGS, needs="see_conversations", sync_to_thread=True)
def list_dead_letters(
    parts: Here,
    account: FromQuery[str] = "",
    kind: Annotated[str, QueryParameter(description="A kind of fault, such as `refused` or `blocked`.")] = "",
    after: Annotated[str, QueryParameter(description="`next` of the page before.")] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> Page:
    """Messages that could not be sent, the newest first."""
    return parts.dead_letters.page(account, kind, after, limit)


@get("/api/dead-letters/counts", tags=TAGS, needs="see_conversations", sync_to_thread=True)
def count_dead_letters(parts: Here) -> list[Count]:
    """How many there are of each account and kind of fault, the most first."""
    return parts.dead_letters.counts()


@post("/api/dead-letters/send-again", tags=TAGS, needs="edit_channels", status_code=202, sync_to_thread=True)
def send_all_again(parts: Here, person: Asker, data: JSONBody[Which]) -> Again:
    """Send them all again, or those of an account or a kind of fault. Accounts that are switched off are left out."""
    return Again(parts.dead_letters.send_all_again(data.account, data.kind, person=person.id))


@post("/api/dead-letters/discard", tags=TAGS, needs="edit_channels", status_code=200, sync_to_thread=True)
def discard_all(parts: Here, person: Asker, data: JSONBody[Which]) -> Gone:
    """Let them all go, or those of an account or a kind of fault."""
    return Gone(parts.dead_letters.discard_all(data.account, data.kind, person=person.id))


@post("/api/dead-letters/{message:str}/send-again", tags=TAGS, needs="answer", status_code=202, sync_to_thread=True)
def send_again(parts: Here, person: Asker, message: FromPath[str]) -> None:
    """Send a message again: it leaves before what its conversation still has to say."""
    parts.dead_letters.send_again(message, person=person.id)


@delete("/api/dead-letters/{message:str}", tags=TAGS, needs="answer", sync_to_thread=True)
def discard(parts: Here, person: Asker, message: FromPath[str]) -> None:
    """Let a message go: its conversation shows that it failed, and it is sent no more."""
    parts.dead_letters.discard(message, person=person.id)
