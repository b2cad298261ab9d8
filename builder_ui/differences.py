"""What is different between two versions of a flow: in words, and on two canvases."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from builder_ui.words import Language, say
from engine.flow import Edge, Flow
from flows.changes import compared, node_changes
from flows.diff import Diff, diff
from flows.views import node_title, port_titles, views
from schemas.words import language_name

Plain = dict[str, Any]

FIELDS = {
    "name": "difference.name",
    "language": "difference.language",
    "timezone": "difference.timezone",
    "trigger": "difference.trigger",
    "start": "difference.start",
    "interrupts": "difference.interrupts",
    "apologies": "difference.apologies",
    "inputs": "difference.inputs",
    "outputs": "difference.outputs",
}

CAME_AND_WENT = {
    ("node", "added"): "difference.node_added",
    ("node", "removed"): "difference.node_removed",
    ("language", "added"): "difference.language_added",
    ("language", "removed"): "difference.language_removed",
}

WORDS = (
    "compare.added",
    "compare.changed",
    "compare.changes",
    "compare.none",
    "compare.next",
    "compare.previous",
    "compare.removed",
)
"""What the two canvases say."""


@dataclass(frozen=True)
class DifferenceLine:
    """One thing that is different; `kind` is added, removed or changed. `node` is where one sees it, or ''."""

    kind: str
    text: str
    node: str = ""
    details: list[str] = field(default_factory=list)


def differences(
    before: Flow[Any], after: Flow[Any], language: Language, names: dict[str, str] | None = None
) -> list[DifferenceLine]:
    """What is different in `after`, a line in words each, node by node."""
    found: Diff = diff(before, after)
    both = set(before.nodes) & set(after.nodes)

    def said(key: str, **values: object) -> str:
        return say(key, language, **values)

    def called(flow: Flow[Any], node_id: str) -> str:
        return node_title(flow, node_id, language)

    def way(flow: Flow[Any], edge: Edge) -> dict[str, str]:
        port = port_titles(flow.nodes[edge.source], language).get(edge.port, edge.port)
        return {"node": called(flow, edge.source), "port": port, "target": called(flow, edge.target)}

    lines = [
        DifferenceLine(kind, said(CAME_AND_WENT["node", kind], node=called(flow, one)), one)
        for kind, flow, ids in (("added", after, found.added), ("removed", before, found.removed))
        for one in ids
    ]
    for one in found.changed:
        details = node_changes(before, after, one, language, names)
        lines.append(DifferenceLine("changed", said("difference.node_changed", node=called(after, one)), one, details))
    # Ways of a node that came or went need no word of their own.
    now = {(edge.source, edge.port) for edge in found.edges_added}
    lines += [
        DifferenceLine("changed", said("difference.way_added", **way(after, edge)), edge.source)
        for edge in found.edges_added
        if edge.source in both
    ]
    lines += [
        DifferenceLine("removed", said("difference.way_removed", **way(before, edge)), edge.source)
        for edge in found.edges_removed
        if edge.source in both and edge.target in after.nodes and (edge.source, edge.port) not in now
    ]
    lines += [_own(before, after, one, language) for one in found.fields]
    lines += [DifferenceLine("changed", said("difference.cases", n=len(found.cases)))] if found.cases else []
    for key, tags in (("added", found.languages_added), ("removed", found.languages_removed)):
        for tag in tags:
            lines.append(
                DifferenceLine(key, said(CAME_AND_WENT["language", key], language=language_name(tag, language)))
            )
    return lines


def side_by_side(before: Flow[Any], after: Flow[Any], language: Language, names: dict[str, str] | None = None) -> Plain:
    """Two versions as `compare.jsx` draws them, and what is different."""
    found = diff(before, after)
    changed = dict.fromkeys(found.changed, "changed")
    notes = {one for one in {*before.notes, *after.notes} if _text(before, one) != _text(after, one)}
    left = {**changed, **dict.fromkeys(found.removed, "removed")}
    right = {**changed, **dict.fromkeys(found.added, "added")}
    shown = (language, names)
    return {
        "left": _side(before, left, set(found.edges_removed), notes, "removed", *shown),
        "right": _side(after, right, set(found.edges_added), notes, "added", *shown),
        "lines": [
            {"kind": line.kind, "text": line.text, "node": line.node, "details": line.details}
            for line in differences(before, after, language, names)
        ],
        "words": {key.partition(".")[2]: say(key, language) for key in WORDS},
    }


def _side(
    flow: Flow[Any],
    marks: dict[str, str],
    ways: set[Edge],
    notes: set[str],
    kind: str,
    language: Language,
    names: dict[str, str] | None,
) -> Plain:
    return {
        "nodes": {node_id: flow.layout.get(node_id) for node_id in flow.nodes},
        "views": {one.id: msgspec.to_builtins(one) for one in views(flow, language, flow.language, names)},
        "edges": [[edge.source, edge.port, edge.target, kind if edge in ways else ""] for edge in flow.edges],
        "notes": {
            key: {"text": note.text, "at": note.at, "width": note.width, "mark": kind if key in notes else ""}
            for key, note in flow.notes.items()
        },
        "marks": marks,
    }


def _own(before: Flow[Any], after: Flow[Any], name: str, language: Language) -> DifferenceLine:
    title = say(FIELDS[name], language)
    was, now = (msgspec.to_builtins(getattr(flow, name)) for flow in (before, after))
    if name == "start":
        was, now = (
            node_title(flow, flow.start, language) if flow.start in flow.nodes else "" for flow in (before, after)
        )
    return DifferenceLine("changed", title, "", compared(title, was, now, language))


def _text(flow: Flow[Any], note: str) -> str | None:
    return flow.notes[note].text if note in flow.notes else None
