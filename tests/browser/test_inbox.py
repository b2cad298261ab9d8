"""The inbox in real browsers: what a contact writes, and what agents answer, reaches the other at once."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.editing import Late
from tests.browser.visiting import asked, grave_faults, shop_page, sign_in
from tests.serving import Parley

pytestmark = pytest.mark.browser

ACCOUNT = "inbox-shop"
FLOW = {
    "format": 1,
    "id": "inbox-shop",
    "name": "Inbox shop",
    "language": "en",
    "start": "hello",
    "trigger": {"accounts": [ACCOUNT], "priority": 100},
    "nodes": {
        "hello": {"type": "welcome", "text": "Hello from the flow"},
        "mark": {"type": "tag", "add": ["after-sales"]},
        "person": {"type": "human_handoff", "reason": "Asked about a bent ring", "text": "Somebody comes"},
        "again": {"type": "message", "text": "The flow is back"},
    },
    "edges": [
        {"source": "hello", "port": "next", "target": "mark"},
        {"source": "mark", "port": "next", "target": "person"},
        {"source": "person", "port": "returned", "target": "again"},
    ],
}


@pytest.fixture(scope="module")
def shop(browser: Browser, served: Parley) -> None:
    """A widget account of these tests' own, and the flow that takes its conversations."""
    context = browser.new_context()
    sign_in(context, served)
    asked(context, served, "POST", "channels", id=ACCOUNT, channel="webwidget", name="Inbox shop")
    asked(context, served, "POST", "flows/import", **FLOW)
    asked(context, served, "POST", f"flows/{FLOW['id']}/publish", note="")
    context.close()


@contextmanager
def visiting(browser: Browser, served: Parley) -> Iterator[Page]:
    """A contact's tab on the shop's page, the chat open."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    shop_page(page, served, ACCOUNT)
    page.get_by_role("button", name="Open chat").click()
    yield page
    context.close()


@pytest.fixture
def visitor(browser: Browser, served: Parley, shop: None) -> Iterator[Page]:
    with visiting(browser, served) as page:
        yield page


@pytest.fixture
def agent(context: BrowserContext, page: Page, served: Parley) -> Page:
    """An agent's tab with the inbox open."""
    sign_in(context, served)
    page.goto(f"{served.url}/inbox")
    expect(page.get_by_role("group", name="Which conversations")).to_be_visible()
    return page


def say(visitor: Page, text: str) -> None:
    box = visitor.get_by_role("textbox", name="Write a message…")
    box.fill(text)
    box.press("Enter")


def wait_for_a_person(visitor: Page, text: str, first: str = "Hello") -> None:
    """Be handed over to a person, and then say this, by which the conversation is known among all others."""
    say(visitor, first)
    expect(visitor.get_by_text("Somebody comes")).to_be_visible()
    say(visitor, text)


def row_of(agent: Page, text: str) -> Locator:
    """The conversation in the list in which this was said last."""
    return agent.locator(".inbox-row", has_text=text)


def test_a_conversation_from_the_handoff_to_its_end(visitor: Page, agent: Page) -> None:
    wait_for_a_person(visitor, "It is a present", first="My ring arrived bent, order LU-1")
    row = row_of(agent, "It is a present")
    expect(row).to_contain_text("after-sales")
    row.click()
    talk = agent.get_by_role("region", name="Conversation", exact=True)
    expect(talk).to_contain_text("Why it needs a person: Asked about a bent ring")
    lines = talk.get_by_role("log").get_by_role("listitem")
    expect(lines.filter(has_text="My ring arrived bent")).to_have_attribute("data-kind", "contact")
    expect(lines.filter(has_text="Hello from the flow")).to_have_attribute("data-kind", "flow")
    contact = agent.get_by_role("complementary", name="Contact")
    expect(contact).to_contain_text("Web widget")
    expect(contact).to_contain_text("after-sales")
    expect(contact).to_contain_text("Way through the flow")

    agent.keyboard.press("t")
    expect(talk.get_by_role("button", name="Back to the flow")).to_be_visible()
    agent.keyboard.press("n")
    note = agent.get_by_role("textbox", name="Note")
    expect(note).to_be_focused()
    note.fill("Regular customer")
    note.press("Enter")
    expect(lines.filter(has_text="Regular customer")).to_have_attribute("data-kind", "note")
    agent.get_by_role("button", name="Reply").click()
    reply = agent.get_by_role("textbox", name="Reply")
    reply.fill("Here is Mei, I send you a new one")
    reply.press("Shift+Enter")
    reply.type("today.")
    reply.press("Enter")
    expect(visitor.get_by_text("I send you a new one")).to_be_visible()
    expect(lines.filter(has_text="I send you a new one")).to_have_attribute("data-kind", "agent")
    expect(reply).to_have_value("")

    say(visitor, "Thank you!")
    expect(lines.filter(has_text="Thank you!")).to_be_visible()
    expect(visitor.get_by_text("Regular customer")).to_have_count(0)
    assert grave_faults(agent) == []

    talk.get_by_role("button", name="Back to the flow").click()
    expect(visitor.get_by_text("The flow is back")).to_be_visible()
    talk.get_by_role("button", name="Resolve").click()
    expect(talk.get_by_text("Resolved", exact=True)).to_be_visible()
    agent.get_by_role("button", name="Resolved", exact=True).click()
    expect(agent.locator(".inbox-row").first).to_be_visible()


