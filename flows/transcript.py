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

The first remark is its name. Blocks begin with what happens: ``opens``, ``visitor: text``, ``visitor taps ID: label``,
``visitor [image ring.jpg]: text`` with files, ``skip`` (to the time limit), ``agent joins``, ``agent gives back``,
``agent closes``; ``later 2 h`` above it says that so much time passes before, else a few seconds do. Then comes what
the flow does. A text of several lines goes on in lines that begin with four spaces; a line that ends in ``\\`` ends
before it, so that blanks at its end are seen.

What the world answers stands where it is used: the country's languages in the head, the language of a text after
``visitor``, the knowledge base's answer in brackets after ``bot`` with its score and source, or as ``knowledge: unsure
0.31`` or ``knowledge: failed``; a service's as ``service: 200 {"status": "sent"}`` or ``service: failed, why``; how
it stands with hours as ``hours: open, until 2027-03-02 18:00 (Europe/Berlin)`` or ``hours: closed, until …, Easter``.

What is expected can be loose: ``bot: ~ shipping`` contains the word, ``bot: …`` is any text (so with values, reasons
of handoffs, tags: ``- tags ~ +vip``); a line that begins with ``? `` is not checked; a line ``…`` stands for whatever
else happens there. The knowledge base's answer to a loose line stands above it: ``knowledge [0.82 Versand]: Nach …``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from engine.effects import Value
from engine.events import Attachment
from flows.transcript_line import Line, Told, TranscriptError, line_of, short

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

MORE = "    "
"""How a line begins that belongs to the text above."""

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
"""Between these is what a conversation may begin with and wait for: reckoning with clocks ends at the year 9999."""
LONGEST = 1000 * 366 * 86400
"""Seconds that all the times with ``later`` may make."""

MOST_BLOCKS = 1000
MOST_LINES = 300
"""In a block."""

_INPUT = re.compile(
    r"(?P<opens>opens)|(?P<skip>skip)(?: (?P<limit>.*))?|agent (?P<agent>joins|gives back|closes)"
    r'|visitor(?: taps (?P<choice>"(?:[^"\\]|\\.)*"|\S+))?'
    r"(?: \[(?P<files>[^\]]*)\])?(?: \((?P<language>[A-Za-z0-9-]*)\))?: ?(?P<text>.*)",
    re.DOTALL,
)
_BEGINS = re.compile(r"^(?:opens|visitor|skip|agent)\b", re.MULTILINE)
_AMOUNT = re.compile(r"([0-9.]+) (d|h|min|s)")
_TIME = re.compile(r"[0-9.]+ (?:d|h|min|s)(?: [0-9.]+ (?:d|h|min|s))*")
_LATER = re.compile(rf"later (?P<time>{_TIME.pattern})")
_UNITS = {"d": 86400, "h": 3600, "min": 60, "s": 1}
_VALUE = re.compile(r"value\.[a-z][a-z0-9_]{0,63}")
_PLACE = re.compile(r"(?P<country>[A-Z]{2})?(?: ?\((?P<languages>[A-Za-z0-9, -]*)\))?")

WITHIN = " › "


