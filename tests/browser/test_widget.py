"""The widget in a real browser, on somebody else's page on another port, with a real worker behind it."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from sqlalchemy import func, select

from server import staff, tables
from server.bus import widget_channel
from server.people import PARLEY
from tests.browser.chat import Chat, axe
from tests.widget_copy import GREETINGS, WidgetCopy, wait

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def shop(copy: WidgetCopy, request: pytest.FixtureRequest) -> str:
    """A page of somebody else's with the widget on it."""
    return copy.pages.put(f"/{request.node.originalname}", f"{copy.url}/widget.js", account="luna")


@pytest.fixture
def chat(page: Page, shop: str) -> Chat:
    page.goto(shop)
    return Chat(page)


def test_the_first_words_are_visible_without_a_click(copy: WidgetCopy, page: Page) -> None:
    page.goto(copy.pages.put("/auto", f"{copy.url}/widget.js", account="luna", greet="auto"))
    chat = Chat(page)
    expect(chat.teaser).to_contain_text(GREETINGS["en"])
    expect(chat.panel).to_be_hidden()
    expect(page.locator("parley-widget .badge")).to_have_text("1")
    assert axe(page) == []
    chat.teaser.get_by_text(GREETINGS["en"]).click()
    expect(chat.lines(GREETINGS["en"])).to_have_count(1)
    expect(chat.teaser).to_be_hidden()
    expect(page.locator("parley-widget .badge")).to_be_hidden()
    page.reload()
    expect(chat.lines(GREETINGS["en"])).to_have_count(1)


def test_the_first_words_are_not_said_again_on_every_page(copy: WidgetCopy, page: Page) -> None:
    address = copy.pages.put("/auto", f"{copy.url}/widget.js", account="luna", greet="auto")
    page.goto(address)
    chat = Chat(page)
    expect(chat.teaser).to_contain_text(GREETINGS["en"])
    page.goto(f"{address}?again")
    expect(page.locator("parley-widget .badge")).to_have_text("1")
    expect(chat.teaser).to_be_hidden()
    chat.open()
    assert chat.texts() == [GREETINGS["en"]]


def test_a_page_that_only_carries_it_opens_no_connection(page: Page, shop: str) -> None:
    sockets = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto(shop)
    chat = Chat(page)
    expect(chat.launcher).to_be_visible()
    assert sockets == []
    chat.open()
    expect(chat.lines(GREETINGS["en"])).to_be_visible()
    assert len(sockets) == 1


def test_a_message_is_answered_and_choices_are_buttons(chat: Chat) -> None:
    chat.open()
    expect(chat.lines(GREETINGS["en"])).to_be_visible()
    chat.say("Do you make rings?")
    expect(chat.lines("You wrote: Do you make rings?")).to_be_visible()
    expect(chat.input).to_have_value("")
    chat.choice("Rings").click()
    expect(chat.lines("Rings")).to_be_visible()
    expect(chat.lines("You wrote: Rings")).to_be_visible()
    expect(chat.log.locator(".choices button")).to_have_count(2)


def test_only_addresses_become_links(chat: Chat) -> None:
    chat.open()
    chat.say("Hello")
    chat.choice("Rings").click()
    link = chat.log.get_by_role("link")
    expect(link).to_have_count(1)
    expect(link).to_have_attribute("href", "https://luna.example/rings?a=1&b=2")
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    expect(link).to_have_attribute("target", "_blank")


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=\"window.hacked=1\">",
        "<script>window.hacked=1</script>",
        "<a href=\"javascript:window.hacked=1\">click</a>",
        "javascript:window.hacked=1",
        "https://evil.example/\"onmouseover=\"window.hacked=1",
        "</div></div><svg onload=window.hacked=1>",
    ],
)  # fmt: skip
def test_hostile_text_is_only_text(chat: Chat, hostile: str) -> None:
    chat.open()
    chat.say(hostile)
    expect(chat.lines(hostile)).to_have_count(1)
    expect(chat.log.locator(".bubble").get_by_text(f"You wrote: {hostile}", exact=True)).to_have_count(1)
    assert chat.log.locator("img, script, svg:not(.icon), [onmouseover]").count() == 0
    for link in chat.log.get_by_role("link").all():
        assert (link.get_attribute("href") or "").startswith("https://")
    assert chat.page.evaluate("window.hacked") is None


