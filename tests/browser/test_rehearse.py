"""The simulator, in a real browser on a real copy of Parley."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

import flows
from server import tables
from tests.browser.editing import Desk, Editor
from tests.serving import Parley

pytestmark = pytest.mark.browser

WRITTEN = (tables.conversations, tables.events, tables.messages, tables.outbox, tables.timers, tables.contacts)


@pytest.fixture
def desk(served: Parley) -> Desk:
    return Desk(served)


@pytest.fixture
def editor(page: Page, desk: Desk) -> Iterator[Editor]:
    """Luna's flow, open at the simulator; whatever is rehearsed, nothing may be written."""
    before = rows(desk)
    opened = Editor(page, desk, desk.create("Luna in rehearsal", flows.starter("luna")))
    page.get_by_role("button", name="Rehearse").click()
    yield opened
    assert rows(desk) == before


def rows(desk: Desk) -> list[int]:
    with desk.engine.connect() as connection:
        return [connection.scalar(select(func.count()).select_from(table)) or 0 for table in WRITTEN]


def say(page: Page, text: str) -> None:
    """Write as the customer, and wait for what follows."""
    steps = page.locator(".chat-steps > li")
    before = steps.count()
    page.get_by_label("Write as the customer").fill(text)
    page.keyboard.press("Enter")
    expect(steps).not_to_have_count(before, timeout=60_000)


def test_a_visitor_is_welcomed_in_the_language_of_the_country_and_the_way_is_lit(editor: Editor) -> None:
    page = editor.page
    page.get_by_label("Country").select_option("DE")
    page.get_by_role("button", name="Open the chat").click()
    welcome = page.locator(".bubble-flow").first
    expect(welcome).to_have_attribute("lang", "de")
    expect(welcome).to_contain_text("willkommen")
    page.locator(".why-box summary").first.click()
    expect(page.locator(".why")).to_contain_text("German · by the country")
    greeted = editor.of_type("welcome")
    expect(editor.node(greeted)).to_have_class(re.compile("lit"))


def test_the_knowledge_base_answers_with_its_source_and_what_it_does_not_hold_goes_to_a_person(editor: Editor) -> None:
    page = editor.page
    say(page, "How long does shipping to Spain take?")
    expect(page.locator(".chat-source")).to_contain_text("From ")
    page.locator(".why-box summary").last.click()
    expect(page.locator(".why").last).to_contain_text("% sure, 60 % needed")
    say(page, "Which notary certified the deed of your Lisbon warehouse?")
    expect(page.get_by_text("Handed over to a person")).to_be_visible()
    page.get_by_role("button", name="Give back to the flow").click()
    expect(page.get_by_text("The person gives it back to the flow", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Give back to the flow")).to_have_count(0)


def test_time_is_skipped_and_a_turn_is_taken_back(editor: Editor) -> None:
    page = editor.page
    say(page, "How long does shipping to Spain take?")
    page.get_by_role("button", name="Skip 10 min").click()
    expect(page.get_by_text("Time passes", exact=True)).to_be_visible()
    expect(page.get_by_text("The conversation is closed")).to_be_visible()
    page.get_by_role("button", name="Back to before this").last.click()
    expect(page.get_by_text("Time passes", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="Skip 10 min")).to_be_visible()
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_role("heading", name="Talk to your flow")).to_be_visible()


def test_the_simulator_is_accessible(editor: Editor) -> None:
    page = editor.page
    say(page, "hello")
    found = Axe().run(page, context=".rehearsal")
    serious = [v for v in found.response["violations"] if v["impact"] in {"serious", "critical"}]
    assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in serious] == []
