"""What the shop knows: documents go in, answers with their source come out.

Nothing here reaches for a network but, where one is configured, for the model service that puts the answers.

llama-index is imported at the first use that needs it, and the language model behind the embeddings with it: a process
that never asks, and an empty knowledge base, pay for neither.
"""

import logging
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Engine, func, insert, select

from engine.queries import Citation, Found
from server import metrics
from server.database import reading
from server.delicate import topic_of
from server.ids import new_id
from server.knowledge_models import documents as _documents
from server.knowledge_models import passages as _passages
from server.knowledge_models import pieces as _pieces
from server.learning import forget, learn, learnt_so_far, put_in_line
from server.leases import LEASE
from server.model_service import ModelError
from server.passage_index import THRESHOLD, Passage, passage_of
from server.plain_text import one_line, sentences
from server.uploads import KnowledgeError, understand

if TYPE_CHECKING:
    from server.passage_store import PassageStore
    from server.phrasing import Phrased, Phraser

__all__ = ["THRESHOLD", "Document", "Knowledge", "KnowledgeError", "Passage"]

log = logging.getLogger("parley.knowledge")

MOST_PASSAGES = 20_000
LONGEST_QUESTION = 1_000
LONGEST_NAME = 200
# Seconds between two looks at how far a document is.
_LOOK = 0.05
# A section up to this many characters is an answer as it is; of a longer one the sentences that answer are said.
_SHORT = 280
_SAID = 400
# A sentence this much less like the question than the best one is left out.
_NEAR = 0.12


class Document(msgspec.Struct, frozen=True):
    """An uploaded document. ``status``: "processing", "ready" or "failed" with a ``reason``; ``size`` in bytes.

    Of its ``passages`` so many are ``learnt``.
    """

    id: str
    name: str
    kind: str
    language: str
    market: str
    size: int
    passages: int
    learnt: int
    status: str
    reason: str
    created: datetime


_listed = select(
    *(_documents.c[name] for name in Document.__struct_fields__ if name != "learnt"), learnt_so_far().label("learnt")
)