class Block(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that happens, and what is expected of the flow then.

    ``language`` is what the text is written in (None: not said), ``after`` seconds that pass before (None: a few),
    ``limit`` is how long a ``skip`` skips, in words; '' where it does not say.
    """

    kind: Kind
    text: str = ""
    choice: str = ""
    language: str | None = None
    lines: tuple[Line, ...] = ()
    after: float | None = None
    limit: str = ""
    files: tuple[Attachment, ...] = ()

    @property
    def told(self) -> tuple[Told, ...]:
        """What the knowledge base answers, in order."""
        return tuple(told for line in self.lines if (told := line.told) is not None)

    @property
    def entry(self) -> str:
        """What happens, as it is written, further lines not indented."""
        match self.kind:
            case "opens":
                return "opens"
            case "skip":
                return f"skip {self.limit}".rstrip()
            case "visitor" | "taps":
                taps = f" taps {_choice(self.choice)}" if self.choice else ""
                files = "; ".join(f"{one.kind} {_plain(one.name)}".rstrip() for one in self.files)
                language = "" if self.language is None else f" ({self.language})"
                text = f" {self.text}" if self.text else ""
                return f"visitor{taps}{f' [{files}]' if files else ''}{language}:{text}"
            case _:
                return f"agent {self.kind}"


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
    def name(self) -> str:
        """What people call it."""
        return self.remarks[0] if self.remarks else ""

    @property
    def begins(self) -> datetime | None:
        """When it begins, if the head says so."""
        return moment(self.head.get("at", ""))

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags the conversation has at its beginning, sorted."""
        return tuple(sorted({tag.strip() for tag in self.head.get("tags", "").split(",") if tag.strip()}))

    @property
    def values(self) -> dict[str, Value]:
        """The values it has at its beginning."""
        return {name.removeprefix(VALUE): value_of(text) for name, text in self.head.items() if name.startswith(VALUE)}

    def place(self, name: Literal["country", "phone_country"]) -> Place:
        """A country of the head with its languages."""
        match = _PLACE.fullmatch(self.head.get(name, ""))
        if match is None:
            return Place()
        spoken = match["languages"]
        languages = None if spoken is None else tuple(tag.strip() for tag in spoken.split(",") if tag.strip())
        return Place(match["country"] or "", languages)


def moment(text: str) -> datetime | None:
    """An ISO 8601 time, in UTC where it does not say otherwise; None where it is none, or out of reach."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at if in_reach(at) else None


def seconds_of(time: str) -> float | None:
    """How long "2 h 30 min" is; None for what is no time."""
    if not _TIME.fullmatch(time):
        return None
    try:
        return sum(float(amount) * _UNITS[unit] for amount, unit in _AMOUNT.findall(time))
    except ValueError:
        return None


def in_reach(at: datetime) -> bool:
    """Whether a rehearsal can reckon with an aware time."""
    return EARLIEST <= at < LATEST


def value_of(text: str) -> Value:
    """A value of the head: what JSON has for numbers, yes and no, lists and texts in quotes, else the text itself."""
    try:
        found = msgspec.json.decode(text, type=Value)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return text
    return text if found is None else found


def value_text(value: Value) -> str:
    """A value as the head has it."""
    if isinstance(value, str) and value_of(value) == value and value == " ".join(value.split()):
        return value
    return msgspec.json.encode(value).decode()


def read(text: str) -> Transcript:
    """Raises TranscriptError."""
    remarks: list[str] = []
    head: dict[str, str] = {}
    blocks: list[Block] = []
    lines: list[list[Line]] = []
    after: float | None = None
    passed = 0.0
    for number, entry in _entries(text):
        if match := _LATER.fullmatch(entry):
            seconds = _seconds(number, match["time"])
            after = (after or 0) + seconds
            passed += seconds
            if passed > LONGEST:
                raise TranscriptError(number, "more than a thousand years pass")
        elif match := _INPUT.fullmatch(entry):
            blocks.append(_block(match, after))
            lines.append([])
            after = None
        elif after is not None:
            raise TranscriptError(number, f"after “later” comes what happens, not “{short(entry)}”")
        elif blocks:
            lines[-1].append(line_of(entry, number))
        elif entry.startswith("#"):
            remarks.append(entry.lstrip("# "))
        else:
            name, value = _head(number, entry)
            head[name] = value
        if len(blocks) > MOST_BLOCKS:
            raise TranscriptError(number, f"more than {MOST_BLOCKS} things happen")
        if lines and len(lines[-1]) > MOST_LINES:
            raise TranscriptError(number, f"more than {MOST_LINES} lines belong to one thing that happens")
    if after is not None:
        raise TranscriptError(max(1, text.count("\n")), "after “later” nothing happens")
    if not blocks:
        raise TranscriptError(1, "nothing happens in it: begin with “opens” or “visitor: …”")
    done = (msgspec.structs.replace(block, lines=tuple(own)) for block, own in zip(blocks, lines, strict=True))
    return Transcript(tuple(remarks), head, tuple(done))


def count_turns(text: str) -> int:
    """How many blocks a transcript has that can be read: no other line of one begins as theirs do."""
    return sum(1 for _ in _BEGINS.finditer(text))


def written(transcript: Transcript) -> str:
    """The text that reads as this transcript."""
    names = [name for name in HEAD if transcript.head.get(name)]
    names += sorted(name for name in transcript.head if name.startswith(VALUE))
    head = [_ended(f"# {_flat(remark)}".rstrip()) for remark in transcript.remarks]
    head += [_ended(f"{name}: {_flat(transcript.head[name])}") for name in names]
    parts = ["\n".join(head)] if head else []
    for block in transcript.blocks:
        later = [] if block.after is None else [f"later {_time(block.after)}"]
        parts.append("\n".join([*later, *map(indented, (block.entry, *(line.entry for line in block.lines)))]))
    return "\n\n".join(parts) + "\n"


def indented(text: str) -> str:
    """A text as it stands in a transcript, where its further lines are indented."""
    first, *more = text.split("\n")
    if not more:
        return _ended(first)
    *between, last = more
    shown = [_ended(first), *(_ended(MORE + line) if line else "" for line in between), _ended(MORE + last, last == "")]
    return "\n".join(shown)


def source_of(name: str, place: str) -> str:
    """A citation as it stands in a transcript."""
    return _plain(f"{name}{WITHIN}{place}" if place else name)


def name_and_place(source: str) -> tuple[str, str]:
    """A document's name and the place in it, of ``source_of``."""
    name, _, place = source.partition(WITHIN)
    return name, place


def _ended(line: str, marked: bool = False) -> str:
    return f"{line}\\" if marked or line != line.rstrip() or line.endswith("\\") else line


def _entries(text: str) -> Iterator[tuple[int, str]]:
    """The lines that say something, with their numbers; a text of several lines is one entry."""
    begun, parts, blank = 0, list[str](), 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip()
        if not line:
            blank += 1
            continue
        line = line.removesuffix("\\")
        if line.startswith(MORE) and parts:
            parts += [*[""] * blank, line.removeprefix(MORE)]
        else:
            if parts:
                yield begun, "\n".join(parts)
            begun, parts = number, [line]
        blank = 0
    if parts:
        yield begun, "\n".join(parts)


def _head(number: int, entry: str) -> tuple[str, str]:
    name, colon, value = entry.partition(":")
    value = value.strip()
    if not colon or (name not in HEAD and not _VALUE.fullmatch(name)):
        names = ", ".join((*HEAD, f"{VALUE}…"))
        raise TranscriptError(number, f"“{short(entry)}” is none of {names}, and nothing that happens")
    if name in ("country", "phone_country") and not _PLACE.fullmatch(value):
        raise TranscriptError(number, f"“{short(value)}” is no country with its languages, such as “CH (de, fr)”")
    if name == "at" and moment(value) is None:
        raise TranscriptError(number, f"“{short(value)}” is no time, such as “2027-03-02 10:00”")
    return name, value


def _block(match: re.Match[str], after: float | None) -> Block:
    if match["opens"]:
        return Block("opens", after=after)
    if match["skip"]:
        return Block("skip", after=after, limit=match["limit"] or "")
    if agent := match["agent"]:
        return Block(agent, after=after)  # type: ignore[arg-type]
    choice = match["choice"] or ""
    if choice.startswith('"') and len(choice) > 1:
        choice = _unquoted(choice)
    files = tuple(
        Attachment(kind, name)
        for kind, _, name in (one.strip().partition(" ") for one in (match["files"] or "").split(";"))
        if kind
    )
    return Block(
        "taps" if choice else "visitor",
        match["text"],
        choice,
        language=match["language"],
        after=after,
        files=files,
    )


def _seconds(number: int, time: str) -> float:
    seconds = seconds_of(time)
    if seconds is None:
        raise TranscriptError(number, f"“{short(time)}” is no time, such as “2 h 30 min”")
    return seconds


def _time(seconds: float) -> str:
    """A time to the microsecond."""
    left = round(seconds * 1_000_000)
    parts = []
    for unit, size in (("d", 86_400_000_000), ("h", 3_600_000_000), ("min", 60_000_000)):
        number, left = divmod(left, size)
        if number:
            parts.append(f"{number} {unit}")
    if left or not parts:
        parts.append(f"{left / 1_000_000:.6f}".rstrip("0").rstrip(".") + " s")
    return " ".join(parts)


def _choice(choice: str) -> str:
    plain = not re.search(r'[\s"\\(\[]', choice) and not choice.endswith(":")
    return choice if plain else msgspec.json.encode(choice).decode()


def _unquoted(choice: str) -> str:
    try:
        return msgspec.json.decode(choice, type=str)
    except msgspec.DecodeError:
        return choice


def _plain(text: str) -> str:
    """A text that can stand in brackets."""
    return _one_line(text).translate(_BRACKETS)


_BRACKETS = str.maketrans({"[": "(", "]": ")", ";": ","})


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _flat(text: str) -> str:
    return text.replace("\n", " ").strip()


def heading(
    fields: Mapping[str, Any], tags: Iterable[str] = (), values: Mapping[str, Value] | None = None
) -> dict[str, str]:
    """The head's words from what they say; empty ones are left out."""
    head = {name: str(fields[name]) for name in HEAD if fields.get(name)}
    if joined := ", ".join(sorted(set(tags))):
        head["tags"] = joined
    return head | {f"{VALUE}{name}": value_text(value) for name, value in (values or {}).items() if value is not None}
