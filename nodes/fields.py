"""Kinds of fields: what a value may be and how it is entered, said once for every node type.

A field is ``Annotated[Kind, field(title, help)] = default``. What msgspec and JSON Schema have no word for stands in
``Meta.extra``: ``required`` (check wants it filled), ``pattern`` (it holds an RE2 pattern), ``options`` (value ->
English title) and ``only_if`` (other field -> values with which the form shows this one; "*" is anything).
"""

from typing import Annotated, Any

from msgspec import Meta

from engine.text import Text

MONTH = 30 * 24 * 3600
"""Seconds; the longest a flow may wait."""

Line = Annotated[str, Meta(max_length=500, extra_json_schema={"widget": "line"})]
"""One line that is not for the contact and not translated."""

Said = Annotated[Text, Meta(max_length=10_000)]
"""What the contact reads: translatable, with placeholders."""

Duration = Annotated[float, Meta(ge=0, le=MONTH, extra_json_schema={"widget": "duration"})]
"""Seconds."""

Share = Annotated[float, Meta(ge=0, le=1, extra_json_schema={"widget": "percent"})]
"""0 to 1, entered as a percentage."""

Switch = Annotated[bool, Meta(extra_json_schema={"widget": "switch"})]

Tags = Annotated[
    tuple[Annotated[str, Meta(min_length=1, max_length=64)], ...],
    Meta(max_length=50, extra_json_schema={"widget": "tags"}),
]

ValueName = Annotated[str, Meta(pattern=r"^([a-z][a-z0-9_]{0,63})?$", extra_json_schema={"widget": "value_name"})]
"""The name of one of the conversation's values; empty where nothing is kept."""

ChoiceId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
"""A port's id made by a user. Short, for Telegram gives 64 bytes for what comes back with a tapped button."""


def field(title: str, help: str = "", **extra: Any) -> Meta:  # noqa: A002 the word of the screens
    """What a form says about a field; ``extra`` is required=, options= or only_if=."""
    return Meta(title=title, description=help or None, extra=extra or None)
