"""Whether a flow's texts are all there, short enough, and ask only for what is known."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from engine.flow import Flow, Node
from engine.rules import FACTS
from engine.text import placeholders, texts
from flows.channel_limits import CHANNELS, ChannelLimits, channel_title, width
from flows.fixes import spelled, without_texts
from flows.problems import Problem, Reporter
from schemas import card

_SHOWN = 40
"""Characters of a text that say which one is meant."""


def check_texts(flow: Flow[Any], report: Reporter, values: Collection[str]) -> Iterator[Problem]:
    """``values`` are the names that something sets."""
    if flow.language in flow.translations:
        where = report.of_flow("translations")
        gone = [without_texts(report, flow.language)]
        yield report.error("language_twice", where, gone, language=report.languages(flow.language))
    known = {*FACTS, *(f"value.{name}" for name in values)}
    for node_id, node in flow.nodes.items():
        for path, own in texts(node):
            versions = _versions(flow, node_id, path, own)
            yield from _missing(report, node_id, path, versions)
            yield from _too_long(report, node_id, path, versions)
        for field, text in _with_placeholders(flow, node_id, node):
            for name in dict.fromkeys(placeholders(text)):
                if name not in known:
                    better = spelled(report, node_id, field, name, known)
                    yield report.warning("unknown_placeholder", report.at(node_id, field), better, name=name)
    yield from _stray(flow, report)


def _versions(flow: Flow[Any], node_id: str, path: str, own: str) -> dict[str, str]:
    others = {tag: flow.translations[tag].get(node_id, {}).get(path, "") for tag in flow.languages[1:]}
    return {flow.language: own, **others}


def _missing(report: Reporter, node_id: str, path: str, versions: Mapping[str, str]) -> Iterator[Problem]:
    """A text that is said in one language is to be said in all."""
    missing = [tag for tag, text in versions.items() if not text.strip()]
    if missing and len(missing) < len(versions):
        where = report.at(node_id, path)
        text = next(text for text in versions.values() if text.strip())
        yield report.warning("missing_translation", where, text=_short(text), languages=report.languages(*missing))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1].rstrip() + "…"


def _too_long(report: Reporter, node_id: str, path: str, versions: Mapping[str, str]) -> Iterator[Problem]:
    """What some of the flow's channels would have to cut, or to send in parts."""
    is_label = path.startswith("choices.")
    has_choices = bool(getattr(report.flow.nodes[node_id], "choices", ()))
    channels = {
        name: most
        for name, limits in CHANNELS.items()
        if name in (report.flow.trigger.channels or CHANNELS)
        and (most := _most(limits, label=is_label, choices=has_choices)) is not None
    }
    for tag, text in versions.items():
        found = width(text)
        over = {name: most for name, most in channels.items() if found > most}
        if not over:
            continue
        where = report.at(node_id, path)
        most_of = report.joint.join(f"{channel_title(one, report.language)} {most}" for one, most in over.items())
        told: dict[str, Any] = {"found": found, "language": report.languages(tag), "channels": most_of}
        if is_label:
            yield report.warning("label_too_long", where, text=text, **told)
        else:
            yield report.warning("text_too_long", where, **told)


def _most(limits: ChannelLimits, label: bool, choices: bool) -> int | None:
    """Characters that a channel takes of a choice's label, or of a text, with or without choices beneath it."""
    if label:
        return limits.list_label or limits.button_label
    return limits.text_with_buttons if choices and limits.text_with_buttons else limits.text


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
                    gone = [without_texts(report, tag, node_id, path)]
                    yield report.warning("stray_translation", where, gone, language=report.languages(tag), name=name)
