"""What became different in a node or in a flow's own fields, field by field and in words."""

from collections.abc import Iterator
from typing import Any

import msgspec

from engine.flow import Flow
from engine.rules import Rule
from flows.merge import ABSENT, reordered, same
from flows.views import in_language, node_card
from flows.words import said
from schemas import UiLanguage
from schemas.words import duration_in_words, field_in_words, language_name, rule_in_words

LONGEST = 160
"""Characters of a text that are told."""

_NAMES = ("label", "title", "name", "value_name", "header", "question", "text", "fact")
_IN_WORDS = frozenset({"select", "order", "languages", "hours", "switch", "documents", "percent"})


def node_changes(
    old: Flow[Any], new: Flow[Any], node_id: str, language: UiLanguage = "en", names: dict[str, str] | None = None
) -> list[str]:
    """What is otherwise in a node that both flows have: ``Text (German): “Hallo” → “Guten Tag”``.

    ``names`` are those of documents, flows and teams, as ``schemas.words.summary`` takes them.
    """
    before, after = old.nodes[node_id], new.nodes[node_id]
    if type(before) is not type(after):
        return [
            _arrow(
                said("change_type", {}, language),
                node_card(before, language).title,
                node_card(after, language).title,
                language,
            )
        ]
    lines: list[str] = []
    for field in node_card(after, language).fields:
        one, other = getattr(before, field.name), getattr(after, field.name)
        was, now = msgspec.to_builtins(one), msgspec.to_builtins(other)
        if same(was, now):
            continue
        if field.widget == "duration":
            shown = duration_in_words(one, language), duration_in_words(other, language)
            lines.append(_arrow(field.title, *shown, language))
        elif field.widget in _IN_WORDS:
            shown = field_in_words(field, one, language, names), field_in_words(field, other, language, names)
            lines.append(_arrow(field.title, *shown, language))
        else:
            lines += compared(field.title, was, now, language)
    for tag in [*old.translations, *(tag for tag in new.translations if tag not in old.translations)]:
        lines += _translated(old, new, node_id, tag, language)
    return lines


def compared(title: str, before: Any, after: Any, language: UiLanguage = "en") -> list[str]:
    """What is otherwise in a plain value called ``title``: item by item, where its items have ids or keys."""
    return list(_compared(title, before, after, language))


def _compared(title: str, before: Any, after: Any, language: UiLanguage) -> Iterator[str]:
    if same(before, after):
        return
    parts, others = _parts(before), _parts(after)
    if parts is None or others is None:
        yield _arrow(title, _value(before, language), _value(after, language), language)
        return
    for key in dict.fromkeys([*parts, *others]):
        one, other = parts.get(key, ABSENT), others.get(key, ABSENT)
        if same(one, other):
            continue
        name = _called(other if one is ABSENT else one, key)
        place = said("change_within", {"field": title, "item": name}, language)
        if isinstance(one, dict) and isinstance(other, dict) and "kind" not in one and "kind" not in other:
            for part in dict.fromkeys([*one, *other]):
                yield from _compared(place, one.get(part), other.get(part), language)
        elif one is ABSENT or other is ABSENT:
            code = "change_added" if one is ABSENT else "change_removed"
            yield said(code, {"field": title, "item": name}, language) + _rule_of(
                other if one is ABSENT else one, language
            )
        else:
            yield _arrow(place, _value(one, language), _value(other, language), language)
    if isinstance(after, list | tuple) and reordered(parts, others, others):
        yield said("change_order", {"field": title}, language)


def _translated(old: Flow[Any], new: Flow[Any], node_id: str, tag: str, language: UiLanguage) -> Iterator[str]:
    before = old.translations.get(tag, {}).get(node_id, {})
    after = new.translations.get(tag, {}).get(node_id, {})
    titles = {field.name: field.title for field in node_card(new.nodes[node_id], language).fields}
    node = msgspec.to_builtins(in_language(new, node_id, new.language))
    for path in dict.fromkeys([*before, *after]):
        if before.get(path, "") == after.get(path, ""):
            continue
        field, _, rest = path.partition(".")
        title = titles.get(field, field)
        if rest:
            item = next((one for one in node.get(field, ()) if one.get("id") == rest.partition(".")[0]), None)
            title = said("change_within", {"field": title, "item": _called(item, rest.partition(".")[0])}, language)
        place = said("change_spoken", {"field": title, "language": language_name(tag, language)}, language)
        yield _arrow(place, _value(before.get(path), language), _value(after.get(path), language), language)


def _parts(value: Any) -> dict[str, Any] | None:
    """The items of a list by id, the parts of an object by key; None for what is one."""
    if value in (None, [], ()):
        return {}
    if isinstance(value, dict):
        return None if "kind" in value else value
    if isinstance(value, list | tuple) and all(isinstance(item, dict) for item in value):
        return {str(item.get("id", position)): item for position, item in enumerate(value)}
    return None


def _called(item: Any, key: str) -> str:
    """What an item is called: what people have named it, else its key."""
    if isinstance(item, dict):
        return next((str(item[name]) for name in _NAMES if item.get(name)), key)
    return key


def _rule_of(item: Any, language: UiLanguage) -> str:
    rule = item.get("when") if isinstance(item, dict) else None
    if not isinstance(rule, dict) or "kind" not in rule:
        return ""
    return said("change_if", {"rule": _value(rule, language)}, language)


def _arrow(title: str, before: str, after: str, language: UiLanguage) -> str:
    return said("change_from", {"field": title, "before": before, "after": after}, language)


def _value(value: Any, language: UiLanguage) -> str:
    match value:
        case None | "" | [] | ():
            return said("change_nothing", {}, language)
        case bool():
            return said("change_yes" if value else "change_no", {}, language)
        case str():
            short = value if len(value) <= LONGEST else value[: LONGEST - 1].rstrip() + "…"
            return said("change_quoted", {"text": short}, language)
        case {"kind": _}:
            return rule_in_words(msgspec.convert(value, Rule), language)
        case dict():
            return ", ".join(f"{key}: {_value(part, language)}" for key, part in value.items())
        case list() | tuple():
            return ", ".join(_value(part, language) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
