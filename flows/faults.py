"""Why a document is refused: every fault with where it is."""

import re
from typing import Any

import msgspec

from flows.words import said
from schemas import UiLanguage
from schemas.document import Fault as Found


class Fault(msgspec.Struct, frozen=True):
    """``path`` is ``nodes/greet/text`` ('' is the whole), ``message`` English; ``code`` and ``values`` word it anew."""

    path: str
    message: str
    code: str
    values: dict[str, Any] = {}

    def in_words(self, language: UiLanguage) -> str:
        """The message in a language of the screens."""
        return said(self.code, self.values, language)


def fault(path: str, code: str, **values: Any) -> Fault:
    """A fault with its message."""
    return Fault(path, said(code, values), code, values)


def from_schema(found: list[Found], prefix: str = "") -> list[Fault]:
    """The schema's faults, worded; ``prefix`` goes before each path."""
    return [fault("/".join(filter(None, (prefix, one.path))), one.code, **one.values) for one in found]


# msgspec's messages, and what we say instead; their groups are the values of the sentence.
_MSGSPEC = tuple(
    (re.compile(pattern), code)
    for pattern, code in (
        (r"Expected `str[^`]*`, got `(?P<found>\w+)`", "should_be_string"),
        (r"Expected `int[^`]*`, got `(?P<found>\w+)`", "should_be_integer"),
        (r"Expected `float[^`]*`, got `(?P<found>\w+)`", "should_be_number"),
        (r"Expected `bool[^`]*`, got `(?P<found>\w+)`", "should_be_boolean"),
        (r"Expected `array[^`]*`, got `(?P<found>\w+)`", "should_be_array"),
        (r"Expected `object[^`]*`, got `(?P<found>\w+)`", "should_be_object"),
        (r"Expected `str` of length <= (?P<allowed>\d+)", "text_at_most"),
        (r"Expected `(?:array|object)` of length <= (?P<allowed>\d+)", "entries_at_most"),
        (r"Expected `(?:str|array|object)` of length >= ", "should_be_non_empty"),
        (r"Expected `str` matching regex", "wrong_form_here"),
        (r"Expected `(?:int|float)` [<]=? (?P<allowed>[-\d.e+]+)", "number_at_most"),
        (r"Expected `(?:int|float)` [>]=? (?P<allowed>[-\d.e+]+)", "number_at_least"),
        (r"Object missing required field `(?P<name>[^`]*)`", "missing_field"),
        (r"Object contains unknown field `(?P<name>[^`]*)`", "unknown_field"),
        (r"Invalid (?:enum )?value '?(?P<found>[^']*)'?", "not_one_of_these"),
    )
)


def of_msgspec(error: Exception) -> tuple[str, dict[str, Any]]:
    """What msgspec has against a value, as a code with its values, so that it can be said in every language."""
    message = str(error).partition(" - at `")[0]
    for pattern, code in _MSGSPEC:
        if found := pattern.match(message):
            return code, found.groupdict()
    return "not_understood", {}


class FlowError(ValueError):
    """A document that is no flow. ``faults`` has at least one."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(f"{one.path}: {one.message}" if one.path else one.message for one in faults))
        self.faults = faults