def test_nothing_is_lost_or_doubled_when_the_server_goes_and_comes(copy: WidgetCopy, chat: Chat) -> None:
    chat.open()
    # Who writes before being greeted is greeted afterwards.
    expect(chat.lines(GREETINGS["en"])).to_be_visible()
    chat.say("Before")
    expect(chat.lines("You wrote: Before")).to_be_visible()
    before = stored(copy)
    copy.stop()
    expect(chat.lost).to_be_visible()
    chat.say("While it was away")
    chat.say("And once more")
    expect(chat.log.locator(".waiting")).to_have_count(2)
    copy.start()
    expect(chat.lines("You wrote: And once more")).to_be_visible()
    expect(chat.lost).to_be_hidden()
    expect(chat.log.locator(".waiting")).to_have_count(0)
    assert chat.texts() == [
        GREETINGS["en"], "Before", "You wrote: Before",
        "While it was away", "You wrote: While it was away", "And once more", "You wrote: And once more",
    ]  # fmt: skip
    assert stored(copy) == before + 2


def test_an_answer_given_while_the_browser_was_away_is_there_when_it_is_back(
    copy: WidgetCopy, chat: Chat, context: BrowserContext
) -> None:
    chat.open()
    chat.say("Hello")
    expect(chat.lines("You wrote: Hello")).to_be_visible()
    context.set_offline(True)
    chat.page.evaluate("dispatchEvent(new Event('offline'))")
    expect(chat.lost).to_be_visible()
    conversation = newest_conversation(copy)
    copy.parts.inbox.reply(conversation, agent(copy), "I am here now")
    wait(lambda: any(said.text == "I am here now" for said in copy.parts.inbox.messages(conversation)))
    context.set_offline(False)
    expect(chat.lines("I am here now")).to_have_count(1)
    expect(chat.lines("You wrote: Hello")).to_have_count(1)


def test_what_was_not_sent_is_sent_after_a_reload(copy: WidgetCopy, chat: Chat) -> None:
    chat.open()
    chat.say("Hello")
    expect(chat.lines("You wrote: Hello")).to_be_visible()
    copy.stop()
    chat.say("On a train")
    expect(chat.log.locator(".waiting")).to_have_count(1)
    copy.start()
    chat.page.reload()
    expect(chat.lines("You wrote: On a train")).to_have_count(1)
    expect(chat.lines("On a train")).to_have_count(1)


def test_the_history_is_there_after_a_reload_and_on_the_next_page(copy: WidgetCopy, chat: Chat) -> None:
    chat.open()
    chat.say("Remember me")
    expect(chat.lines("You wrote: Remember me")).to_be_visible()
    said = chat.texts()
    chat.page.reload()
    expect(chat.panel).to_be_visible()
    expect(chat.lines("You wrote: Remember me")).to_be_visible()
    assert chat.texts() == said
    chat.page.goto(copy.pages.put("/next", f"{copy.url}/widget.js", account="luna"))
    expect(chat.lines("You wrote: Remember me")).to_be_visible()
    assert chat.texts() == said


def test_two_tabs_are_one_conversation(chat: Chat, context: BrowserContext, shop: str) -> None:
    other = Chat(context.new_page())
    other.page.goto(shop)
    chat.open()
    expect(chat.lines(GREETINGS["en"])).to_be_visible()
    other.open()
    expect(other.lines(GREETINGS["en"])).to_have_count(1)
    chat.say("From the first tab")
    expect(other.lines("You wrote: From the first tab")).to_have_count(1)
    other.say("From the second tab")
    expect(chat.lines("You wrote: From the second tab")).to_have_count(1)
    expect(other.lines("You wrote: From the second tab")).to_have_count(1)
    assert chat.texts() == other.texts()
    assert len(chat.texts()) == 5


