"""A shop's hours: changed in the settings as people write them, told with the flows that go by them."""

import re

import pytest
from playwright.sync_api import Page, expect

from engine.hours import Hours
from flows import from_dict
from server.hours import ShopHours
from tests.browser.editing import Desk, Editor
from tests.browser.visiting import faults

pytestmark = pytest.mark.browser

# The name of a day off is on the line after its date.
BENEATH = """() => {
  const [date, name] = document.querySelector(".hours-date").children;
  return name.getBoundingClientRect().top >= date.getBoundingClientRect().bottom;
}"""

# Pixels between its middle and the middle of what it stands in.
FROM_THE_MIDDLE = """(one, around) => {
  const [inner, outer] = [one, one.closest(around)].map((each) => each.getBoundingClientRect());
  return (inner.left + inner.right - outer.left - outer.right) / 2;
}"""


def test_hours_are_changed_used_and_removed(page: Page, desk: Desk) -> None:
    returns = desk.create("Returns", from_dict({"format": 1, "id": "returns", "name": "Returns"}))
    nodes = {
        "hours": {"type": "business_hours", "team": "shop"},
        "run": {"type": "subflow", "flow": returns},
    }
    flow = from_dict({"format": 1, "id": "n", "name": "Nights", "nodes": nodes, "layout": {"run": [0, 300]}})
    editor = Editor(page, desk, desk.create("Nights", flow))
    page.goto(f"{desk.served.url}/settings")
    page.get_by_role("link", name="Hours of the teams").click()
    row = page.locator(".lines-list li").filter(has_text="Shop hours")
    expect(row).to_contain_text("Mon–Fri 9:00–18:00")
    expect(row).to_contain_text("Used by: Nights")
    row.get_by_role("button").click()
    page.get_by_role("menuitem", name="Change hours").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name", exact=True)).to_be_focused()
    dialog.get_by_label("Name", exact=True).fill("Front desk")
    dialog.get_by_label("The whole week at once").fill("Mon-Thu 9-12:30, 14-18, Sat 10-14")
    dialog.get_by_label("The whole week at once").press("Enter")
    expect(dialog.get_by_label("Thursday", exact=True)).to_have_value("09:00–12:30, 14:00–18:00")
    dialog.get_by_label("Friday", exact=True).fill("sometimes")
    dialog.get_by_label("Friday", exact=True).press("Tab")
    expect(dialog).to_contain_text("Write hours such as")
    dialog.get_by_label("Friday", exact=True).fill("closed")
    dialog.get_by_label("Closed on the public holidays of").fill("Germany")
    dialog.get_by_role("option", name="Germany").click()
    dialog.locator(".hours-pick").first.fill("2027-12-24")
    dialog.locator(".hours-pick").first.press("Enter")
    eve = dialog.get_by_label(re.compile("^Fri, December 24, 2027"))
    eve.fill("Christmas Eve")
    assert faults(page, where="[role=dialog]") == []
    # On a phone there is no room for it beside the date, nor for all of the dialog; its button is seen all the same.
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(BENEATH)
    dialog.get_by_label("Name", exact=True).focus()
    expect(dialog.get_by_role("button", name="Save")).to_be_in_viewport(ratio=1)
    page.set_viewport_size(size)
    dialog.get_by_role("button", name="Save").dblclick()
    expect(dialog).to_have_count(0)
    row = page.locator(".lines-list li").filter(has_text="Front desk")
    expect(row).to_contain_text("Mon–Thu 9:00–12:30 and 14:00–18:00, Sat 10:00–14:00")
    expect(row).to_contain_text("closed on holidays of Germany")
    day = (("09:00", "12:30"), ("14:00", "18:00"))
    week = {**{str(number): day for number in range(1, 5)}, "6": (("10:00", "14:00"),)}
    assert ShopHours(desk.engine).get("shop").hours == Hours(
        week=week, holidays="DE", closed={"2027-12-24": "Christmas Eve"}
    )

    editor.open()
    expect(editor.node("hours")).to_contain_text("Open: Front desk")
    expect(editor.node("run")).to_contain_text("Runs: Returns")
    editor.node("run").dblclick()
    expect(page).to_have_url(f"{desk.served.url}/flows/{returns}")

    page.goto(f"{desk.served.url}/settings/hours")
    page.locator(".lines-list li").filter(has_text="Front desk").get_by_role("button").click()
    page.get_by_role("menuitem", name="Remove").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("will take them for closed: Nights")
    page.get_by_role("button", name="Remove").click()
    none = page.get_by_role("heading", name="No hours yet")
    expect(none).to_be_visible()
    assert none.evaluate(FROM_THE_MIDDLE, ".page-body") == pytest.approx(0, abs=1)
