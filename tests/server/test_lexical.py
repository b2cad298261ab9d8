"""Matching by letters, with and without spaces between words."""

import numpy as np
import pytest

from server.lexical import Lexicon, tokens


@pytest.mark.parametrize(
    ("text", "language", "pieces"),
    [
        ("Ring!", "en", ["_rin", "ring", "ing_"]),
        ("where is my ring", "en", ["_rin", "ring", "ing_"]),
        ("925", "en", ["_925", "925_"]),
        ("退货吗", "zh", ["退", "货", "退货"]),
        ("ส่งของไหม", "th", ["ส่ง", "่งข", "งขอ", "ของ"]),
        ("!!! 👍", "en", []),
    ],
)
def test_pieces(text: str, language: str, pieces: list[str]) -> None:
    assert tokens(text, language) == pieces


def best(texts: list[str], language: str, question: str) -> int:
    return int(np.argmax(Lexicon(texts, language).scores(question)))


def test_compounds_and_endings_are_found() -> None:
    german = ["Pflege von Perlen", "Versand nach Österreich", "Gravur von Ringen"]
    assert best(german, "de", "Wie pflege ich die Perlenkette?") == 0
    assert best(german, "de", "Was kosten Versandkosten?") == 1
    assert best(["我们可以退货", "支持微信支付", "银饰保养"], "zh", "微信可以付款吗") == 1


def test_scores_are_shares_and_unknown_words_count_as_missing() -> None:
    lexicon = Lexicon(["silver ring", "gold chain", "pearl earring"], "en")
    some = lexicon.scores("silver ring")
    less = lexicon.scores("silver ring with engraved dinosaurs")
    assert 0 < less[0] < some[0] <= 1
    assert lexicon.scores("xyzzy").tolist() == lexicon.scores("").tolist() == [0.0, 0.0, 0.0]


def test_texts_without_any_piece() -> None:
    assert Lexicon(["!!!", "👍"], "en").scores("silver").tolist() == [0.0, 0.0]
