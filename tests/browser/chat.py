"""The widget on a page, as tests see it."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.visiting import RULES, faults


class Chat:
    """The widget on a page, as a visitor sees it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.locator("parley-widget .launcher")
        self.panel = page.get_by_role("dialog")
        self.log = page.locator("parley-widget .log")
        self.input = page.locator("parley-widget textarea")
        self.teaser = page.locator("parley-widget .teaser")
        self.lost = page.locator("parley-widget .lost")

    def open(self) -> None:
        self.launcher.click()
        expect(self.panel).to_be_visible()

    def say(self, text: str) -> None:
        self.input.fill(text)
        self.input.press("Enter")

    def lines(self, text: str) -> Locator:
        return self.log.locator(".bubble").get_by_text(text, exact=True)

    def texts(self) -> list[str]:
        return self.log.locator(".bubble:not(.dots)").all_inner_texts()

    def choice(self, label: str) -> Locator:
        return self.log.get_by_role("button", name=label)


def axe(page: Page) -> list[str]:
    """What axe finds wrong."""
    # Colours are measured, so nothing may be fading in.
    page.emulate_media(reduced_motion="reduce")
    return faults(page, RULES)
