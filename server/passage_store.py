"""Where passages and their vectors lie, as llama-index wants to see it: a vector store over the SQL database.

Import late: llama-index takes seconds.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.schema import BaseNode, NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
    VectorStoreQueryResult,
)
from sqlalchemy import Connection, Engine, Row, delete, insert, select

from server.database import reading
from server.knowledge_models import documents, passages, versions
from server.passage_index import Part, Passage, PassageIndex, passage_of
from server.plain_text import sentences
from server.uploads import Piece

STORED = np.dtype("<f2")
# Vectors of one passage: its questions, and not more sentences than this.
_MOST_SENTENCES = 30


def nodes_of(document: str, pieces: Sequence[Piece], first: int = 0) -> tuple[list[TextNode], list[TextNode]]:
    """A node for each passage, and the small nodes that are embedded to find it: its questions and its sentences.

    ``first`` is the position of the first of these pieces in the document. A sentence is embedded after its question or
    heading, without which it often does not say what it is about.
    """
    large: list[TextNode] = []
    small: list[TextNode] = []
    for position, piece in enumerate(pieces, first):
        heads = piece.questions or _ways_to_say(piece.headings[-1])
        node = TextNode(
            id_=f"{document}-{position}",
            text=piece.text,
            metadata={
                "position": position,
                "title": " › ".join(piece.headings),
                "questions": "\n".join(piece.questions),
                "language": piece.language,
                "market": piece.market,
                "heads": len(heads),
            },
            relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=document)},
        )
        large.append(node)
        said = [f"{heads[0]} {sentence}" for sentence in sentences(piece.text)[:_MOST_SENTENCES]]
        parent = {NodeRelationship.PARENT: RelatedNodeInfo(node_id=node.node_id)}
        small += [TextNode(text=text, relationships=parent) for text in [*heads, *said]]
    return large, small


def _ways_to_say(heading: str) -> list[str]:
    """A heading, and where it has several sentences, each: "Where is my parcel? Tracking an order"."""
    return list(dict.fromkeys([heading, *sentences(heading)]))


def filters(language: str, market: str) -> MetadataFilters:
    """What a question says about itself, for the store's query."""
    return MetadataFilters(
        filters=[MetadataFilter(key="language", value=language), MetadataFilter(key="market", value=market)]
    )


class PassageStore(BasePydanticVectorStore):
    """Passages in the database, searched in memory: meaning and letters fused (``server.passage_index``).

    ``add`` and ``delete`` work in the transaction of ``connection``; the caller counts the version up in it. ``query``
    reads again what changed when the version did, whichever process changed it.
    """

    flat_metadata: bool = True

    _engine: Engine = PrivateAttr()
    _connection: Connection | None = PrivateAttr(default=None)
    _lock: threading.Lock = PrivateAttr(default_factory=threading.Lock)
    _version: int = PrivateAttr(default=-1)
    _parts: dict[str, Part] = PrivateAttr(default_factory=dict)
    _index: PassageIndex | None = PrivateAttr(default=None)

    def __init__(self, engine: Engine, connection: Connection | None = None) -> None:
        super().__init__(stores_text=True)
        self._engine = engine
        self._connection = connection

    @classmethod
    def class_name(cls) -> str:
        return "PassageStore"

    @property
    def client(self) -> Engine:
        return self._engine

    def add(self, nodes: Sequence[BaseNode], **_: Any) -> list[str]:
        """Store passage nodes with the embeddings of the small nodes whose parents they are."""
        vectors: dict[str, list[list[float]]] = {}
        for node in nodes:
            if node.parent_node is not None:
                vectors.setdefault(node.parent_node.node_id, []).append(node.get_embedding())
        rows = [_row(node, vectors[node.node_id]) for node in nodes if node.node_id in vectors]
        self._in_transaction(lambda connection: connection.execute(insert(passages), rows))
        return [row["id"] for row in rows]

    def delete(self, ref_doc_id: str, **_: Any) -> None:
        """Forget a document's passages."""
        gone = delete(passages).where(passages.c.document == ref_doc_id)
        self._in_transaction(lambda connection: connection.execute(gone))

    def query(self, query: VectorStoreQuery, **_: Any) -> VectorStoreQueryResult:
        """The passages that answer best; the similarities are how sure they are to, 0 to 1."""
        if query.mode is not VectorStoreQueryMode.HYBRID or query.query_embedding is None or query.query_str is None:
            raise ValueError("this store answers hybrid queries: it needs both the question and its embedding")
        every = query.filters.filters if query.filters else []
        said = {each.key: str(each.value) for each in every if isinstance(each, MetadataFilter)}
        found = self.index().search(
            query.query_str,
            np.asarray(query.query_embedding, dtype=np.float32),
            said.get("language", ""),
            said.get("market", ""),
            query.doc_ids or (),
            query.similarity_top_k,
        )
        return VectorStoreQueryResult(
            nodes=[_node(passage) for passage in found],
            similarities=[passage.score for passage in found],
            ids=[passage.id for passage in found],
        )

    def index(self) -> PassageIndex:
        """All passages as they are now."""
        with self._lock:
            with reading(self._engine).connect() as connection:
                version = connection.execute(select(versions.c.number)).scalar() or 0
                if self._index is None or version != self._version:
                    self._parts = _changed(connection, self._parts)
                    self._index = PassageIndex(list(self._parts.values()))
                    self._version = version
            return self._index

    def _in_transaction(self, write: Callable[[Connection], object]) -> None:
        if self._connection is not None:
            write(self._connection)
        else:
            with self._engine.begin() as connection:
                write(connection)


def _changed(connection: Connection, known: dict[str, Part]) -> dict[str, Part]:
    """The parts of all documents that are ready; what is known is not read again, for a document never changes."""
    ready = connection.execute(select(documents.c.id, documents.c.name).where(documents.c.status == "ready"))
    named: dict[str, str] = {row.id: row.name for row in ready}
    parts = {document: part for document, part in known.items() if document in named}
    for document in sorted(named.keys() - parts.keys()):
        rows = connection.execute(
            select(passages).where(passages.c.document == document).order_by(passages.c.position)
        ).all()
        if rows:
            parts[document] = _part(rows, named[document])
    return dict(sorted(parts.items()))


def _part(rows: Sequence[Row[Any]], name: str) -> Part:
    vectors = (np.frombuffer(row.vectors, dtype=STORED).reshape(row.heads + row.lines, -1) for row in rows)
    return Part(
        tuple(passage_of(row, name) for row in rows),
        tuple(row.heads for row in rows),
        tuple(vectors),
    )


def _row(node: BaseNode, vectors: list[list[float]]) -> dict[str, Any]:
    return {
        "id": node.node_id,
        "document": node.ref_doc_id,
        "text": node.get_content(),
        "lines": len(vectors) - node.metadata["heads"],
        "vectors": np.asarray(vectors, dtype=STORED).tobytes(),
        **node.metadata,
    }


def _node(passage: Passage) -> TextNode:
    return TextNode(
        id_=passage.id,
        text=passage.text,
        metadata={
            "name": passage.name,
            "title": passage.title,
            "questions": "\n".join(passage.questions),
            "language": passage.language,
            "market": passage.market,
        },
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=passage.document)},
    )
