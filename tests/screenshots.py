"""Pictures of every screen: ``python -m tests.screenshots FOLDER``.

Starts a copy of Parley with its demo, lets visitors talk to the demo shop, and takes each screen in English and
Chinese, light and dark, wide and on a phone. README.md shows some of them, from tests/screens.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from server import people
from server.database import engine
from server.settings import Settings
from tests.conftest import BROWSER_FLAGS, BROWSERS
from tests.serving import Parley

SIZES = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
LOCALES = {"en": "en-US", "zh": "zh-CN"}
VISITORS = (
    ("ES", "¿Cuánto tarda el envío a Alemania?", "¿Tenéis una tienda física en Marte con aparcamiento?"),
    ("DE", "Kann ich den Ring umtauschen, wenn er nicht passt?", ""),
    ("CN", "可以寄到新加坡吗？", "我要转人工客服"),
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
    page.locator("select[name=country]").select_option("DE")
    page.locator(".chat-input").fill("Wie lange dauert der Versand nach Spanien?")
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


def still(page: Page) -> None:
    """Nothing to do but to wait until the page has loaded."""


SCREENS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "sign-in": ("/sign-in", still),
    "flows": ("/flows", flow_list),
    "editor": ("/flows/luna", properties),
    "rehearsal": ("/flows/luna", rehearsal),
    "inbox": ("/inbox", inbox),
    "knowledge": ("/knowledge", still),
    "channels": ("/channels", still),
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