def test_a_colleague_sees_the_same_at_once(visitor: Page, agent: Page, browser: Browser, served: Parley) -> None:
    wait_for_a_person(visitor, "Is anybody there?")
    row_of(agent, "Is anybody there?").click()
    expect(agent).to_have_url(re.compile(r"[?]c="))
    context = browser.new_context(locale="zh-CN")
    sign_in(context, served)
    colleague = context.new_page()
    colleague.goto(agent.url)
    talk = colleague.get_by_role("region", name="会话", exact=True)
    expect(talk).to_contain_text("Is anybody there?")
    reply = agent.get_by_role("textbox", name="Reply")
    reply.fill("Yes, I am here")
    reply.press("Enter")
    expect(talk).to_contain_text("Yes, I am here")
    expect(talk.get_by_role("button", name="交还流程")).to_be_visible()
    expect(visitor.get_by_text("Yes, I am here")).to_be_visible()
    context.close()


def test_a_phone_shows_one_column_after_the_other(visitor: Page, agent: Page) -> None:
    agent.set_viewport_size({"width": 390, "height": 844})
    wait_for_a_person(visitor, "On a phone?")
    row = row_of(agent, "On a phone?")
    row.click()
    expect(row).to_be_hidden()
    reply = agent.get_by_role("textbox", name="Reply")
    expect(reply).to_be_in_viewport()
    assert grave_faults(agent) == []
    whose = agent.get_by_role("region", name="Conversation", exact=True).get_by_role("heading").inner_text()
    agent.get_by_role("button", name="Contact").click()
    contact = agent.get_by_role("complementary", name="Contact")
    expect(contact.get_by_text(whose, exact=True)).to_be_visible()
    expect(contact).to_have_css("border-left-width", "0px")
    assert agent.evaluate("document.documentElement.scrollWidth <= innerWidth")
    agent.get_by_role("button", name="Back to the conversation").click()
    agent.get_by_role("button", name="Back to the list").click()
    expect(row).to_be_visible()


def test_an_empty_list_offers_none_to_choose(visitor: Page, agent: Page) -> None:
    wait_for_a_person(visitor, "Not to be found")
    expect(row_of(agent, "Not to be found")).to_be_visible()
    choose = agent.get_by_role("heading", name="Choose a conversation")
    expect(choose).to_be_visible()
    agent.get_by_role("searchbox", name="Search names and messages").fill("no such words")
    expect(agent.get_by_role("heading", name="Nothing found")).to_be_visible()
    expect(choose).to_have_count(0)
    agent.get_by_role("button", name="Clear the search").click()
    search = agent.get_by_role("searchbox", name="Search names and messages")
    expect(search).to_have_value("")
    expect(search).to_be_focused()
    expect(choose).to_be_visible()
    agent.get_by_role("button", name="Snoozed").click()
    expect(agent.get_by_role("heading", name="Nothing is snoozed")).to_be_visible()
    agent.get_by_role("button", name="Show who waits").click()
    waiting = agent.get_by_role("button", name="Waiting", exact=True)
    expect(waiting).to_have_attribute("aria-pressed", "true")
    expect(waiting).to_be_focused()
    expect(choose).to_be_visible()


