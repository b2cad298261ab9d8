"""Matching by the letters themselves: BM25 over pieces of words, for languages with and without spaces."""

import logging
import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import bm25s
import numpy as np
from bm25s import stopwords

# It tells of each index it builds, whatever level its user has chosen.
logging.getLogger("bm25s").setLevel(logging.WARNING)

_RUN = re.compile(r"[\u0e00-\u0e7f]+|[\u3040-\u30ff\u3400-\u9fff]+|[^\W_]+")
_THAI = re.compile(r"[\u0e00-\u0e7f]")
_HAN_OR_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")

# Words that say how something is asked and not what. Thai has no list elsewhere: particles and question words.
_COMMON_WORDS: dict[str, Sequence[str]] = {
    "en": stopwords.STOPWORDS_EN_PLUS,
    "de": stopwords.STOPWORDS_GERMAN,
    "nl": stopwords.STOPWORDS_DUTCH,
    "fr": stopwords.STOPWORDS_FRENCH,
    "es": stopwords.STOPWORDS_SPANISH,
    "pt": stopwords.STOPWORDS_PORTUGUESE,
    "it": stopwords.STOPWORDS_ITALIAN,
    "ru": stopwords.STOPWORDS_RUSSIAN,
    "sv": stopwords.STOPWORDS_SWEDISH,
    "no": stopwords.STOPWORDS_NORWEGIAN,
    "da": stopwords.STOPWORDS_DANISH,
    "tr": stopwords.STOPWORDS_TURKISH,
    "zh": (
        "可以",
        "怎么",
        "什么",
        "你们",
        "我们",
        "请问",
        "一下",
        *"的了吗呢吧我你您是在有能要会和把就也都还这那哪个们",
    ),
    "th": ("ได้ไหม", "หรือเปล่า", "ใช่ไหม", "ยังไง", "อย่างไร", "หน่อย", "ครับ", "ค่ะ", "คะ", "ไหม", "นะ", "จ้ะ", "บ้าง"),
}

# A question of few pieces is weak evidence, however many of them are found: about two rare ones count as missing.
_DOUBT = 6.0
# Passages are short and of like length, so length hardly counts.
_K1, _B = 1.2, 0.4


def tokens(text: str, language: str = "") -> list[str]:
    """Pieces of a text: signs and pairs of Chinese and Japanese, triples of Thai, quadruples within other words.

    Quadruples find "Perlenkette" by "Perlen" and "engraved" by "engraving" without a stemmer for each language.
    """
    words, inside = _common(language.split("-")[0].lower())
    found: list[str] = []
    for run in _RUN.findall(text.lower()):
        if _THAI.match(run) or _HAN_OR_KANA.match(run):
            thai = bool(_THAI.match(run))
            for part in inside.split(run) if inside else [run]:
                if part:
                    found += _grams(part, 3) if thai else [*part, *(_grams(part, 2) if len(part) > 1 else ())]
        elif run not in words:
            found += _grams(f"_{run}_", 4)
    return found


class Lexicon:
    """BM25 over texts of one language, each score as a share of what a text with all of the question would reach."""

    def __init__(self, texts: Sequence[str], language: str) -> None:
        self._language = language
        corpus = [tokens(text, language) or [""] for text in texts]
        self._count = len(corpus)
        self._found_in = Counter(piece for pieces in corpus for piece in set(pieces))
        self._bm25 = bm25s.BM25(method="lucene", k1=_K1, b=_B)
        self._bm25.index(corpus, show_progress=False)

    def scores(self, question: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        """A score from 0 to 1 for each text, in their order."""
        pieces = list(dict.fromkeys(tokens(question, self._language)))
        reachable = sum(self._weight(piece) for piece in pieces)
        known = [piece for piece in pieces if piece in self._found_in]
        if not known:
            return np.zeros(self._count, dtype=np.float32)
        scores: np.ndarray[Any, np.dtype[np.float32]] = self._bm25.get_scores(known)
        shares: np.ndarray[Any, np.dtype[np.float32]] = np.clip(scores / (reachable + _DOUBT), 0.0, 1.0)
        return shares

    def _weight(self, piece: str) -> float:
        found_in = self._found_in[piece]
        return math.log(1 + (self._count - found_in + 0.5) / (found_in + 0.5))


@cache
def _common(language: str) -> tuple[frozenset[str], re.Pattern[str] | None]:
    """The common words of a language: as a set, and to be cut out where words are not set apart."""
    words = _COMMON_WORDS.get(language, ())
    if language not in ("zh", "th"):
        return frozenset(words), None
    longest_first = sorted(words, key=len, reverse=True)
    return frozenset(), re.compile("|".join(map(re.escape, longest_first)))


def _grams(run: str, size: int) -> list[str]:
    return [run[start : start + size] for start in range(max(1, len(run) - size + 1))]
