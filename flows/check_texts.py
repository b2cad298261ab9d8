"""Whether a flow's texts are all there, short enough, and ask only for what is known."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from engine.flow import Flow, Node
from engine.rules import FACTS
from engine.text import placeholders, texts
from flows.problems import Problem, Reporter
from schemas import card


def check_texts(
    flow: Flow[Any], report: Reporter, values: Collection[str], limits: Mapping[str, int]
) -> Iterator[Problem]:
    """``values`` are the names that something sets, ``limits`` the characters a message may have, by channel."""
    if flow.language in flow.translations:
        yield report.error("language_twice", report.of_flow("translations"), language=report.languages(flow.language))
    known = {*FACTS, *(f"value.{name}" for name in values)}
    for node_id, node in flow.nodes.items():
        for path, own in texts(node):
            versions = _versions(flow, node_id, path, own)
            yield from _missing(report, node_id, path, versions)
            yield from _too_long(report, node_id, path, versions, limits)
        for field, text in _with_placeholders(flow, node_id, node):
            for name in dict.fromkeys(placeholders(text)):
                if name not in known:
                    yield report.warning("unknown_placeholder", report.at(node_id, field), name=name)
    yield from _stray(flow, report)


def _versions(flow: Flow[Any], node_id: str, path: str, own: str) -> dict[str, str]:
    others = {tag: flow.translations[tag].get(node_id, {}).get(path, "") for tag in flow.languages[1:]}
    return {flow.language: own, **others}


def _missing(report: Reporter, node_id: str, path: str, versions: Mapping[str, str]) -> Iterator[Problem]:
    """A text that is said in one language is to be said in all."""
    missing = [tag for tag, text in versions.items() if not text.strip()]
    if missing and len(missing) < len(versions):
        where = report.at(node_id, path)
        yield report.warning("missing_translation", where, languages=report.languages(*missing))


def _too_long(
    report: Reporter, node_id: str, path: str, versions: Mapping[str, str], limits: Mapping[str, int]
) -> Iterator[Problem]:
    if not limits:
        return
    channel = min(limits, key=lambda name: limits[name])
    for tag, text in versions.items():
        if len(text) > limits[channel]:
            yield report.warning(
                "text_too_long",
                report.at(node_id, path),
                found=len(text),
                language=report.languages(tag),
                channel=channel,
                limit=limits[channel],
            )


def _with_placeholders(flow: Flow[Any], node_id: str, node: Node) -> Iterator[tuple[str, str]]:
    """Every text of a node in which placeholders are filled, in every language, and the one-line fields."""
    for path, own in texts(node):
        for text in _versions(flow, node_id, path, own).values():
            yield path, text
    for field in card(type(node)).fields:
        if field.widget == "line" and not field.pattern:
            yield field.name, str(getattr(node, field.name))
        lines = [column.name for column in field.columns if column.widget == "line"]
        for at, row in enumerate(getattr(node, field.name) if lines else ()):
            yield from ((f"{field.name}.{at}.{name}", str(getattr(row, name))) for name in lines)


def _stray(flow: Flow[Any], report: Reporter) -> Iterator[Problem]:
    """Translations of what is not there: they come with imported files, edits leave none."""
    for tag, of_nodes in flow.translations.items():
        for node_id, of_node in of_nodes.items():
            known = dict(texts(flow.nodes[node_id])) if node_id in flow.nodes else {}
            for path in of_node:
                if path not in known:
                    name = f"{node_id}/{path}"
                    where = report.of_flow("translations")
                    yield report.warning("stray_translation", where, language=report.languages(tag), name=name)
