"""The screens in a real browser, on a real copy of Parley: the frame, knowledge, channels, settings."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.browser.editing import Desk
from tests.browser.visiting import OWNER, asked, grave_faults, opened, sign_in
from tests.serving import Parley

pytestmark = pytest.mark.browser

SCREENS = ("/flows", "/inbox", "/knowledge", "/channels", "/operations", "/settings", "/settings/hours")


def head(page: Page, name: str) -> Locator:
    return page.get_by_role("heading", name=name, exact=True, level=1)


def close(dialog: Locator) -> None:
    """Close a dialog by its cross, and wait until none is left."""
    dialog.get_by_role("button", name="Close").click()
    expect(dialog.page.get_by_role("dialog")).to_have_count(0)


class TestSigningIn:
    @pytest.fixture
    def page(self, context: BrowserContext) -> Page:
        # A refused password is an answer with 401, which Chromium also writes to the console.
        return context.new_page()

    def test_the_way_in_and_out(self, page: Page, served: Parley) -> None:
        page.goto(f"{served.url}/knowledge")
        page.get_by_label("Email").fill(OWNER)
        page.get_by_label("Password").fill("not the password")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("Email or password is wrong")
        page.get_by_label("Password").fill(served.password)
        page.get_by_label("Password").press("Enter")
        expect(head(page, "Knowledge")).to_be_visible()
        cookie = next(one for one in page.context.cookies() if one["name"] == "parley_session")
        assert cookie["httpOnly"]
        page.get_by_title("You").click()
        page.get_by_role("menuitem", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in to Parley")).to_be_visible()
        page.goto(f"{served.url}/flows")
        expect(page.get_by_role("heading", name="Sign in to Parley")).to_be_visible()

    def test_leads_to_no_other_site(self, page: Page, served: Parley) -> None:
        page.goto(f"{served.url}/sign-in?next=//example.com/")
        page.get_by_label("Email").fill(OWNER)
        page.get_by_label("Password").fill(served.password)
        page.get_by_role("button", name="Sign in").click()
        expect(head(page, "Flows")).to_be_visible()
        assert page.url.startswith(served.url)

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_the_page_is_accessible(self, page: Page, served: Parley, scheme: str) -> None:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(f"{served.url}/sign-in")
        expect(page.get_by_label("Email")).to_be_focused()
        assert grave_faults(page) == []


@pytest.mark.usefixtures("owner")
class TestTheFrame:
    def test_speaks_the_browsers_language_then_the_chosen_one(
        self, browser: Browser, served: Parley, desk: Desk
    ) -> None:
        # Somebody's own: what is chosen is kept, and the owner's screens are to go on speaking as the browser does.
        desk.person_as("builder", "lin")
        context = browser.new_context(locale="zh-CN")
        sign_in(context, served, "lin@luna.example", served.password)
        page = opened(context.new_page(), served, "/flows")
        expect(head(page, "流程")).to_be_visible()
        page.get_by_title("界面语言").click()
        page.get_by_role("menuitem", name="English").click()
        expect(head(page, "Flows")).to_be_visible()
        page.reload()
        expect(head(page, "Flows")).to_be_visible()
        page.get_by_role("link", name="Settings").click()
        page.get_by_role("button", name="中文").click()
        expect(head(page, "设置")).to_be_visible()
        page.get_by_role("button", name="English").click()
        expect(head(page, "Settings")).to_be_visible()
        context.close()

    def test_takes_the_theme_and_keeps_it(self, page: Page, served: Parley) -> None:
        opened(page, served, "/settings")
        page.get_by_role("button", name="Dark").click()
        expect(page.locator("html.dark")).to_have_count(1)
        page.reload()
        expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
        expect(page.locator("html.dark")).to_have_count(1)

    def test_links_lead_where_they_say(self, page: Page, served: Parley) -> None:
        opened(page, served, "/flows")
        for name in ("Inbox", "Knowledge", "Channels", "Operations", "Settings", "Flows"):
            page.get_by_role("navigation").get_by_role("link", name=name).click()
            expect(head(page, name)).to_be_attached()

    def test_the_first_tab_skips_the_rail(self, page: Page, served: Parley) -> None:
        opened(page, served, "/settings")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()

    @pytest.mark.parametrize("path", SCREENS)
    @pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
    def test_every_screen_is_accessible_and_fits(
        self, page: Page, served: Parley, path: str, scheme: str, width: int
    ) -> None:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 844})
        opened(page, served, path)
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert grave_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


DROPPED = """() => {
  const all = new DataTransfer();
  all.items.add(new File(["name,price"], "third.csv", { type: "text/csv" }));
  return all;
}"""

# Pixels between something and the inner edges of what it stands in, at one look.
ROOM_BESIDE = """(one, around) => {
  const outer = one.closest(around), own = getComputedStyle(outer);
  const at = one.getBoundingClientRect(), edge = outer.getBoundingClientRect();
  return {
    right: edge.right - parseFloat(own.borderRightWidth) - parseFloat(own.paddingRight) - at.right,
    bottom: edge.bottom - parseFloat(own.borderBottomWidth) - parseFloat(own.paddingBottom) - at.bottom,
  };
}"""

LARGE = """() => {
  const all = new DataTransfer();
  for (const name of ["first.csv", "second.csv"])
    all.items.add(new File([new Uint8Array(31 << 20)], name, { type: "text/csv" }));
  return all;
}"""


@pytest.mark.usefixtures("owner")
class TestKnowledge:
    def test_what_comes_while_files_are_on_their_way_is_refused_aloud(
        self, page: Page, served: Parley, tmp_path: Path
    ) -> None:
        # Nothing can be learnt from them, so that they leave nothing behind.
        first, second = tmp_path / "first.csv", tmp_path / "second.csv"
        for file in (first, second):
            file.write_text("name,price\nring,96\n")
        opened(page, served, "/knowledge")
        held: list[Route] = []
        page.route("**/_upload", lambda route: held.append(route))
        zone, files = page.locator(".drop-label"), page.locator("input[type=file]")
        with page.expect_request("**/_upload"):
            files.set_input_files(first)
        expect(zone).to_have_attribute("aria-busy", "true")
        on_its_way = zone.get_by_role("status")
        expect(on_its_way).to_have_text("Uploading. Others can follow once this is in.")
        assert grave_faults(page) == []
        refusal = page.get_by_text("Not taken: another upload is still on its way.")
        dropped = page.evaluate_handle(DROPPED)
        files.set_input_files(second)
        expect(refusal).to_have_count(1)
        # It goes by itself; whether that was before the next is none of this test's.
        expect(refusal).to_have_count(0)
        on_its_way.dispatch_event("drop", {"dataTransfer": dropped})
        expect(refusal).to_have_count(1)
        # What was refused is not kept: it can be chosen once more.
        expect(files).to_have_value("")
        # Left and come back to, the place still knows.
        page.get_by_role("link", name="Channels").click()
        expect(zone).to_have_count(0)
        page.get_by_role("link", name="Knowledge").click()
        expect(on_its_way).to_be_visible()
        (only,) = held
        only.continue_()
        page.unroute("**/_upload")
        expect(page.get_by_role("alert")).to_contain_text("first.csv")
        expect(zone).to_have_attribute("aria-busy", "false")
        files.set_input_files(second)
        expect(page.get_by_role("alert")).to_contain_text("second.csv")
        # So it does when an upload breaks off.
        expect(zone).to_have_attribute("aria-busy", "false")
        page.route("**/_upload", lambda route: route.abort())
        with page.expect_event("requestfailed"):
            files.set_input_files(first)
        expect(zone).to_have_attribute("aria-busy", "false")
        page.unroute("**/_upload")
        with page.expect_file_chooser() as chooser:
            zone.click()
        chooser.value.set_files(first)
        expect(page.get_by_role("alert")).to_contain_text("first.csv")

    def test_more_than_the_server_takes_at_once_is_refused_before_it_goes_up(self, page: Page, served: Parley) -> None:
        opened(page, served, "/knowledge")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url))
        page.locator(".drop").dispatch_event("drop", {"dataTransfer": page.evaluate_handle(LARGE)})
        expect(page.get_by_text("Not taken: 60 MB is the most at once.")).to_be_visible()
        expect(page.locator(".drop-label")).to_have_attribute("aria-busy", "false")
        assert not any(url.endswith("/_upload") for url in sent)

    def test_files_go_in_answer_and_go(self, page: Page, served: Parley, tmp_path: Path) -> None:
        good, bad = tmp_path / "returns.md", tmp_path / "prices.csv"
        good.write_text("# Returns\n\n## How long can I return a ring?\n\nYou have 45 days to return a ring, free.\n")
        bad.write_text("name,price\nring,96\n")
        opened(page, served, "/knowledge")
        page.locator("input[type=file]").set_input_files([good, bad])
        expect(page.get_by_role("alert")).to_contain_text("prices.csv", timeout=60_000)
        row = page.get_by_role("row").filter(has_text="returns.md")
        expect(row).to_contain_text("Answers")
        # What is done with a document stands at the table's edge, and no answer takes no room yet.
        acts = row.get_by_role("button", name="Actions for returns.md")
        assert acts.evaluate(ROOM_BESIDE, "td")["right"] == pytest.approx(0, abs=1)
        ask_now = page.locator(".ask").get_by_role("button")
        assert ask_now.evaluate(ROOM_BESIDE, ".ask")["bottom"] == pytest.approx(0, abs=1)
        question = page.get_by_role("textbox", name="Question")
        question.fill("How many days do I have to return a ring?")
        question.press("Enter")
        answer = page.locator(".answered")
        expect(answer).to_contain_text("45 days", timeout=60_000)
        expect(answer).to_contain_text("returns.md")
        expect(answer).to_contain_text(re.compile(r"\d+% sure; answers from \d+%"))
        question.fill("Who won the chess championship?")
        question.press("Enter")
        expect(answer).to_contain_text("No sure answer")
        page.get_by_role("button", name="returns.md", exact=False).first.click()
        looked_at = page.get_by_role("dialog")
        expect(looked_at).to_contain_text("You have 45 days")
        close(looked_at)
        page.get_by_role("button", name="Actions for returns.md").click()
        page.get_by_role("menuitem", name="Remove").click()
        question = page.get_by_role("alertdialog")
        expect(question).to_contain_text("Remove “returns.md”?")
        question.get_by_role("button", name="Remove").click()
        # While it asks, nothing beside it has a role.
        expect(question).to_have_count(0)
        expect(row).to_have_count(0)


@pytest.mark.usefixtures("owner")
class TestChannels:
    def test_the_widget_is_added_and_says_what_to_do(self, page: Page, served: Parley) -> None:
        opened(page, served, "/channels")
        page.get_by_role("button", name="Add a channel").first.click()
        page.get_by_role("button", name=re.compile("^Web widget")).click()
        form = page.get_by_role("dialog")
        form.get_by_label("Name", exact=True).fill("Shop in Germany")
        form.get_by_role("button", name="Add a channel").click()
        script = f'<script src="{served.url}/widget.js" data-account="shop-in-germany" async></script>'
        # By its name: the form may still be leaving.
        connect = page.get_by_role("dialog", name="Connect “Shop in Germany”")
        expect(connect).to_contain_text(script)
        close(connect)
        card = page.get_by_role("listitem").filter(has_text="Shop in Germany")
        expect(card.get_by_text("The line for your page")).to_be_visible()
        switch = page.get_by_role("switch", name="Take messages of Shop in Germany")
        expect(switch).to_be_checked()
        switch.click()
        expect(switch).not_to_be_checked()
        assert not asked(page.context, served, "GET", "channels/shop-in-germany")["active"]
        page.get_by_role("button", name="Actions for Shop in Germany").click()
        page.get_by_role("menuitem", name="Remove").click()
        question = page.get_by_role("alertdialog")
        question.get_by_role("button", name="Remove").click()
        expect(question).to_have_count(0)
        expect(switch).to_have_count(0)

    def test_secrets_go_in_and_never_come_back(self, page: Page, served: Parley) -> None:
        frames: list[str] = []
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
        opened(page, served, "/channels")
        page.get_by_role("button", name="Add a channel").first.click()
        page.get_by_role("button", name=re.compile("^Telegram")).click()
        form = page.get_by_role("dialog")
        form.get_by_role("button", name="Add a channel").click()
        expect(form.get_by_role("alert")).to_have_text(["This is needed."] * 2)
        form.get_by_label("Bot token").fill("nonsense")
        form.get_by_role("button", name="Make one").click()
        secret = form.get_by_label("Secret", exact=True).input_value()
        assert len(secret) >= 32
        form.get_by_role("button", name="Add a channel").click()
        expect(form.get_by_role("alert")).to_have_text(["This does not look right."])
        token = "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
        form.get_by_label("Bot token").fill(token)
        form.get_by_role("button", name="Add a channel").click()
        connect = page.get_by_role("dialog", name="Connect “Telegram”")
        expect(connect).to_contain_text(f"{served.url}/webhooks/telegram")
        close(connect)
        page.get_by_role("button", name="Actions for Telegram").click()
        page.get_by_role("menuitem", name="Change settings").click()
        expect(form.get_by_label("Bot token")).to_have_value("")
        form.get_by_label("Name", exact=True).fill("Luna's bot")
        form.get_by_role("button", name="Save").click()
        expect(page.get_by_role("button", name="Actions for Luna's bot")).to_be_visible()
        assert asked(page.context, served, "GET", "channels/telegram")["settings"]["token"] is True
        assert not [frame for frame in frames if token in frame or secret in frame]


@pytest.mark.usefixtures("owner")
class TestSettings:
    def test_a_new_person_signs_in_and_is_out_when_disabled(self, page: Page, served: Parley, browser: Browser) -> None:
        opened(page, served, "/settings")
        page.get_by_role("button", name="Add a person").click()
        form = page.get_by_role("dialog")
        form.get_by_label("Name").fill("Anna")
        form.get_by_label("Email").fill("anna@luna.example")
        form.get_by_label("Role").select_option("viewer")
        form.get_by_role("button", name="Add a person").click()
        password = form.locator("code").inner_text()
        close(form)
        context = browser.new_context(locale="en-US")
        sign_in(context, served, "anna@luna.example", password)
        hers = opened(context.new_page(), served, "/settings")
        expect(hers.get_by_role("link", name="Flows")).to_be_visible()
        for hidden in ("Inbox", "Channels", "Operations"):
            expect(hers.get_by_role("link", name=hidden)).to_have_count(0)
        expect(hers.get_by_role("button", name="Add a person")).to_have_count(0)
        opened(hers, served, "/inbox")
        expect(hers.get_by_role("heading", name="You are not allowed to do this.")).to_be_visible()
        page.get_by_role("button", name="Actions for Anna").click()
        page.get_by_role("menuitem", name="Disable").click()
        anna = page.get_by_role("listitem").filter(has_text="anna@luna.example")
        expect(anna.get_by_text("Disabled", exact=True)).to_be_visible()
        hers.get_by_role("link", name="Flows").click()
        expect(hers.get_by_role("heading", name="Sign in to Parley")).to_be_visible()
        context.close()

    def test_a_token_is_shown_once_works_and_is_revoked(self, page: Page, served: Parley) -> None:
        opened(page, served, "/settings")
        page.get_by_role("button", name="Create a token").click()
        form = page.get_by_role("dialog")
        form.get_by_label("What is it for?").fill("backup")
        form.get_by_role("button", name="Create a token").dblclick()
        token = form.locator("code").inner_text()
        close(form)
        asks = {"url": f"{served.url}/api/flows", "headers": {"Authorization": f"Bearer {token}"}}
        assert page.request.get(**asks).status == 200
        page.get_by_role("button", name="Revoke the token “backup”?").click()
        page.get_by_role("alertdialog").get_by_role("button", name="Revoke").click()
        expect(page.get_by_text("backup", exact=True)).to_have_count(0)
        assert page.request.get(**asks).status == 401


@pytest.mark.usefixtures("owner")
class TestTrouble:
    def test_an_address_that_is_none_says_so(self, page: Page, served: Parley) -> None:
        opened(page, served, "/no-such-screen")
        page.get_by_role("button", name="Go to flows").click()
        expect(head(page, "Flows")).to_be_visible()
