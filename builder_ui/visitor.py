"""Who is pretended to write in a rehearsal: what can be chosen, in words, and as the rehearsal takes it.

What is chosen is kept as plain texts by part, as forms and the browser hold them; '' is "not said".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from babel.core import get_global
from babel.dates import format_datetime

from builder_ui.words import Language, say
from engine.flow import Flow
from engine.rules import Compare, Rule, comparisons
from engine.zones import zone_names, zone_of
from flows import channel_limits
from flows.channel_limits import CHANNELS
from flows.transcript import in_reach
from schemas.words import country_name, language_name, zone_name
from server import geo
from server.channels import channel_types
from server.rehearsal_start import Start

Who = dict[str, str]

NOBODY: Who = {"channel": "webwidget", "country": "US", "contact": "same"}
PARTS = frozenset(
    (
        *("channel", "account", "country", "ip", "locale", "name", "source"),
        *("timezone", "contact", "tags", "weekday", "time", "moment", "clock"),
    )
)
VALUE = "value."

# First those that the starter flows and the demo speak of, then the rest by name.
NEAR = ("US", "DE", "FR", "ES", "GB", "BR", "TH", "VN", "ID", "CN", "JP")
LOCALES = ("en", "de", "es", "fr", "it", "pt", "nl", "pl", "tr", "ru", "ar", "zh", "ja", "ko", "th", "vi", "id")
SOURCES = ("organic", "facebook_ad", "google_ad")
WEEKDAYS = 7
_MOST_PRESETS = 3


@dataclass(frozen=True)
class Choosable:
    """One of the values a part can have; `soft` says a word about it in small print."""

    value: str
    title: str
    soft: str = ""


@dataclass(frozen=True)
class WhoPart:
    """A part of the line above the chat; an `unknown` one is told softly."""

    part: str
    text: str
    unknown: bool


@dataclass(frozen=True)
class Preset:
    """Somebody to pretend to be with one click; `number` is its place in the list."""

    number: int
    title: str


def choosable(part: str, value: str) -> bool:
    """Whether there is such a part, and the text is short enough to be kept."""
    return (part in PARTS or part.startswith(VALUE)) and len(value) <= 500


def start_of(who: Who, zone: str, now: datetime, contact: str) -> Start:
    """The start as rehearsals take it; `zone` is the flow's. Raises ValueError saying which part means nothing."""
    given = {name: who.get(name, "") for name in ("account", "country", "ip", "locale", "name", "source", "timezone")}
    return msgspec.convert(
        {
            **given,
            "channel": who.get("channel") or "webwidget",
            "contact": contact,
            "tags": listed(who.get("tags", "")),
            "values": {
                name.removeprefix(VALUE): value for name, value in who.items() if name.startswith(VALUE) and value
            },
            "at": begins(who, zone, now),
        },
        Start,
    )


def begins(who: Who, zone: str, now: datetime) -> datetime:
    """The exact moment, or the next such hour of such a weekday, where the clock is chosen to be; else now (UTC).

    Raises ValueError for what is no time.
    """
    if (clock := who.get("clock", "")) and clock not in zone_names():
        raise ValueError(f"clock: {clock}")
    local = zone_of(clock or zone)
    if moment := who.get("moment"):
        at = datetime.fromisoformat(moment).replace(tzinfo=local)
        if not in_reach(at):
            raise ValueError(f"at: {moment}")
        return at.astimezone(UTC)
    if not who.get("weekday") and not who.get("time"):
        return now
    at = now.astimezone(local)
    if weekday := who.get("weekday"):
        at += timedelta(days=(int(weekday) - at.isoweekday()) % WEEKDAYS)
    if time := who.get("time"):
        hour, _, minute = time.partition(":")
        at = at.replace(hour=int(hour), minute=int(minute or 0), second=0, microsecond=0)
    return at.astimezone(UTC)


def listed(text: str) -> list[str]:
    """What a text lists with commas, each once."""
    return list(dict.fromkeys(part for item in text.replace("，", ",").split(",") if (part := " ".join(item.split()))))


