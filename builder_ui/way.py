"""The way of a conversation through its flow, in words."""

from dataclasses import dataclass

from sqlalchemy import Engine

from builder_ui import backend
from builder_ui.words import Language
from flows.views import NodeView, views
from server import publishing
from server.errors import RefusedError


@dataclass(frozen=True)
class StepRow:
    """A node that the conversation came through, and the way it took from there where there was a choice."""

    title: str
    way: str


def way(conversation: str, language: Language) -> list[StepRow]:
    """The nodes that the conversation came through, in words; a node that only waited on stands there once."""
    here = backend.here()
    steps: list[StepRow] = []
    flows: dict[tuple[str, int], dict[str, NodeView]] = {}
    for turn in here.inbox.trace(conversation):
        which = (turn["flow"], turn["revision"])
        if which not in flows:
            flows[which] = nodes_of(here.engine, *which, language)
        for visit in turn["trace"]:
            node = flows[which].get(visit["node"])
            if node is None or visit["outcome"] not in ("go", "wait", "call", "end", "fault"):
                continue
            ways = {port.id: port.title for port in node.ports}
            way = ways.get(visit.get("detail", ""), "") if len(ways) > 1 and visit["outcome"] == "go" else ""
            step = StepRow(node.name or node.title, way)
            if steps and steps[-1].title == step.title and not steps[-1].way:
                steps[-1] = step
            else:
                steps.append(step)
    return steps


def nodes_of(engine: Engine, flow: str, revision: int, language: Language) -> dict[str, NodeView]:
    """The nodes of a published flow by their ids, none where it is gone."""
    try:
        return {node.id: node for node in views(publishing.revision(engine, flow, revision), language)}
    except RefusedError:
        return {}
