"""What the frame promises to every screen."""

from pathlib import Path

import builder_ui
import builder_ui.app
from builder_ui.template import HIDDEN, RAIL, STYLESHEETS


def test_the_rail_leads_to_screens_that_are_there() -> None:
    routes = {f"/{route}" for route in builder_ui.app.app._unevaluated_pages}
    assert {path for _, _, path, _ in RAIL} <= routes


def test_no_screen_writes_into_the_attributes_that_all_share() -> None:
    for screen in builder_ui.app.app._unevaluated_pages.values():
        if callable(screen.component):
            screen.component()
    assert HIDDEN == {"aria-hidden": "true"}


def test_every_stylesheet_is_there() -> None:
    assets = Path(builder_ui.__file__).parent / "assets"
    assert all((assets / name.removeprefix("/")).is_file() for name in STYLESHEETS)
