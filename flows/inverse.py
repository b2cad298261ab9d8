"""What takes a flow back: the difference between two flows as a Patch, and a Patch laid on a flow."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from engine.flow import Edge, Flow, Note
from flows.case_edits import merge_cases, written_case
from flows.edits import Patch
from flows.merge import ABSENT, leaves, merge, same

V = TypeVar("V")

FIELDS = ("name", "language", "timezone", "trigger", "start", "interrupts", "apologies", "inputs", "outputs")
"""The flow's own fields that edits change."""


def inverse(old: Flow[Any], new: Flow[Any]) -> Patch:
    """The Patch that takes an edit back which made ``new`` of ``old``, and nothing that others did since."""
    return msgspec.structs.replace(towards(new, old), base=towards(old, new))


def towards(old: Flow[Any], new: Flow[Any]) -> Patch:
    """The Patch that makes ``new`` of ``old``."""
    before = {(edge.source, edge.port): edge.target for edge in new.edges}
    now = {(edge.source, edge.port): edge.target for edge in old.edges}
    nodes: dict[str, Any] = {}
    fields: dict[str, dict[str, Any]] = {}
    for node_id, node in _changed(new.nodes, old.nodes).items():
        there = old.nodes.get(node_id)
        if node is not None and type(node) is type(there):
            if others := _fields(there, node):
                fields[node_id] = others
        else:
            nodes[node_id] = None if node is None else msgspec.to_builtins(node)
    return Patch(
        nodes=nodes,
        fields=fields,
        edges=tuple((*key, target) for key, target in sorted(_changed(before, now).items())),
        texts={
            language: None if texts is None else dict(_changed(texts, old.translations.get(language, {})))
            for language, texts in _changed(new.translations, old.translations).items()
        },
        layout=_changed(new.layout, old.layout),
        notes=_changed(new.notes, old.notes),
        cases=_changed(new.cases, old.cases),
        flow={
            name: msgspec.to_builtins(getattr(new, name))
            for name in FIELDS
            if not _same(getattr(old, name), getattr(new, name))
        },
    )


def touched(patch: Patch) -> tuple[str, ...]:
    """The nodes whose picture a Patch changes, those it removes included; moving alone changes none."""
    ids = {*patch.nodes, *patch.fields, *(source for source, _, _ in patch.edges)}
    for texts in patch.texts.values():
        ids |= {*(texts or {})}
    return tuple(sorted(ids))


def written(back: Patch) -> dict[tuple[str, str, str], Any]:
    """What an edit has put where, by its inverse: (node or '', path, language of a translation or '') -> value.

    Paths and values are those of ``flows.edit.Overwritten``; what was moved, and nodes that came or went, do not count.
    """
    made = back.base or Patch()
    found: dict[tuple[str, str, str], Any] = {}
    for node_id, fields in made.fields.items():
        for field, value in fields.items():
            for path, part in leaves(back.fields[node_id][field], value).items():
                found[node_id, f"{field}.{path}" if path else field, ""] = part
    for field, value in made.flow.items():
        for path, part in leaves(back.flow[field], value).items():
            found["", f"{field}.{path}" if path else field, ""] = part
    for source, port, target in made.edges:
        found[source, f"ports.{port}", ""] = target
    for language, texts in made.texts.items():
        for node_id, versions in (texts or {}).items():
            before = ((back.texts.get(language) or {}).get(node_id)) or {}
            for path in {*before, *(versions or {})}:
                if before.get(path) != (said := (versions or {}).get(path)):
                    found[node_id, path, language] = said
    for note_id, note in made.notes.items():
        found["", f"notes.{note_id}", ""] = note and note.text
    for case_id, text in made.cases.items():
        for path, part in written_case(case_id, back.cases[case_id], text).items():
            found["", path, ""] = part
    return found


