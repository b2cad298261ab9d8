"""Every word of the screens, in both languages, by one key: `locales/en.json` and `locales/zh.json`.

A text may have places, `{name}`. A text that depends on a number is {"one": ..., "other": ...} and has the
place `{n}`. `t` gives what the browser shows and changes with the language at once; `say` gives a text made
on the server.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

import reflex as rx

Language = Literal["en", "zh"]
LANGUAGES: tuple[tuple[Language, str], ...] = (("en", "English"), ("zh", "中文"))
LOCALES = Path(__file__).parent / "locales"

Phrase = str | dict[str, str]


@cache
def phrases(language: Language) -> dict[str, Phrase]:
    """All texts of one language by key."""
    read: dict[str, Phrase] = json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8"))
    return read


def say(key: str, language: Language, /, **values: object) -> str:
    """The text of `key` with its places filled; `n` chooses between one and other.

    Raises KeyError for a key or a place that is not there.
    """
    phrase = phrases(language)[key]
    if isinstance(phrase, dict):
        phrase = phrase["one" if values["n"] == 1 and "one" in phrase else "other"]
    return phrase.format(**values)


def t(key: str, **values: Any) -> rx.Var[str]:
    """The text of `key` as the browser shows it, in the language of who looks; values may be Vars."""
    from builder_ui.state import State

    return rx.cond(State.zh, _var(phrases("zh")[key], values), _var(phrases("en")[key], values))


def _var(phrase: Phrase, values: dict[str, Any]) -> Any:
    if isinstance(phrase, str):
        return rx.Var.create(phrase.format(**values) if values else phrase)
    other = rx.Var.create(phrase["other"].format(**values))
    if "one" not in phrase:
        return other
    return rx.cond(values["n"] == 1, rx.Var.create(phrase["one"].format(**values)), other)
