"""Test cases, in a real browser: saved, failing, keeping a flow back, published with a reason."""

import re
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from engine.flow import Edge, Flow
from nodes.close import Close
from nodes.message import Message
from nodes.question import Question
from server import publishing
from tests.browser.editing import Desk, Editor
from tests.browser.visiting import faults

pytestmark = pytest.mark.browser

FLOW: Flow[Any] = Flow(
    id="shop",
    name="Shop",
    start="ask",
    nodes={
        "ask": Question(text="What is your name?", save_as="name", no_reply=600),
        "thanks": Message(text="Thank you, {value.name}!"),
        "end": Close(reason="done"),
        "gone": Message(text="Good bye"),
    },
    edges=(
        Edge("ask", "answered", "thanks"),
        Edge("ask", "no_reply", "gone"),
        Edge("gone", "next", "end"),
        Edge("thanks", "next", "end"),
    ),
    layout={"ask": (0.0, 0.0), "thanks": (320.0, 0.0), "gone": (320.0, 240.0), "end": (640.0, 0.0)},
)


def test_a_rehearsal_becomes_a_case_that_keeps_a_flow_back_until_somebody_says_why(page: Page, desk: Desk) -> None:
    editor = Editor(page, desk, desk.create("With cases", FLOW))

    # Rehearsed, and saved under the name that is proposed.
    page.get_by_role("button", name="Rehearse", exact=True).click()
    page.get_by_role("button", name="Open the chat").click()
    field = page.get_by_label("Write as the customer")
    expect(page.locator(".bubble-flow")).to_have_text("What is your name?")
    # While it thinks, nothing is sent.
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    field.fill("Ana")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble-flow").last).to_have_text("Thank you, Ana!")
    page.get_by_role("button", name="Save as case").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ana, closed")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name=re.compile("^Cases")).click()
    case = page.locator("[data-case=ana-closed]")
    expect(case).to_have_attribute("data-state", "passed")
    expect(page.get_by_text(re.compile(r"1 case passes, (?!0\.0)"))).to_be_visible()
    expect(page.get_by_text("3 of 4 nodes, 2 of 4 ways rehearsed")).to_be_visible()
    page.get_by_role("switch").first.click()
    expect(editor.node("gone")).to_have_class(re.compile("never"))
    expect(editor.node("thanks")).not_to_have_class(re.compile("never"))
    expect(page.locator(".way.never")).to_have_count(2)
    page.get_by_role("button", name="Next one not rehearsed").first.click()
    expect(editor.node("ask")).to_have_class(re.compile("selected"))

    # The flow says something else: the case fails, and shows both side by side.
    editor.select("thanks")
    page.get_by_role("tab", name="Properties").click()
    # The form of what was selected before goes only with the server's answer.
    said = page.locator(".panel textarea").first
    expect(said).to_have_value("Thank you, {name}!")
    said.fill("Thanks, {value.name}!")
    page.keyboard.press("Tab")
    page.get_by_role("tab", name="Rehearse").click()
    expect(case).to_have_attribute("data-state", "failed")
    expect(case).to_contain_text("After “Ana”: expected “Thank you, Ana!”, but “Thanks, Ana!”")
    case.locator(".case-open").click()
    first = page.locator(".case-row-first")
    expect(first.locator(".case-side-expected")).to_contain_text("Thank you, Ana!")
    expect(first.locator(".case-side-happened")).to_contain_text("Thanks, Ana!")
    first.get_by_role("button", name="Message").click()
    expect(editor.node("thanks")).to_have_class(re.compile("selected"))
    assert faults(page, where=".panel") == []

    # Publishing is kept back, and an owner goes through with a reason.
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 of 1 cases does not go as written.")
    expect(dialog.locator(".case-side-happened")).to_contain_text("Thanks, Ana!")
    # No part of it scrolls by itself: the dialog does, beneath its buttons.
    expect(dialog.locator(".case-gate")).to_have_css("overflow-y", "visible")
    anyway = dialog.get_by_role("button", name="Publish anyway")
    reason = dialog.get_by_label("Why publish although cases fail? (needed)")
    anyway.click()
    expect(reason).to_be_focused()
    assert publishing.revisions(desk.engine, editor.which) == []
    reason.fill("The new words are right")
    anyway.click()
    expect(dialog).to_have_count(0)
    (made,) = publishing.revisions(desk.engine, editor.which)
    assert (made.failing, made.override) == (1, "The new words are right")
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_text("Published although 1 case failed: The new words are right")).to_be_visible()

    # It is right now.
    page.get_by_role("tab", name="Rehearse").click()
    page.get_by_role("button", name="It is right now: expect this").click()
    expect(page.locator(".case-row-bad")).to_have_count(0)
    expect(page.locator(".case").get_by_text("Thanks, Ana!")).to_be_visible()
    editor.settled()
    assert "bot: Thanks, Ana!" in desk.flow(editor.which).cases["ana-closed"]

    # No more than a word of it need be said.
    line = page.locator(".case-row").filter(has_text="Thanks, Ana!")
    line.hover()
    line.get_by_label("How much of it must hold").select_option("contains")
    line.get_by_label("The words that must be in it").fill("thanks")
    line.get_by_role("button", name="Save").click()
    expect(page.locator(".case").get_by_text("(with “thanks” in it)")).to_be_visible()
    assert "bot: ~ thanks" in desk.flow(editor.which).cases["ana-closed"]


def test_who_may_not_rehearse_reads_the_cases(page: Page, desk: Desk) -> None:
    case = "# Good bye\n\nopens\nbot: What is your name?\n\nskip 10 min\nbot: Good bye\n- close: done\n"
    made = desk.create("Seen cases", msgspec.structs.replace(FLOW, cases={"good-bye": case}))
    Editor(page, desk, made, desk.person_as("viewer"))
    expect(page.get_by_role("tab", name="Rehearse")).to_be_visible()
    expect(page.get_by_role("button", name="Rehearse", exact=True)).to_have_count(0)
    page.get_by_role("tab", name="Rehearse").click()
    expect(page.locator("[data-case=good-bye]")).to_have_attribute("data-state", "passed")
    expect(page.get_by_label("Write as the customer")).to_have_count(0)
    page.locator("[data-case=good-bye]").get_by_role("button").first.click()
    expect(page.get_by_text("What is your name?").last).to_be_visible()
