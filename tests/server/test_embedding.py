"""The encoder: unit vectors, meaning across languages, nothing asked of llama-index's paid defaults."""

import asyncio

import numpy as np
from llama_index.core import Settings
from llama_index.core.llms import MockLLM

from server.embedding import DIMENSIONS, LONGEST, SentenceEmbedding, encode


def test_the_same_question_in_other_languages_is_nearer_than_another_question() -> None:
    asked, german, chinese, thai, other = encode(
        [
            "How can I return my order?",
            "Wie kann ich meine Bestellung zurückgeben?",
            "怎么退货？",
            "ขอคืนสินค้าได้อย่างไร",
            "What is the weather tomorrow?",
        ]
    )
    for same in (german, chinese, thai):
        assert asked @ same > asked @ other + 0.2


def test_vectors_have_length_one_whatever_the_text() -> None:
    vectors = encode(["", " ", "👍", "a", "long " * 10_000])
    assert vectors.shape == (5, DIMENSIONS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert encode([]).shape == (0, DIMENSIONS)
    assert np.array_equal(encode(["x" * LONGEST]), encode(["x" * LONGEST + "y"]))


def test_llama_index_gets_the_same_vectors_by_every_door() -> None:
    embedding = SentenceEmbedding()
    expected = encode(["silver"])[0].tolist()
    assert embedding.get_query_embedding("silver") == expected
    assert embedding.get_text_embedding("silver") == expected
    assert asyncio.run(embedding.aget_query_embedding("silver")) == expected
    assert isinstance(Settings.llm, MockLLM)
