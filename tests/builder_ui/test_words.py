"""Every text is there in both languages, with the same places, and none is left over."""

import ast
from pathlib import Path
from string import Formatter

import pytest

import builder_ui
from builder_ui.words import Phrase, phrases, say

EN, ZH = phrases("en"), phrases("zh")


def texts(phrase: Phrase) -> list[str]:
    return [phrase] if isinstance(phrase, str) else list(phrase.values())


def places(phrase: Phrase) -> set[str]:
    return {name for text in texts(phrase) for _, name, _, _ in Formatter().parse(text) if name}


def constants() -> set[str]:
    """Every text constant of the package: a key is used if it is one of them."""
    found = set()
    for path in Path(builder_ui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def beginnings() -> tuple[str, ...]:
    """How the keys begin that t, say and _say are given as f-strings: one for each member of a family."""
    found = set()
    for path in Path(builder_ui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.JoinedStr):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0].values[0]
                if name in {"t", "say", "_say"} and isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return tuple(found)


def asked_for() -> set[str]:
    """The keys given to t, say and _say as constants."""
    found = set()
    for path in Path(builder_ui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in {"t", "say", "_say"}:
                    found.add(node.args[0].value)
    return found


def test_both_languages_have_the_same_keys() -> None:
    assert EN.keys() == ZH.keys()


def test_nothing_is_missing() -> None:
    assert asked_for() - EN.keys() == set()


def test_nothing_is_left_over() -> None:
    assert {key for key in EN.keys() - constants() if not key.startswith(beginnings())} == set()


@pytest.mark.parametrize("key", EN)
def test_both_languages_fill_the_same_places(key: str) -> None:
    assert places(EN[key]) == places(ZH[key])
    assert isinstance(EN[key], dict) == isinstance(ZH[key], dict)


@pytest.mark.parametrize("key", EN)
def test_chinese_is_chinese(key: str) -> None:
    """A text of letters alone would be one nobody translated; names are the exception."""
    names = {"Parley", "Telegram", "API", "Markdown", "CSV", "Webhook"}
    for text in texts(ZH[key]):
        has_chinese = any("一" <= sign <= "鿿" for sign in text)
        assert has_chinese or text in names or not any(sign.isalpha() for sign in text)


def test_a_number_chooses_the_form() -> None:
    assert say("frame.waiting", "en", n=1) == "1 conversation waiting for a person"
    assert say("frame.waiting", "en", n=3) == "3 conversations waiting for a person"
    assert say("frame.waiting", "zh", n=1) == "1 个会话等待人工处理"
