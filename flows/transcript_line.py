"""One line of what a flow does in a transcript (``flows.transcript``), and how much of it is expected."""

import re
from typing import Literal

import msgspec

How = Literal["exactly", "contains", "any", "unchecked"]

_ANSWER = re.compile(
    r"(?:bot|knowledge)(?: \((?P<language>[A-Za-z0-9-]+)\))? \[(?P<score>[0-9]+(?:\.[0-9]+)?) ?(?P<source>[^\]]*)\]"
)
_UNSURE = re.compile(r"unsure (?P<score>[0-9]+(?:\.[0-9]+)?)(?: (?P<source>.*))?")
_FAILED = re.compile(r"failed,? ?(?P<reason>.*)", re.DOTALL)

_IN_BRACKETS = r"(?: \([A-Za-z0-9-]+\))?(?: \[[0-9]+(?:\.[0-9]+)? ?[^\]]*\])?"
_LINES = {
    "bot": (re.compile(rf"(bot{_IN_BRACKETS}): ?(.*)", re.DOTALL), ":"),
    "knowledge": (re.compile(rf"(knowledge{_IN_BRACKETS}): ?(.*)", re.DOTALL), ":"),
    "service": (re.compile(r"(service): ?(.*)", re.DOTALL), ":"),
    "hours": (re.compile(r"(hours): ?(.*)", re.DOTALL), ":"),
    "buttons": (re.compile(r"(  buttons|buttons): ?(.*)", re.DOTALL), ":"),
    "hand off": (re.compile(r"(- hand off(?: to [^:]+)?): ?(.*)", re.DOTALL), ":"),
    "value": (re.compile(r"(- value [^\s=]*) = ?(.*)", re.DOTALL), " ="),
    "contact": (re.compile(r"(- contact [^\s=]+) = ?(.*)", re.DOTALL), " ="),
    "close": (re.compile(r"(- close)(?:: ?(.*))?", re.DOTALL), ":"),
    "tags": (re.compile(r"(- tags)(?: (.*))?", re.DOTALL), ""),
    "language": (re.compile(r"(- language)(?: (.*))?", re.DOTALL), ""),
    "country": (re.compile(r"(- country)(?: (.*))?", re.DOTALL), ""),
    "other": (re.compile(r"(- .*)()", re.DOTALL), ""),
}
"""Kinds of lines: the form, whose parts are how it begins and the text, and what stands between them."""

LOOSE = frozenset({"bot", "hand off", "value", "contact", "close", "tags"})
"""Kinds of which a part or any text may be expected."""
REST = "rest"
"""The kind of the line ``…``."""

_ANY = ("…", "...")


class TranscriptError(ValueError):
    """A line that cannot be understood: its number, from 1, and why."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
        self.reason = message


class Told(msgspec.Struct, frozen=True):
    """What the knowledge base is to answer: ``text`` empty is unsure, ``failed`` set is no answer at all."""

    text: str = ""
    score: float = 0.0
    source: str = ""
    language: str = ""
    failed: str = ""


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that a flow does, or that the world answers it.

    ``kind`` is a key of the forms or ``rest``; ``lead`` what stands before the text: ``bot (de)``, ``- value metal``.
    """

    kind: str
    lead: str = ""
    text: str = ""
    how: How = "exactly"

    @property
    def entry(self) -> str:
        """The line as it is written, further lines not indented."""
        if self.kind == REST:
            return _ANY[0]
        if self.how == "unchecked":
            return f"? {self.exact.lstrip()}"
        if self.how == "exactly":
            return self.exact
        return f"{self.lead}{_LINES[self.kind][1]} {f'~ {self.text}' if self.how == 'contains' else _ANY[0]}"

    @property
    def exact(self) -> str:
        """The line as the flow would write it."""
        if not self.text:
            return f"{self.lead}{_LINES[self.kind][1] if self.kind not in ('close', 'other') else ''}"
        escape = "\\" if self.kind in LOOSE and _looks_loose(self.text) else ""
        return f"{self.lead}{_LINES[self.kind][1]} {escape}{self.text}"

    @property
    def told(self) -> Told | None:
        """What the knowledge base answers, where the line says it."""
        if self.kind not in ("bot", "knowledge"):
            return None
        if match := _ANSWER.fullmatch(self.lead):
            return Told(self.text, float(match["score"]), match["source"], match["language"] or "")
        if self.kind == "bot":
            return None
        if match := _UNSURE.fullmatch(self.text):
            return Told(score=float(match["score"]), source=match["source"] or "")
        found = _FAILED.fullmatch(self.text)
        return Told(failed=(found and found["reason"]) or "failed")


def line_of(entry: str, number: int = 1) -> Line:
    """The line that stands there, further lines of its text not indented. Raises TranscriptError with its number."""
    if entry in _ANY:
        return Line(REST)
    unchecked = entry.startswith("? ")
    exact = entry[2:] if unchecked else entry
    for kind, (form, _) in _LINES.items():
        if match := form.fullmatch(exact):
            lead, text = match[1], match[2] or ""
            if kind == "buttons":
                lead = "  buttons"
            how: How = "unchecked" if unchecked else "exactly"
            if kind in LOOSE:
                how, text = (how, _unescaped(text)) if unchecked else _loosened(text)
            found = Line(kind, lead, text, how)
            if (
                kind == "knowledge"
                and not _ANSWER.fullmatch(lead)
                and not (_UNSURE.fullmatch(text) or _FAILED.match(text))
            ):
                break
            return found
    raise TranscriptError(
        number, f"“{short(entry)}” is nothing that happens, and none of bot:, -, knowledge:, service:"
    )


def _loosened(text: str) -> tuple[How, str]:
    if text in _ANY:
        return "any", ""
    if text.startswith("~ "):
        return "contains", text[2:]
    return "exactly", _unescaped(text)


def _looks_loose(text: str) -> bool:
    return text in _ANY or text.startswith("~ ") or (text.startswith("\\") and _looks_loose(text[1:]))


def _unescaped(text: str) -> str:
    return text[1:] if text.startswith("\\") and _looks_loose(text[1:]) else text


def short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
