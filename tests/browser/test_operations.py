"""Operations in a real browser: what failed is seen, and mended, as it happens."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from server import tables
from server.channels.api import signature
from server.database import engine
from server.ids import new_id
from server.settings import Settings
from tests.browser.visiting import asked, grave_faults, sign_in
from tests.server.platform import Platform, Told
from tests.serving import Parley

pytestmark = pytest.mark.browser

ACCOUNT = "lost-post"
SECRET = "a secret of these tests"
LONG = "one" + " word after the other" * 8

FLOW = {
    "format": 1,
    "id": ACCOUNT,
    "name": "Lost post",
    "language": "en",
    "start": "hello",
    "trigger": {"accounts": [ACCOUNT], "priority": 100},
    "nodes": {
        "hello": {"type": "welcome", "text": "Hello {text}"},
        "person": {"type": "human_handoff", "name": "Ask a colleague", "reason": "Every letter"},
    },
    "edges": [{"source": "hello", "port": "next", "target": "person"}],
}


@pytest.fixture(scope="module")
def shop() -> Iterator[Platform]:
    """The system of a shop, to which replies go; it refuses them."""
    made = Platform()
    yield made
    made.close()


@pytest.fixture(scope="module")
def post(browser: Browser, served: Parley, shop: Platform) -> None:
    """An account of these tests' own, and the flow that takes its conversations."""
    context = browser.new_context()
    sign_in(context, served)
    settings = {"secret": SECRET, "callback": f"{shop.url}/replies"}
    asked(context, served, "POST", "channels", id=ACCOUNT, channel="api", name="Lost post", settings=settings)
    asked(context, served, "POST", "flows/import", **FLOW)
    asked(context, served, "POST", f"flows/{ACCOUNT}/publish", note="")
    context.close()


@pytest.fixture
def screen(context: BrowserContext, page: Page, served: Parley, post: None) -> Page:
    """An admin's tab with the screen open."""
    sign_in(context, served)
    page.goto(f"{served.url}/operations")
    expect(page.get_by_role("heading", name="Operations")).to_be_visible()
    return page


def refuse(told: Told) -> tuple[int, Any]:
    return 400, {"error": "no such contact"}


def write(page: Page, served: Parley, *said: tuple[str, str]) -> None:
    """Messages of contacts, by their names."""
    events = [{"id": f"{who} {text}", "contact": who, "name": who, "text": text} for who, text in said]
    body = msgspec.json.encode({"events": events})
    signed = {"X-Parley-Signature": signature(SECRET, body, datetime.now(UTC))}
    answer = page.request.post(f"{served.url}/webhooks/{ACCOUNT}", data=body, headers=signed)
    assert answer.ok, answer.text()


def part(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name)


def test_what_runs_is_told(screen: Page) -> None:
    lamps = screen.locator(".lamps li")
    expect(lamps).to_have_count(5)
    for light in lamps.all():
        expect(light).to_have_attribute("data-state", "good")
    expect(screen.locator("[data-figure=handling]")).to_contain_text("Messages to be handled")
    before = screen.get_by_text("As of").inner_text()
    expect(screen.get_by_text("As of")).not_to_have_text(before)


def test_what_could_not_be_sent_is_sent_again_or_let_go(screen: Page, served: Parley, shop: Platform) -> None:
    shop.answer = refuse
    write(screen, served, ("Ann", LONG), ("Ben", "two"), ("Cem", "three"), ("Dee", "four"))
    failed = part(screen, "Messages that could not be sent")
    group = failed.get_by_role("listitem").filter(has=screen.get_by_role("button", name="Send all again: Lost post"))
    expect(group).to_contain_text("The platform refused the message.")
    fold = group.locator("[aria-expanded]")
    expect(fold.locator(".chip")).to_have_text("4")
    fold.click()
    for who in ("Ann", "Ben", "Cem", "Dee"):
        expect(group.get_by_role("link", name=who)).to_be_visible()
    cut = "(text) => text.scrollWidth > text.clientWidth"
    assert not group.get_by_text(f"Hello {LONG}").evaluate(cut)
    assert grave_faults(screen) == []
    screen.set_viewport_size({"width": 390, "height": 844})
    screen.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    screen.set_viewport_size({"width": 1440, "height": 900})

    group.get_by_role("button", name="Discard: Dee").click()
    question = screen.get_by_role("alertdialog")
    expect(question).to_contain_text("Discard the message to Dee?")
    question.get_by_role("button", name="Cancel").click()
    expect(group.get_by_role("link", name="Dee")).to_be_visible()
    group.get_by_role("button", name="Discard: Dee").click()
    question.get_by_role("button", name="Discard").click()
    expect(group.get_by_role("link", name="Dee")).to_have_count(0)

    shop.answer = lambda told: (200, {})
    shop.told.clear()
    group.get_by_role("button", name="Send again: Ann").click()
    expect(group.get_by_role("link", name="Ann")).to_have_count(0)
    group.get_by_role("link", name="Ben").click()
    talk = screen.get_by_role("region", name="Conversation", exact=True)
    expect(talk).to_contain_text("Not sent: The platform refused the message.")
    talk.get_by_role("button", name="Send again").click()
    expect(talk.get_by_title("Sent", exact=True)).to_be_visible()
    expect(talk.get_by_text("Not sent")).to_have_count(0)

    screen.get_by_role("link", name="Operations").click()
    group.get_by_role("button", name="Send all again: Lost post").click()
    expect(screen.get_by_text("1 message is on its way again")).to_be_visible()
    expect(group).to_have_count(0)
    shop.wait_for(lambda told: len(told) == 3)
    assert sorted(told.json["text"] for told in shop.told) == [f"Hello {LONG}", "Hello three", "Hello two"]


def test_a_flow_that_went_wrong_is_seen_by_an_admin(screen: Page, served: Parley, shop: Platform) -> None:
    shop.answer = lambda told: (200, {})
    write(screen, served, ("Eve", "one"))
    faults = part(screen, "Flows that went wrong")
    row = faults.get_by_role("listitem").filter(has_text="Eve")
    expect(faults.get_by_role("heading", name="No flow went wrong")).to_be_visible()
    found = asked(screen.context, served, "GET", f"conversations?search=Eve&account={ACCOUNT}")["cards"]
    [eve] = [card for card in found if card["name"] == "Eve"]
    told = {"flow": ACCOUNT, "revision": 1, "reason": "person: KeyError: 'total'"}
    database = engine(Settings.from_env(served.environ))
    with database.begin() as connection:
        connection.execute(
            tables.faults.insert(), {"id": new_id(), "conversation": eve["id"], "at": datetime.now(UTC), **told}
        )
    database.dispose()
    expect(row).to_contain_text("Lost post · “Ask a colleague” failed")
    expect(row).to_contain_text("KeyError: 'total'")
    expect(row).to_contain_text("Waits for a person")
    assert grave_faults(screen) == []
    row.get_by_role("link", name="Eve").click()
    expect(screen.get_by_role("log")).to_contain_text("Hello one")
    screen.get_by_role("link", name="Operations").click()
    row.get_by_role("button", name="Mark as seen: Eve").click()
    expect(row).to_have_count(0)
