"""Every text of a flow as a row of a table: where it stands, and what it says in each language; JSON-able."""

from typing import Any

from builder_ui.form.values import values
from builder_ui.words import Language
from engine.flow import Flow, Node
from engine.text import texts
from flows.channel_limits import CHANNELS, ChannelLimits, channel_title
from flows.views import node_card, node_title
from schemas.words import language_name

Plain = dict[str, Any]


def channel_limits(screens: Language) -> list[Plain]:
    """What each channel takes of a text, of one with choices beneath it, of a choice's label: UTF-16 units, or None."""
    return [{"value": name, "title": channel_title(name, screens), **_most(of)} for name, of in CHANNELS.items()]


def _most(limits: ChannelLimits) -> Plain:
    """As `flows.check_texts` has it."""
    return {
        "text": limits.text,
        "with_choices": limits.text_with_buttons or limits.text,
        "label": limits.list_label or limits.button_label,
    }


def text_rows(node: Node, screens: Language) -> list[Plain]:
    """The texts of a node: path, what people call it, and what a channel's limit counts it as."""
    card = node_card(node, screens)
    titles = {field.name: field.title for field in card.fields}
    asked = bool(getattr(node, "choices", ()))
    counted: dict[str, int] = {}
    rows = []
    for path, _ in texts(node):
        field = path.partition(".")[0]
        title = titles.get(field, field)
        if "." in path:
            counted[field] = counted.get(field, 0) + 1
            title = f"{title} {counted[field]}"
        kind = "label" if path.startswith("choices.") else "with_choices" if asked else "text"
        rows.append({"path": path, "title": title, "kind": kind})
    return rows


def all_texts(flow: Flow[Any], screens: Language) -> Plain:
    """Every text of the flow, node by node from left to right, and the flow's languages, its own first."""
    order = sorted(flow.nodes, key=lambda node_id: (flow.layout.get(node_id, (0.0, 0.0)), node_id))
    rows = [
        {
            **row,
            "node": node_id,
            "node_title": node_title(flow, node_id, screens),
            "texts": {tag: _said(flow, node_id, str(row["path"]), tag) for tag in flow.languages},
        }
        for node_id in order
        for row in text_rows(flow.nodes[node_id], screens)
    ]
    return {
        "flow": flow.id,
        "name": flow.name,
        "own": flow.language,
        "channels": list(flow.trigger.channels),
        "languages": [{"tag": tag, "name": language_name(tag, screens)} for tag in flow.languages],
        "rows": rows,
        "values": values(flow, screens),
    }


def _said(flow: Flow[Any], node_id: str, path: str, tag: str) -> str:
    if tag == flow.language:
        return dict(texts(flow.nodes[node_id])).get(path, "")
    return flow.translations[tag].get(node_id, {}).get(path, "")
