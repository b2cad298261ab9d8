from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec

from engine.effects import AnyEffect, SetCountry, SetLanguage
from engine.events import Answered
from engine.flow import Language, Node
from engine.languages import matching
from engine.queries import AnyQuery, Detected, DetectLanguage, Locate, Place
from engine.turn import Ask, Go, Outcome, Turn
from nodes.fields import Switch, field

Source = Literal["locale", "text", "ip", "phone"]


class LanguageByIp(Node, frozen=True, tag="language_by_ip"):
    """Finds the contact's language: by their profile, what they wrote, the country of their address or phone number.

    A language already chosen stays. When nothing tells, it is the flow's own.
    """

    TITLE = "Language by IP"
    ICON = "languages"
    GROUP = "decide"
    SUMMARY = "In this order: {order}"

    order: Annotated[
        tuple[Source, ...],
        field(
            "What counts, in this order",
            options={
                "locale": "Profile or browser language",
                "text": "Words written",
                "ip": "IP address",
                "phone": "Phone number",
            },
        ),
        msgspec.Meta(max_length=4, extra_json_schema={"widget": "order"}),
    ] = ("locale", "text", "ip", "phone")
    languages: Annotated[
        tuple[Language, ...],
        field("Only these languages", "None: all the flow speaks."),
        msgspec.Meta(max_length=100, extra_json_schema={"widget": "languages"}),
    ] = ()
    again: Annotated[
        Switch, field("Decide again", "Also when a language is known already, to follow what the contact writes now.")
    ] = False

    def run(self, turn: Turn) -> Outcome:
        known = turn.session.language
        if known and not self.again:
            return Go("next", why={"decided": "known", "language": known})
        offered = tuple(tag for tag in turn.languages if not self.languages or tag in self.languages)
        return _Search(turn, self.order, offered or turn.languages).go()


class _Search:
    """One search through the sources; what it has heard so far is kept in the node's memory between answers."""

    def __init__(self, turn: Turn, order: tuple[Source, ...], offered: tuple[str, ...]) -> None:
        self.turn = turn
        self.order = order
        self.offered = offered
        memory: dict[str, Any] = turn.memory if turn.reply is not None and isinstance(turn.memory, dict) else {}
        self.heard: dict[str, str] = dict(memory.get("heard", {}))
        self.country: str = memory.get("country", "")
        self.asked: str = memory.get("asked", "")

    def go(self) -> Outcome:
        if self.asked:
            self._hear()
        elif "ip" in self.order and self.turn.session.contact.ip and not self.turn.session.contact.country:
            # rules may want the country, whatever decides on the language
            return self._ask("ip", Locate(ip=self.turn.session.contact.ip))
        for source in self.order:
            if source not in self.heard:
                if (query := self._query(source)) is not None:
                    return self._ask(source, query)
                self.heard[source] = self._from_locale() if source == "locale" else ""
            if language := self.heard[source]:
                return self._decided(source, language)
        return self._decided("", "")

    def _query(self, source: Source) -> AnyQuery | None:
        contact = self.turn.session.contact
        if source == "text" and (text := self.turn.text.strip()):
            return DetectLanguage(text=text, candidates=self.offered)
        if source == "ip" and (contact.country or contact.ip):
            return Locate(ip=contact.ip, country=contact.country)
        if source == "phone" and contact.phone_country:
            return Locate(country=contact.phone_country)
        return None

    def _from_locale(self) -> str:
        locale = self.turn.session.contact.locale
        return matching((locale,), self.offered) if locale else ""

    def _ask(self, source: str, query: AnyQuery) -> Outcome:
        return Ask(query, memory={"asked": source, "heard": self.heard, "country": self.country})

    def _hear(self) -> None:
        self.heard[self.asked] = ""
        match self.turn.reply:
            case Answered(answer=Place(country=country, languages=languages)):
                self.country = self.country or country
                self.heard[self.asked] = matching(languages, self.offered)
            case Answered(answer=Detected(language=language)):
                self.heard[self.asked] = matching((language,), self.offered) if language else ""
            case _:  # it could not be found out: the next source is asked
                pass

    def _decided(self, source: str, language: str) -> Outcome:
        known = self.turn.session.language
        language = language or known or self.turn.languages[0]
        source = source or ("known" if known else "default")
        return Go(
            "next",
            tuple(self._changes(language, source)),
            why={"decided": source, "language": language, "heard": self.heard},
        )

    def _changes(self, language: str, source: str) -> Iterator[AnyEffect]:
        if self.country and self.country != self.turn.session.contact.country:
            yield SetCountry(country=self.country)
        if language != self.turn.session.language:
            yield SetLanguage(language=language, why=source)
