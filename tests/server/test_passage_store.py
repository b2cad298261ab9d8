"""The vector store by llama-index's own doors."""

import pytest
from llama_index.core import VectorStoreIndex
from llama_index.core.vector_stores.types import VectorStoreQuery, VectorStoreQueryMode
from sqlalchemy import Engine, insert

from server.embedding import SentenceEmbedding
from server.ids import new_id
from server.knowledge import Knowledge
from server.knowledge_models import documents
from server.passage_store import PassageStore, filters, nodes_of
from server.uploads import Piece

PIECES = (
    Piece(text="By card or PayPal.", questions=("How can I pay?", "Do you take PayPal?"), language="en"),
    Piece(text="Rub it with a cloth. Never boil it.", headings=("Care", "Silver"), language="en"),
)


def test_small_nodes_are_embedded_and_large_ones_found() -> None:
    large, small = nodes_of("d", PIECES)
    assert [node.node_id for node in large] == ["d-0", "d-1"]
    assert [(node.text, node.parent_node and node.parent_node.node_id) for node in small] == [
        ("How can I pay?", "d-0"),
        ("Do you take PayPal?", "d-0"),
        ("How can I pay? By card or PayPal.", "d-0"),
        ("Silver", "d-1"),
        ("Silver Rub it with a cloth.", "d-1"),
        ("Silver Never boil it.", "d-1"),
    ]


def test_an_index_of_llama_index_retrieves_from_it_and_deletes_in_it(database: Engine) -> None:
    known = Knowledge(database).add("care.md", b"# Care\n\n## Silver\n\nRub it with a cloth.\n", "en")
    store = PassageStore(database)
    retriever = VectorStoreIndex.from_vector_store(store, embed_model=SentenceEmbedding()).as_retriever(
        vector_store_query_mode="hybrid", similarity_top_k=2, filters=filters("en", ""), doc_ids=[known.id]
    )
    [hit] = retriever.retrieve("How do I clean silver?")
    assert (hit.node.ref_doc_id, hit.text, hit.metadata["title"]) == (known.id, "Rub it with a cloth.", "Care › Silver")
    assert hit.score is not None
    assert 0 < hit.score <= 1
    store.delete(known.id)
    assert PassageStore(database).index().search("silver", [], "en", "", (), 1) == []


def test_nodes_added_without_a_transaction_of_ones_own(database: Engine) -> None:
    document = Knowledge(database).add("a.md", b"# A\n\nB.\n", "en")
    other = new_id()
    row = {
        "id": other,
        "name": "b",
        "kind": "csv",
        "size": 1,
        "passages": 2,
        "status": "ready",
        "reason": "",
        "language": "",
        "market": "",
        "created": document.created,
    }
    with database.begin() as connection:
        connection.execute(insert(documents), row)
    large, small = nodes_of(other, PIECES)
    assert PassageStore(database).add([*large, *SentenceEmbedding()(small)]) == [f"{other}-0", f"{other}-1"]
    assert len(PassageStore(database).index()) == 3


def test_a_query_without_its_embedding_is_a_mistake(database: Engine) -> None:
    with pytest.raises(ValueError, match="hybrid"):
        PassageStore(database).query(VectorStoreQuery(query_str="silver", mode=VectorStoreQueryMode.HYBRID))
