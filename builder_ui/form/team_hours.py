"""The form's entry of hours as a Reflex component of its own."""

from typing import Any

import reflex as rx
from reflex.components.component import NoSSRComponent

from builder_ui.form.form import TEAM_HOURS

# What it takes of the form's lists.
NEEDED = ("language", "words", "countries", "timezones", "weekdays")


def _on_hours(hours: rx.Var[dict[str, Any]]) -> list[rx.Var[Any]]:
    return [hours]


class TeamHours(NoSSRComponent):
    """Hours (`engine.hours.Hours` as JSON): `on_hours(hours)` tells each change. `lists` as `NEEDED` says."""

    library = TEAM_HOURS
    tag = "TeamHours"
    hours: rx.Var[dict[str, Any]]
    lists: rx.Var[dict[str, Any]]
    locked: rx.Var[bool]

    @classmethod
    def get_event_triggers(cls) -> dict[str, Any]:
        """Beside Reflex's own: `on_hours(hours)`."""
        return {**super().get_event_triggers(), "on_hours": _on_hours}


team_hours = TeamHours.create