def test_without_any_conversation_the_inbox_leads_to_a_channel(serve: Callable[..., Parley], browser: Browser) -> None:
    copy = serve()
    context = browser.new_context(locale="en-US")
    sign_in(context, copy)
    person = {"email": "agent@luna.example", "name": "Agent", "role": "agent", "password": copy.password}
    asked(context, copy, "POST", "people", **person)
    theirs = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    sign_in(theirs, copy, person["email"])
    agents = theirs.new_page()
    agents.goto(f"{copy.url}/inbox")
    expect(agents.get_by_role("heading", name="还没有会话")).to_be_visible()
    expect(agents.get_by_text("如有需要，请联系团队管理员。")).to_be_visible()
    expect(agents.get_by_role("button", name="接入渠道")).to_have_count(0)

    page = context.new_page()
    page.goto(f"{copy.url}/inbox")
    expect(page.get_by_role("heading", name="No conversation yet")).to_be_visible()
    expect(page.get_by_text("No channel is connected yet.")).to_be_visible()
    page.get_by_role("button", name="All", exact=True).click()
    expect(page.get_by_role("heading", name="No conversation yet")).to_be_visible()
    page.get_by_role("button", name="Connect a channel").click()
    expect(page.get_by_role("heading", name="Channels", level=1)).to_be_visible()
    asked(context, copy, "POST", "channels", id="first", channel="webwidget", name="First")
    page.goto(f"{copy.url}/inbox")
    expect(page.get_by_text("As soon as somebody writes on one of your channels")).to_be_visible()
    expect(page.get_by_role("button", name="Connect a channel")).to_have_count(0)

    # What was closed is all there is: the way there.
    visitor = browser.new_context(locale="en-GB").new_page()
    shop_page(visitor, copy, "first")
    visitor.get_by_role("button", name="Open chat").click()
    say(visitor, "Hello")
    row = page.locator(".inbox-row")
    row.click(timeout=15_000)
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.get_by_role("heading", name="No conversation is going on")).to_be_visible()
    page.get_by_role("button", name="Show the resolved ones").click()
    expect(row).to_have_count(1)
    visitor.context.close()
    theirs.close()
    context.close()


def test_the_keys_go_through_the_list(visitor: Page, agent: Page) -> None:
    wait_for_a_person(visitor, "By keyboard")
    everything = agent.get_by_role("button", name="All", exact=True)
    everything.click()
    expect(everything).to_have_attribute("aria-pressed", "true")
    # The list is put in order anew by what comes; now nothing does.
    expect(agent.locator(".inbox-row").first).to_contain_text("By keyboard")
    expect(agent.locator(".inbox-row").nth(1)).to_be_visible()
    agent.keyboard.press("ArrowDown")
    expect(agent.locator(".inbox-row").first).to_be_focused()
    agent.keyboard.press("ArrowDown")
    expect(agent.locator(".inbox-row").nth(1)).to_be_focused()
    agent.keyboard.press("Enter")
    expect(agent.get_by_role("textbox", name="Reply")).to_be_visible()
    agent.keyboard.press("/")
    search = agent.get_by_role("searchbox", name="Search names and messages")
    expect(search).to_be_focused()
    agent.keyboard.type("no such words")
    expect(agent.get_by_text("Nothing found")).to_be_visible()


def test_what_is_put_off_comes_back(visitor: Page, agent: Page) -> None:
    wait_for_a_person(visitor, "Is the ring repaired?")
    row_of(agent, "Is the ring repaired?").click()
    talk = agent.get_by_role("region", name="Conversation", exact=True)
    told = talk.get_by_role("status").filter(has_text="or as soon as the contact writes")
    expect(talk.get_by_role("button", name="Take")).to_be_visible()
    agent.keyboard.press("s")
    expect(agent.get_by_role("menuitem", name="In 1 hour")).to_be_focused()
    agent.get_by_role("menuitem", name="Tomorrow 09:00").click()
    expect(told).to_have_text("Comes back tomorrow 09:00, or as soon as the contact writes.")
    agent.get_by_role("button", name="Snoozed").click()
    row = row_of(agent, "Is the ring repaired?")
    expect(row).to_contain_text("Back tomorrow 09:00")
    expect(row).to_have_attribute("aria-current", "true")

    say(visitor, "I am still here")
    expect(told).to_have_count(0)
    expect(talk.get_by_role("button", name="Back to the flow")).to_be_visible()

    talk.get_by_role("button", name="Snooze").click()
    agent.get_by_role("menuitem", name="Pick a day and time…").click()
    dialog = agent.get_by_role("dialog")
    field = dialog.get_by_label("Day and time")
    # The browser itself refuses what has passed; here it is as with one that does not.
    field.evaluate("(input) => input.form.noValidate = true")
    field.fill("2020-02-29T10:00")
    assert grave_faults(agent) == []
    dialog.get_by_role("button", name="Snooze").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Choose a time that is still to come")
    field.fill(agent.evaluate("`${new Date(Date.now() + 864e6).toISOString().slice(0, 10)}T10:30`"))
    dialog.get_by_role("button", name="Snooze").click()
    expect(told).to_contain_text(re.compile(r"Comes back \d+ \w+( \d+)? 10:30"))
    talk.get_by_role("button", name="Wake now").click()
    expect(told).to_have_count(0)
    talk.get_by_role("button", name="Resolve").click()


