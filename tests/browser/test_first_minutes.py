"""Somebody's first minutes: from signing in to a flow that is rehearsed and live, every click counted."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.visiting import OWNER, asked, sign_in
from tests.serving import Parley

pytestmark = pytest.mark.browser

# What README.md says.
CLICKS_FROM_STARTER = 5
CLICKS_FROM_NOTHING = 7
COUNTED = "addEventListener('pointerdown', () => countClick(), true)"


class Hand:
    """A tab of somebody who has never seen Parley; ``clicks`` counts what the mouse does there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0
        page.expose_function("countClick", self._count)
        page.add_init_script(COUNTED)

    def _count(self) -> None:
        self.clicks += 1


@pytest.fixture
def hand(context: BrowserContext, page: Page, served: Parley) -> Iterator[Hand]:
    """Signed in by the form, with keys alone."""
    sign_in(context, served)
    known = documents(context, served)
    context.clear_cookies()
    made = Hand(page)
    page.goto(f"{served.url}/sign-in")
    page.get_by_label("Email").fill(OWNER)
    page.get_by_label("Password").fill(served.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Flows", exact=True, level=1)).to_be_visible()
    yield made
    # Live flows of this test would take other tests' conversations, a starter's documents would answer them.
    which = page.url.rstrip("/").rpartition("/")[2]
    asked(context, served, "DELETE", f"flows/{which}")
    for brought in documents(context, served) - known:
        asked(context, served, "DELETE", f"knowledge/{brought}")


def documents(context: BrowserContext, served: Parley) -> set[str]:
    """The ids of what the shop's knowledge base holds."""
    return {document["id"] for document in asked(context, served, "GET", "knowledge")}


def rehearsed_and_published(page: Page, says: str) -> None:
    """Rehearse and publish by the steps over the canvas, without leaving the screen."""
    steps = page.get_by_role("region", name="First steps")
    steps.get_by_role("button", name=re.compile("Rehearse")).click()
    chat = page.locator(".chat-form .chat-input")
    chat.fill("Hello")
    chat.press("Enter")
    expect(page.locator("#rehearsal-chat")).to_contain_text(says)
    steps.get_by_role("button", name=re.compile("Publish")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("Revision 1 is live")).to_be_visible()
    expect(steps).to_have_count(0)


def test_from_a_starter(hand: Hand) -> None:
    page = hand.page
    page.get_by_role("button", name="New flow").first.click()
    starter = page.get_by_role("button", name=re.compile("^Factory enquiries"))
    expect(starter).to_contain_text("English, German, Chinese · 9 test cases")
    starter.click()
    expect(page).to_have_url(re.compile(r"/flows/[a-z]"))
    expect(page.locator(".react-flow__node").first).to_be_visible()
    rehearsed_and_published(page, "Northgate Fittings")
    assert hand.clicks == CLICKS_FROM_STARTER


def test_from_nothing(hand: Hand) -> None:
    page = hand.page
    page.get_by_role("button", name="New flow").first.click()
    page.get_by_label("Name of the flow").fill("Our first")
    page.keyboard.press("Enter")
    page.get_by_role("region", name=re.compile("begin", re.IGNORECASE)).get_by_role("button").first.click()
    page.get_by_label("Greeting", exact=True).fill("Welcome to our little shop!")
    page.get_by_role("tab", name="Problems").click()
    page.get_by_role("button", name="Hand over to a person there").click()
    expect(page.get_by_text("No problems", exact=True).first).to_be_visible()
    rehearsed_and_published(page, "Welcome to our little shop!")
    assert hand.clicks == CLICKS_FROM_NOTHING


def test_at_chinese_screens_a_starters_nodes_and_cases_have_chinese_names(browser: Browser, served: Parley) -> None:
    context = browser.new_context(locale="zh-CN")
    sign_in(context, served)
    page = context.new_page()
    page.goto(f"{served.url}/flows")
    page.get_by_role("button", name="新建流程").first.click()
    page.get_by_label("流程名称").fill("自己的")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("从模板开始")).click()
    page.get_by_role("option", name=re.compile("店铺售前售后问答")).click()
    named_in_chinese(page, "寒暄", "知识库故障，访客不再回复")
    page.goto(f"{served.url}/flows")
    page.get_by_role("button", name="新建流程").first.click()
    page.get_by_role("switch").click()
    page.get_by_role("button", name=re.compile("^工厂询盘")).click()
    named_in_chinese(page, "线索评级", "夜间的德语大额询盘")
    context.close()


def named_in_chinese(page: Page, node: str, case: str) -> None:
    """See a node's name on the canvas, and a test case's in their list."""
    expect(page.locator(".react-flow__node").get_by_text(node, exact=True)).to_be_visible()
    page.get_by_role("tab", name="预演").click()
    page.locator(".case-choice").get_by_role("button", name="用例").click()
    expect(page.get_by_text(case, exact=True)).to_be_visible()
