"""The language of short messages, as tables and as measured accuracy."""

import pytest

from server.languages import detect
from tests.server.shop_messages import SHOP_MESSAGES, SHORT_SHOP_MESSAGES

MESSAGES = [(language, text) for language, texts in SHOP_MESSAGES.items() for text in texts]
SHORT = [(language, text) for language, texts in SHORT_SHOP_MESSAGES.items() for text in texts]
EVERY_LANGUAGE = list(SHOP_MESSAGES)


@pytest.mark.parametrize(("language", "text"), MESSAGES)
def test_a_shop_message_among_two_languages(language: str, text: str) -> None:
    other = "de" if language == "en" else "en"
    assert detect(text, [other, language]) == language


def test_shop_messages_among_all_languages_at_once() -> None:
    answers = [(language, detect(text, EVERY_LANGUAGE)) for language, text in MESSAGES]
    right = sum(language == answer for language, answer in answers)
    wrong = [pair for pair in answers if pair[1] not in (pair[0], "")]
    assert right / len(answers) >= 0.97
    assert len(wrong) <= 1


def test_one_to_three_words_are_right_or_unanswered() -> None:
    answers = [(language, detect(text, EVERY_LANGUAGE)) for language, text in SHORT]
    given = [pair for pair in answers if pair[1]]
    right = sum(language == answer for language, answer in given)
    assert right / len(given) >= 0.96
    assert len(given) / len(answers) >= 0.6


@pytest.mark.parametrize(
    ("text", "candidates", "language"),
    [
        ("我想退货", ["zh-TW", "zh-CN"], "zh-CN"),
        ("請問運費多少", ["zh-CN", "zh-TW"], "zh-TW"),
        ("我要", ["zh-CN", "zh-TW"], ""),  # the same in both
        ("我想退货", ["en", "zh-TW"], "zh-TW"),
        ("返品したいです", ["zh", "ja"], "ja"),
        ("Wo ist mein Paket?", ["de-AT", "en"], "de-AT"),
        ("Hola!", ["en", "de", "es", "zh", "th"], "es"),
        ("hallo", ["en", "de"], "de"),
        ("hallo", ["nl", "de"], ""),  # both say so
        ("Kumusta, magkano po ang shipping?", ["en", "fil"], "fil"),
        ("где мой заказ", ["en", "de"], ""),
        ("Wo ist mein Paket geblieben?", ["en", "zh"], ""),
        ("ส่ง EMS ได้ไหม", ["en", "th"], "th"),
        ("iPhone 15 Pro ส่งกี่วัน", ["en", "th"], "th"),
    ],
)
def test_choices(text: str, candidates: list[str], language: str) -> None:
    assert detect(text, candidates) == language


@pytest.mark.parametrize("text", ["", "   ", "12345", "???", "👍", "+49 151 234", "\x00", "🙏🙏 !!"])
def test_what_has_no_letters_has_no_language(text: str) -> None:
    assert detect(text, ["en", "de", "th"]) == ""


def test_no_candidates() -> None:
    assert detect("where is my order", []) == ""


def test_a_very_long_text() -> None:
    assert detect("Wo ist meine Bestellung? " * 50_000, ["en", "de"]) == "de"