def line(who: Who, language: Language) -> list[WhoPart]:
    """The line above the chat, part by part."""
    country, locale, source = who.get("country", ""), who.get("locale", ""), who.get("source", "")
    more = [*listed(who.get("tags", "")), *(v for name, v in who.items() if name.startswith(VALUE) and v)]
    return [
        WhoPart(
            "country", country_name(country, language) if country else say("who.no_country", language), not country
        ),
        WhoPart("locale", language_name(locale, language) if locale else say("who.no_language", language), not locale),
        WhoPart("channel", channel_title(who.get("channel", ""), language), False),
        WhoPart("time", _time(who, language), not (who.get("moment") or who.get("weekday") or who.get("time"))),
        WhoPart("source", source_title(source, language), not source),
        WhoPart("more", say("who.more_held", language, n=len(more)) if more else say("who.more", language), not more),
    ]


def person(who: Who, language: Language) -> str:
    """Who it is: by name, else a visitor, and whether they have been here before."""
    return who.get("name") or say("who.new_visitor" if who.get("contact") == "new" else "who.visitor", language)


def _time(who: Who, language: Language) -> str:
    try:
        if moment := who.get("moment"):
            return moment_in_words(datetime.fromisoformat(moment), language)
    except ValueError:
        return who["moment"]
    weekday, time = who.get("weekday", ""), who.get("time", "")
    day = say(f"rehearse.weekday_{weekday}", language) if weekday else ""
    return " ".join(part for part in (day, time) if part) or say("rehearse.now", language)


def moment_in_words(at: datetime, language: Language) -> str:
    """A day and its time, as it is there: Tue 2 Mar 23:40."""
    return format_datetime(at, _DATED[language], locale=language)


def hour_in_words(at: datetime, language: Language) -> str:
    """A weekday and the time: Tuesday 23:40."""
    return format_datetime(at, "EEEE HH:mm", locale=language)


_DATED: dict[Language, str] = {"en": "EEE d MMM HH:mm", "zh": "M月d日 EEE HH:mm"}


def channel_title(channel: str, language: Language) -> str:
    """What a channel is called."""
    return channel_limits.channel_title(channel, language) if channel in CHANNELS else channel


def source_title(source: str, language: Language) -> str:
    """Where somebody comes from, as a part of the line."""
    if not source:
        return say("who.no_source", language)
    return say(f"who.source_{source}", language) if source in SOURCES else say("who.source", language, source=source)


def channels(language: Language, flow: Flow[Any] | None) -> list[Choosable]:
    """Every channel; those the flow takes first, and softly which can be rehearsed alone."""
    mine = tuple(flow.trigger.channels) if flow is not None else ()
    names = (*(name for name in mine if name in CHANNELS), *(name for name in CHANNELS if name not in mine))
    note = say("who.not_connected", language)
    return [Choosable(name, channel_title(name, language), "" if name in channel_types() else note) for name in names]


def countries(language: Language, flow: Flow[Any] | None) -> list[Choosable]:
    """Every country by name: those of the flow's rules first, then the usual ones."""
    named = [code for code in _named(flow, "country") if code in geo.countries()]
    first = dict.fromkeys((*named, *NEAR))
    return [Choosable(code, country_name(code, language)) for code in first] + [
        one for one in _all_countries(language) if one.value not in first
    ]


def locales(language: Language, flow: Flow[Any] | None) -> list[Choosable]:
    """Languages that a browser or a profile may be set to: the flow's and those of its rules first."""
    first = (*(flow.languages if flow is not None else ()), *_named(flow, "language"), *_named(flow, "contact.locale"))
    return [Choosable(tag, language_name(tag, language)) for tag in dict.fromkeys((*first, *LOCALES))]


def sources(language: Language, flow: Flow[Any] | None) -> list[Choosable]:
    """Where somebody may come from: what the flow's rules ask about, then the usual."""
    names = dict.fromkeys((*_named(flow, "source"), *SOURCES))
    return [Choosable(name, source_title(name, language)) for name in names]