def test_a_person_answers_with_their_name_and_a_closed_chat_shows_it(copy: WidgetCopy, chat: Chat) -> None:
    chat.open()
    chat.say("Hello")
    chat.choice("A person").click()
    expect(chat.lines("One moment, please.")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    conversation = newest_conversation(copy)
    wait(lambda: copy.parts.inbox.conversation(conversation).card.status == "queued")
    copy.parts.inbox.reply(conversation, agent(copy), "Mei here. Which finger?")
    expect(chat.teaser).to_contain_text("Mei here. Which finger?")
    expect(chat.page.locator("parley-widget .badge")).to_have_text("1")
    chat.open()
    expect(chat.log.locator(".line", has_text="Which finger?").locator(".small")).to_have_text("Mei")
    expect(chat.page.locator("parley-widget .badge")).to_be_hidden()


def test_one_sees_that_a_person_is_writing(copy: WidgetCopy, chat: Chat) -> None:
    chat.open()
    chat.say("Hello")
    expect(chat.lines("You wrote: Hello")).to_be_visible()
    expect(chat.log.locator(".dots")).to_be_hidden()
    copy.parts.bus.publish(widget_channel(newest_conversation(copy)), [{"kind": "typing"}])
    expect(chat.log.get_by_role("img", name="Writing…")).to_be_visible()


@pytest.mark.parametrize(("locale", "direction"), [("de-DE", "ltr"), ("ar-EG", "rtl")])
def test_it_speaks_the_visitors_language(
    browser: Browser, copy: WidgetCopy, shop: str, locale: str, direction: str
) -> None:
    context = browser.new_context(locale=locale)
    chat = Chat(context.new_page())
    chat.page.goto(shop)
    chat.open()
    expect(chat.lines(GREETINGS[locale[:2]])).to_be_visible()
    expect(chat.page.locator("parley-widget .root")).to_have_attribute("dir", direction)
    placeholder = {"de": "Nachricht schreiben …", "ar": "اكتب رسالة…"}[locale[:2]]
    expect(chat.input).to_have_attribute("placeholder", placeholder)
    assert axe(chat.page) == []
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_accessible(copy: WidgetCopy, page: Page, theme: str) -> None:
    page.goto(copy.pages.put(f"/{theme}", f"{copy.url}/widget.js", account="luna", theme=theme))
    chat = Chat(page)
    expect(chat.launcher).to_have_accessible_name("Open chat")
    assert axe(page) == []
    chat.open()
    chat.say("Hello")
    expect(chat.choice("Rings")).to_be_visible()
    assert axe(page) == []


def test_it_is_used_by_the_keyboard_alone(chat: Chat) -> None:
    expect(chat.launcher).to_be_visible()
    chat.launcher.focus()
    chat.page.keyboard.press("Enter")
    expect(chat.input).to_be_focused()
    chat.page.keyboard.type("Hello")
    chat.page.keyboard.press("Shift+Enter")
    chat.page.keyboard.type("there")
    chat.page.keyboard.press("Enter")
    expect(chat.lines("Hello there")).to_be_visible()
    expect(chat.choice("Rings")).to_be_visible()
    chat.choice("Rings").focus()
    chat.page.keyboard.press("Enter")
    expect(chat.lines("You wrote: Rings")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()


def test_on_a_phone_it_fills_the_screen_and_keeps_the_focus(browser: Browser, shop: str) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="en-US")
    chat = Chat(context.new_page())
    chat.page.goto(shop)
    chat.launcher.tap()
    expect(chat.lines(GREETINGS["en"])).to_be_visible()
    chat.panel.evaluate("panel => Promise.all(panel.getAnimations({subtree: true}).map(one => one.finished))")
    assert chat.panel.bounding_box() == {"x": 0, "y": 0, **PHONE}
    expect(chat.panel).to_have_attribute("aria-modal", "true")
    expect(chat.launcher).to_be_hidden()
    for _ in range(6):
        chat.page.keyboard.press("Tab")
        assert chat.page.evaluate("document.activeElement.localName") == "parley-widget"
    assert chat.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert axe(chat.page) == []
    chat.panel.get_by_role("button", name="Close chat").tap()
    expect(chat.launcher).to_be_visible()
    context.close()


def test_it_runs_under_a_strict_policy(copy: WidgetCopy, page: Page) -> None:
    policy = f"default-src 'none'; script-src {copy.url}; connect-src {copy.url} ws://127.0.0.1:{copy.port}"
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(copy.pages.put("/strict", f"{copy.url}/widget.js", policy, account="luna", color="#ffd54a"))
    chat = Chat(page)
    chat.open()
    expect(chat.lines(GREETINGS["en"])).to_be_visible()
    # Dark on yellow, and the style that says so was applied.
    assert chat.launcher.evaluate("node => getComputedStyle(node).color") == "rgb(17, 17, 17)"
    assert [text for text in complaints if "favicon" not in text and "404" not in text] == []


def test_a_page_that_is_not_listed_shows_nothing(copy: WidgetCopy, page: Page) -> None:
    copy.parts.accounts.create("elsewhere", "webwidget", "Elsewhere", {"origins": ["https://elsewhere.example"]})
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text))
    page.goto(copy.pages.put("/unlisted", f"{copy.url}/widget.js", account="elsewhere"))
    wait(lambda: page.evaluate("document.querySelector('parley-widget') !== null") and warnings)
    expect(page.locator("parley-widget .launcher")).to_be_hidden()


