"""What an edit did, in a few words: "Undone: text of “Welcome”"."""

from collections.abc import Collection
from typing import Any

from builder_ui.words import Language, say
from engine.flow import Flow
from engine.text import texts
from flows.inverse import towards
from flows.views import node_card, node_title
from schemas.words import language_name


def told(before: Flow[Any], after: Flow[Any], language: Language, *, redone: bool = False) -> str:
    """What was undone (or done again) when ``before`` became ``after``."""
    old, new = (before, after) if redone else (after, before)
    return say("undone.redone" if redone else "undone.undone", language, what=what(old, new, language))


def what(old: Flow[Any], new: Flow[Any], language: Language) -> str:
    """What somebody did who made ``new`` of ``old``; the weightiest of it."""
    patch = towards(old, new)
    added, gone = new.nodes.keys() - old.nodes.keys(), old.nodes.keys() - new.nodes.keys()
    if added or gone:
        return _about("undone.added" if added else "undone.removed", new if added else old, added or gone, language)
    if configured := {*patch.nodes, *patch.fields}:
        return _configured(old, new, configured, language)
    spoken = {tag: of_nodes for tag, of_nodes in patch.texts.items() if of_nodes}
    if len(patch.texts) != len(spoken) or "language" in patch.flow:
        return say("undone.language", language)
    if spoken:
        nodes = {node_id for of_nodes in spoken.values() for node_id in of_nodes}
        tag = next(iter(spoken))
        return _about("undone.translated", new, nodes, language, spoken=language_name(tag, language))
    if patch.edges:
        linked = any((edge.source, edge.port) == place[:2] for edge in new.edges for place in patch.edges)
        sources = {source for source, _, _ in patch.edges}
        return _about("undone.connected" if linked else "undone.disconnected", new, sources, language)
    if patch.layout:
        return _about("undone.moved", new, patch.layout.keys(), language)
    if patch.notes:
        return say("undone.note", language)
    own = {"name": "undone.name", "start": "undone.start"}
    if len(patch.flow) == 1 and (key := own.get(next(iter(patch.flow)))):
        return say(key, language)
    return say("undone.flow" if patch.flow else "undone.something", language)


def _configured(old: Flow[Any], new: Flow[Any], nodes: Collection[str], language: Language) -> str:
    """A change of one field says which; one of texts alone says so."""
    if len(nodes) > 1:
        return _about("undone.changed", new, nodes, language)
    (node_id,) = nodes
    one, other = old.nodes[node_id], new.nodes[node_id]
    fields = [name for name in one.__struct_fields__ if getattr(one, name) != getattr(other, name)]
    if [path for path, _ in texts(one)] == [path for path, _ in texts(other)] and dict(texts(one)) != dict(
        texts(other)
    ):
        return _about("undone.text", new, nodes, language)
    titles = {field.name: field.title for field in node_card(other, language).fields}
    if len(fields) == 1 and fields[0] in titles:
        return _about("undone.field", old if fields == ["name"] else new, nodes, language, field=titles[fields[0]])
    return _about("undone.changed", new, nodes, language)


def _about(key: str, flow: Flow[Any], nodes: Collection[str], language: Language, **values: str) -> str:
    return say(key, language, nodes=_named(flow, nodes, language), **values)


def _named(flow: Flow[Any], nodes: Collection[str], language: Language) -> str:
    if len(nodes) == 1:
        return say("undone.named", language, name=node_title(flow, next(iter(nodes)), language))
    return say("undone.nodes", language, n=len(nodes))
