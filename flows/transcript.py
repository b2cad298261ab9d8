"""The form of a rehearsed conversation that people read and tests compare.

    # Versand, auf Deutsch
    country: DE (de)
    at: 2027-03-02 10:00

    opens
    - country DE
    - language de (ip)
    bot: Hallo und willkommen bei Luna!

    visitor (de): Was kostet der Versand?
    bot [0.82 Versand › Kosten]: Nach Europa 7 US-Dollar.

    skip 10 min
    bot: Ich schließe unseren Chat.
    - close: No more questions

Blocks begin with what happens: ``opens``, ``visitor: text``, ``visitor taps ID: label``, ``skip`` (to the time limit),
``agent joins``, ``agent gives back``, ``agent closes``. Then comes what the flow does. A text of several lines goes on
in lines that begin with four spaces. What the world answers stands where it is used: the country's languages in the
head, the language of a text after ``visitor``, the knowledge base's answer in brackets after ``bot`` with its score and
source, or as ``knowledge: unsure 0.31`` or ``knowledge: failed``.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

import msgspec

Kind = Literal["opens", "visitor", "taps", "skip", "joins", "gives back", "closes"]

HEAD = (
    "channel",
    "account",
    "contact",
    "name",
    "country",
    "ip",
    "locale",
    "phone_country",
    "timezone",
    "source",
    "tags",
    "at",
)
"""What the head may say, in the order written; ``value.NAME`` besides."""
VALUE = "value."
_INPUT = re.compile(
    r"(?P<opens>opens)|(?P<skip>skip)(?: .*)?|agent (?P<agent>joins|gives back|closes)"
    r"|visitor(?: taps (?P<choice>\S+))?(?: \((?P<language>[A-Za-z0-9-]*)\))?: ?(?P<text>.*)",
    re.DOTALL,
)
_ANSWER = re.compile(
    r"bot(?: \((?P<language>[A-Za-z0-9-]+)\))? \[(?P<score>[0-9.]+) ?(?P<source>[^\]]*)\]: ?(?P<text>.*)", re.DOTALL
)
_UNSURE = re.compile(r"knowledge: unsure (?P<score>[0-9.]+)(?: (?P<source>.*))?")
_FAILED = re.compile(r"knowledge: failed,? ?(?P<reason>.*)")
_VALUE = re.compile(r"value\.[A-Za-z_][A-Za-z0-9_]{0,63}")
_PLACE = re.compile(r"(?P<country>[A-Z]{2})?(?: ?\((?P<languages>[A-Za-z0-9, -]*)\))?")

_WITHIN = " › "

MORE = "    "
"""How a line begins that belongs to the text above."""


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


class Block(msgspec.Struct, frozen=True):
    """One thing that happens: ``language`` is what the text is written in (None: not said), ``told`` in order."""

    kind: Kind
    text: str = ""
    choice: str = ""
    language: str | None = None
    told: tuple[Told, ...] = ()


class Place(msgspec.Struct, frozen=True):
    """A country (ISO 3166-1 alpha-2 or '') and what is spoken there; None: not said."""

    country: str = ""
    languages: tuple[str, ...] | None = None


class Transcript(msgspec.Struct, frozen=True):
    """A conversation to rehearse: remarks, who writes (see HEAD), what happens."""

    remarks: tuple[str, ...] = ()
    head: dict[str, str] = {}
    blocks: tuple[Block, ...] = ()

    @property
    def begins(self) -> datetime | None:
        """When it begins, if the head says so."""
        return moment(self.head.get("at", ""))

    def place(self, name: Literal["country", "phone_country"]) -> Place:
        """A country of the head with its languages."""
        match = _PLACE.fullmatch(self.head.get(name, ""))
        if match is None:
            return Place()
        spoken = match["languages"]
        languages = None if spoken is None else tuple(tag.strip() for tag in spoken.split(",") if tag.strip())
        return Place(match["country"] or "", languages)


def moment(text: str) -> datetime | None:
    """An ISO 8601 time, in UTC where it does not say otherwise; None where it is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def read(text: str) -> Transcript:
    """Raises TranscriptError."""
    remarks: list[str] = []
    head: dict[str, str] = {}
    blocks: list[Block] = []
    for number, entry in _entries(text):
        if match := _INPUT.fullmatch(entry):
            blocks.append(_block(match))
        elif blocks:
            blocks[-1] = _with_output(blocks[-1], number, entry)
        elif entry.startswith("#"):
            remarks.append(entry.lstrip("# "))
        else:
            name, value = _head(number, entry)
            head[name] = value
    if not blocks:
        raise TranscriptError(1, "nothing happens in it: begin with “opens” or “visitor: …”")
    return Transcript(tuple(remarks), head, tuple(blocks))


def indented(text: str) -> str:
    """A text as it stands in a transcript, where its further lines are indented."""
    first, *more = text.splitlines() or [""]
    return "\n".join([first.rstrip(), *((MORE + line).rstrip() for line in more)])


def source_of(name: str, place: str) -> str:
    """A citation as it stands in a transcript."""
    return f"{name}{_WITHIN}{place}" if place else name


def name_and_place(source: str) -> tuple[str, str]:
    """A document's name and the place in it, of ``source_of``."""
    name, _, place = source.partition(_WITHIN)
    return name, place


def _entries(text: str) -> Iterator[tuple[int, str]]:
    """The lines that say something, with their numbers; a text of several lines is one entry."""
    entry: tuple[int, str] | None = None
    blank = 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            blank += 1
            continue
        if line.startswith(MORE) and entry:
            entry = entry[0], entry[1] + "\n" * (blank + 1) + line.removeprefix(MORE).rstrip()
        else:
            if entry:
                yield entry
            entry = number, line.rstrip()
        blank = 0
    if entry:
        yield entry


def _head(number: int, entry: str) -> tuple[str, str]:
    name, colon, value = entry.partition(":")
    if not colon or (name not in HEAD and not _VALUE.fullmatch(name)):
        raise TranscriptError(number, f"“{entry}” is none of {', '.join(HEAD)}, {VALUE}…, and nothing that happens")
    if name in ("country", "phone_country") and not _PLACE.fullmatch(value.strip()):
        raise TranscriptError(number, f"“{value.strip()}” is no country with its languages, such as “CH (de, fr)”")
    if name == "at" and moment(value.strip()) is None:
        raise TranscriptError(number, f"“{value.strip()}” is no time, such as “2027-03-02 10:00”")
    return name, value.strip()


def _block(match: re.Match[str]) -> Block:
    if match["opens"]:
        return Block("opens")
    if match["skip"]:
        return Block("skip")
    if agent := match["agent"]:
        return Block(agent)  # type: ignore[arg-type]
    if match["choice"]:
        return Block("taps", match["text"], match["choice"])
    return Block("visitor", match["text"], language=match["language"])


def _with_output(block: Block, number: int, entry: str) -> Block:
    """What the flow does is compared as text; only what the knowledge base says in it matters to playing."""
    if match := _ANSWER.fullmatch(entry):
        told = Told(match["text"], float(match["score"]), match["source"], match["language"] or "")
    elif match := _UNSURE.fullmatch(entry):
        told = Told(score=float(match["score"]), source=match["source"] or "")
    elif match := _FAILED.fullmatch(entry):
        told = Told(failed=match["reason"] or "failed")
    elif entry.startswith(("bot", "- ", "  buttons: ")):
        return block
    else:
        raise TranscriptError(number, f"“{entry}” is nothing that happens, and none of bot:, -, knowledge:")
    return msgspec.structs.replace(block, told=(*block.told, told))
