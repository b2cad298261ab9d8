"""Pictures of every screen: ``python -m tests.screenshots FOLDER``.

Starts a copy of Parley with its demo, lets visitors talk to the demo shop, and takes each screen in English and
Chinese, light and dark, wide and on a phone. README.md shows some of them, from tests/screens.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import Engine

from server import people, tables
from server.bus import Bus
from server.contacts import Personal
from server.database import engine
from server.ids import new_id
from server.inbox import Filter, Inbox
from server.settings import Settings
from server.store import utcnow
from server.vault import Vault
from tests.conftest import BROWSER_FLAGS, BROWSERS
from tests.serving import Parley

SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
LOCALES = {"en": "en-US", "zh": "zh-CN"}
VISITORS = (
    ("FR", "Je veux parler à quelqu'un", ""),
    ("ES", "¿Cuánto tarda el envío a Alemania?", "¿Tenéis una tienda física en Marte con aparcamiento?"),
    ("DE", "Kann ich den Ring umtauschen, wenn er nicht passt?", ""),
    ("CN", "可以寄到新加坡吗？", "我要转人工客服"),
)
FAULTS = (
    ("refused", "Bad Request: chat not found"),
    ("timeout", "ReadTimeout: the platform did not answer"),
)


def visit(browser: Browser, url: str, country: str, *questions: str) -> None:
    """Be a visitor of the demo shop, and wait for each answer."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/shop?from={country}")
    page.locator("button.launcher").click()
    said = page.locator(".line:not(.mine) .bubble:not(.dots)")
    for question in filter(None, questions):
        before = said.count()
        page.locator("textarea").fill(question)
        page.keyboard.press("Enter")
        expect(said).not_to_have_count(before, timeout=60_000)
    context.close()


def flow_list(page: Page) -> None:
    expect(page.locator("tbody tr, .flow-card").first).to_be_visible()


def rehearsal(page: Page) -> None:
    """The editor with a rehearsed conversation beside it."""
    expect(page.locator(".react-flow__node").first).to_be_visible()
    page.locator(".editor-top .lucide-play").click()
    page.locator(".who-line button").nth(1).click()
    page.locator(".who-popover select").select_option("DE")
    page.keyboard.press("Escape")
    page.locator(".chat-form .chat-input").fill("Wie lange dauert der Versand nach Spanien?")
    page.keyboard.press("Enter")
    expect(page.locator(".chat-source")).to_be_visible(timeout=60_000)
    page.locator(".why-box summary").last.click()


def properties(page: Page) -> None:
    """The editor with a node's form."""
    expect(page.locator(".react-flow__node").first).to_be_visible()
    page.locator("[data-node] .node-title").nth(1).click()


def inbox(page: Page) -> None:
    """The inbox with its first conversation open."""
    expect(page.locator(".inbox-row").first).to_be_visible()
    page.locator(".inbox-row").first.click()


def put_off(page: Page) -> None:
    """The inbox with a conversation that is put off, and the menu that does so."""
    page.locator(".inbox-views button").nth(2).click()
    page.locator(".inbox-row[data-id]").first.click()
    expect(page.locator("#snooze")).to_be_visible()
    page.keyboard.press("s")


def operations(page: Page) -> None:
    """Operations with the messages of one group."""
    page.locator(".fold").first.click()
    expect(page.locator(".group-letters")).to_be_visible()


def trouble(database: Engine) -> None:
    """What a shop hopes never to see: messages that could not be sent, a flow that went wrong, one put off."""
    inbox = Inbox(database, Bus("redis://127.0.0.1:9"), Personal(lambda: Vault([bytes(32)])))
    # The newest one, which the picture of the inbox shows, stays as it is.
    cards = inbox.conversations(Filter()).cards[1::2]
    now = utcnow()
    put_off = (now + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    fault = {"conversation": cards[0].id, "flow": "luna", "revision": 1, "at": now - timedelta(minutes=12)}
    with database.begin() as connection:
        for card, (kind, told) in zip(cards, FAULTS, strict=True):
            for said in inbox.messages(card.id)[-2:]:
                if said.direction != "out":
                    continue
                row = {"conversation": card.id, "account": card.account, "position": said.position, "key": said.key}
                failed = {"message": said.id, "state": "failed", "kind": kind, "fault": told, "created": now}
                connection.execute(tables.outbox.insert(), row | failed)
                message = tables.messages.update().where(tables.messages.c.id == said.id)
                connection.execute(message.values(delivery="failed", fault=told, uncertain=kind == "timeout"))
        reason = "answer: TimeoutError: the model service did not answer within 30 s"
        connection.execute(tables.faults.insert(), {"id": new_id(), "reason": reason, **fault})
        last = tables.conversations.update().where(tables.conversations.c.id == cards[-1].id)
        connection.execute(last.values(status="snoozed", snoozed_until=put_off))


def still(page: Page) -> None:
    """Nothing to do but to wait until the page has loaded."""


SCREENS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "sign-in": ("/sign-in", still),
    "flows": ("/flows", flow_list),
    "editor": ("/flows/luna", properties),
    "rehearsal": ("/flows/luna", rehearsal),
    "inbox": ("/inbox", inbox),
    "snoozed": ("/inbox", put_off),
    "knowledge": ("/knowledge", still),
    "channels": ("/channels", still),
    "operations": ("/operations", operations),
    "settings": ("/settings", still),
    "shop": ("/shop?from=DE", still),
}


def shoot(context: BrowserContext, url: str, name: str, file: Path) -> None:
    """Open a screen, do what it shows, and keep the picture."""
    path, show = SCREENS[name]
    page = context.new_page()
    page.goto(url + path)
    page.wait_for_load_state("networkidle")
    show(page)
    page.wait_for_timeout(600)  # for the picture only: motion has come to rest
    page.screenshot(path=file)
    page.close()


def main(folder: Path, *wanted: str) -> None:
    """Take the pictures named, all of them if none is."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        copy = Parley(Path(data), PARLEY_DEMO="on").wait_until_healthy()
        path = next(filter(None, map(shutil.which, BROWSERS)))
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        for country, *questions in VISITORS:
            visit(browser, copy.url, country, *questions)
        made = engine(Settings.from_env({"PARLEY_DATA": data, "PARLEY_PORT": str(copy.port)}))
        trouble(made)
        token = people.sign_in(made, people.OWNER_EMAIL, copy.password).token
        for size, viewport in SIZES.items():
            for language, locale in LOCALES.items():
                for theme in ("light", "dark"):
                    context = browser.new_context(viewport=viewport, locale=locale, color_scheme=theme)  # type: ignore[arg-type]
                    for name in SCREENS:
                        file = folder / f"{name}-{size}-{language}-{theme}.png"
                        if wanted and file.stem not in wanted:
                            continue
                        if name != "sign-in":
                            context.add_cookies([{"name": people.COOKIE, "value": token, "url": copy.url}])
                        shoot(context, copy.url, name, file)
                        print(file)
                    context.close()
        made.dispose()
        browser.close()
        copy.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "tests/screens"), *sys.argv[2:])