def test_the_page_keeps_its_own_style_and_the_widget_its_own(copy: WidgetCopy, page: Page) -> None:
    page.goto(copy.pages.put("/loud", f"{copy.url}/widget.js", account="luna"))
    page.add_style_tag(content="* { color: red !important; font-size: 40px !important } button { display: none }")
    chat = Chat(page)
    chat.open()
    expect(chat.lines(GREETINGS["en"])).to_have_css("font-size", "15px")
    assert page.evaluate("Object.keys(window).filter(name => /parley/i.test(name))") == ["Parley"]


def test_long_ago_is_fetched_when_it_is_wanted(copy: WidgetCopy, chat: Chat) -> None:
    chat.open()
    for number in range(8):
        chat.say(f"Message {number}")
        expect(chat.lines(f"You wrote: Message {number}")).to_be_visible()
        chat.choice("Rings").click()
        expect(chat.lines("You wrote: Rings")).to_have_count(number + 1, timeout=60_000)
    said = chat.texts()
    assert len(said) == 8 * 5 + 1
    chat.page.reload()
    expect(chat.lines("You wrote: Message 7")).to_be_visible()
    assert chat.texts() == said[-30:]
    chat.log.get_by_role("button", name="Earlier messages").click()
    expect(chat.lines(GREETINGS["en"])).to_be_attached()
    assert chat.texts() == said
    expect(chat.log.get_by_role("button", name="Earlier messages")).to_be_hidden()


def stored(copy: WidgetCopy) -> int:
    with copy.parts.engine.begin() as connection:
        return int(connection.execute(select(func.count()).select_from(tables.events)).scalar_one())


def newest_conversation(copy: WidgetCopy) -> str:
    columns = tables.conversations.c
    with copy.parts.engine.begin() as connection:
        return str(connection.execute(select(columns.id).order_by(columns.last_at.desc()).limit(1)).scalar_one())


def agent(copy: WidgetCopy) -> str:
    """Mei, who answers; made when she is first needed."""
    with copy.parts.engine.begin() as connection:
        known = connection.execute(select(tables.persons.c.id)).scalar()
    if known:
        return str(known)
    return staff.add_person(copy.parts.engine, PARLEY, "mei@luna.example", "Mei", "agent", "a pass phrase of hers").id
