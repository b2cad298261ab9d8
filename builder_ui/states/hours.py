"""The hours of the shop's teams: which there are, how it stands with them now, and the form that changes them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import reflex as rx

from builder_ui import backend
from builder_ui.form.lists import lists
from builder_ui.form.team_hours import NEEDED
from builder_ui.state import State, handler, in_thread
from builder_ui.states.removal import Removal
from builder_ui.words import Language, say
from engine.hours import OFFICE, Hours
from engine.queries import OpenHours, Opening
from nodes.business_hours import moment
from schemas.hours import hours_in_words
from schemas.words import country_name, zone_name
from server.errors import RefusedError
from server.hours import ShopHours, TeamHours
from server.uses import Using

Plain = dict[str, Any]


@dataclass(frozen=True)
class HoursRow:
    """Hours in the list. `now` says how it stands, '' where that depends on the flow; `used` who goes by them."""

    id: str
    name: str
    week: str
    details: str
    now: str
    open: bool
    used: str


_NEW = HoursRow("", "", "", "", "", False, "")


class HoursState(Removal, State):
    """The list and its form; `shown` is what the form is about, one without an id is new, `hours` what it holds."""

    rows: list[HoursRow] = []  # noqa: RUF012
    loaded: bool = False
    open: bool = False
    shown: HoursRow = _NEW
    hours: Plain = {}  # noqa: RUF012
    fault: str = ""
    leaving_used: str = ""

    @rx.var
    def lists(self) -> Plain:
        """What the form offers to choose from."""
        found = lists("zh" if self.zh else "en")
        return {name: found[name] for name in NEEDED}

    @handler("see_hours")
    async def load(self) -> None:
        """Show the hours."""
        await self._list()

    @handler("edit_hours")
    async def begin(self, which: str) -> None:
        """Show the form of these hours, of new ones where none are named."""
        self.shown = next((row for row in self.rows if row.id == which), _NEW)
        known = await in_thread(backend.here().hours.list)
        hours = next((one.hours for one in known if one.id == which), OFFICE)
        self.hours, self.fault, self.open = msgspec.to_builtins(hours), "", True

    @handler("edit_hours")
    async def close(self, is_open: bool = False) -> None:
        """Close the form."""
        if not is_open:
            self.open = False

    @handler("edit_hours")
    async def put(self, hours: Plain) -> None:
        """Take what was entered."""
        self.hours = hours

    @handler("edit_hours", while_open="open")
    async def save(self, form: dict[str, str]) -> Any:
        """Add or change the hours, or say what is wrong."""
        shop, person = backend.here().hours, (await self._signed_in()).id
        name = form.get("name", "").strip()
        try:
            hours = msgspec.convert(self.get_value("hours"), Hours)
            if self.shown.id:
                await in_thread(shop.change, self.shown.id, name, hours, person=person)
            else:
                await in_thread(shop.create, name, hours, person=person)
        except msgspec.ValidationError:
            self.fault = self._say("hours.unreadable")
            return None
        except RefusedError as refused:
            self.fault = refused.said(self._language())
            return None
        self.open = False
        await self._list()
        return rx.toast.success(self._say("hours.saved", name=name))

    @handler("edit_hours")
    async def ask_to_remove(self, which: str) -> None:
        """Ask before hours are removed, and say who goes by them."""
        await self._list()
        row = next((row for row in self.rows if row.id == which), None)
        if row is not None:
            self.leaving, self.leaving_name, self.leaving_used = row.id, row.name, row.used

    @handler("edit_hours")
    async def remove(self) -> Any:
        """Remove the hours that were asked about."""
        which, self.leaving = self.leaving, ""
        await in_thread(backend.here().hours.remove, which, person=(await self._signed_in()).id)
        await self._list()
        return rx.toast.success(self._say("hours.removed", name=self.leaving_name))

    async def _list(self) -> None:
        self.rows = await in_thread(_rows, backend.here().hours, self._language())
        self.loaded = True


def _rows(shop: ShopHours, language: Language) -> list[HoursRow]:
    users = shop.used_by()
    return [_row(shop, one, users.get(one.id, []), language) for one in shop.list()]


def _row(shop: ShopHours, one: TeamHours, users: list[Using], language: Language) -> HoursRow:
    at = datetime.now(UTC)
    told, is_open = "", False
    if one.hours.zone:
        answer = shop.answer(OpenHours(team=one.id, hours=one.hours, at=at))
        if isinstance(answer, Opening):
            told, is_open = _now(answer, at, language), answer.standing.open
    used = say("hours.list", language).join(use.name for use in users)
    return HoursRow(
        one.id,
        one.name,
        hours_in_words(one.hours, language),
        _details(one.hours, language),
        told,
        is_open,
        used,
    )


def _now(answer: Opening, at: datetime, language: Language) -> str:
    now = answer.standing
    if now.until is None:
        return say("hours.open_always" if now.open else "hours.closed_always", language)
    until = moment(now.until, at, answer.zone, language)
    key = "hours.open_until" if now.open else "hours.closed_until"
    return say(key, language, until=until) + (f" · {now.holiday}" if now.holiday else "")


def _details(hours: Hours, language: Language) -> str:
    """The zone, whose holidays, how many days of its own."""
    parts = [zone_name(hours.zone, language) if hours.zone else say("hours.flows_zone", language)]
    if hours.holidays:
        parts.append(say("hours.holidays_of", language, country=country_name(hours.holidays, language)))
    if days := len(hours.closed) + len(hours.open):
        parts.append(say("hours.days", language, n=days))
    return " · ".join(parts)
