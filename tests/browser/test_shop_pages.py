"""The demo shop's pages, each by itself."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import Chat, axe
from tests.widget_copy import GREETINGS, WidgetCopy

pytestmark = pytest.mark.browser

# Faster than any hand: clicks as soon as there is something to click.
BUY_AT_ONCE = """new MutationObserver((_, watch) => {
  const button = document.querySelector("[data-buy] button");
  if (!button) return;
  watch.disconnect();
  button.click();
}).observe(document, { childList: true, subtree: true })"""


@pytest.mark.parametrize("path", ["/shop", "/shop/product/selene-moonstone-ring", "/shop/shipping"])
@pytest.mark.parametrize("width", [1440, 390])
def test_its_pages_are_whole(copy: WidgetCopy, page: Page, path: str, width: int) -> None:
    failed: list[str] = []
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.on("request", lambda asked: failed.append(asked.url) if copy.url not in asked.url else None)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(copy.url + path)
    expect(Chat(page).launcher).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert axe(page) == []
    assert failed == []
    assert page.evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).length") == 0


def test_who_pretends_to_be_elsewhere_is_greeted_as_there(copy: WidgetCopy, page: Page) -> None:
    chat = Chat(page)
    page.goto(f"{copy.url}/shop")
    expect(chat.teaser).to_contain_text(GREETINGS["en"])
    page.get_by_role("link", name="Germany").click()
    expect(chat.teaser).to_contain_text(GREETINGS["de"])
    page.get_by_role("link", name="Shipping & returns").click()
    expect(page).to_have_url(f"{copy.url}/shop/shipping")
    expect(page.get_by_role("link", name="Germany")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Thailand").click()
    expect(chat.teaser).to_contain_text(GREETINGS["th"])
    expect(page.locator("parley-widget .root")).to_have_attribute("lang", "th")


def test_one_can_start_over(copy: WidgetCopy, page: Page) -> None:
    chat = Chat(page)
    page.goto(f"{copy.url}/shop?from=DE")
    chat.open()
    chat.say("Hallo")
    expect(chat.lines("You wrote: Hallo")).to_be_visible()
    page.get_by_role("button", name="Start over").click()
    expect(chat.lines("You wrote: Hallo")).to_have_count(0)
    expect(chat.lines(GREETINGS["de"])).to_have_count(1)
    assert chat.texts() == [GREETINGS["de"]]


def test_the_bag_counts(copy: WidgetCopy, page: Page) -> None:
    page.goto(f"{copy.url}/shop")
    page.get_by_role("link", name="Crescent Necklace").click()
    page.get_by_label("Sterling silver").check()
    page.get_by_role("button", name="Add to bag").click()
    expect(page.locator("[data-bag]")).to_have_text("1")
    expect(page.get_by_role("button", name="Added to your bag")).to_be_visible()


def test_the_bag_counts_also_before_the_page_has_loaded(copy: WidgetCopy, page: Page) -> None:
    page.add_init_script(BUY_AT_ONCE)
    page.goto(f"{copy.url}/shop/product/selene-moonstone-ring")
    expect(page.locator("[data-bag]")).to_have_text("1")
    expect(page.get_by_role("button", name="Added to your bag")).to_be_visible()
