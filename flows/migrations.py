"""From earlier formats to this one, each step on plain data. A step that was shipped is never edited."""

from collections.abc import Callable
from typing import Any

from engine.flow import FORMAT

Plain = dict[str, Any]


def migrated(document: Plain) -> Plain:
    """The document in this version's format. A broken one raises whatever the step stumbles over."""
    while document["format"] < FORMAT:
        document = STEPS[document["format"]](document)
    return document


def _from_0(old: Plain) -> Plain:
    """Format 0 kept a node's ways out within it, its place as x and y, and every text as language -> text.

    ``{"format": 0, "id", "name", "languages": [own, ...], "start", "nodes": [{"id", "type", "x", "y", "texts": {field:
    {language: text}}, "next": {port: id}, ...}]}``. Time limits were in minutes (``limit_minutes``).
    """
    own = old["languages"][0]
    new: Plain = {
        "format": 1,
        "id": old["id"],
        "name": old["name"],
        "language": own,
        "start": old.get("start", ""),
        "nodes": {},
        "edges": [],
        "translations": {language: {} for language in old["languages"][1:]},
        "layout": {},
    }
    if "timezone" in old:
        new["timezone"] = old["timezone"]
    for node in old["nodes"]:
        config = {key: value for key, value in node.items() if key not in ("id", "x", "y", "texts", "next")}
        for field in ("limit", "no_reply", "seconds"):
            if f"{field}_minutes" in config:
                config[field] = config.pop(f"{field}_minutes") * 60
        for field, by_language in node.get("texts", {}).items():
            for language, text in by_language.items():
                if language == own:
                    config[field] = text
                elif text:
                    new["translations"].setdefault(language, {}).setdefault(node["id"], {})[field] = text
        if node["id"] in new["nodes"]:
            raise ValueError(f"two nodes are called {node['id']!r}")
        new["nodes"][node["id"]] = config
        new["edges"] += [
            {"source": node["id"], "port": port, "target": target} for port, target in node.get("next", {}).items()
        ]
        if "x" in node and "y" in node:
            new["layout"][node["id"]] = [node["x"], node["y"]]
    return new


STEPS: dict[int, Callable[[Plain], Plain]] = {0: _from_0}
"""Format -> the step that takes a document of it to the next."""
