"""What a form is told: the selected node's fields with what is in them, or the flow's own; JSON-able.

Up come edits of `flows.edits` by the canvas's own way, so that "Saved" counts them and none is lost with a connection.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from builder_ui.canvas.protocol import missing
from builder_ui.form.textrows import text_rows
from builder_ui.form.values import rules, values
from builder_ui.words import Language
from engine.flow import Flow
from engine.rules import comparisons
from engine.text import APOLOGIES, in_language, texts
from flows.check_tables import told
from flows.views import node_card, node_title, view
from schemas.words import language_name, rule_in_words

Plain = dict[str, Any]
# What the form shows by itself: a way out that leads nowhere, a language without the text, a length over a limit.
SHOWN_ANYWAY = frozenset({"loose_port", "silence", "missing_translation", "text_too_long", "label_too_long"})


def node_form(
    flow: Flow[Any],
    node_id: str,
    *,
    screens: Language,
    content: str,
    problems: Iterable[Any] = (),
    refused: Mapping[str, str] | None = None,
    locked: bool = False,
) -> Plain:
    """The form of one node. `problems` have severity, message, node, field and code; `refused`: field path -> why."""
    node = flow.nodes[node_id]
    shown = view(flow, node_id, screens, content)
    card = node_card(node, screens)
    return {
        "node": node_id,
        "type": shown.type,
        "title": card.title,
        "help": card.help,
        "icon": shown.icon,
        "group": shown.group,
        "start": shown.start,
        "locked": locked,
        "content": content,
        "own": flow.language,
        "channels": list(flow.trigger.channels),
        "languages": _languages(flow, screens),
        "fields": msgspec.to_builtins(card.fields),
        "config": {name: msgspec.to_builtins(getattr(node, name)) for name in node.__struct_fields__},
        "texts": _texts(flow, node_id),
        "text_rows": text_rows(node, screens),
        "rules": {
            f"cases.{case.id}": rule_in_words(case.when, screens, patterns=False)
            for case in getattr(node, "cases", ())
            if hasattr(case, "when")
        },
        "table": {"findings": told(flow, node_id, screens)},
        "problems": _problems(problems, node_id),
        "refused": dict(refused or {}),
        "ports": [
            {
                "id": port.id,
                "title": port.title,
                "optional": port.optional,
                "target": port.connected,
                "target_title": node_title(flow, port.connected, screens) if port.connected in flow.nodes else "",
            }
            for port in shown.ports
        ],
    }


def flow_form(
    flow: Flow[Any],
    *,
    screens: Language,
    problems: Iterable[Any] = (),
    refused: Mapping[str, str] | None = None,
    locked: bool = False,
) -> Plain:
    """The form of the flow itself."""
    trigger = flow.trigger
    rules = {f"interrupts.{one.id}": rule_in_words(one.when, screens, patterns=False) for one in flow.interrupts}
    if trigger.when is not None:
        rules["trigger.when"] = rule_in_words(trigger.when, screens, patterns=False)
    lacking = missing(flow)
    return {
        "node": "",
        "locked": locked,
        "own": flow.language,
        "content": flow.language,
        "languages": [{**language, "missing": lacking[language["tag"]]} for language in _languages(flow, screens)],
        "timezone": flow.timezone,
        "start": flow.start,
        "trigger": {
            "channels": list(trigger.channels),
            "accounts": list(trigger.accounts),
            "when": msgspec.to_builtins(trigger.when),
            "priority": trigger.priority,
            "only_called": trigger.only_called,
        },
        "interrupts": msgspec.to_builtins(flow.interrupts),
        "apologies": dict(flow.apologies),
        "inputs": list(flow.inputs),
        "outputs": list(flow.outputs),
        "usual_apologies": {tag: in_language(APOLOGIES, tag, "en") for tag in flow.languages},
        "rules": rules,
        "problems": _problems(problems, ""),
        "refused": dict(refused or {}),
    }


def options(flow: Flow[Any], screens: Language, shop: Mapping[str, list[Plain]]) -> Plain:
    """What every form of the flow offers to choose from: its own `tags` and `values` (of `values`), and the shop's.

    `shop` has documents, hours (of teams) and accounts as {value, title}, services with secrets, flows with inputs
    and outputs. Apart from the forms, as few edits change it.
    """
    others = [one for one in shop.get("flows", []) if one["value"] != flow.id]
    return {**shop, "flows": others, "tags": _tags(flow), "values": values(flow, screens)}


def field_of(edit: Mapping[str, Any]) -> tuple[str, str] | None:
    """The node ('' is the flow) and the field's path that an edit of a form is about; None for one of the canvas."""
    match edit:
        case {"op": "set", "node": node, "field": field} | {"op": "translate", "node": node, "path": field}:
            return str(node), str(field)
        case {"op": "set_flow", "field": field}:
            return "", str(field)
        case {"op": "add_language" | "remove_language"}:
            return "", "translations"
        case {"op": "batch", "edits": [*edits]}:
            places = [field_of(one) for one in edits]
            return places[0] if places and None not in places else None
    return None


def _languages(flow: Flow[Any], screens: Language) -> list[Plain]:
    return [{"tag": tag, "name": language_name(tag, screens)} for tag in flow.languages]


def _texts(flow: Flow[Any], node_id: str) -> dict[str, dict[str, str]]:
    """Language -> path -> text, the flow's own language among them."""
    own = {path: text for path, text in texts(flow.nodes[node_id]) if text}
    others = {tag: dict(of_nodes.get(node_id, {})) for tag, of_nodes in flow.translations.items()}
    return {**others, flow.language: own}


def _problems(problems: Iterable[Any], node_id: str) -> dict[str, list[Plain]]:
    """Field path -> what is wrong there; what concerns no field of its own stands under ''."""
    found: dict[str, list[Plain]] = {}
    for problem in problems:
        if (problem.node or "") == node_id and problem.code not in SHOWN_ANYWAY:
            line = {"severity": problem.severity, "message": problem.message}
            found.setdefault(problem.field or "", []).append(line)
    return found


def _tags(flow: Flow[Any]) -> list[str]:
    """The tags this flow puts on, takes off or asks for."""
    found: set[str] = set()
    for node in flow.nodes.values():
        for field in node_card(node).fields:
            if field.widget == "tags":
                found.update(getattr(node, field.name))
    for rule in rules(flow):
        for compare in comparisons(rule):
            if compare.fact == "tags" and compare.value is not None:
                found.update(map(str, compare.value if isinstance(compare.value, list) else [compare.value]))
    return sorted(found)
