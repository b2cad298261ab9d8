"""Why a pattern is refused, in the words of the screens; RE2 says it in English only."""

from flows.words import said
from schemas import UiLanguage

# How RE2's reasons begin (re2/parse.cc, RegexpStatus::CodeText), and what we say.
_REASONS = {
    "missing )": "re_missing_paren",
    "unexpected )": "re_unexpected_paren",
    "missing ]": "re_missing_bracket",
    "bad repetition": "re_repetition",
    "no argument": "re_repetition",
    "invalid repetition": "re_repetition_size",
    "trailing": "re_trailing",
    "invalid escape": "re_escape",
    "invalid perl": "re_perl",
    "invalid named": "re_perl",
    "invalid character class": "re_class",
}


def reason_in_words(reason: str, language: UiLanguage) -> str:
    """RE2's ``reason`` as people read it; one it does not know is told as such."""
    code = next((code for begin, code in _REASONS.items() if reason.startswith(begin)), "re_other")
    return said(code, {}, language)
