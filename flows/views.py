"""What a canvas draws of a flow: each node in words, with its ports."""

from collections.abc import Mapping
from typing import Any

import msgspec

from engine.flow import Flow, Group, Node
from engine.text import with_texts
from nodes import type_name, words_of
from schemas import Card, UiLanguage, card
from schemas.words import summary


class PortView(msgspec.Struct, frozen=True):
    """A way out; ``connected`` is the id of the node it leads to, or ''."""

    id: str
    title: str
    optional: bool
    connected: str


class NodeView(msgspec.Struct, frozen=True, kw_only=True):
    """A node as it is drawn. ``title`` is its type's, ``name`` its own or ''."""

    id: str
    type: str
    title: str
    name: str
    summary: str
    icon: str
    group: Group
    ports: tuple[PortView, ...]
    start: bool


def view(
    flow: Flow[Any],
    node_id: str,
    ui_language: UiLanguage = "en",
    content_language: str = "",
    names: Mapping[str, str] | None = None,
) -> NodeView:
    """One node, texts in ``content_language`` where it has them; ``names`` as ``summary`` wants. KeyError: no node."""
    targets = {edge.port: edge.target for edge in flow.edges if edge.source == node_id}
    return _view(flow, node_id, targets, ui_language, content_language, names)


def views(
    flow: Flow[Any],
    ui_language: UiLanguage = "en",
    content_language: str = "",
    names: Mapping[str, str] | None = None,
) -> list[NodeView]:
    """Every node, in the order of their ids."""
    targets: dict[str, dict[str, str]] = {}
    for edge in flow.edges:
        targets.setdefault(edge.source, {})[edge.port] = edge.target
    return [
        _view(flow, node_id, targets.get(node_id, {}), ui_language, content_language, names)
        for node_id in sorted(flow.nodes)
    ]


def in_language(flow: Flow[Any], node_id: str, language: str) -> Node:
    """The node with its texts in a language, its own where there is none."""
    node: Node = flow.nodes[node_id]
    versions = flow.translations.get(language, {}).get(node_id)
    return with_texts(node, lambda path, text: versions.get(path) or text) if versions else node


def node_card(node: Node, ui_language: UiLanguage = "en") -> Card:
    """The card of a node's type."""
    return card(type(node), ui_language)


def node_title(flow: Flow[Any], node_id: str, ui_language: UiLanguage = "en") -> str:
    """What people call a node: its name, else its type's title."""
    node: Node = flow.nodes[node_id]
    return node.name or node_card(node, ui_language).title


def port_titles(node: Node, ui_language: UiLanguage = "en") -> dict[str, str]:
    """The node's ports by name; those the configuration makes are called as it says."""
    known = words_of(type(node), ui_language).get("ports", {})
    return {port.id: known.get(port.id, port.title) for port in node.ports()}


def _view(
    flow: Flow[Any],
    node_id: str,
    targets: Mapping[str, str],
    ui_language: UiLanguage,
    content_language: str,
    names: Mapping[str, str] | None,
) -> NodeView:
    node = in_language(flow, node_id, content_language)
    titles = port_titles(node, ui_language)
    return NodeView(
        id=node_id,
        type=type_name(type(node)),
        title=node_card(node, ui_language).title,
        name=node.name,
        summary=summary(node, ui_language, names),
        icon=node.ICON,
        group=node.GROUP,
        ports=tuple(PortView(p.id, titles[p.id], p.optional, targets.get(p.id, "")) for p in node.ports()),
        start=flow.start == node_id,
    )
