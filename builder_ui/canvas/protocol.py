"""What travels between the canvas and its page: the whole flow once, then only what changes.

Up comes one edit (`flows.edits`) for each finished act of the hand, with a number; down goes a patch for each edit that
was applied or refused. Nothing but `loading` grows with the flow.
"""

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from builder_ui.canvas.wording import canvas_words
from builder_ui.words import Language
from engine.flow import Flow, Node
from engine.text import texts
from flows.inverse import touched, towards
from flows.starters import library
from flows.views import view
from nodes import node_types, type_name
from schemas import card

Plain = dict[str, Any]

KEPT = 20
"""Patches kept for the canvas: several may reach it within one render."""
KEPT_BYTES = 32_000
KEPT_SECONDS = 2


def loading(
    flow: Flow[Any],
    *,
    seq: int,
    done: int,
    locked: bool,
    screens: Language,
    content: str,
    person: str = "",
    marks: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> Plain:
    """The whole flow as the canvas takes it in. `done` is the number of this page's last edit that was taken;
    `locked`: whoever looks may not edit. `person` is the id of whose unsent edits the browser may keep; `marks` says
    which nodes have problems: {node id: "error" or "warning"}; `names` are as ``schemas.words.summary`` wants them.
    """
    return {
        "id": flow.id,
        "person": person,
        "seq": seq,
        "done": done,
        "language": screens,
        "locked": locked,
        "document": {
            "nodes": {node_id: flow.layout.get(node_id) for node_id in flow.nodes},
            "edges": [[edge.source, edge.port, edge.target] for edge in flow.edges],
            "start": flow.start,
            "notes": msgspec.to_builtins(flow.notes),
        },
        "views": pictures(flow, flow.nodes, screens, content, names),
        "marks": dict(marks or {}),
        "palette": palette(screens),
        "languages": list(flow.languages),
        "starters": [{"id": one.id, "title": one.name, "help": one.promise} for one in library(screens)],
        "words": canvas_words(screens),
    }


def patch(
    seq: int,
    views: Plain,
    *,
    number: int | None = None,
    refused: bool = False,
    failed: bool = False,
    change: Plain | None = None,
    marks: Mapping[str, str | None] | None = None,
    said: str = "",
) -> Plain:
    """One step on from `loading`. `number` is the canvas's own edit that this answers, which did what it has drawn
    already; `change` is all that became different where more did. `failed`: something broke, it is to be sent again.
    `marks` are those of nodes whose problems became others, None: none are left. `said` is told to the person.
    """
    answer = {"number": number, "refused": refused, "failed": failed}
    told = {"views": views, "change": change, "marks": dict(marks or {}), "said": said}
    return {"seq": seq, "at": int(time.monotonic()), **answer, **told}


def pictures(
    flow: Flow[Any], ids: Iterable[str], screens: Language, content: str, names: Mapping[str, str] | None = None
) -> Plain:
    """How nodes look, by id, each with what copying it takes: configuration and translations."""
    return {
        node_id: {
            **msgspec.to_builtins(view(flow, node_id, screens, content, names)),
            "config": msgspec.to_builtins(flow.nodes[node_id]),
            "texts": {
                language: of_nodes[node_id] for language, of_nodes in flow.translations.items() if node_id in of_nodes
            },
        }
        for node_id in ids
        if node_id in flow.nodes
    }


def change(before: Flow[Any], after: Flow[Any]) -> Plain:
    """What became different on the canvas between two states of a flow; nodes that look different stand in views."""
    done = towards(before, after)
    return {
        "places": done.layout,
        "gone": [node_id for node_id, config in done.nodes.items() if config is None],
        "edges": [list(edge) for edge in done.edges],
        "notes": msgspec.to_builtins(done.notes),
        "start": done.flow.get("start"),
    }


def different(before: Flow[Any], after: Flow[Any]) -> tuple[str, ...]:
    """The nodes that look different, or are new."""
    return touched(towards(before, after))


def recent(patches: list[Plain], new: Plain) -> list[Plain]:
    """The last patches with a new one: few, small and young, as each goes down again with the next; the new one always.

    A canvas that has missed one asks for the whole flow.
    """
    kept = [new]
    size = len(json.dumps(new))
    for one in reversed(patches[-KEPT + 1 :]):
        size += len(json.dumps(one))
        if size > KEPT_BYTES or one["at"] < new["at"] - KEPT_SECONDS:
            break
        kept.insert(0, one)
    return kept


def palette(screens: Language) -> list[Plain]:
    """Every node type as the palette shows it, with the ports of a fresh node."""
    return [_card(cls, screens) for cls in node_types().values()]


def _card(cls: type[Node], screens: Language) -> Plain:
    fresh = view(Flow(id="a", name="a", nodes={"a": cls()}), "a", screens)
    return {
        "type": type_name(cls),
        "title": fresh.title,
        "help": card(cls, screens).help,
        "icon": fresh.icon,
        "group": fresh.group,
        "ports": msgspec.to_builtins(fresh.ports),
    }


def missing(flow: Flow[Any]) -> dict[str, int]:
    """How many texts each language of the flow lacks."""
    found = dict.fromkeys(flow.languages, 0)
    for node_id, node in flow.nodes.items():
        said = [path for path, text in texts(node) if text]
        for language in flow.languages[1:]:
            there = flow.translations[language].get(node_id, {})
            found[language] += sum(not there.get(path) for path in said)
    return found