def test_next_monday_is_offered_where_it_is_not_tomorrow(visitor: Page, agent: Page) -> None:
    wait_for_a_person(visitor, "Until next week")
    row_of(agent, "Until next week").click()
    expect(agent).to_have_url(re.compile(r"[?]c="))
    talk = agent.get_by_role("region", name="Conversation", exact=True)
    for noon, offered in (("2027-03-07T12:00", 0), ("2027-03-08T12:00", 1)):
        agent.clock.set_fixed_time(noon)
        agent.reload()
        talk.get_by_role("button", name="Snooze").click()
        expect(agent.get_by_role("menuitem", name="Tomorrow 09:00")).to_be_visible()
        expect(agent.get_by_role("menuitem", name="Next Monday 09:00")).to_have_count(offered)
    agent.keyboard.press("Escape")
    talk.get_by_role("button", name="Resolve").click()


def test_what_is_written_stays_with_its_conversation(
    visitor: Page, agent: Page, browser: Browser, served: Parley
) -> None:
    with visiting(browser, served) as another:
        for page, text in ((visitor, "The first one"), (another, "The second one")):
            wait_for_a_person(page, text)
    first, second = (row_of(agent, f"The {name} one") for name in ("first", "second"))
    reply, note = (agent.get_by_role("textbox", name=name) for name in ("Reply", "Note"))
    first.click()
    reply.fill("Half a reply")
    agent.get_by_role("button", name="Note").click()
    expect(note).to_have_value("")
    note.fill("Not for the contact")
    second.click()
    expect(reply).to_have_value("")
    agent.get_by_role("link", name="Settings").click()
    expect(agent.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    agent.get_by_role("link", name="Inbox").click()
    first.click()
    expect(reply).to_have_value("Half a reply")
    agent.get_by_role("button", name="Note").click()
    expect(note).to_have_value("Not for the contact")
    note.press("Enter")
    expect(note).to_have_value("")
    agent.get_by_role("button", name="Reply").click()
    expect(reply).to_have_value("Half a reply")


def test_who_turns_to_a_note_and_writes_on_has_written_it_in_the_note(visitor: Page, agent: Page) -> None:
    late = Late(agent)
    agent.reload()
    wait_for_a_person(visitor, "Writes fast")
    row_of(agent, "Writes fast").click()
    reply, note = (agent.get_by_role("textbox", name=name) for name in ("Reply", "Note"))
    reply.fill("Half a reply")
    late.hold()
    agent.get_by_role("button", name="Note").click()
    expect(reply).to_be_focused()
    agent.keyboard.type("Regular customer")
    late.let_go()
    expect(note).to_have_value("Regular customer")
    agent.get_by_role("button", name="Reply").click()
    expect(reply).to_have_value("Half a reply")


def test_words_go_to_whom_they_were_written(visitor: Page, agent: Page, browser: Browser, served: Parley) -> None:
    late = Late(agent)
    agent.reload()
    with visiting(browser, served) as another:
        wait_for_a_person(visitor, "Who asks first")
        wait_for_a_person(another, "Who asks next")
        row_of(agent, "Who asks first").click()
        reply = agent.get_by_role("textbox", name="Reply")
        reply.fill("For the first")
        # The other is chosen, and what was written sent, before the other is shown.
        late.hold()
        row_of(agent, "Who asks next").click()
        reply.press("Enter")
        late.let_go()
        expect(visitor.get_by_text("For the first")).to_be_visible()
        expect(another.get_by_text("For the first")).to_have_count(0)


def test_who_is_disabled_hears_no_more(visitor: Page, agent: Page, browser: Browser, served: Parley) -> None:
    person = {"email": "leaving@luna.example", "name": "Leaving", "role": "agent", "password": "long enough"}
    which = asked(agent.context, served, "POST", "people", **person)["id"]
    context = browser.new_context(locale="en-US")
    sign_in(context, served, person["email"], person["password"])
    theirs = context.new_page()
    theirs.goto(f"{served.url}/inbox")
    wait_for_a_person(visitor, "Before all this")
    waiting = row_of(theirs, "Before all this")
    waiting.click()
    expect(theirs.get_by_role("log")).to_contain_text("Before all this")
    agent.locator(f".inbox-row[data-id='{waiting.get_attribute('data-id')}']").click()
    asked(agent.context, served, "PATCH", f"people/{which}", active=False)
    for text in ("After it", "And once more"):
        say(visitor, text)
        expect(agent.get_by_role("log")).to_contain_text(text)
    expect(theirs.get_by_role("log")).not_to_contain_text("After it")
    context.close()


def test_a_lost_connection_is_told(serve: Callable[..., Parley], browser: Browser) -> None:
    copy = serve(PARLEY_DEMO="off")
    context = browser.new_context(locale="en-US")
    sign_in(context, copy)
    page = context.new_page()
    page.goto(f"{copy.url}/inbox")
    expect(page.get_by_role("heading", name="No conversation yet")).to_be_visible()
    copy.stop()
    lost = page.get_by_text("The connection to Parley is lost")
    expect(lost).to_be_visible(timeout=30_000)
    context.close()
