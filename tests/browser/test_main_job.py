"""From a drawing to an answer: what somebody does who has just cloned Parley, all of it through the screens."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.editing import Desk, Editor
from tests.serving import Parley
from tests.widget_copy import Pages

pytestmark = pytest.mark.browser


@pytest.fixture
def pages() -> Iterator[Pages]:
    made = Pages()
    yield made
    made.close()


def test_from_a_drawing_to_an_answer(
    serve: Callable[..., Parley], page: Page, browser: Browser, pages: Pages, tmp_path: Path
) -> None:
    copy = serve(PARLEY_DEMO="off")
    page.goto(copy.url)
    page.get_by_label("Email").fill("owner@localhost")
    page.get_by_label("Password").fill(copy.password)
    page.get_by_role("button", name="Sign in").click()

    # What the shop knows.
    page.get_by_role("link", name="Knowledge").click()
    returns = tmp_path / "returns.md"
    returns.write_text("# Returns\n\n## How long can I return a ring?\n\nYou have 45 days to return a ring, free.\n")
    page.locator("input[type=file]").set_input_files(returns)
    expect(page.get_by_role("row").filter(has_text="returns.md")).to_contain_text("Answers", timeout=60_000)

    # The drawing.
    page.get_by_role("link", name="Flows").click()
    page.get_by_role("button", name="New flow").first.click()
    page.get_by_label("Name of the flow").fill("Our first flow")
    page.get_by_role("button", name="Create").click()
    expect(page).to_have_url(re.compile(r"/flows/[a-z0-9-]+"))
    editor = Editor(page, Desk(copy), page.url.rstrip("/").rpartition("/")[2])
    hello = editor.drop("welcome", 130, 120)
    know = editor.drop("knowledge_answer", 400, 120)
    listen = editor.drop("question", 130, 380)
    person = editor.drop("human_handoff", 400, 380)
    editor.connect(hello, "next", know)
    editor.connect(know, "answered", listen)
    editor.connect(know, "unsure", person)
    editor.connect(listen, "answered", know)
    editor.connect(person, "returned", listen)
    editor.select(hello)
    page.get_by_label("Greeting").fill("Welcome to our shop")
    editor.select(person)
    page.get_by_label("What the contact is told", exact=True).fill("A colleague comes")
    page.get_by_label("Reason, for agents").fill("Not in the knowledge")
    editor.select(hello)
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Revision 1 is live")).to_be_visible()

    # The channel.
    page.goto(f"{copy.url}/channels")
    page.get_by_role("button", name="Add a channel").first.click()
    page.get_by_role("button", name=re.compile("^Web widget")).click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name", exact=True).fill("Our shop")
    form.get_by_label("Allowed pages").fill(pages.origin)
    form.get_by_role("button", name="Add a channel").click()
    expect(page.get_by_role("dialog", name="Connect “Our shop”")).to_contain_text('data-account="our-shop"')

    # A visitor on somebody else's page.
    visitor = browser.new_context(locale="en-US").new_page()
    visitor.goto(pages.put("/", f"{copy.url}/widget.js", account="our-shop"))
    visitor.get_by_role("button", name="Open chat").click()
    log = visitor.locator("parley-widget .log")
    expect(log).to_contain_text("Welcome to our shop")
    visitor.locator("textarea").fill("How many days do I have to return a ring?")
    visitor.keyboard.press("Enter")
    expect(log).to_contain_text("You have 45 days to return a ring", timeout=60_000)
    visitor.locator("textarea").fill("Who painted the ceiling of the opera in Manaus?")
    visitor.keyboard.press("Enter")
    expect(log).to_contain_text("A colleague comes")

    # The person.
    page.goto(f"{copy.url}/inbox")
    page.locator(".inbox-row").click()
    expect(page.get_by_text("Not in the knowledge")).to_be_visible()
    page.get_by_role("textbox", name=re.compile("reply", re.IGNORECASE)).fill("That was Domenico de Angelis")
    page.keyboard.press("Enter")
    expect(log).to_contain_text("That was Domenico de Angelis")
    visitor.context.close()
