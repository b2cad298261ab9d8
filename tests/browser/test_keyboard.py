"""Without a mouse: Tab comes to every control of a screen in its order and shows where it is; dialogs keep it in."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import flows
from tests.browser.editing import Desk, Open
from tests.browser.visiting import sign_in

pytestmark = pytest.mark.browser

# Numbers everything that Tab should come to, in the order of the page.
NUMBER = """() => {
  const every = document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]");
  // Of tabs Tab comes to the one that is shown; arrows go on from there.
  const chosen = (one) => one.role === "tab" && one.ariaSelected === "true";
  const reached = (one) => chosen(one) || (!["tab", "tablist"].includes(one.role) && one.tabIndex >= 0);
  const all = [...every].filter((one) => reached(one) && !one.disabled && !one.closest("[inert]")
    && one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })
    && !(one.type === "radio" && !one.checked && document.querySelector(`[name="${one.name}"]:checked`)));
  all.forEach((one, number) => { one.dataset.number = number; });
  return all.length;
}"""
# What has the keyboard, and whether one sees that: by itself, or by what stands for it.
FOCUSED = """() => {
  const one = document.activeElement;
  const seen = (element) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  };
  const around = [one, one.parentElement, one.nextElementSibling, one.firstElementChild];
  const shown = around.some((each) => each && seen(each));
  return [one.dataset.number ?? "", shown ? "" : one.outerHTML.slice(0, 160)];
}"""

SCREENS = {
    "/flows": "tbody tr, .flow-card",
    "/inbox": ".empty, .inbox-row",
    "/knowledge": ".ask",
    "/channels": ".empty, .card-row",
    "/operations": ".verdict",
    "/settings": ".lines-list li",
    "/settings/hours": ".empty, .lines-list li",
}


@pytest.fixture(scope="module")
def page(browser: Browser, desk: Desk) -> Any:
    context = browser.new_context(locale="en-US", viewport={"width": 1440, "height": 900})
    sign_in(context, desk.served)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def flow(desk: Desk) -> str:
    return desk.create("By keyboard", flows.starter("luna"))


def walked(page: Page) -> list[str]:
    """Go through a whole screen by Tab; what it did not come to in its order, and where one does not see it."""
    page.evaluate("document.activeElement.blur()")
    found = []
    for number in range(page.evaluate(NUMBER)):
        page.keyboard.press("Tab")
        at, unseen = page.evaluate(FOCUSED)
        if at != str(number):
            wanted = page.locator(f"[data-number='{number}']").first
            return [*found, f"came to {at}, not to {number}: {wanted.evaluate('(one) => one.outerHTML.slice(0, 160)')}"]
        if unseen:
            found.append(f"not seen: {unseen}")
    return found


def opened(page: Page, desk: Desk, path: str) -> None:
    """Open a screen, and wait for what it is there to show."""
    page.goto(desk.served.url + path)
    expect(page.locator(SCREENS[path]).first).to_be_visible()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("path", SCREENS)
def test_tab_comes_to_every_control_of_a_screen_in_its_order(path: str, page: Page, desk: Desk, flow: str) -> None:
    opened(page, desk, path)
    assert walked(page) == []


def test_tab_comes_to_every_control_of_the_editor_in_its_order(page: Page, desk: Desk, flow: str) -> None:
    page.goto(f"{desk.served.url}/flows/{flow}")
    expect(page.locator(".react-flow__node").first).to_be_visible()
    expect(page.locator(".form[data-form=flow]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert walked(page) == []


def kept_in(page: Page, opener: Locator, dialog: str) -> None:
    """Open a dialog by keyboard, go round in it and close it: the keyboard never leaves it, and then is back."""
    opener.focus()
    page.keyboard.press("Enter")
    shown = page.locator(dialog)
    expect(shown).to_be_visible()
    expect(page.locator(f"{dialog}:focus-within")).to_have_count(1)
    for _ in range(1 + int(shown.evaluate("(one) => one.querySelectorAll('button, input, select, textarea').length"))):
        page.keyboard.press("Tab")
        assert shown.evaluate(
            "(one) => one.contains(document.activeElement) || document.activeElement === document.body"
        )
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    expect(opener).to_be_focused()


@pytest.mark.parametrize(
    ("path", "opener"),
    [
        ("/flows", ".page-head button"),
        ("/channels", ".page-head button"),
        ("/settings/hours", ".page-head button"),
        ("/settings", ".section > div.row > .rt-Button >> nth=1"),
    ],
)
def test_a_dialog_keeps_the_keyboard_and_gives_it_back(path: str, opener: str, page: Page, desk: Desk) -> None:
    opened(page, desk, path)
    kept_in(page, page.locator(opener).last, "[role=dialog]")


def test_the_editors_dialogs_keep_the_keyboard_and_give_it_back(page: Page, desk: Desk, flow: str) -> None:
    page.goto(f"{desk.served.url}/flows/{flow}")
    expect(page.locator(".react-flow__node").first).to_be_visible()
    expect(page.locator(".form[data-form=flow]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    top = page.locator(".editor-top")
    kept_in(page, top.locator("button").last, "[role=dialog]")
    kept_in(page, top.locator("button:has(.lucide-table-properties)"), "dialog[open]")
    toolbar = page.locator(".canvas-toolbar button")
    kept_in(page, toolbar.last, ".canvas [role=dialog]")
    kept_in(page, toolbar.nth(-2), ".canvas [role=dialog]")


def test_the_bar_over_several_leaves_the_keyboard_with_the_canvas(edit: Open) -> None:
    editor = edit("Several", flows.starter("luna"))
    many = len(editor.stored.nodes)
    editor.canvas.click(position={"x": 20, "y": 20})
    editor.press("1", "Control+a")
    bar = editor.page.get_by_role("toolbar", name=f"{many} selected")
    bar.get_by_role("button", name="Delete").press("Enter")
    editor.until(lambda flow: not flow.nodes)
    expect(editor.page.locator("#main")).to_be_focused()
    editor.press("Control+z")
    editor.until(lambda flow: len(flow.nodes) == many)
