"""Two people in one flow, each in a browser of their own."""

import re

import msgspec
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.editing import Desk, Editor, Line
from tests.builder_ui.test_protocol import flow_of

pytestmark = pytest.mark.browser


def test_two_people_see_each_other_and_who_loses_a_field_hears_of_it(
    page: Page, theirs: BrowserContext, desk: Desk
) -> None:
    ours = Editor(page, desk, desk.create("Ours", flow_of(3)))
    expect(page.locator(".people")).to_have_count(0)
    tab = theirs.new_page()
    line = Line(tab)
    other = Editor(tab, desk, ours.which, desk.person_as("builder"))

    # Who is here, and what they have selected.
    expect(page.locator(".people .person")).to_have_attribute("title", "builder")
    expect(tab.locator(".people .person")).to_have_count(1)
    other.select("say_1")
    expect(ours.node("say_1").locator(".node-other")).to_have_text("builder")
    ours.select("say_1")
    expect(page.get_by_text("builder is editing this")).to_be_visible()
    other.select("say_2")
    expect(page.get_by_text("is editing this")).to_have_count(0)

    # Different fields of one node are both kept; so are those that were made without a connection.
    other.select("say_1")
    expect(tab.get_by_label("Text", exact=True)).to_have_value("This is say_1")
    line.cut()
    expect(tab.locator(".savemark")).to_have_attribute("data-state", "offline")
    expect(page.locator(".people")).to_have_count(0)
    tab.get_by_label("Text", exact=True).fill("Written without a connection")
    tab.get_by_label("Name", exact=True).fill("Named without a connection")
    tab.get_by_label("Name", exact=True).blur()
    expect(tab.locator(".savemark")).to_contain_text("2 edits wait")
    page.get_by_label("Text", exact=True).fill("Written first")
    # Words are sent when one leaves their field, or a while after: until then all that is known of is saved.
    page.get_by_label("Name", exact=True).focus()
    ours.until(lambda flow: flow.nodes["say_1"].text == "Written first")
    line.lost = False

    # The later one wins, whoever lost hears of it, and can put it back.
    notice = page.locator(".lost-line")
    expect(notice).to_contain_text("builder changed “Text” of")
    expect(notice).to_contain_text("Yours: “Written first”")
    stored = ours.until(lambda flow: flow.nodes["say_1"].name != "")
    assert stored.nodes["say_1"].text == "Written without a connection"
    assert other.stored == stored
    notice.get_by_role("button", name="Put mine back").click()
    expect(notice).to_have_count(0)
    expect(tab.get_by_label("Text", exact=True)).to_have_value("Written first")
    expect(tab.locator(".lost-line")).to_have_count(0)

    # Undo takes back one's own, and nothing of another's.
    tab.get_by_role("button", name="Undo").click()
    stored = other.until(lambda flow: flow.nodes["say_1"].name == "")
    assert stored.nodes["say_1"].text == "Written first"

    # What is written in a node that is gone can be copied.
    line.cut()
    expect(tab.locator(".savemark")).to_have_attribute("data-state", "offline")
    tab.get_by_label("Text", exact=True).fill("Not to be lost")
    expect(tab.locator(".savemark")).to_contain_text("1 edit waits")
    ours.select("say_1")
    ours.press("Delete")
    ours.until(lambda flow: "say_1" not in flow.nodes)
    # A tab that is loaded anew still has what it could not send.
    line.lost = False
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.reload()
    expect(tab.locator(".lost-line")).to_contain_text("You wrote: “Not to be lost”")
    expect(tab.get_by_role("button", name="Copy what I wrote")).to_be_visible()
    other.settled()
    assert other.stored == ours.stored

    # Others' lists follow a flow's name.
    tab.get_by_role("link", name="Back to the flows").click()
    expect(tab.get_by_text("Ours", exact=True).first).to_be_visible()
    expect(page.locator(".people")).to_have_count(0)
    page.get_by_label("Name of the flow").fill("Ours by another name")
    page.get_by_label("Name of the flow").press("Enter")
    expect(tab.get_by_text("Ours by another name", exact=True).first).to_be_visible()


CASE = "# Greeted\n\nopens\nbot: This is say_0\n\nvisitor: Hi\nbot: This is say_1\n"


def test_two_people_write_the_same_test_case(page: Page, theirs: BrowserContext, desk: Desk) -> None:
    flow = msgspec.structs.replace(flow_of(3), cases={"greeted": CASE})
    ours = Editor(page, desk, desk.create("Cases of two", flow))
    tab = theirs.new_page()
    other = Editor(tab, desk, ours.which, desk.person_as("builder"))
    for one in (page, tab):
        write_case(one)

    # Different turns are both kept.
    page.get_by_label("As text").fill(CASE.replace("say_1", "ours"))
    page.get_by_role("button", name="Save", exact=True).click()
    ours.until(lambda flow: "ours" in flow.cases["greeted"])
    tab.get_by_label("As text").fill(CASE.replace("say_0", "theirs"))
    tab.get_by_role("button", name="Save", exact=True).click()
    both = CASE.replace("say_1", "ours").replace("say_0", "theirs")
    assert other.until(lambda flow: "theirs" in flow.cases["greeted"]).cases["greeted"] == both

    # Of the same turn the later one wins; whoever lost hears of it and can put it back.
    for one in (page, tab):
        # Written as text, a case is what it was when that began.
        expect(one.locator(".case-turns")).to_contain_text("This is theirs")
        expect(one.locator(".case-turns")).to_contain_text("This is ours")
        write_case(one)
        expect(one.get_by_label("As text")).to_have_value(both)
    expect(page.locator(".lost-line")).to_have_count(0)
    page.get_by_label("As text").fill(both.replace("is ours", "is ours again"))
    page.get_by_role("button", name="Save", exact=True).click()
    ours.until(lambda flow: "ours again" in flow.cases["greeted"])
    tab.get_by_label("As text").fill(both.replace("is ours", "is theirs again"))
    tab.get_by_role("button", name="Save", exact=True).click()
    notice = page.locator(".lost-line")
    expect(notice).to_contain_text("builder changed “Greeted (test case)” after you.")
    expect(notice).to_contain_text("ours again")
    notice.get_by_role("button", name="Put mine back").click()
    ours.until(lambda flow: flow.cases["greeted"] == both.replace("is ours", "is ours again"))


def write_case(page: Page) -> None:
    """Open the case as the text that it is in files."""
    if page.get_by_role("button", name="More for this case").count() == 0:
        page.get_by_role("button", name="Rehearse", exact=True).click()
        page.get_by_role("button", name=re.compile("^Cases")).click()
        page.locator("[data-case=greeted] button").first.click()
    page.get_by_role("button", name="More for this case").click()
    page.get_by_role("menuitem", name="As text").click()
