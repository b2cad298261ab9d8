"""Hands for the screens of a running copy: signing in, axe, and a page of a shop with the widget on it."""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.serving import Parley

OWNER = "owner@localhost"
GRAVE = {"serious", "critical"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""Axe's rules of WCAG 2.2 at level AA, and what it recommends beyond."""

# Done when nothing fades or moves any more but what always does: what is seen through while it comes in has other
# colours than it will have.
ALL_IN = """async () => {
  for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
  const ends = ({ effect, playState }) => playState === "running" && effect.getComputedTiming().endTime !== Infinity;
  await Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
}"""


def sign_in(context: BrowserContext, served: Parley, email: str = OWNER, password: str = Parley.password) -> None:
    """Give the profile the cookie of a sign-in."""
    answer = context.request.post(f"{served.url}/api/session", data={"email": email, "password": password})
    assert answer.ok, answer.text()


def asked(context: BrowserContext, served: Parley, method: str, path: str, **data: Any) -> Any:
    """What the API answers this profile, as JSON; fails on anything but success."""
    answer = context.request.fetch(
        f"{served.url}/api/{path}", method=method, data=data or None, headers={"Origin": served.url}
    )
    assert answer.ok, answer.text()
    return answer.json() if answer.body() else None


def opened(page: Page, served: Parley, path: str) -> Page:
    """Go to a screen, and wait until it is there, in whichever language."""
    page.goto(f"{served.url}{path}")
    expect(page.get_by_role("navigation", name=re.compile("Main|主导航"))).to_be_visible()
    return page


def faults(page: Page, only: list[str] | None = None, where: str | None = None) -> list[str]:
    """What axe finds on the page as it is; by these of its rules, or by all; in a part of it, or everywhere."""
    return [f"{one['id']}: {node['html'][:200]}" for one in _violations(page, only, where) for node in one["nodes"]]


def grave_faults(page: Page, only: list[str] | None = None, where: str | None = None) -> list[str]:
    """Those of them that are serious or worse."""
    found = [one for one in _violations(page, only, where) if one["impact"] in GRAVE]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def _violations(page: Page, only: list[str] | None, where: str | None) -> list[dict[str, Any]]:
    page.evaluate(ALL_IN)
    options = {"resultTypes": ["violations"], **({"runOnly": only} if only else {})}
    found: list[dict[str, Any]] = Axe().run(page, where, options).response["violations"]
    return found


def shop_page(page: Page, served: Parley, account: str) -> None:
    """Put the widget of this account on a page of Parley's own, which always may have it.

    A page that the test made up itself would not do: to Chromium it is not of the local network.
    """
    page.goto(f"{served.url}/health")
    page.evaluate(
        """(account) => {
            const script = document.createElement("script");
            script.src = "/widget.js";
            script.dataset.account = account;
            document.body.append(script);
        }""",
        account,
    )
