"""/api/knowledge: documents in, and a try of what they answer."""

from asyncio import to_thread
from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery, MultipartBody, QueryParameter

from engine.queries import Found
from server import audit
from server.errors import RefusedError, not_found
from server.knowledge import THRESHOLD, Document, Passage
from server.parts import Parts
from server.people import Person
from server.routes.given import Asker, Here
from server.uploads import LARGEST

TAGS = ["Knowledge"]
_FORM_BYTES = 64 * 1024

PATIENCE = 3.0
"""Seconds for which an upload waits for its document to be learnt."""


class Upload(msgspec.Struct, frozen=True):
    """A file, and the language (BCP 47) and market (ISO 3166-1 alpha-2) of what does not name its own."""

    file: UploadFile
    language: str = ""
    market: str = ""


class Tried(msgspec.Struct, frozen=True):
    """What a contact would be told, and the passages it was chosen from, the surest first."""

    answer: Found
    passages: list[Passage]


@get("/api/knowledge", tags=TAGS, needs="see_knowledge", sync_to_thread=True)
def list_documents(parts: Here) -> list[Document]:
    """The documents, the newest first."""
    return parts.knowledge.documents()


@post(
    "/api/knowledge",
    tags=TAGS,
    needs="edit_knowledge",
    request_max_body_size=LARGEST + _FORM_BYTES,
)
async def upload_document(parts: Here, person: Asker, data: MultipartBody[Upload]) -> Document:
    """Read a Markdown, CSV or text file in. A document of the same name, language and market is replaced.

    It answers once its status is `ready`. A short one is so in the reply, a long one is learnt afterwards: the list
    tells how far it is.
    """
    content = await data.file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise RefusedError("too_large", where="file", limit=f"{LARGEST >> 20} MB")
    return await to_thread(_add, parts, person, data, content)


@get("/api/knowledge/try", tags=TAGS, needs="see_knowledge", sync_to_thread=True)
def try_knowledge(
    parts: Here,
    question: Annotated[str, QueryParameter(min_length=1, max_length=1000)],
    spoken: Annotated[str, QueryParameter(name="language", max_length=35, description="BCP 47.")] = "",
    market: FromQuery[str] = "",
    threshold: Annotated[float, QueryParameter(ge=0, le=1)] = THRESHOLD,
) -> Tried:
    """What the knowledge base would answer, and how sure it is."""
    knowledge = parts.knowledge
    return Tried(
        knowledge.answer(question, spoken, threshold, market), knowledge.search(question, spoken, market, top=5)
    )


@get("/api/knowledge/{document:str}", tags=TAGS, needs="see_knowledge", sync_to_thread=True)
def read_document(parts: Here, document: FromPath[str]) -> list[Passage]:
    """What was understood of a document, in its order."""
    return parts.knowledge.passages(document)


@delete("/api/knowledge/{document:str}", tags=TAGS, needs="edit_knowledge", sync_to_thread=True)
def delete_document(parts: Here, person: Asker, document: FromPath[str]) -> None:
    """Forget a document at once."""
    if not parts.knowledge.remove(document):
        raise not_found("document", document)
    with parts.engine.begin() as connection:
        audit.record(connection, person.id, "knowledge.delete", document)


def _add(parts: Parts, person: Person, upload: Upload, content: bytes) -> Document:
    begun = parts.knowledge.begin(upload.file.filename, content, upload.language, upload.market)
    with parts.engine.begin() as connection:
        audit.record(connection, person.id, "knowledge.add", begun.id, name=begun.name, bytes=len(content))
    parts.learner.wake()
    return parts.knowledge.settled(begun, PATIENCE)
