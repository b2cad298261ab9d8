"""The edits there are, as they travel: tagged JSON objects. ``flows.edit`` applies them."""

from typing import Annotated, Any, Literal

import msgspec

from engine.flow import Note, NoteWidth

Place = tuple[float, float]
"""x, y in canvas pixels."""


class Edit(msgspec.Struct, frozen=True, tag_field="op", forbid_unknown_fields=True, omit_defaults=True):
    """One change of a flow.

    ``base``, where an edit has it, is what whoever edits saw at the place before: where it is otherwise by now,
    somebody else was faster. Both are merged as far as can be (``flows.merge``), and what they wrote is told as lost.
    """


class Add(Edit, frozen=True, tag="add"):
    """A node with its configuration. The first one becomes the start."""

    node: str
    config: dict[str, Any]
    at: Place | None = None


class Remove(Edit, frozen=True, tag="remove"):
    """Nodes, and with them their edges, texts and places; start and interrupts that lead to them."""

    nodes: tuple[str, ...]


class Move(Edit, frozen=True, tag="move"):
    """Where nodes stand on the canvas."""

    to: dict[str, Place]


class Connect(Edit, frozen=True, tag="connect"):
    """A port to a node, in place of where it led; ``base`` is the node it led to, or ''."""

    source: str
    port: str
    target: str
    base: str | msgspec.UnsetType = msgspec.UNSET


class Disconnect(Edit, frozen=True, tag="disconnect"):
    """A port leads nowhere again; with ``base`` also if it does already."""

    source: str
    port: str
    base: str | msgspec.UnsetType = msgspec.UNSET


class Set(Edit, frozen=True, tag="set"):
    """One field of a node's configuration; null is its default. Ways out that vanish take their edges along."""

    node: str
    field: str
    value: Any = None
    base: Any = msgspec.UNSET


class Translate(Edit, frozen=True, tag="translate"):
    """A text by its path (``engine.text.texts``) in a language of the flow; an empty one removes a translation."""

    language: str
    node: str
    path: str
    text: str
    base: str | msgspec.UnsetType = msgspec.UNSET


class SetFlow(Edit, frozen=True, tag="set_flow"):
    """One of the flow's own fields.

    ``language``: one of its translations becomes its own, the texts change places; another one only names anew the
    language the texts are in.
    """

    field: Literal["name", "language", "timezone", "trigger", "start", "interrupts", "apologies", "inputs", "outputs"]
    value: Any
    base: Any = msgspec.UNSET


class AddLanguage(Edit, frozen=True, tag="add_language"):
    """The flow is to speak a language, BCP 47."""

    language: str


class RemoveLanguage(Edit, frozen=True, tag="remove_language"):
    """A language with all its texts."""

    language: str


class PutNote(Edit, frozen=True, tag="note"):
    """A remark on the canvas, new or changed; without ``width`` it keeps its own. ``base`` is the note or null."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    text: str
    at: Place
    width: NoteWidth | msgspec.UnsetType = msgspec.UNSET
    base: Note | msgspec.UnsetType | None = msgspec.UNSET


class RemoveNote(Edit, frozen=True, tag="remove_note"):
    """A remark goes."""

    id: str


class PutCase(Edit, frozen=True, tag="put_case"):
    """A test case, new or changed: a conversation as ``flows.transcript`` has it.

    ``base`` is the conversation as it was, or null for a new one: that gets another id where this one is taken.
    """

    id: str
    text: str
    base: str | msgspec.UnsetType | None = msgspec.UNSET


class RemoveCase(Edit, frozen=True, tag="remove_case"):
    """A test case goes."""

    id: str


class Batch(Edit, frozen=True, tag="batch"):
    """Several at once: all of them, or none."""

    edits: tuple["AnyEdit", ...]


class Patch(Edit, frozen=True, tag="patch"):
    """The inverse of any edit: what it changed, as it was; null is "was not there".

    ``nodes``: id -> configuration of one that came or went; ``fields``: id -> field -> value of one that stays;
    ``edges``: [source, port, target]; ``texts``: language -> node id -> path -> text, where ``{language: null}`` is a
    language that was not there and ``{node: null}`` a node without texts; ``flow``: field -> value.

    ``base`` is the other way: what the edit had made of the same places. What others have made of them since stays.
    """

    nodes: dict[str, dict[str, Any] | None] = {}
    fields: dict[str, dict[str, Any]] = {}
    edges: tuple[tuple[str, str, str | None], ...] = ()
    texts: dict[str, dict[str, dict[str, str] | None] | None] = {}
    layout: dict[str, Place | None] = {}
    notes: dict[str, Note | None] = {}
    cases: dict[str, str | None] = {}
    flow: dict[str, Any] = {}
    base: "Patch | None" = None


AnyEdit = (
    Add
    | Remove
    | Move
    | Connect
    | Disconnect
    | Set
    | Translate
    | SetFlow
    | AddLanguage
    | RemoveLanguage
    | PutNote
    | RemoveNote
    | PutCase
    | RemoveCase
    | Batch
    | Patch
)
