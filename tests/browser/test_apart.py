"""Two people in one flow, each at another server, as on machines of their own: one PostgreSQL and one Valkey."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from playwright.sync_api import BrowserContext, Page, expect

from server.settings import Settings
from server.vault import new_key
from tests.browser.editing import Desk, Editor
from tests.builder_ui.test_protocol import flow_of
from tests.postgres import Postgres
from tests.serving import Parley

pytestmark = pytest.mark.browser


@pytest.fixture
def desks(tmp_path: Path, settings: Settings, valkey: redis.Redis, postgres: Postgres) -> Iterator[tuple[Desk, Desk]]:
    """One at each server."""
    shared = {
        "DATABASE_URL": postgres.url(postgres.create()),
        "REDIS_URL": settings.redis_url,
        "PARLEY_KEY": new_key(),
    }
    commands = {"one": "serve", "two": "serve", "worker": "worker", "sweeper": "sweep"}
    made = {name: Parley(tmp_path / name, command, **shared) for name, command in commands.items()}
    here, there = (Desk(made[name].wait_until_healthy()) for name in ("one", "two"))
    yield here, there
    for desk in (here, there):
        desk.engine.dispose()
    for copy in made.values():
        copy.process.kill()
        copy.process.wait()


def test_two_people_at_two_servers_see_each_other_and_lose_nothing(
    page: Page, theirs: BrowserContext, desks: tuple[Desk, Desk]
) -> None:
    desk, another = desks
    ours = Editor(page, desk, desk.create("Apart", flow_of(3)))
    tab = theirs.new_page()
    other = Editor(tab, another, ours.which, desk.person_as("builder"))

    expect(page.locator(".people .person")).to_have_attribute("title", "builder")
    expect(tab.locator(".people .person")).to_have_count(1)
    other.select("say_1")
    expect(ours.node("say_1").locator(".node-other")).to_have_text("builder")

    # Each sees what the other does, undo takes back one's own.
    tab.get_by_label("Name", exact=True).fill("Theirs")
    tab.get_by_label("Name", exact=True).blur()
    expect(ours.node("say_1")).to_contain_text("Theirs")
    ours.select("say_2")
    ours.press("Delete")
    expect(other.node("say_2")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(other.node("say_2")).to_be_visible()
    assert ours.stored == other.stored
    assert (ours.stored.nodes["say_1"].name, "say_2" in ours.stored.nodes) == ("Theirs", True)

    # One of the servers goes: what is written meanwhile waits, and is there when it is back.
    server = another.served
    server.stop(signal.SIGTERM)
    expect(tab.locator(".savemark")).to_have_attribute("data-state", "offline")
    tab.get_by_label("Name", exact=True).fill("Written without a server")
    tab.get_by_label("Name", exact=True).blur()
    again = Parley(server.data, "serve", **server.environ).wait_until_healthy()
    expect(ours.node("say_1")).to_contain_text("Written without a server")
    other.settled()
    assert ours.stored == other.stored
    again.stop(signal.SIGTERM)
