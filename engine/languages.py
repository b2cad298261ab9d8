"""Which of a flow's languages serves a reader: BCP 47 tags held against one another."""

from collections.abc import Iterable, Sequence

_SAME = {"in": "id", "iw": "he", "mo": "ro", "nb": "no", "nn": "no", "tl": "fil"}
"""Codes that mean the same written language where the choice is among a flow's (old codes, and Norwegian)."""

_TRADITIONAL = frozenset({"TW", "HK", "MO"})
"""Regions where Chinese is written in the traditional script (CLDR likely subtags)."""


def matching(wanted: Iterable[str], offered: Sequence[str]) -> str:
    """The offered tag that serves a reader of ``wanted`` (likeliest first), or ''.

    The same tag first, then one of the same language and script (pt-BR reads pt, zh-TW reads zh-Hant); Chinese in the
    other script is taken only when nothing else is offered for any wanted tag.
    """
    readers = [(_folded(tag), *_parts(tag)) for tag in wanted if tag.strip()]
    for folded, language, script in readers:
        close = ""
        for tag in offered:
            if _folded(tag) == folded:
                return tag
            if not close and _parts(tag) == (language, script):
                close = tag
        if close:
            return close
    for _, language, _ in readers:
        for tag in offered:
            if _parts(tag)[0] == language:
                return tag
    return ""


def _folded(tag: str) -> str:
    return tag.strip().replace("_", "-").lower()


def _parts(tag: str) -> tuple[str, str]:
    """The language and, where the tag or custom tells, the script."""
    language, *rest = _folded(tag).split("-")
    script = next((part.title() for part in rest if len(part) == 4 and part.isalpha()), "")
    if language == "zh" and not script:
        script = "Hant" if any(part.upper() in _TRADITIONAL for part in rest) else "Hans"
    return _SAME.get(language, language), script