def tags(flow: Flow[Any] | None) -> list[str]:
    """The tags that the flow's rules ask about."""
    return list(dict.fromkeys(_named(flow, "tags")))


def values(flow: Flow[Any] | None) -> list[str]:
    """The names of the values that the flow knows of: those that a rule asks about and those that nodes set."""
    if flow is None:
        return []
    asked = [one.fact.removeprefix(VALUE) for one in _comparisons(flow) if one.fact.startswith(VALUE)]
    return list(dict.fromkeys((*asked, *(name for node in flow.nodes.values() for name in node.sets()))))


def zones(who: Who, zone: str, language: Language) -> list[Choosable]:
    """Where the clock may be: the flow's zone, those of the country chosen, UTC."""
    country = who.get("country", "")
    of_country = sorted(name for name, land in get_global("zone_territories").items() if land == country)
    known = zone_names()
    names = dict.fromkeys((zone, *(str(name) for name in of_country if name in known), "UTC"))
    return [Choosable("" if name == zone else name, zone_name(name, language)) for name in names]


def presets(flow: Flow[Any] | None, language: Language) -> list[tuple[str, Who]]:
    """People to pretend to be, with their names: those that the flow's rules tell apart, then usual ones."""
    made: list[Who] = []
    mine = [one for one in flow.trigger.channels if one in CHANNELS] if flow is not None else []
    channel = (*mine, "webwidget")[0]
    named = [code for code in _named(flow, "country") if code in geo.countries()][:_MOST_PRESETS]
    made += [{"channel": channel, "country": country, "weekday": "2", "time": "10:00"} for country in named]
    made += [{"channel": channel, "country": "US", "source": source} for source in _named(flow, "source")[:1]]
    made += [
        {"channel": "whatsapp", "country": "BR", "locale": "pt-BR", "weekday": "2", "time": "23:40"},
        {"channel": "webwidget", "country": "DE", "locale": "de", "weekday": "7", "time": "15:00"},
        {
            "channel": "instagram",
            "country": "TH",
            "locale": "th",
            "source": "facebook_ad",
            "weekday": "5",
            "time": "20:00",
        },
    ]
    titled = {_preset_title(who, language): who for who in reversed(made)}
    return list(reversed(titled.items()))


def _preset_title(who: Who, language: Language) -> str:
    time = who.get("time", "")
    when = "night" if time >= "22:00" else "weekend" if who.get("weekday") == "7" else "day"
    title = say(
        f"who.preset_{when}",
        language,
        country=country_name(who["country"], language),
        channel=channel_title(who["channel"], language),
    )
    return f"{title}{_COMMA[language]}{source_title(who['source'], language)}" if who.get("source") else title


_COMMA: dict[Language, str] = {"en": ", ", "zh": "，"}


@cache
def _all_countries(language: Language) -> list[Choosable]:
    rest = sorted(geo.countries(), key=lambda code: country_name(code, language))
    return [Choosable(code, country_name(code, language)) for code in rest]


def _named(flow: Flow[Any] | None, fact: str) -> list[str]:
    """The texts that the flow's rules hold a fact against, in their order."""
    if flow is None:
        return []
    found: list[str] = []
    for one in _comparisons(flow):
        if one.fact == fact:
            given = one.value if isinstance(one.value, list) else [one.value]
            found += [text for value in given if isinstance(value, str) and (text := value.strip())]
    return list(dict.fromkeys(found))


def _comparisons(flow: Flow[Any]) -> Iterator[Compare]:
    rules: list[Rule] = [rule for node in flow.nodes.values() for rule in node.rules()]
    rules += [interrupt.when for interrupt in flow.interrupts]
    if flow.trigger.when is not None:
        rules.append(flow.trigger.when)
    for rule in rules:
        yield from comparisons(rule)


def cleaned(who: Mapping[str, Any]) -> Who:
    """What a browser has kept, as far as it can be chosen."""
    return {str(part): str(value) for part, value in who.items() if value and choosable(str(part), str(value))}
