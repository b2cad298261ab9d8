"""How a message with its choices appears on a channel: what does not fit takes another form, and says so.

The limits are data (``flows.channel_limits``); here are the rules by which a message gives way to them in rehearsals,
and the functions that divide and number texts there as in what channels send. Choices are buttons as long as they are
few enough, then a list, then numbered lines that the contact answers with the number. Labels are cut only where they
stay apart. A text too long becomes several messages, the choices with the last.
"""

from collections.abc import Sequence

import msgspec

from engine.effects import Choice
from flows.channel_limits import CHANNELS, ChannelLimits, width

_FREE = ChannelLimits(text=None, buttons=None)
"""Of a channel that another package brings, nothing is known that it could not carry."""

_BREAKS = ("\n\n", "\n", ". ", "! ", "? ", "。", "！", "？", " ")
"""Where a text is divided, the best place first."""


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """A choice as it is shown: ``label`` may be cut, a list's row then says the whole in its ``description``."""

    id: str
    label: str
    description: str = ""


class Note(msgspec.Struct, frozen=True):
    """What a limit has changed: a ``code`` and the ``values`` it is about.

    ``split`` (parts, limit), ``list`` (most: so many buttons), ``numbered`` (most: so many choices), ``plain`` (the
    channel has no buttons), ``cut`` (limit, label), ``alike`` (limit: cut, labels would be the same).
    """

    code: str
    values: dict[str, str | int] = {}


class Appearance(msgspec.Struct, frozen=True):
    """Messages in order; ``buttons`` or the ``rows`` of a list belong to the last one."""

    parts: tuple[str, ...]
    buttons: tuple[Row, ...] = ()
    rows: tuple[Row, ...] = ()
    notes: tuple[Note, ...] = ()


def shown(channel: str, text: str, choices: tuple[Choice, ...] = ()) -> Appearance:
    """The message as the channel shows it; a channel that is not known shows everything."""
    limits = CHANNELS.get(channel, _FREE)
    form, notes = _form(limits, choices)
    buttons: tuple[Row, ...] = ()
    rows: tuple[Row, ...] = ()
    last = limits.text
    if form == "numbered":
        text = numbered(text, choices)
    elif choices:
        last = limits.text_with_buttons or limits.text
        label = limits.button_label if form == "buttons" else limits.list_label
        cut = tuple(_row(choice, label, limits.list_description if form == "list" else None) for choice in choices)
        notes += [
            Note("cut", {"limit": label or 0, "label": choice.label})
            for choice, row in zip(choices, cut, strict=True)
            if row.label != choice.label
        ]
        buttons, rows = (cut, ()) if form == "buttons" else ((), cut)
    parts = divided(text, limits.text, last) or [text]
    if len(parts) > 1:
        notes.insert(0, Note("split", {"parts": len(parts), "limit": last or 0}))
    return Appearance(tuple(parts), buttons, rows, tuple(notes))


def _form(limits: ChannelLimits, choices: tuple[Choice, ...]) -> tuple[str, list[Note]]:
    """Whether the choices are buttons, a list or numbered lines, and why."""
    if not choices or limits.buttons is None:
        return "buttons", []
    if not limits.buttons and not limits.list_rows:
        return "numbered", [Note("plain")]
    if len(choices) <= limits.buttons:
        if _apart(choices, limits.button_label):
            return "buttons", []
        alike = [Note("alike", {"limit": limits.button_label or 0})]
    else:
        alike = []
    if len(choices) <= limits.list_rows and _apart(choices, limits.list_label):
        return "list", alike or [Note("list", {"most": limits.buttons})]
    if len(choices) <= max(limits.buttons, limits.list_rows):
        return "numbered", [Note("alike", {"limit": limits.list_label or limits.button_label or 0})]
    return "numbered", [Note("numbered", {"most": max(limits.buttons, limits.list_rows)})]


def _apart(choices: tuple[Choice, ...], limit: int | None) -> bool:
    """Whether the labels can still be told from one another when they are cut."""
    return len({_cut(choice.label, limit) for choice in choices}) == len({choice.label for choice in choices})


def _row(choice: Choice, limit: int | None, description: int | None) -> Row:
    label = _cut(choice.label, limit)
    return Row(choice.id, label, _cut(choice.label, description) if description and label != choice.label else "")


def _cut(text: str, limit: int | None) -> str:
    if limit is None or width(text) <= limit:
        return text
    return _head(text, limit - 1).rstrip() + "…"


def divided(text: str, limit: int | None, last: int | None = None) -> list[str]:
    """The text in messages of at most ``limit`` UTF-16 code units, the last of at most ``last`` (``limit`` if None).

    They end where a paragraph, a line, a sentence or at least a word does, if there is such a place. None is empty, no
    character is broken, and only white space where they end is lost.
    """
    last = limit if last is None else last
    found = []
    rest = text
    while last is not None and width(rest) > last:
        head = _head(rest, min(limit or last, max(last, width(rest) - last)))
        at = _break(head) if len(head) < len(rest) else len(head)
        found.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [part for part in (*found, rest) if part.strip()]


def numbered(text: str, choices: Sequence[Choice]) -> str:
    """The text with its choices as a list to answer by number, for where there are no buttons."""
    lines = [f"{number}. {choice.label}" for number, choice in enumerate(choices, 1)]
    return "\n".join([text, "", *lines] if text else lines)


def _head(text: str, limit: int) -> str:
    """As many of the first characters as fit in ``limit`` UTF-16 code units."""
    units = 0
    for position, sign in enumerate(text):
        units += width(sign)
        if units > limit:
            return text[:position]
    return text


def _break(head: str) -> int:
    """Where to divide so that words and, where it can be, sentences stay whole; never in the first half."""
    for sign in _BREAKS:
        at = head.rfind(sign)
        if at > len(head) // 2:
            return at + len(sign)
    return len(head)
