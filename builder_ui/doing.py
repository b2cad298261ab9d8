"""What a rehearsed conversation would have done beside talking, in words. None of it was done."""

from collections.abc import Iterator
from typing import Any

import msgspec

from builder_ui.words import Language, say
from engine.effects import ChangeTags, Close, HandOff, Send, SetContact, SetCountry, SetLanguage, SetValue
from engine.queries import Fetch
from schemas.words import country_name, language_name
from server.rehearsal import RehearsedStep

_LONGEST = 300


def done(step: RehearsedStep, language: Language) -> list[str]:
    """Everything a step would have done, in order; requests to services first, as the nodes ask before they act."""
    return [*_requests(step, language), *_effects(step, language)]


def _requests(step: RehearsedStep, language: Language) -> Iterator[str]:
    for one in step.asked:
        if isinstance(one.query, Fetch):
            yield request(one.query, language)


def request(query: Fetch, language: Language) -> str:
    """A request as an admin would write it down; its secrets are names only."""
    told = say("doing.request", language, method=query.method, service=query.service, path=query.path)
    if query.fields:
        body = msgspec.json.encode(query.fields).decode()
        told += " " + say("doing.body", language, body=body if len(body) <= _LONGEST else body[:_LONGEST] + "…")
    return told


def _effects(step: RehearsedStep, language: Language) -> Iterator[str]:
    for effect in step.effects:
        match effect:
            case ChangeTags(add=add, remove=remove):
                if add:
                    yield say("doing.tag", language, tags=", ".join(add))
                if remove:
                    yield say("doing.untag", language, tags=", ".join(remove))
            case SetValue(name=name, value=None):
                yield say("doing.forget", language, name=name)
            case SetValue(name=name, value=value):
                yield say("doing.keep", language, name=name, value=_shown(value))
            case SetLanguage(language=tag):
                yield say("doing.language", language, language_name=language_name(tag, language))
            case SetCountry(country=country):
                yield say("doing.country", language, country=country_name(country, language))
            case HandOff(reason=reason, team=team):
                key = "doing.hand_off_to" if team else "doing.hand_off"
                yield say(key, language, team=team, reason=reason)
            case Close():
                yield say("doing.close", language)
            case SetContact(name=name, email=email, phone=phone):
                told = {"name": name, "email": email, "phone": phone}
                for key, value in told.items():
                    if value:
                        yield say("doing.contact", language, name=say(f"doing.contact_{key}", language), value=value)
            case Send():  # it stands in the chat
                pass


def _shown(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
