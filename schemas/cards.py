"""The palette: every node type as a card, with its form, in the language of the screens. All of it is derived."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from engine.flow import Group, Node
from nodes import node_types, type_name, words_of

UiLanguage = Literal["en", "zh"]

WITH_COLUMNS = ("rows", "shares", "collect")
"""Widgets of lists of rows whose parts are told."""


class Option(msgspec.Struct, frozen=True):
    """One of the values a field can have."""

    value: str
    title: str


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a form. ``widget`` names how it is entered; ``default`` is JSON.

    ``required`` is what ``flows.check`` wants filled, ``pattern`` one that holds an RE2 pattern.
    ``only_if`` maps another field to the values with which this one is shown ("*": anything but empty). ``columns``
    are the parts of each row of a list of rows, ``example`` is shown while nothing is entered.
    """

    name: str
    title: str
    help: str
    widget: str
    default: Any
    options: tuple[Option, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    translatable: bool = False
    required: bool = False
    pattern: bool = False
    only_if: dict[str, list[str]] = {}
    example: str = ""
    columns: tuple["Field", ...] = ()


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A node type in the palette. ``ports`` are those of a fresh node: id -> title."""

    type: str
    title: str
    help: str
    icon: str
    group: Group
    fields: tuple[Field, ...]
    ports: dict[str, str]


def palette(language: UiLanguage = "en") -> list[Card]:
    """Every node type, built in first, in the palette's order."""
    return [card(cls, language) for cls in node_types().values()]


@cache
def card(cls: type[Node], language: UiLanguage = "en") -> Card:
    """A node type's card."""
    words = words_of(cls, language)
    ports = words.get("ports", {})
    return Card(
        type=type_name(cls),
        title=words.get("title", cls.TITLE),
        help=words.get("help", " ".join((cls.__doc__ or "").split())),
        icon=cls.ICON,
        group=cls.GROUP,
        fields=tuple(_field(cls, name, hint, words) for name, hint in _hints(cls)),
        ports={port.id: ports.get(port.id, port.title) for port in cls().ports()},
    )


def _hints(cls: type[msgspec.Struct]) -> list[tuple[str, Any]]:
    """The configuration's fields with their annotations; ``name``, which every node has, last."""
    hints = get_type_hints(cls, include_extras=True)
    names = [name for name in cls.__struct_fields__ if name != "name"]
    return [(name, hints[name]) for name in (*names, "name")]


def _field(cls: type[msgspec.Struct], name: str, hint: Any, words: Mapping[str, Any]) -> Field:
    said = words.get("fields", {}).get(name, {})
    kind, metas = _annotated(hint)
    extra: dict[str, Any] = {}
    schema: dict[str, Any] = {}
    for meta in metas:
        extra |= meta.extra or {}
        schema |= meta.extra_json_schema or {}
    titles = {**extra.get("options", {}), **words.get("options", {}).get(name, {})}
    return Field(
        name=name,
        title=said.get("title") or _last(metas, "title") or name,
        help=said.get("help", _last(metas, "description") or ""),
        widget=schema.get("widget") or _widget(kind),
        default=_default(cls, name),
        options=tuple(Option(value, titles.get(value, value)) for value in _literals(kind)),
        minimum=_last(metas, "ge"),
        maximum=_last(metas, "le"),
        max_length=_last(metas, "max_length"),
        translatable=bool(extra.get("translatable")),
        required=bool(extra.get("required")),
        pattern=bool(extra.get("pattern")),
        only_if=extra.get("only_if", {}),
        example=str(next(iter(_last(metas, "examples") or ()), "")),
        columns=_columns(kind, said) if schema.get("widget") in WITH_COLUMNS else (),
    )


def _columns(kind: Any, said: Mapping[str, Any]) -> tuple[Field, ...]:
    """The parts of a row that are entered; their words stand with the field's own (``columns``, ``options``)."""
    row = get_args(kind)[0]
    words = {"fields": said.get("columns", {}), "options": said.get("options", {})}
    hints = get_type_hints(row, include_extras=True)
    return tuple(_field(row, name, hints[name], words) for name in row.__struct_fields__ if name != "id")


def _default(cls: type[msgspec.Struct], name: str) -> Any:
    """What a field has in a new node or row, as JSON."""
    info = next(one for one in msgspec.structs.fields(cls) if one.name == name)
    value = info.default if info.default_factory is msgspec.NODEFAULT else info.default_factory()
    return msgspec.json.decode(msgspec.json.encode(value))


def _annotated(hint: Any) -> tuple[Any, tuple[msgspec.Meta, ...]]:
    """The bare type and what is said about it, the outermost last."""
    if get_origin(hint) is not Annotated:
        return hint, ()
    return get_args(hint)[0], tuple(meta for meta in hint.__metadata__ if isinstance(meta, msgspec.Meta))


def _last(metas: tuple[msgspec.Meta, ...], name: str) -> Any:
    return next((found for meta in reversed(metas) if (found := getattr(meta, name)) is not None), None)


def _literals(kind: Any) -> tuple[str, ...]:
    """The values of a Literal, or of the Literal a tuple holds."""
    if get_origin(kind) is tuple:
        kind = get_args(kind)[0]
    return get_args(kind) if get_origin(kind) is Literal else ()


def _widget(kind: Any) -> str:
    """How a field is entered that does not say so itself (one of another package)."""
    if get_origin(kind) is Literal:
        return "select"
    return {bool: "switch", int: "number", float: "number"}.get(kind, "line")
