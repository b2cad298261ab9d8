"""The simulator, in a real browser on a real copy of Parley."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

import flows
from schemas.patterns import READY
from server import tables
from tests.browser.editing import Desk, Editor
from tests.browser.visiting import grave_faults
from tests.server.house import document

pytestmark = pytest.mark.browser

WRITTEN = (tables.conversations, tables.events, tables.messages, tables.outbox, tables.timers, tables.contacts)


@pytest.fixture
def editor(page: Page, desk: Desk) -> Iterator[Editor]:
    """Luna's flow, open at the simulator; whatever is rehearsed, nothing may be written."""
    before = rows(desk)
    opened = Editor(page, desk, desk.create("Luna in rehearsal", flows.starter("luna")))
    page.get_by_role("button", name="Rehearse", exact=True).click()
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
    # While it thinks, nothing is sent.
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    page.keyboard.press("Enter")
    expect(steps).not_to_have_count(before, timeout=60_000)


def choose(page: Page, part: str, value: str) -> None:
    """Click a part of the line above the chat, and change it."""
    page.get_by_role("button", name=part).click()
    page.locator(".who-popover select").select_option(value)
    page.keyboard.press("Escape")


def test_a_visitor_is_welcomed_in_the_language_of_the_country_and_the_way_is_lit(editor: Editor) -> None:
    page = editor.page
    choose(page, "United States", "DE")
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


def test_time_is_skipped_and_turns_are_taken_back_and_said_anew(editor: Editor) -> None:
    page = editor.page
    say(page, "How long does shipping to Spain take?")
    page.get_by_role("button", name="Skip 10 min").click()
    expect(page.get_by_text("The conversation is closed")).to_be_visible()
    page.get_by_role("button", name="Go back to before this").last.click()
    expect(page.get_by_text("The conversation is closed")).to_have_count(0)
    expect(page.get_by_text("Try 2 of 2")).to_be_visible()
    # The last turn is said anew by the arrow up; what it was before is one click away.
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    page.get_by_label("Write as the customer").press("ArrowUp")
    page.locator(".chat-instead input").fill("Which notary certified your deed?")
    page.locator(".chat-instead input").press("Enter")
    expect(page.get_by_text("Handed over to a person")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="The try before").click()
    expect(page.locator(".bubble-contact")).to_have_text("How long does shipping to Spain take?")
    # A node hears what one says oneself.
    page.locator(".why-box summary").last.click()
    page.locator(".ask-line", has_text="Knowledge base").get_by_role("button").click()
    page.locator(".hand-form textarea").fill("Seven days by donkey.")
    page.get_by_role("button", name="Play from here").click()
    expect(page.get_by_text("Seven days by donkey.")).to_be_visible()
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_role("heading", name="Talk to your flow")).to_be_visible()


def test_the_chat_looks_like_its_channel_and_is_played_again_when_the_flow_has_changed(page: Page, desk: Desk) -> None:
    choices = [{"id": f"c{number}", "label": f"{number} rings of that very long type"} for number in range(1, 5)]
    nodes = {
        "ask": {"type": "question", "text": "Which one?", "choices": choices},
        "yes": {"type": "message", "text": "Good."},
    }
    which = desk.create("Rings", document("rings", nodes, ["ask.c2 > yes"]))
    Editor(page, desk, which)
    page.get_by_role("button", name="Rehearse", exact=True).click()
    page.get_by_role("button", name="Web widget").click()
    page.get_by_role("button", name="WhatsApp rehearsal only for now").click()
    page.get_by_role("button", name="Open the chat").click()
    expect(page.get_by_text("Shows 3 buttons at most, so this becomes a list.")).to_be_visible()
    expect(page.locator(".chat-rows .chat-choice").first.locator("span").first).to_have_text("1 rings of that very lo…")
    page.keyboard.press("Alt+2")
    expect(page.locator(".bubble-flow").last).to_have_text("Good.")
    edit = {"op": "set", "node": "yes", "field": "text", "value": "Splendid."}
    url = f"{desk.served.url}/api/flows/{which}/edits"
    assert page.request.post(url, data={"edit": edit}, headers={"Origin": desk.served.url}).ok
    page.get_by_role("button", name="Play it again").click()
    expect(page.locator(".differs .bubble-flow")).to_have_text("Splendid.")
    expect(page.locator(".chat-was")).to_have_text("Good.")


def test_why_tells_a_pattern_in_words_and_quotes_what_somebody_wrote(page: Page, desk: Desk) -> None:
    asks = {"type": "question", "text": "Which order?", "expects": "pattern", "pattern": "LU-[0-9]{6}"}
    person = {"kind": "compare", "fact": "text", "op": "matches", "value": "human|agent"}
    german = {"kind": "compare", "fact": "text", "op": "matches", "value": "mensch"}
    order = {"kind": "compare", "fact": "text", "op": "matches", "value": READY["order"]}
    cases = [
        {"id": "person", "title": "Person", "when": {"kind": "any", "rules": [person, german]}},
        {"id": "order", "title": "Order", "when": order},
    ]
    which = desk.create(
        "Patterns", document("p", {"sort": {"type": "branch", "cases": cases}, "ask": asks}, ["sort.otherwise > ask"])
    )
    Editor(page, desk, which)
    page.get_by_role("button", name="Rehearse", exact=True).click()
    say(page, "Hello")
    page.locator(".why-box summary").last.click()
    details = page.locator(".why-details").last
    expect(details.locator("li")).to_contain_text(
        ["matches a pattern written for it", "contains an order number, such as LU-204815"]
    )
    expect(details.locator(".why-pattern")).to_have_text(["human|agentand 1 more"])
    expect(details.locator("code")).to_have_text(["human|agent"])
    say(page, "No idea")
    page.locator(".why-box summary").last.click()
    details = page.locator(".why-details").last
    expect(details).to_contain_text("Nothing in “No idea” matches a pattern written for it")
    expect(details.locator("code")).to_have_text(["LU-[0-9]{6}"])
    assert grave_faults(page, where=".why") == []


def test_the_simulator_is_accessible(editor: Editor) -> None:
    page = editor.page
    say(page, "hello")
    assert grave_faults(page, where=".rehearsal") == []


def test_on_a_phone_the_chat_has_most_of_the_screen(page: Page, desk: Desk) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    Editor(page, desk, desk.create("On a phone", flows.starter("luna")))
    # There is no small map, and no keyboard.
    expect(page.get_by_role("button", name="Find", exact=True)).to_be_visible()
    for name in ("Minimap", "Keys"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_hidden()
    page.get_by_role("button", name="Rehearse", exact=True).click()
    expect(page.get_by_role("heading", name="Talk to your flow")).to_be_in_viewport(ratio=0.99)
    page.get_by_role("button", name="Open the chat").click()
    expect(page.locator(".bubble-flow")).to_be_in_viewport(ratio=0.99)
