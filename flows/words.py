"""The messages of this floor, in the languages of the screens."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from schemas import UiLanguage


def said(code: str, values: Mapping[str, Any], language: UiLanguage = "en") -> str:
    """The message of the catalogue with its values filled in."""
    return catalogue(language)[code].format(**values)


@cache
def catalogue(language: UiLanguage) -> dict[str, str]:
    """Every message by its code."""
    messages: dict[str, str] = json.loads(
        (resources.files("flows") / "locales" / f"{language}.json").read_text("utf-8")
    )
    return messages
