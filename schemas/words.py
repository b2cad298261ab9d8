"""What a node does and when a rule holds, in words for the screens (Chinese and English)."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import msgspec
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import get_timezone_location

from engine.flow import Node
from engine.rules import FACTS, OPERATORS, All, Compare, Not, Rule
from engine.rules import Any as AnyOf
from engine.text import PLACEHOLDER
from nodes import words_of
from schemas.cards import Field, Option, UiLanguage, card
from schemas.hours import hours_in_words
from schemas.patterns import READY

_SLOT = re.compile(r"\{([a-z_]+)(?:\|([^{}]*))?\}")
_PART = " · "
_NO_VALUE = ("empty", "not_empty")
_LONGEST = 200


class FactCard(msgspec.Struct, frozen=True):
    """What a rule may ask: the fact's name, what people call it, its kind, the operators it takes."""

    name: str
    title: str
    kind: str
    operators: tuple[Option, ...]


def summary(node: Node, language: UiLanguage = "en", names: Mapping[str, str] | None = None) -> str:
    """What the node does as it is configured, texts as they stand in it.

    ``names`` are those of documents by their ids, of flows and hours by kind and id (``flow/returns``,
    ``hours_team/shop``).

    A part of the type's SUMMARY ("Adds: {add} · Removes: {remove}") whose slots are all empty is left out.
    """
    template = words_of(type(node), language).get("summary", type(node).SUMMARY)
    fields = {field.name: field for field in card(type(node), language).fields}
    parts = []
    for part in template.split(_PART):
        slots = _SLOT.findall(part)
        values = {name: _part(node, fields[name], language, names or {}) for name, _ in slots}
        if not slots or any(values[name] or otherwise for name, otherwise in slots):
            parts.append(_SLOT.sub(lambda slot, values=values: values[slot[1]] or slot[2] or "", part).strip())  # type: ignore[misc]
    return _short(_readable(_PART.join(parts), language))


def field_in_words(
    field: Field, value: Any, language: UiLanguage = "en", names: Mapping[str, str] | None = None
) -> str:
    """A field's value as people read it; ``names`` as for ``summary``."""
    return _shown(field, value, language, names or {})


def rule_in_words(rule: Rule, language: UiLanguage = "en", *, patterns: bool = True) -> str:
    """When the rule holds: ``country is Germany or Austria, and tags has vip``.

    A pattern that forms offer is called by its name. Of one written by hand it is only said that there is one, without
    ``patterns``: it is for those who wrote it.
    """
    words = _words(language)
    match rule:
        case Compare(op="matches", value=value) if not patterns or not by_hand(value):
            form = words["compare_pattern" if by_hand(value) else "compare_ready"]
            return str(form).format(fact=fact_title(rule.fact, language), pattern=pattern_in_words(value, language))
        case Compare():
            return _comparison(rule, language)
        case Not(rule=inner):
            return str(words["not"]).format(rule=rule_in_words(inner, language, patterns=patterns))
        case All(rules=()):
            return str(words["always"])
        case AnyOf(rules=()):
            return str(words["never"])
        case All(rules=rules):
            return str(words["and_rules"]).join(_parts(rules, AnyOf, language, patterns))
        case AnyOf(rules=rules):
            return str(words["or_rules"]).join(_parts(rules, All, language, patterns))


def by_hand(pattern: Any) -> bool:
    """Whether a pattern is none of those that forms offer."""
    return pattern not in READY.values()


def pattern_in_words(pattern: Any, language: UiLanguage = "en") -> str:
    """What a pattern finds, as forms call it; of one written by hand only that it is."""
    words = _words(language)
    name = next((name for name, ready in READY.items() if ready == pattern), "")
    return str(words["patterns"][name] if name else words["pattern_by_hand"])


def ready_patterns(language: UiLanguage = "en") -> tuple[Option, ...]:
    """The patterns that forms offer, by name."""
    return tuple(Option(pattern, pattern_in_words(pattern, language)) for pattern in READY.values())