class Knowledge:
    """The knowledge base in one database; make one a process, threads share it."""

    def __init__(self, engine: Engine, phraser: "Phraser | None" = None) -> None:
        self._engine = engine
        self._phraser = phraser
        self._reads = reading(engine)
        self._making = threading.Lock()
        self._store: PassageStore | None = None

    def begin(self, name: str, content: bytes, language: str = "", market: str = "", held: bool = False) -> Document:
        """Understand a file and put it in line to be learnt (``server.learning``); it answers when it is ready.

        language (BCP 47) and market (ISO 3166-1 alpha-2) hold for what does not say otherwise; without a language each
        passage's own is detected. A document of the same name, language and market is replaced. ``held``: the caller
        learns it.
        Raises KnowledgeError: the file cannot be read (``server.uploads``), or the knowledge base is full.
        """
        name = one_line(name)[:LONGEST_NAME]
        upload = understand(name, content, language, market)
        now = datetime.now(UTC)
        document = Document(
            id=new_id(),
            name=name,
            kind=upload.kind,
            language=language,
            market=market,
            size=len(content),
            passages=len(upload.pieces),
            learnt=0,
            status="processing",
            reason="",
            created=now,
        )
        row = {name: value for name, value in msgspec.structs.asdict(document).items() if name != "learnt"}
        with self._engine.begin() as connection:
            known = sum(connection.scalar(select(func.count()).select_from(one)) or 0 for one in (_passages, _pieces))
            if known + len(upload.pieces) > MOST_PASSAGES:
                raise KnowledgeError("knowledge_full", where=name, limit=MOST_PASSAGES)
            connection.execute(insert(_documents), row | {"learn_at": now + LEASE if held else now})
            put_in_line(connection, document.id, upload.pieces)
        return document

    def settled(self, document: Document, seconds: float) -> Document:
        """The document once it is learnt or has failed, or as it is after ``seconds``; also one that was removed."""
        until = time.monotonic() + seconds
        while document.status == "processing" and time.monotonic() < until:
            time.sleep(_LOOK)
            document = self.document(document.id) or msgspec.structs.replace(document, status="failed")
        return document

    def add(self, name: str, content: bytes, language: str = "", market: str = "") -> Document:
        """``begin``, and learn it at once: it answers from when this returns. Seconds to a minute for a long one."""
        document = self.begin(name, content, language, market, held=True)
        learn(self._engine, document.id)
        return msgspec.structs.replace(document, status="ready", learnt=document.passages)

    def remove(self, document: str) -> bool:
        """Forget a document at once, in every process; False if there is none of that id."""
        with self._engine.begin() as connection:
            return forget(connection, [document])

    def documents(self) -> list[Document]:
        """All documents, the newest first."""
        with self._reads.connect() as connection:
            return [_document(row) for row in connection.execute(_listed.order_by(_documents.c.id.desc()))]

    def document(self, document: str) -> Document | None:
        """The document of that id, if there is one."""
        with self._reads.connect() as connection:
            row = connection.execute(_listed.where(_documents.c.id == document)).one_or_none()
        return None if row is None else _document(row)

    def passages(self, document: str) -> list[Passage]:
        """What was understood of a document, in its order: for a person to look through."""
        asked = select(_passages, _documents.c.name).join(_documents, _documents.c.id == _passages.c.document)
        with self._reads.connect() as connection:
            rows = connection.execute(
                asked.where(_passages.c.document == document).order_by(_passages.c.position)
            ).all()
        return [passage_of(row, row.name) for row in rows]

    def search(
        self, question: str, language: str, market: str = "", documents: Sequence[str] = (), top: int = 3
    ) -> list[Passage]:
        """The passages that answer best, the surest first, each with its score from 0 to 1.

        language: what the question is in (BCP 47, empty if unknown); passages in it go first. market: only what holds
        there or everywhere. documents: ids, none meaning all.
        """
        question = one_line(question[:LONGEST_QUESTION])
        if not any(sign.isalpha() for sign in question) or not self._any_passage():
            return []
        from llama_index.core import VectorStoreIndex
        from llama_index.core.retrievers import VectorIndexRetriever
        from llama_index.core.vector_stores.types import VectorStoreQueryMode

        from server.embedding import SentenceEmbedding
        from server.passage_store import filters

        embedding = SentenceEmbedding()
        retriever = VectorIndexRetriever(
            VectorStoreIndex.from_vector_store(self._passage_store(), embed_model=embedding),
            similarity_top_k=top,
            vector_store_query_mode=VectorStoreQueryMode.HYBRID,
            filters=filters(language, market),
            doc_ids=list(documents),
            embed_model=embedding,
        )
        return [
            Passage(
                id=hit.node.node_id,
                document=hit.node.ref_doc_id or "",
                name=hit.node.metadata["name"],
                title=hit.node.metadata["title"],
                questions=tuple(hit.node.metadata["questions"].split("\n")) if hit.node.metadata["questions"] else (),
                text=hit.node.get_content(),
                language=hit.node.metadata["language"],
                market=hit.node.metadata["market"],
                score=hit.score or 0.0,
            )
            for hit in retriever.retrieve(question)
        ]

    def answer(
        self,
        question: str,
        language: str,
        threshold: float = THRESHOLD,
        market: str = "",
        documents: Sequence[str] = (),
        seconds: float | None = None,
    ) -> Found:
        """The answer, or, below the threshold, an empty text with the best there was.

        It is in the shop's own words: of a question with an answer the answer, of a longer text the sentences that
        answer. With a model it is what the model makes of them in ``language``, within ``seconds`` (None: the
        setting's; 0: it is not asked); where it fails or is not believed, the shop's own words with the reason. What
        is no matter for a model (``server.delicate``) is not given to it. Where nothing can be found at all (no
        knowledge, no word in the question), an empty ``Found``.
        """
        question = one_line(question[:LONGEST_QUESTION])
        topic = topic_of(question) if self._phraser else None
        if topic is not None and topic != "paying":
            return Found(reason=f"topic:{topic}")
        found = self.search(question, language, market, documents)
        if not found:
            return Found()
        best = found[0]
        if best.score < threshold:
            return Found(score=best.score, citation=_citation(best))
        said = self._phrased(question, language, found, seconds) if topic is None else f"topic:{topic}"
        if not isinstance(said, str):
            citation = _citation(said.passage)
            return Found(text=said.text, score=best.score, language=said.language, citation=citation, phrased=True)
        text = best.text if best.questions else _sentences_that_answer(question, best)
        spoken = best.language or language
        return Found(text=text, score=best.score, language=spoken, citation=_citation(best), reason=said)

    def _phrased(
        self, question: str, language: str, found: Sequence[Passage], seconds: float | None
    ) -> "Phrased | str":
        """What the model makes of the passages, or why it makes nothing of them; empty without a model."""
        if self._phraser is None:
            return ""
        if topic := topic_of(_place(found[0])):
            return f"topic:{topic}"
        reason = "fault"
        try:
            said = self._phraser.phrase(question, language, found, seconds)
        except ModelError as fault:
            reason = fault.reason
        except Exception:  # whatever fails, the shop's own words are there
            log.exception("An answer could not be put by the model")
        else:
            metrics.model_answers.labels("said").inc()
            return said
        metrics.model_answers.labels(reason.partition(" ")[0]).inc()
        return f"model:{reason}"

    def warm(self) -> None:
        """Load what answering needs now, if there is any knowledge: three seconds that no contact has to wait."""
        if self._any_passage():
            self.search("warm", "en", top=1)

    def _any_passage(self) -> bool:
        with self._reads.connect() as connection:
            return connection.execute(select(_passages.c.id).limit(1)).first() is not None

    def _passage_store(self) -> "PassageStore":
        with self._making:
            if self._store is None:
                from server.passage_store import PassageStore

                self._store = PassageStore(self._engine)
            return self._store


def _document(row: Any) -> Document:
    return Document(**row._mapping)  # noqa: SLF001  (SQLAlchemy's public name for it)


def _place(passage: Passage) -> str:
    return passage.questions[0] if passage.questions else passage.title


def _citation(passage: Passage) -> Citation:
    return Citation(document=passage.document, name=passage.name, place=_place(passage))


def _sentences_that_answer(question: str, passage: Passage) -> str:
    """Of a short passage all; of a longer one the sentences most like the question, in their order."""
    parts = sentences(passage.text)
    if len(passage.text) <= _SHORT or len(parts) < 2:
        return passage.text
    from server.embedding import encode

    vectors = encode([question, *parts])
    likeness = vectors[1:] @ vectors[0]
    chosen: set[int] = set()
    length = 0
    for at in sorted(range(len(parts)), key=lambda at: -float(likeness[at])):
        if chosen and (likeness[at] < likeness.max() - _NEAR or length + len(parts[at]) > _SAID):
            break
        chosen.add(at)
        length += len(parts[at])
    said = [parts[at] for at in sorted(chosen)]
    return ("\n" if any(part.startswith("- ") for part in said) else " ").join(said)
