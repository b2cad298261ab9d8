"""What takes a flow back: the difference between two flows as a Patch, and a Patch laid on a flow."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from engine.flow import Edge, Flow
from flows.edits import Patch

V = TypeVar("V")

FIELDS = ("name", "language", "timezone", "trigger", "start", "interrupts", "apologies", "inputs", "outputs")
"""The flow's own fields that edits change."""


def inverse(old: Flow[Any], new: Flow[Any]) -> Patch:
    """The Patch that makes ``old`` of ``new``."""
    before = {(edge.source, edge.port): edge.target for edge in old.edges}
    now = {(edge.source, edge.port): edge.target for edge in new.edges}
    nodes = _changed(old.nodes, new.nodes)
    return Patch(
        nodes={key: None if node is None else msgspec.to_builtins(node) for key, node in nodes.items()},
        edges=tuple((*key, target) for key, target in sorted(_changed(before, now).items())),
        texts={
            language: None if texts is None else dict(_changed(texts, new.translations.get(language, {})))
            for language, texts in _changed(old.translations, new.translations).items()
        },
        layout=_changed(old.layout, new.layout),
        notes=_changed(old.notes, new.notes),
        cases=_changed(old.cases, new.cases),
        flow={
            name: msgspec.to_builtins(getattr(old, name))
            for name in FIELDS
            if not _same(getattr(old, name), getattr(new, name))
        },
    )


def touched(patch: Patch) -> tuple[str, ...]:
    """The nodes whose picture a Patch changes, those it removes included; moving alone changes none."""
    ids = {*patch.nodes, *(source for source, _, _ in patch.edges)}
    for texts in patch.texts.values():
        ids |= {*(texts or {})}
    return tuple(sorted(ids))


def patched(flow: Flow[Any], patch: Patch) -> dict[str, Any]:
    """The fields of the flow that a Patch changes, nodes and the flow's own still plain data."""
    targets = {(edge.source, edge.port): edge.target for edge in flow.edges}
    edges = _merged(targets, {(source, port): target for source, port, target in patch.edges})
    translations = dict(flow.translations)
    for language, texts in patch.texts.items():
        if texts is None:
            translations.pop(language, None)
        else:
            translations[language] = _merged(translations.get(language, {}), texts)
    return {
        "edges": tuple(sorted(Edge(source, port, target) for (source, port), target in edges.items())),
        "translations": translations,
        "layout": _merged(flow.layout, patch.layout),
        "notes": _merged(flow.notes, patch.notes),
        "cases": _merged(flow.cases, patch.cases),
    }


def _changed(old: Mapping[Any, V], new: Mapping[Any, V]) -> dict[Any, V | None]:
    """What stands otherwise in ``new``, as it stands in ``old``."""
    if old is new:
        return {}
    gone = {key: value for key, value in old.items() if key not in new or not _same(value, new[key])}
    return {**gone, **{key: None for key in new if key not in old}}


def _same(old: Any, new: Any) -> bool:
    """Whether nothing changed. Structs are the same only when identical, for in them 1 equals true."""
    return old is new or (isinstance(old, str | dict) and old == new)


def _merged(old: Mapping[Any, V], changes: Mapping[Any, V | None]) -> dict[Any, V]:
    merged = {**old, **changes}
    return {key: value for key, value in merged.items() if value is not None}
