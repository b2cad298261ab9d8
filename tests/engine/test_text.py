"""Texts: languages, placeholders, and finding and changing every translatable text of a node."""

import pytest

from engine.text import APOLOGIES, fill, in_language, placeholders, texts, with_texts
from tests.engine.sample import Option, Say


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Hallo"),
        ("de-AT", "Hallo"),
        ("zh-Hant-TW", "您好(繁)"),
        ("zh-CN", "您好"),
        ("fr", "Hello"),
        ("", "Hello"),
    ],
)
def test_the_nearest_language_is_taken(language: str, said: str) -> None:
    versions = {"en": "Hello", "de": "Hallo", "zh": "您好", "zh-Hant": "您好(繁)", "fr": ""}
    assert in_language(versions, language, "en") == said


def test_nothing_to_say_is_empty() -> None:
    assert in_language({}, "de", "en") == ""


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hi {contact.name}", "Hi Mia"),
        ("Hi {contact.age|you}", "Hi you"),
        ("Hi {contact.age}", "Hi "),
        ("{value.sizes} or {value.none|none}", "S, M or none"),
        ("{zero}", "0"),
        ("{ not one } {Not} {}", "{ not one } {Not} {}"),
        ("plain", "plain"),
        ("{trick}", "{contact.name}"),
    ],
)
def test_fill(text: str, filled: str) -> None:
    known = {"contact.name": "Mia", "value.sizes": ["S", "M"], "value.none": [], "zero": 0, "trick": "{contact.name}"}
    assert fill(text, known.get) == filled


def test_placeholders() -> None:
    assert placeholders("{a} {b.c|x} {D} {a}") == ["a", "b.c", "a"]


def test_every_text_is_found_and_can_be_changed_by_its_path() -> None:
    node = Say(name="not a text", text="one", options=(Option("x", "two"), Option("y", "three")))
    assert list(texts(node)) == [("text", "one"), ("options.x.label", "two"), ("options.y.label", "three")]
    changed = with_texts(node, lambda path, text: f"{path}={text}")
    assert changed.options[1].label == "options.y.label=three"
    assert changed.name == "not a text"


def test_apologies_are_there_for_the_languages_we_promise() -> None:
    assert {"en", "de", "es", "fr", "pt", "zh", "ja", "th", "id", "ar"} <= set(APOLOGIES)
    assert all(APOLOGIES.values())