def patched(flow: Flow[Any], patch: Patch) -> dict[str, Any]:
    """The fields of the flow that a Patch changes: ``nodes`` and the flow's own still plain data, all else whole."""
    base = patch.base
    kept = set() if base is None else {node_id for node_id in patch.nodes if _others_did(flow, node_id, base)}
    nodes = {node_id: config for node_id, config in patch.nodes.items() if node_id not in kept}
    for node_id, fields in patch.fields.items():
        if node_id in flow.nodes:
            here = flow.nodes[node_id]
            all_of_it = {name: msgspec.to_builtins(getattr(here, name)) for name in here.__struct_fields__}
            was = None if base is None else base.fields.get(node_id, {})
            nodes[node_id] = {**msgspec.to_builtins(here), **_laid(all_of_it, fields, was, only=True)}
    targets = {(edge.source, edge.port): edge.target for edge in flow.edges}
    was_targets = None if base is None else {(source, port): target for source, port, target in base.edges}
    edges = _laid(
        targets,
        {
            (source, port): target
            for source, port, target in patch.edges
            if kept.isdisjoint({source, targets.get((source, port))})
        },
        was_targets,
    )
    translations = dict(flow.translations)
    for language, texts in patch.texts.items():
        was_texts = None if base is None else base.texts.get(language)
        if texts is None or language not in translations:
            translations = _laid(translations, {language: texts}, None if base is None else base.texts)
        else:
            translations[language] = _laid(
                translations[language],
                {node_id: said for node_id, said in texts.items() if node_id not in kept},
                None if base is None else was_texts or {},
            )
    notes = _laid(
        msgspec.to_builtins(flow.notes),
        msgspec.to_builtins(patch.notes),
        None if base is None else msgspec.to_builtins(base.notes),
    )
    layout = {node_id: at for node_id, at in patch.layout.items() if node_id not in kept}
    return {
        "nodes": nodes,
        "edges": tuple(sorted(Edge(source, port, target) for (source, port), target in edges.items())),
        "translations": translations,
        "layout": _laid(flow.layout, layout, None if base is None else base.layout),
        "notes": msgspec.convert(notes, dict[str, Note]),
        "cases": _laid(flow.cases, patch.cases, None if base is None else base.cases, merged=merge_cases),
        "flow": _laid(
            {name: msgspec.to_builtins(getattr(flow, name)) for name in FIELDS},
            {name: value for name, value in patch.flow.items() if name != "start" or flow.start not in kept},
            None if base is None else base.flow,
            only=True,
        ),
    }


def _others_did(flow: Flow[Any], node_id: str, base: Patch) -> bool:
    """Whether a node is no longer as the edit left it, its texts in other languages included."""
    if node_id not in flow.nodes:
        return False
    was = base.nodes.get(node_id)
    if was is None or not same(was, msgspec.to_builtins(flow.nodes[node_id])):
        return True
    return any(
        not same(of_nodes.get(node_id) or {}, (base.texts.get(language) or {}).get(node_id) or {})
        for language, of_nodes in flow.translations.items()
    )


def _laid(
    now: Mapping[Any, Any],
    wanted: Mapping[Any, Any],
    base: Mapping[Any, Any] | None,
    *,
    only: bool = False,
    merged: Callable[..., tuple[Any, Any]] = merge,
) -> dict[Any, Any]:
    """``now`` with what is ``wanted``, where it still is as in ``base``; None stands for nothing.

    With ``only``, not more than what is wanted, and None is a value.
    """

    def at(of: Mapping[Any, Any], key: Any) -> Any:
        return of.get(key, ABSENT) if only else (ABSENT if of.get(key) is None else of[key])

    laid = {} if only else dict(now)
    for key in wanted:
        here = at(now, key)
        found, _ = merged(here if base is None else at(base, key), at(wanted, key), here, yielding=True)
        if found is ABSENT:
            laid.pop(key, None)
        else:
            laid[key] = found
    return laid


def _fields(old: Any, new: Any) -> dict[str, Any]:
    """The fields of a node that are otherwise in ``new``, as they are there."""
    found = {}
    for name in new.__struct_fields__:
        value = msgspec.to_builtins(getattr(new, name))
        if getattr(old, name) is not getattr(new, name) and not same(msgspec.to_builtins(getattr(old, name)), value):
            found[name] = value
    return found


def _changed(old: Mapping[Any, V], new: Mapping[Any, V]) -> dict[Any, V | None]:
    """What stands otherwise in ``new``, as it stands in ``old``."""
    if old is new:
        return {}
    gone = {key: value for key, value in old.items() if key not in new or not _same(value, new[key])}
    return {**gone, **{key: None for key in new if key not in old}}


def _same(old: Any, new: Any) -> bool:
    """Whether nothing changed. To Structs 1 equals true; as it is written, it does not."""
    return old is new or (old == new and (isinstance(old, str) or _written(old) == _written(new)))


_written = msgspec.json.Encoder(order="deterministic").encode
