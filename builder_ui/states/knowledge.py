"""The knowledge base: what has been uploaded, and what it answers."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import reflex as rx

from builder_ui import backend
from builder_ui.phrased import how_put
from builder_ui.state import State, handler, in_thread
from builder_ui.states.removal import Removal
from builder_ui.words import Language, say
from schemas.words import country_name, language_name
from server.errors import RefusedError
from server.knowledge import Document
from server.passage_index import THRESHOLD, Passage
from server.uploads import LARGEST

LANGUAGES = ("", "en", "zh", "de", "fr", "es", "it", "pt", "nl", "ja", "ko", "th", "vi", "id", "ms", "ar", "ru", "pl")
SHOWN = 200


@dataclass(frozen=True)
class DocumentRow:
    """A document in the list. `about` names its language and market, `progress` is in percent."""

    id: str
    name: str
    kind: str
    about: str
    passages: int
    size: str
    status: str
    progress: int
    reason: str
    created: str


@dataclass(frozen=True)
class PassageRow:
    """A passage: what was understood, or what was found. `score` is in percent."""

    title: str
    text: str
    name: str
    about: str
    score: int


@dataclass(frozen=True)
class Problem:
    """A file that could not be read, and what to do about it."""

    name: str
    message: str
    faults: str


class Knowledge(Removal, State):
    """What one tab shows. `asked` is the question that `answer` and `hits` are about; `put` says who put the answer."""

    rows: list[DocumentRow] = []  # noqa: RUF012
    loaded: bool = False
    language: str = ""
    reading: str = ""
    problems: list[Problem] = []  # noqa: RUF012
    leaving_passages: int = 0
    looked_at: str = ""
    passages: list[PassageRow] = []  # noqa: RUF012
    asked: str = ""
    answer: str = ""
    sure: bool = False
    score: int = 0
    citation: str = ""
    put: str = ""
    hits: list[PassageRow] = []  # noqa: RUF012
    asking: bool = False

    @handler("see_knowledge")
    async def load(self) -> None:
        """Show the documents."""
        await self._list()
        self.loaded = True

    @handler("edit_knowledge")
    async def choose_for(self, language: str) -> None:
        """Say what language the next files are in; empty: as each text is."""
        self.language = language if language in LANGUAGES else ""

    @handler("edit_knowledge")
    async def add(self, files: list[rx.UploadFile]) -> AsyncIterator[Any]:
        """Read the files one after the other; one that cannot be read leaves the others alone.

        They are learnt afterwards, while one does something else; the list tells how far they are.
        """
        self.problems = []
        for number, file in enumerate(files, 1):
            name = file.name or self._say("knowledge.a_file")
            self.reading = self._say("knowledge.reading", name=name, number=number, total=len(files))
            yield
            content = await file.read(LARGEST + 1)
            try:
                await in_thread(backend.here().knowledge.begin, name, content, self.language)
            except RefusedError as refused:
                faults = "\n".join(f"{fault.path}: {fault.message}" for fault in refused.faults)
                self.problems = [*self.problems, Problem(name, refused.said(self._language()), faults)]
            else:
                backend.here().learner.wake()
            await self._list()
        self.reading = ""
        done = len(files) - len(self.problems)
        if done:
            yield rx.toast.success(self._say("knowledge.added", n=done))

    @handler("edit_knowledge")
    async def ask_to_remove(self, document: str) -> None:
        """Ask before a document is lost, naming it."""
        row = next((row for row in self.rows if row.id == document), None)
        if row is not None:
            self.leaving, self.leaving_name, self.leaving_passages = row.id, row.name, row.passages

    @handler("edit_knowledge")
    async def remove(self) -> Any:
        """Remove the document that was asked about."""
        await in_thread(backend.here().knowledge.remove, self.leaving)
        self.leaving = ""
        await self._list()
        return rx.toast.success(self._say("knowledge.removed", name=self.leaving_name))

    @handler("see_knowledge")
    async def look(self, document: str, name: str) -> None:
        """Show what was understood of a document."""
        found = await in_thread(backend.here().knowledge.passages, document)
        self.passages = [_passage(passage, self._language()) for passage in found[:SHOWN]]
        self.looked_at = name

    @handler("see_knowledge")
    async def look_away(self, is_open: bool = False) -> None:
        """Close what was understood."""
        if not is_open:
            self.looked_at = ""
            self.passages = []

    @handler("see_knowledge")
    async def ask(self, form: dict[str, str]) -> AsyncIterator[None]:
        """Ask the knowledge base as a contact would."""
        question = form.get("question", "").strip()
        if not question:
            return
        self.asking = True
        yield
        try:
            knowledge = backend.here().knowledge
            hits = await in_thread(knowledge.search, question, "")
            found = await in_thread(knowledge.answer, question, "")
        finally:
            self.asking = False
        self.asked = question
        self.sure = bool(found.text)
        self.answer = found.text
        self.score = round(100 * found.score)
        self.citation = " · ".join(filter(None, (found.citation.name, found.citation.place))) if found.citation else ""
        self.put = how_put(found.phrased, found.reason, self.sure, self._language())
        self.hits = [_passage(hit, self._language()) for hit in hits]

    async def _follow(self) -> None:
        """Documents have come, gone or been learnt a bit further."""
        if self.loaded and self.router.url.path.rstrip("/") == "/knowledge":
            await self._list()

    async def _list(self) -> None:
        found = await in_thread(backend.here().knowledge.documents)
        self.rows = [_row(document, self._language()) for document in found]


def threshold() -> int:
    """From how many percent an answer is given, unless a node says otherwise."""
    return round(100 * THRESHOLD)


def _row(document: Document, language: Language) -> DocumentRow:
    return DocumentRow(
        id=document.id,
        name=document.name,
        kind=document.kind,
        about=_about(document.language, document.market, language) or say("knowledge.by_text", language),
        passages=document.passages,
        size=_size(document.size),
        status=document.status,
        progress=100 * document.learnt // document.passages,
        reason=say("knowledge.interrupted", language) if document.reason == "interrupted" else document.reason,
        created=document.created.isoformat(),
    )


def _passage(passage: Passage, language: Language) -> PassageRow:
    return PassageRow(
        title=passage.questions[0] if passage.questions else passage.title,
        text=passage.text,
        name=passage.name,
        about=_about(passage.language, passage.market, language),
        score=round(100 * passage.score),
    )


def _about(spoken: str, market: str, language: Language) -> str:
    named = (language_name(spoken, language) if spoken else "", country_name(market, language) if market else "")
    return " · ".join(filter(None, named))


def _size(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, round(size / 1024))} KB"
