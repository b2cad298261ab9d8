"""Why a document is refused: every fault with where it is."""

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


class FlowError(ValueError):
    """A document that is no flow. ``faults`` has at least one."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(f"{one.path}: {one.message}" if one.path else one.message for one in faults))
        self.faults = faults