def duration_in_words(seconds: float, language: UiLanguage = "en") -> str:
    """The two largest units: ``1 h 30 min``; 0 is ``without limit``."""
    words = _words(language)
    if seconds <= 0:
        return str(words["no_limit"])
    left = round(seconds)
    if left == 0:
        return str(words["durations"]["s"]).format(number=f"{seconds:.1g}")
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        number, left = divmod(left, size)
        if number:
            parts.append(str(words["durations"][unit]).format(number=number))
    return str(words["duration_joint"]).join(parts[:2])


def facts(language: UiLanguage = "en", values: Sequence[str] = ()) -> list[FactCard]:
    """Every fact a rule may ask, with its operators; ``values`` are the names of the conversation's values."""
    cards = [
        FactCard(name, fact_title(name, language), kind, operators(kind, language)) for name, kind in FACTS.items()
    ]
    of_value = operators("value", language)
    return cards + [FactCard(f"value.{n}", fact_title(f"value.{n}", language), "value", of_value) for n in values]


def operators(kind: str, language: UiLanguage = "en") -> tuple[Option, ...]:
    """The operators a kind of fact takes; a ``value`` takes those of text, number and list."""
    kinds = ("text", "number", "list") if kind == "value" else (kind,)
    names = dict.fromkeys(name for one in kinds for name in OPERATORS[one])  # type: ignore[index]
    return tuple(Option(name, operator_title(name, language)) for name in names)


def operator_title(name: str, language: UiLanguage = "en") -> str:
    """What people call an operator."""
    return str(_words(language)["operators"][name])


def fact_title(name: str, language: UiLanguage = "en") -> str:
    """What people call a fact."""
    words = _words(language)
    if name.startswith("value."):
        return str(words["value"]).format(name=name[6:])
    return str(words["facts"].get(name, name))


@cache
def language_name(tag: str, language: UiLanguage = "en") -> str:
    """A BCP 47 tag's language by name: ``de`` is German; an unknown tag as it stands."""
    try:
        return Locale.parse(tag.replace("-", "_")).get_display_name(language) or tag
    except (UnknownLocaleError, ValueError):
        return tag


def country_name(code: str, language: UiLanguage = "en") -> str:
    """An ISO 3166-1 alpha-2 code's country by name; an unknown one as it stands."""
    return str(Locale(language).territories.get(code.upper(), code))


def zone_name(zone: str, language: UiLanguage = "en") -> str:
    """An IANA time zone by its city and country, as people know it; one that is nowhere, such as UTC, as it stands."""
    country = get_global("zone_territories").get(zone)
    if country is None:
        return zone.replace("_", " ")
    city, land = get_timezone_location(zone, locale=language, return_city=True), country_name(country, language)
    return f"{city}（{land}）" if language == "zh" else f"{city} ({land})"


def _parts(
    rules: Sequence[Rule], other: type[All] | type[AnyOf], language: UiLanguage, patterns: bool
) -> Iterable[str]:
    """The parts of an "and" or "or"; those that read alike, such as two with a pattern untold, only once."""
    return dict.fromkeys(_within(part, other, language, patterns) for part in rules)


def _within(rule: Rule, other: type[All] | type[AnyOf], language: UiLanguage, patterns: bool) -> str:
    """A part of an "and" or "or"; in parentheses where it is one of the other kind."""
    text = rule_in_words(rule, language, patterns=patterns)
    if isinstance(rule, other) and len(rule.rules) > 1:
        return str(_words(language)["parentheses"]).format(rule=text)
    return text


def _comparison(rule: Compare, language: UiLanguage) -> str:
    words = _words(language)
    fact = fact_title(rule.fact, language)
    operator = words["operators_of_several"].get(rule.op) or words["operators"][rule.op]
    if rule.op in _NO_VALUE:
        return str(words["compare_alone"]).format(fact=fact, operator=operator)
    joint = words[{"between": "between_and", "has_all": "and"}.get(rule.op, "or")]
    form = words["compare_between" if rule.op == "between" else "compare"]
    values = rule.value if isinstance(rule.value, list) else [rule.value]
    value = str(joint).join(value_in_words(rule.fact, one, language) for one in values)
    return str(form).format(fact=fact, operator=operator, value=value)


