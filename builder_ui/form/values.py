"""The values of a flow's conversations: what sets them, of what kind they are, which rules ask for them."""

from typing import Any

from builder_ui.words import Language
from engine.flow import Flow, Node
from engine.rules import Rule, comparisons
from flows.views import node_title
from nodes.collect import Collect
from nodes.http_request import HttpRequest
from nodes.question import Question
from nodes.set_value import SetValue
from schemas.words import fact_title

Plain = dict[str, Any]


def rules(flow: Flow[Any]) -> list[Rule]:
    """Every rule of the flow: its nodes', its interrupts', its trigger's."""
    found = [rule for node in flow.nodes.values() for rule in node.rules()]
    found += [interrupt.when for interrupt in flow.interrupts]
    return found if flow.trigger.when is None else [*found, flow.trigger.when]


def values(flow: Flow[Any], screens: Language) -> list[Plain]:
    """The values this flow keeps or asks for: their titles, kinds, and which node sets them."""
    found: dict[str, Plain] = {}
    for node_id, node in flow.nodes.items():
        for name in node.sets():
            told = {"kind": _kind(node), "from": node_title(flow, node_id, screens)}
            found.setdefault(name, {**told, "group": "http" if isinstance(node, HttpRequest) else "values"})
    for rule in rules(flow):
        for compare in comparisons(rule):
            if compare.fact.startswith("value."):
                found.setdefault(compare.fact[6:], {"kind": "value", "from": "", "group": "values"})
    return [{"name": name, "title": fact_title(f"value.{name}", screens), **found[name]} for name in sorted(found)]


def _kind(node: Node) -> str:
    """What a node's values are as far as it says so: "text", "number", or "value" for anything."""
    if isinstance(node, SetValue):
        return {"text": "text", "number": "number"}.get(node.kind, "value")
    return "text" if isinstance(node, Question | Collect) else "value"
