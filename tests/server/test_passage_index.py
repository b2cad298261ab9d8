"""Which passages come, and how sure: with vectors made by hand."""

import numpy as np
import pytest

from server.passage_index import Part, Passage, PassageIndex, Vectors


def axis(number: int) -> Vectors:
    vector = np.zeros(8, dtype=np.float32)
    vector[number] = 1
    return vector


def part(document: str, *entries: tuple[str, int, str, str]) -> Part:
    """Entries: text, axis, language, market."""
    return Part(
        tuple(
            Passage(f"{document}-{at}", document, f"{document}.md", "", (), text, language, market)
            for at, (text, _, language, market) in enumerate(entries)
        ),
        tuple(1 for _ in entries),
        tuple(np.stack([axis(number), axis(number)]).astype(np.float16) for _, number, _, _ in entries),
    )


INDEX = PassageIndex(
    [
        part("a", ("silver", 0, "en", ""), ("gold", 1, "en", ""), ("pearls", 2, "en", ""), ("delivery", 3, "en", "")),
        part("b", ("Silber", 0, "de", ""), ("Lieferung", 3, "de", "AT"), ("Gold", 1, "de", "")),
        part("c", ("plata", 0, "es", "")),
    ]
)


def found(question: str, number: int, language: str, market: str = "", documents: tuple[str, ...] = ()) -> list[str]:
    return [passage.text for passage in INDEX.search(question, axis(number), language, market, documents, 9)]


@pytest.mark.parametrize(
    ("language", "market", "documents", "best"),
    [
        ("en", "", (), "silver"),
        ("en-GB", "", (), "silver"),
        ("de", "", (), "Silber"),
        ("de-AT", "AT", (), "Silber"),
        ("es", "", ("c",), "plata"),
        ("fr", "", ("b",), "Silber"),
    ],
)
def test_the_best_is_in_the_own_language(language: str, market: str, documents: tuple[str, ...], best: str) -> None:
    assert found("…", 0, language, market, documents)[0] == best


def test_other_languages_stay_out_where_the_own_has_about_as_much() -> None:
    assert set(found("…", 0, "de")) == {"Silber", "Gold"}
    assert {"plata", "silver"} <= set(found("…", 0, "es"))


def test_what_holds_in_another_market_stays_out() -> None:
    assert "Lieferung" not in found("…", 3, "de", "DE")
    assert found("…", 3, "de", "AT")[0] == "Lieferung"


def test_the_surest_first_and_never_above_one() -> None:
    scores = [passage.score for passage in INDEX.search("silver", axis(0), "en", "", (), 9)]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= scores[-1] < scores[0] <= 1


def test_a_rival_makes_less_sure() -> None:
    rivals = PassageIndex([part("a", ("one", 0, "en", ""), ("two", 0, "en", ""), ("three", 1, "en", ""))])
    alone = PassageIndex([part("a", ("one", 0, "en", ""), ("two", 2, "en", ""), ("three", 1, "en", ""))])
    assert rivals.search("…", axis(0), "en", "", (), 1)[0].score < alone.search("…", axis(0), "en", "", (), 1)[0].score


def test_nothing_to_search() -> None:
    assert len(PassageIndex([])) == 0
    assert PassageIndex([]).search("…", axis(0), "en", "", (), 3) == []
    assert found("…", 0, "en", "", ("gone",)) == []