def value_in_words(fact: str, value: Any, language: UiLanguage = "en") -> str:
    """A value that a fact is compared with: ``DE`` of a country is Germany."""
    words = _words(language)
    if isinstance(value, bool):
        return str(words["true" if value else "false"])
    if fact == "country":
        return country_name(str(value), language)
    if fact in ("language", "contact.locale"):
        return language_name(str(value), language)
    if fact == "time.weekday" and value in range(1, 8):
        return str(words["weekdays"][int(value) - 1])
    if isinstance(value, str) and (fact == "text" or not value):
        return str(words["quoted"]).format(text=value)
    return str(value)


def _part(node: Node, field: Field, language: UiLanguage, names: Mapping[str, str]) -> str:
    """What stands in a slot: nothing where the form would not show the field."""
    for other, values in field.only_if.items():
        found = getattr(node, other)
        if not (found if "*" in values else str(found) in values):
            return ""
    return _shown(field, getattr(node, field.name), language, names)


def _shown(field: Field, value: Any, language: UiLanguage, names: Mapping[str, str]) -> str:
    """A field's value as people read it."""
    words = _words(language)
    titles = {option.value: option.title for option in field.options}
    match field.widget:
        case "percent":
            return str(words["percent"]).format(number=f"{100 * value:.0f}")
        case "duration":
            return duration_in_words(value, language)
        case "switch":
            return str(words["yes" if value else "no"])
        case "select":
            return str(titles.get(value, value))
        case "order":
            return str(words["list"]).join(_in_sentence(titles.get(one, one)) for one in value)
        case "languages":
            return str(words["list"]).join(language_name(tag, language) for tag in value)
        case "documents":
            return str(words["list"]).join(names.get(one, one) for one in value)
        case "flow" | "hours_team":
            return names.get(f"{field.widget}/{value}", value)
        case "hours":
            return hours_in_words(value, language)
        case "mapping":
            return str(words["one_value" if len(value) == 1 else "values"]).format(number=len(value)) if value else ""
        case "choices":
            return " / ".join(choice.label or choice.id for choice in value)
        case "decision_table":
            return str(words["row" if len(value) == 1 else "rows"]).format(number=len(value)) if value else ""
        case "hidden":
            return str(words["list"]).join(dict.fromkeys(fact_title(one.fact, language) for one in value))
        case "shares":
            return " / ".join(f"{way.title or way.id} {words['percent'].format(number=way.share)}" for way in value)
        case "collect":
            kinds = {option.value: option.title for column in field.columns for option in column.options}
            return str(words["list"]).join(_in_sentence(kinds[item.kind]) for item in value)
        case "cases":
            return str(words["semicolon"]).join(case.title or _case(case.when, language) for case in value)
    if isinstance(value, list | tuple):
        return str(words["list"]).join(map(str, value))
    return " ".join(str(value).split())


def _case(rule: Rule, language: UiLanguage) -> str:
    return str(_words(language)["if"]).format(rule=rule_in_words(rule, language))


def _readable(text: str, language: UiLanguage) -> str:
    """The text with what it fills in by name: ``Hello {contact.name|you}`` is ``Hello ‹contact's name›``."""

    def named(match: re.Match[str]) -> str:
        name = match[1]
        return f"‹{name.removeprefix('value.') if name.startswith('value.') else fact_title(name, language)}›"

    return PLACEHOLDER.sub(named, text)


def _in_sentence(title: str) -> str:
    """A title as it stands amid a sentence: ``Email`` is ``email``, ``IP address`` stays."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


@cache
def _words(language: str) -> dict[str, Any]:
    text = (resources.files("schemas") / "locales" / f"{language}.json").read_text("utf-8")
    words: dict[str, Any] = json.loads(text)
    return words
