"""The list of flows in a real browser: what each row says and what can be done with one."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from flows import from_dict
from tests.browser.editing import Desk
from tests.browser.visiting import asked, grave_faults, opened, sign_in
from tests.serving import Parley

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("owner")]


def act(page: Page, flow: str, name: str) -> None:
    page.get_by_role("button", name=f"Actions for {flow}", exact=True).click()
    page.get_by_role("menuitem", name=name).click()
    # Else a menu that is still closing stands beside the next one.
    expect(page.get_by_role("menu")).to_have_count(0)


def test_all_that_can_be_done_with_one(page: Page, served: Parley) -> None:
    flow = asked(page.context, served, "POST", "flows", name="Wholesale")["flow"]["id"]
    opened(page, served, "/flows")
    row = page.get_by_role("row").filter(has_text="Wholesale")
    expect(row).to_contain_text("Draft, never published")
    act(page, "Wholesale", "Rename")
    page.get_by_label("Name of the flow").fill("Wholesale, EU")
    page.get_by_label("Name of the flow").press("Enter")
    expect(page.get_by_role("link", name="Wholesale, EU")).to_be_visible()
    act(page, "Wholesale, EU", "Duplicate")
    expect(page.get_by_role("link", name="Wholesale, EU (copy)")).to_be_visible()
    with page.expect_download() as download:
        act(page, "Wholesale, EU", "Export")
    assert json.loads(Path(download.value.path()).read_text())["id"] == flow
    act(page, "Wholesale, EU (copy)", "Delete")
    expect(page.get_by_role("link", name="Wholesale, EU (copy)")).to_have_count(0)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("link", name="Wholesale, EU (copy)")).to_be_visible()


def test_one_from_a_starter_is_published_and_paused(page: Page, served: Parley) -> None:
    opened(page, served, "/flows")
    page.get_by_role("button", name="New flow").first.click()
    page.get_by_role("button", name=re.compile("Shop questions")).click()
    expect(page).to_have_url(re.compile(r"/flows/[a-z]"))
    flow = page.url.rstrip("/").rpartition("/")[2]
    asked(page.context, served, "POST", f"flows/{flow}/publish", note="first")
    asked(page.context, served, "PATCH", f"flows/{flow}", name="Luna's flow")
    opened(page, served, "/flows")
    row = page.get_by_role("row").filter(has_text="Luna's flow")
    expect(row).to_contain_text("Live, revision 1; 1 edit not published")
    expect(row.locator("svg rect[data-group]").first).to_be_attached()
    act(page, "Luna's flow", "Pause")
    expect(row).to_contain_text("Paused, revision 1")


def test_one_that_takes_one_account_says_which(page: Page, served: Parley, desk: Desk) -> None:
    asked(page.context, served, "POST", "channels", id="row-shop", channel="webwidget", name="Shop in Porto")
    trigger = {"accounts": ["row-shop"]}
    flow = from_dict({"format": 1, "id": "n", "name": "Of Porto", "trigger": trigger})
    desk.create("Of Porto", flow)
    opened(page, served, "/flows")
    row = page.get_by_role("row").filter(has_text="Of Porto")
    expect(row.locator(".flow-channels")).to_have_text("Shop in Porto")
    # Without the heads of the columns, the number says of which days it is.
    page.set_viewport_size({"width": 390, "height": 844})
    expect(row.get_by_text("0 conversations in 7 days")).to_be_visible()


@pytest.mark.parametrize(("locale", "words"), [("en-US", "Only run by other flows"), ("zh-CN", "仅供其他流程调用")])
def test_one_that_only_other_flows_run_takes_no_channel(
    browser: Browser, served: Parley, desk: Desk, locale: str, words: str
) -> None:
    trigger = {"channels": ["telegram"], "only_called": True}
    desk.create(f"Run {locale}", from_dict({"format": 1, "id": "n", "name": "Run", "trigger": trigger}))
    context = browser.new_context(locale=locale)
    sign_in(context, served)
    page = opened(context.new_page(), served, "/flows")
    row = page.get_by_role("row").filter(has_text=f"Run {locale}")
    expect(row.locator(".flow-channels")).to_have_text(words)
    context.close()


def test_a_double_click_makes_one(page: Page, served: Parley) -> None:
    opened(page, served, "/flows")
    page.get_by_role("button", name="New flow").first.click()
    page.get_by_label("Name of the flow").fill("Clicked twice")
    page.get_by_role("dialog").get_by_role("button", name="Create").dblclick()
    expect(page).to_have_url(re.compile("/flows/clicked-twice$"))
    opened(page, served, "/flows")
    expect(page.get_by_role("link", name="Clicked twice")).to_have_count(1)


def brought(page: Page, served: Parley, file: Path) -> None:
    """Bring a file in as a new flow."""
    opened(page, served, "/flows")
    page.get_by_role("button", name="New flow").first.click()
    page.locator("input[type=file]").set_input_files(file)


def test_a_file_that_is_no_flow_is_told_apart_fault_by_fault(page: Page, served: Parley, tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text('{"format": 1, "id": "x", "name": 5, "nodes": {"a": {"type": "nonsense"}}}')
    brought(page, served, file)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("nodes/a/type")
    expect(alert).to_contain_text("name")
    assert grave_faults(page) == []
    # Mended, it goes in from the same place.
    file.write_text('{"format": 1, "id": "mended", "name": "Mended"}')
    zone = page.locator(".drop-label")
    expect(zone).to_have_attribute("aria-busy", "false")
    with page.expect_file_chooser() as chooser:
        zone.click()
    chooser.value.set_files(file)
    expect(page).to_have_url(re.compile("/flows/mended"))


def test_a_file_becomes_a_draft(page: Page, served: Parley, tmp_path: Path) -> None:
    file = tmp_path / "greeting.json"
    flow = {"format": 1, "id": "greeting", "name": "Greeting", "start": "hello", "language": "en"}
    file.write_text(json.dumps(flow | {"nodes": {"hello": {"type": "welcome", "text": "Hello"}}}))
    brought(page, served, file)
    expect(page).to_have_url(re.compile("/flows/greeting"))


def test_a_file_of_another_kind_is_refused_in_plain_words(page: Page, served: Parley, tmp_path: Path) -> None:
    other = tmp_path / "greeting.txt"
    other.write_text("Hello")
    brought(page, served, other)
    expect(page.get_by_text("Only one file at a time, ending in .json, is taken here.")).to_be_visible()
    expect(page.locator(".drop-label")).to_have_attribute("aria-busy", "false")
