"""Flows of any size for the editor's bench: what a shop's look like, laid out in rows as auto-layout leaves them."""

from typing import Any

import flows
from engine.flow import Flow

COLUMNS = 25
STEP = (336, 288)
"""Between one node's corner and the next one's, in the canvas's pixels."""


def large_flow(size: int) -> Flow[Any]:
    """A flow of this many nodes in two languages, about 1.8 edges a node, nearly every port led somewhere."""
    nodes = {f"n{place}": _config(place) for place in range(size)}
    found: Flow[Any] = flows.from_dict(
        {
            "format": 1,
            "id": "large",
            "name": f"{size} nodes",
            "start": "n0",
            "nodes": nodes,
            "edges": [],
            "layout": {f"n{place}": [place % COLUMNS * STEP[0], place // COLUMNS * STEP[1]] for place in range(size)},
            "translations": {
                "de": {node_id: {"text": f"Hallo von {node_id}"} for node_id, node in nodes.items() if "text" in node}
            },
        }
    )
    edges = [
        {"source": node_id, "port": port.id, "target": f"n{place + 1 + step}"}
        for place, (node_id, node) in enumerate(found.nodes.items())
        for step, port in enumerate(node.ports())
        if place + 1 + step < size
    ]
    return flows.from_dict({**flows.as_dict(found), "edges": edges})


def _config(place: int) -> dict[str, Any]:
    match place % 5:
        case 0:
            return {"type": "message", "text": f"Your parcel {place} is on its way and should be with you by Friday."}
        case 1:
            return {
                "type": "question",
                "text": f"What is your question {place} about?",
                "choices": [{"id": "order", "label": "An order"}, {"id": "return", "label": "A return"}],
                "no_reply": 600,
            }
        case 2:
            return {"type": "tag", "add": [f"topic-{place}"]}
        case 3:
            return {"type": "knowledge_answer"}
        case _:
            return {"type": "message", "text": f"Is there anything else we can do for you, {place}?"}
