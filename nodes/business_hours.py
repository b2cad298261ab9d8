from datetime import datetime
from typing import Annotated, Any

import msgspec
from babel import Locale
from babel.dates import format_skeleton

from engine.events import Answered
from engine.flow import Node, Port
from engine.hours import OFFICE, Hours, standing
from engine.queries import OpenHours, Opening, failure
from engine.turn import Ask, Go, Outcome, Turn
from engine.zones import zone_of
from nodes.fields import ValueName, field

_DAYS_BY_NAME = 6
"""Further ahead the day of the week alone would be mistaken for a nearer one."""


class BusinessHours(Node, frozen=True, tag="business_hours"):
    """Leads to “open” or “closed”, by whether a team is there now. Public holidays count as closed."""

    TITLE = "Business hours"
    ICON = "clock"
    GROUP = "decide"
    SUMMARY = "Open: {team}{hours}"
    PORTS = (Port("open", "Open"), Port("closed", "Closed"))

    team: Annotated[
        str,
        field("Whose hours", "The teams' hours are kept in the settings. Empty: this node has hours of its own."),
        msgspec.Meta(max_length=64, extra_json_schema={"widget": "hours_team"}),
    ] = ""
    hours: Annotated[
        Hours, field("Hours", only_if={"team": [""]}), msgspec.Meta(extra_json_schema={"widget": "hours"})
    ] = OFFICE
    save_as: Annotated[
        ValueName,
        field("When closed, keep when it opens as", "For texts: We are back {value.opens}. Gives “Mon 09:00”."),
    ] = ""

    def sets(self) -> tuple[str, ...]:
        return (self.save_as,) if self.save_as else ()

    def team_hours(self) -> str:
        return self.team

    def run(self, turn: Turn) -> Outcome:
        if isinstance(turn.reply, Answered):
            return self._heard(turn, turn.reply.answer)
        at = turn.event.at
        own = msgspec.structs.replace(self.hours, zone=self.hours.zone or turn.facts.zone)
        if self.team:
            return Ask(OpenHours(team=self.team, hours=Hours(zone=turn.facts.zone), at=at))
        if self.hours.holidays:
            return Ask(OpenHours(team="", hours=own, at=at))
        return self._go(turn, Opening(standing=standing(own, at), zone=own.zone))

    def _heard(self, turn: Turn, answer: Any) -> Outcome:
        if isinstance(answer, Opening):
            return self._go(turn, answer)
        # Whoever promises a person when nobody is there disappoints more than the other way about.
        why = {"failed": failure(answer)}
        return Go("closed", values=self._kept(turn, None), why=why)

    def _go(self, turn: Turn, opening: Opening) -> Go:
        now = opening.standing
        language = turn.session.language or turn.languages[0]
        opens = None if now.open or now.until is None else moment(now.until, turn.event.at, opening.zone, language)
        why = {"name": opening.name, "zone": opening.zone, **msgspec.to_builtins(now)}
        return Go("open" if now.open else "closed", values=self._kept(turn, opens), why=why)

    def _kept(self, turn: Turn, opens: str | None) -> dict[str, Any]:
        """What an earlier closing left is forgotten."""
        known = self.save_as in turn.session.values
        return {self.save_as: opens} if self.save_as and (opens or known) else {}


def moment(then: datetime, at: datetime, zone: str, language: str) -> str:
    """A moment ahead as people of that language say it ``at`` another: ``Mon 09:00``, ``Mon, May 3 09:00``."""
    local = then.astimezone(zone_of(zone))
    far = (local.date() - at.astimezone(local.tzinfo).date()).days > _DAYS_BY_NAME
    locale = _locale(language)
    day = format_skeleton("MMMEd" if far else "E", local, tzinfo=local.tzinfo, locale=locale)
    return f"{day} {local:%H:%M}"


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (ValueError, LookupError):
        return Locale("en")
