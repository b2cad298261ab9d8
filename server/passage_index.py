"""All passages in memory, and how well each answers a question."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np

from server.geo import choose
from server.lexical import Lexicon

Vectors = np.ndarray[Any, np.dtype[np.float32]]
Stored = np.ndarray[Any, np.dtype[np.float16]]

# Meaning against letters. Measured on tests/server/luna_questions.py: 0.5 ranks no worse than 0.6 or 0.7 and
# tells right from wrong better.
MEANING = 0.5
# Vectors of one shop's texts all lean the same way, its subject. That much of them is taken off the more there are.
_LEANING_FROM = 30
# Sureness from the best score and its lead over the next, by logistic regression on the even questions of that file.
_SURE_SCORE, _SURE_LEAD, _SURE_FROM = 8.8, 6.7, 2.3
# Sure enough to answer: where most of those questions are answered and few wrongly (tests/server/
# test_knowledge_accuracy.py). The sureness is moved so that this is 0.6; about 0.45 would be as probable as right.
THRESHOLD = 0.6
# Words of another language cannot match, so for its passages a part of the meaning stands for the letters.
_FOREIGN_WORDS = 0.4
# What was written for the contact's own market goes before what holds everywhere.
_OWN_MARKET = 0.05


class Passage(msgspec.Struct, frozen=True):
    """A passage as it is found. ``score`` is how sure it answers, 0 to 1; it is 0 where nobody asked."""

    id: str
    document: str
    name: str
    title: str
    questions: tuple[str, ...]
    text: str
    language: str
    market: str
    score: float = 0.0


def passage_of(row: Any, name: str) -> Passage:
    """A row of ``knowledge_passage`` from the document called ``name``."""
    return Passage(
        id=row.id,
        document=row.document,
        name=name,
        title=row.title,
        questions=tuple(row.questions.split("\n")) if row.questions else (),
        text=row.text,
        language=row.language,
        market=row.market,
    )


class Part(msgspec.Struct, frozen=True):
    """The passages of one document, each with its vectors as stored, the first ``heads`` of its questions."""

    passages: tuple[Passage, ...]
    heads: tuple[int, ...]
    vectors: tuple[Stored, ...]


class PassageIndex:
    """Built from documents, never changed afterwards: threads read it freely."""

    def __init__(self, parts: Sequence[Part]) -> None:
        by_language: dict[str, list[tuple[Passage, int, Stored]]] = {}
        for part in parts:
            for entry in zip(part.passages, part.heads, part.vectors, strict=True):
                by_language.setdefault(entry[0].language, []).append(entry)
        self._groups = {language: _Group(entries) for language, entries in by_language.items()}

    def __len__(self) -> int:
        return sum(len(group.passages) for group in self._groups.values())

    def search(
        self, question: str, vector: Vectors, language: str, market: str, documents: Sequence[str], top: int
    ) -> list[Passage]:
        """The ``top`` passages that answer best, the surest first.

        Only what holds in ``market`` or everywhere, and stands in ``documents`` if any are named. Passages in other
        languages come in only where the question's own has less than half of what the fullest has: beside a whole
        translation they would answer in a language the contact did not choose.
        """
        wanted = set(documents)

        def allowed(passage: Passage) -> bool:
            return passage.market in ("", market) and (not wanted or passage.document in wanted)

        masks = {tag: group.mask(allowed) for tag, group in self._groups.items()}
        counts = {tag: int(mask.sum()) for tag, mask in masks.items() if mask.any()}
        own = [tag for tag in counts if not tag or not language or choose([language], [tag])]
        enough = 2 * sum(counts[tag] for tag in own) >= max(counts.values(), default=0)
        found: list[tuple[float, Passage]] = []
        for tag in own if enough else counts:
            found += self._groups[tag].search(question, vector, market, masks[tag], top + 1, tag in own)
        found.sort(key=lambda pair: -pair[0])
        best, second = [score for score, _ in [*found, (0.0, None), (0.0, None)]][:2]
        return [
            msgspec.structs.replace(passage, score=_sureness(score, score - (second if at == 0 else best)))
            for at, (score, passage) in enumerate(found[:top])
        ]


class _Group:
    """The passages of one language."""

    def __init__(self, entries: Sequence[tuple[Passage, int, Stored]]) -> None:
        self.passages = [passage for passage, _, _ in entries]
        everything = np.concatenate([vectors for _, _, vectors in entries], dtype=np.float32)
        self._leaning = everything.sum(axis=0) / (len(everything) + _LEANING_FROM)
        upright = self._stand_up(everything)
        is_head = np.concatenate([np.arange(len(vectors)) < heads for _, heads, vectors in entries])
        self._heads, self._lines = upright[is_head], upright[~is_head]
        self._head_starts = _starts([heads for _, heads, _ in entries])
        self._line_starts = _starts([len(vectors) - heads for _, heads, vectors in entries])
        texts = [" ".join((p.title, *p.questions, p.text)) for p in self.passages]
        self._lexicon = Lexicon(texts, self.passages[0].language)

    def mask(self, allowed: Callable[[Passage], bool]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.fromiter((allowed(passage) for passage in self.passages), dtype=bool, count=len(self.passages))

    def search(
        self,
        question: str,
        vector: Vectors,
        market: str,
        mask: np.ndarray[Any, np.dtype[np.bool_]],
        top: int,
        own: bool,
    ) -> list[tuple[float, Passage]]:
        asked = self._stand_up(vector[None, :])[0]
        heads = np.maximum.reduceat(self._heads @ asked, self._head_starts)
        lines = np.maximum.reduceat(self._lines @ asked, self._line_starts)
        meaning = 0.5 * np.maximum(heads, lines) + 0.25 * (heads + lines)
        letters = self._lexicon.scores(question) if own else _FOREIGN_WORDS * meaning
        scores = np.where(mask, MEANING * meaning + (1 - MEANING) * letters, -1.0)
        if market:
            scores += [_OWN_MARKET if passage.market == market else 0.0 for passage in self.passages]
        best = np.argsort(-scores, kind="stable")[:top]
        return [(float(scores[at]), self.passages[at]) for at in best if mask[at]]

    def _stand_up(self, vectors: Vectors) -> Vectors:
        moved = vectors - self._leaning
        upright: Vectors = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
        return upright


def _starts(lengths: Sequence[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.concatenate([[0], np.cumsum(lengths[:-1])]).astype(np.int64)


def _sureness(score: float, lead: float) -> float:
    return round(1 / (1 + math.exp(_SURE_FROM - _SURE_SCORE * score - _SURE_LEAD * lead)), 3)
