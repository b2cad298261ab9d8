"""What a form offers to choose from, by name: the same for every flow, so it travels once."""

from functools import cache
from typing import Any

import msgspec
from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers

from builder_ui.form.textrows import channel_limits
from builder_ui.form.wording import form_words
from builder_ui.template import CHANNEL_WORDS
from builder_ui.words import LANGUAGES, Language, say
from engine.text import APOLOGIES
from engine.zones import zone_names
from schemas.words import (
    country_name,
    duration_in_words,
    facts,
    language_name,
    operators,
    ready_patterns,
    zone_name,
)
from server.channels import channel_types

Plain = dict[str, Any]

# Where a reader looks for a fact in the list.
GROUPS = {
    "text": "conversation",
    "tags": "conversation",
    "messages": "conversation",
    "channel": "conversation",
    "account": "conversation",
    "source": "conversation",
    "language": "contact",
    "country": "contact",
    "contact.name": "contact",
    "contact.email": "contact",
    "contact.phone": "contact",
    "contact.locale": "contact",
    "time.hour": "time",
    "time.weekday": "time",
    "time.date": "time",
    "now": "time",
}
# What a text shows where such a fact is filled in.
SAMPLES = {
    "tags": "vip, new",
    "messages": "3",
    "channel": "whatsapp",
    "source": "instagram-ad",
    "language": "de",
    "country": "DE",
    "contact.name": "Anna",
    "contact.email": "anna@example.com",
    "contact.phone": "+4930123456",
    "contact.locale": "de-DE",
    "time.hour": "14",
    "time.weekday": "1",
    "time.date": "2026-12-24",
    "now": "2026-12-24 14:05",
}
# Written otherwise than in the rest of their language's lands.
REGIONAL = ("en-GB", "en-US", "es-MX", "fr-CA", "pt-BR", "pt-PT", "zh-Hant", "zh-HK", "zh-TW")
MONDAY = 1


@cache
def lists(screens: Language) -> Plain:
    """Words, facts with their operators, ready patterns, countries, languages, time zones, channels and weekdays;
    JSON-able.
    """
    return {
        "language": screens,
        "words": form_words(screens),
        "facts": [
            {**msgspec.to_builtins(fact), "group": GROUPS[fact.name], "sample": SAMPLES.get(fact.name, "")}
            for fact in facts(screens)
        ],
        "value_operators": msgspec.to_builtins(operators("value", screens)),
        "patterns": msgspec.to_builtins(ready_patterns(screens)),
        "countries": _sorted({code: country_name(code, screens) for code in _countries()}),
        "languages": _languages(screens),
        "timezones": _timezones(screens),
        "channels": channels(screens),
        "limits": channel_limits(screens),
        "weekdays": _weekdays(screens),
        "durations": {"units": _duration_units(screens), "joint": " "},
    }


def channels(screens: Language) -> list[Plain]:
    """The kinds of channels by name."""
    return [
        {
            "value": name,
            "title": say(CHANNEL_WORDS[name], screens) if name in CHANNEL_WORDS else kind.TITLE,
        }
        for name, kind in channel_types().items()
    ]


def _countries() -> list[str]:
    """The codes that have a name in every language of the screens."""
    codes = set.intersection(*({str(code) for code in Locale(language).territories} for language, _ in LANGUAGES))
    return [code for code in codes if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY]


# CLDR's own codes for what is not a country (the Euro zone, the United Nations, unknown, test regions).
_NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def _languages(screens: Language) -> list[Plain]:
    """Those most asked for first, then all others by name."""
    first = [{"value": tag, "title": language_name(tag, screens)} for tag in APOLOGIES]
    others = {tag for tag in locale_identifiers() if "_" not in tag and tag != "root"} | set(REGIONAL)
    return [*first, *_sorted({tag: language_name(tag, screens) for tag in others - set(APOLOGIES)})]


def _timezones(screens: Language) -> list[Plain]:
    """By city and country, as people know them; only those in use."""
    named = {zone: zone_name(zone, screens) for zone in zone_names() & set(get_global("zone_territories"))}
    return [{"value": "UTC", "title": "UTC"}, *_sorted(named)]


def _weekdays(screens: Language) -> list[Plain]:
    names = Locale(screens).days["stand-alone"]["wide"]
    return [{"value": day + MONDAY, "title": names[day]} for day in range(7)]


def _duration_units(screens: Language) -> dict[str, str]:
    """How a number of days, hours, minutes, seconds is written, with the place {number}."""
    sizes = {"d": 86400, "h": 3600, "min": 60, "s": 1}
    return {unit: duration_in_words(size, screens).replace("1", "{number}") for unit, size in sizes.items()}


def _sorted(titles: dict[str, str]) -> list[Plain]:
    """Options by their titles."""
    by_title = sorted(titles, key=lambda value: titles[value].casefold())
    return [{"value": value, "title": titles[value]} for value in by_title]
