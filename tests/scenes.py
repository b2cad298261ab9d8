"""Every screen and state there is, and how one gets there, for pictures of them and for tests that look at each.

A scene is opened on a copy of Parley that ``tests.furnished`` has given a life, or on one in which nothing has happened
yet. How to get to a state never goes by words, for it has to work in both languages.
"""

from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Locator, Page, expect

from tests.browser.editing import STOOD_STILL
from tests.furnished import SLOW

ASKED = "How long does shipping to Spain take?"
FOUND = "Luna"


class Scene(NamedTuple):
    """A state of a screen: its address, and what a hand does there.

    ``public``: nobody is signed in; ``bare``: in a copy in which nothing has happened yet.
    """

    path: str
    show: Callable[[Page], object]
    public: bool = False
    bare: bool = False


# --- Hands --------------------------------------------------------------------------------------------------------


def still(page: Page) -> None:
    """Nothing to do but to wait until the screen is there."""


def _seen(selector: str) -> Callable[[Page], None]:
    return lambda page: expect(page.locator(selector).first).to_be_visible()


def _drawn(page: Page) -> None:
    expect(page.locator(".react-flow__node").first).to_be_visible()


def _at_rest(page: Page) -> None:
    """Wait until the canvas stands still, so that a hand meets what it aims at."""
    _drawn(page)
    page.evaluate(STOOD_STILL)


def _ground(page: Page) -> Locator:
    """The canvas, with the keyboard on it."""
    _drawn(page)
    ground = page.locator(".canvas-flow")
    ground.click(position={"x": 12, "y": 12})
    return ground


def _sign_in_refused(page: Page) -> None:
    page.locator("input[type=email]").fill("ana@luna.example")
    page.locator("input[type=password]").fill("not the password")
    page.keyboard.press("Enter")
    _seen("[role=alert]")(page)


def _new_flow(page: Page) -> None:
    _seen("tbody tr, .flow-card")(page)
    page.locator(".page-head button, .head button").last.click()
    _seen("[role=dialog]")(page)


def _properties(page: Page) -> None:
    """A node's form."""
    _at_rest(page)
    node = page.locator(".canvas [data-node]").filter(has=page.locator(".begins"))
    node.locator(".node-title").click()
    _seen(f".form[data-form='{node.get_attribute('data-node')}']")(page)


def _flow_form(page: Page) -> None:
    _ground(page)
    _seen(".form[data-form=flow]")(page)


def _tab(number: int, until: str) -> Callable[[Page], None]:
    """A tab of the panel beside the canvas, with what its content is known by."""

    def show(page: Page) -> None:
        _drawn(page)
        page.locator(".panel [role=tab]").nth(number).click()
        _seen(f".panel [role=tabpanel] {until}")(page)

    return show


def _pressing(*keys: str, until: str) -> Callable[[Page], None]:
    def show(page: Page) -> None:
        _ground(page)
        for key in keys:
            page.keyboard.press(key)
        _seen(until)(page)

    return show


def _menu(page: Page) -> None:
    _at_rest(page)
    page.locator(".canvas .node-head.begins .node-title").click(button="right")
    _seen("[role=menu]")(page)


def _form_of(kind: str) -> Callable[[Page], None]:
    """A node of this type and its form."""

    def show(page: Page) -> None:
        _node(page, kind)
        # Until the server has answered, there still is the form of what was selected before.
        _seen(f".form[data-form={kind}]")(page)

    return show


def _node(page: Page, which: str) -> None:
    """Select a node, wherever it is."""
    _ground(page).press("1")
    _at_rest(page)
    page.locator(f".canvas [data-node={which}]").click()


def _table(page: Page) -> None:
    """The decision table as a sheet."""
    _node(page, "which")
    page.locator(".panel .table-small").click()
    _seen("dialog.table-large")(page)


def _texts(page: Page) -> None:
    """All texts side by side."""
    _drawn(page)
    page.locator(".editor-top .lucide-table-properties").click()
    _seen("dialog.texts-large")(page)


def _compared(page: Page) -> None:
    """The two newest revisions on two canvases."""
    _tab(3, "[data-revision]")(page)
    page.locator("[data-revision='2'] button").click()
    page.locator("[role=menuitem]").nth(1).click()
    _seen(".compare .react-flow__node")(page)


def _all_selected(page: Page) -> None:
    _pressing("1", "Control+a", until=".selection-bar")(page)


def _insert(page: Page) -> None:
    """What can be put on a way."""
    _node(page, "you_are_welcome")
    page.keyboard.press("i")
    _seen(".canvas [role=dialog]")(page)


def _find_words(page: Page) -> None:
    """Nodes found by the words they say."""
    _pressing("Control+f", until="[role=dialog] input")(page)
    page.keyboard.type(FOUND)
    _seen("[role=dialog] mark")(page)


def _slim(page: Page) -> None:
    """The palette as a rail."""
    _drawn(page)
    if page.locator(".palette").is_visible():
        page.locator(".palette-fold").click()
        _seen(".palette.slim")(page)


def _follow(page: Page) -> None:
    """What may follow a port that was dragged into empty space."""
    _at_rest(page)
    handle = page.locator(".canvas [data-port] .port-handle").first
    box = handle.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 260, steps=5)
    page.mouse.up()
    _seen(".canvas [role=dialog], .canvas [role=listbox]")(page)


def _help(page: Page) -> None:
    _drawn(page)
    if page.locator(".palette").is_visible():  # there is none on a phone
        page.locator(".palette-card").nth(2).hover()
        _seen(".palette-help")(page)


def _publish(page: Page) -> None:
    _drawn(page)
    page.locator(".editor-top button").last.click()
    _seen("[role=dialog]")(page)


def _rehearsed(page: Page) -> None:
    """A rehearsed conversation beside the canvas."""
    _drawn(page)
    page.locator(".editor-top .lucide-play").click()
    page.locator(".chat-form .chat-input").fill(ASKED)
    page.keyboard.press("Enter")
    expect(page.locator(".chat-source").first).to_be_visible(timeout=SLOW)
    page.locator(".why-box summary").last.click()


def _who(number: int) -> Callable[[Page], None]:
    """What a part of the line above the chat can be changed to."""

    def show(page: Page) -> None:
        _tab(1, ".who-part")(page)
        page.locator(".who-part").nth(number).click()
        _seen(".who-popover")(page)

    return show


def _as_whatsapp(page: Page) -> None:
    """A chat that looks like WhatsApp."""
    _who(3)(page)
    page.locator(".who-option[data-value=whatsapp]").click()
    page.locator(".chat-begin button").click()
    _seen(".chat-answer .chat-choice")(page)


def _side_effects(page: Page) -> None:
    """All that a rehearsal would have done."""
    _tab(1, ".who-part")(page)
    page.locator(".chat-begin button").click()
    _seen(".bubble-flow")(page)
    page.locator(".rehearsal-total summary").click()


def _by_hand(page: Page) -> None:
    """What a node is to hear in a rehearsal."""
    _rehearsed(page)
    page.locator(".ask-line button").last.click()
    _seen(".hand-form")(page)


def _cases(page: Page) -> None:
    """The test cases, run."""
    _tab(1, ".case-choice")(page)
    part = page.locator(".case-choice button").nth(1)
    part.click()
    expect(part).to_have_attribute("aria-pressed", "true")
    _seen("[data-case], .chat-begin")(page)
    expect(page.locator("[data-state=pending]")).to_have_count(0)
    expect(page.locator(".case-summary .rt-Spinner")).to_have_count(0)


def _failed_case(page: Page) -> None:
    """A case that goes otherwise, both ways beside each other."""
    _cases(page)
    page.locator("[data-state=failed] .case-open").first.click()
    _seen(".case-row-bad")(page)


def _kept_back(page: Page) -> None:
    """Publishing, kept back by a case."""
    _publish(page)
    _seen(".case-gate li")(page)


def _coverage(page: Page) -> None:
    """What was never rehearsed, on the canvas."""
    _cases(page)
    page.locator(".case-switches [role=switch]").first.click()
    _seen(".node.never")(page)


def _contact(page: Page) -> None:
    """What is known of a contact: a column, or a step of its own where there is no room for one."""
    _conversation(page)
    _seen(".talk-head")(page)
    if page.locator("#to-contact").is_visible():
        page.locator("#to-contact").click()


def _add_channel(page: Page) -> None:
    """The settings of a new channel."""
    page.locator(".page-head button").last.click()
    page.locator("[role=dialog] .starter-row").nth(1).click()
    _seen("[role=dialog] form")(page)


def _document(page: Page) -> None:
    """A document and what was understood of it."""
    page.locator("tbody .flow-link").first.click()
    _seen("[role=dialog] .hits li")(page)


def _hours(page: Page) -> None:
    """The hours of a team, to be changed."""
    page.locator(".lines-list [aria-haspopup=menu]").first.click()
    page.locator("[role=menuitem]").first.click()
    _seen("[role=dialog] form")(page)


def _no_hours(page: Page) -> None:
    """None left: a new copy has some."""
    _seen(".empty, .lines-list li")(page)
    if page.locator(".lines-list li").count():
        page.locator(".lines-list [aria-haspopup=menu]").click()
        page.locator("[role=menuitem]").last.click()
        page.locator("[role=alertdialog] button").last.click()
    _seen(".empty")(page)


def _adding(section: int) -> Callable[[Page], None]:
    """Adding in a section of the settings, counted among those where one adds."""

    def show(page: Page) -> None:
        page.locator(".section > div.row > .rt-Button").nth(section).click()
        _seen("[role=dialog] form")(page)

    return show


def _conversation(page: Page) -> None:
    """The inbox with its first conversation open."""
    _seen(".inbox-row")(page)
    page.locator(".inbox-row").first.click()


def _begin_rehearsal(page: Page) -> None:
    """The simulator before anything was said; who writes stands in words above it."""
    _tab(1, ".who-part")(page)
    expect(page.locator(".who-part").first).not_to_be_empty()


def _put_off(page: Page) -> None:
    """A conversation that is put off, and the menu that does so."""
    view = page.locator(".inbox-views button").nth(2)
    view.click()
    expect(view).to_have_attribute("aria-pressed", "true")
    page.locator(".inbox-row[data-id]").first.click()
    expect(page.locator("#snooze")).to_be_visible()
    page.keyboard.press("s")
    _seen("[role=menu]")(page)


def _none_mine(page: Page) -> None:
    """A list with nothing in it, while others have some."""
    page.locator("#view-mine").click()
    _seen(".inbox-list .empty")(page)


def _letters(page: Page) -> None:
    """Operations with the messages of one group."""
    page.locator(".fold").first.click()
    _seen(".group-letters")(page)


SCENES: dict[str, Scene] = {
    "sign-in": Scene("/sign-in", still, public=True),
    "sign-in-refused": Scene("/sign-in", _sign_in_refused, public=True),
    "flows": Scene("/flows", _seen("tbody tr, .flow-card")),
    "flows-new": Scene("/flows", _new_flow),
    "flows-none": Scene("/flows", _seen(".empty, .starter"), bare=True),
    "editor": Scene("/flows/luna", _properties),
    "editor-flow": Scene("/flows/luna", _flow_form),
    "editor-empty": Scene("/flows/empty", _seen(".canvas")),
    "editor-problems": Scene("/flows/half-done", _tab(2, ".problem-list")),
    "editor-history": Scene("/flows/luna", _tab(3, "[data-revision]")),
    "editor-history-none": Scene("/flows/half-done", _tab(3, ".empty")),
    "editor-compare": Scene("/flows/luna", _compared),
    "editor-help": Scene("/flows/luna", _help),
    "editor-slim": Scene("/flows/luna", _slim),
    "editor-menu": Scene("/flows/luna", _menu),
    "editor-follow": Scene("/flows/half-done", _follow),
    "editor-insert": Scene("/flows/luna", _insert),
    "editor-several": Scene("/flows/luna", _all_selected),
    "editor-find": Scene("/flows/luna", _find_words),
    "editor-keys": Scene("/flows/luna", _pressing("?", until="[role=dialog]")),
    "editor-texts": Scene("/flows/luna", _texts),
    "editor-publish": Scene("/flows/luna", _publish),
    "editor-publish-blocked": Scene("/flows/kinds", _publish),
    "editor-publish-kept-back": Scene("/flows/northgate", _kept_back),
    "form-branch": Scene("/flows/kinds", _form_of("branch")),
    "form-collect": Scene("/flows/kinds", _form_of("collect")),
    "form-hours": Scene("/flows/kinds", _form_of("business_hours")),
    "form-request": Scene("/flows/kinds", _form_of("http_request")),
    "form-split": Scene("/flows/kinds", _form_of("split")),
    "form-subflow": Scene("/flows/kinds", _form_of("subflow")),
    "form-table": Scene("/flows/kinds", _form_of("decision_table")),
    "form-table-sheet": Scene("/flows/marlow", _table),
    "rehearse-begin": Scene("/flows/luna", _begin_rehearsal),
    "rehearse-who": Scene("/flows/luna", _who(4)),
    "rehearse-who-more": Scene("/flows/marlow", _who(6)),
    "rehearse-whatsapp": Scene("/flows/marlow", _as_whatsapp),
    "rehearse-effects": Scene("/flows/luna", _side_effects),
    "rehearse-by-hand": Scene("/flows/luna", _by_hand),
    "rehearsal": Scene("/flows/luna", _rehearsed),
    "cases": Scene("/flows/northgate", _cases),
    "cases-none": Scene("/flows/half-done", _cases),
    "cases-failed": Scene("/flows/northgate", _failed_case),
    "cases-coverage": Scene("/flows/northgate", _coverage),
    "inbox": Scene("/inbox", _conversation),
    "inbox-contact": Scene("/inbox", _contact),
    "inbox-put-off": Scene("/inbox", _put_off),
    "inbox-choose": Scene("/inbox", _seen(".inbox-row")),
    "inbox-none-mine": Scene("/inbox", _none_mine),
    "inbox-none": Scene("/inbox", _seen(".empty"), bare=True),
    "knowledge": Scene("/knowledge", _seen("tbody tr")),
    "knowledge-document": Scene("/knowledge", _document),
    "knowledge-none": Scene("/knowledge", _seen(".empty"), bare=True),
    "channels": Scene("/channels", _seen(".cards li")),
    "channels-add": Scene("/channels", _add_channel),
    "channels-none": Scene("/channels", _seen(".empty"), bare=True),
    "operations": Scene("/operations", _letters),
    "operations-calm": Scene("/operations", _seen(".verdict"), bare=True),
    "settings": Scene("/settings", _seen(".lines-list li")),
    "settings-service": Scene("/settings", _adding(0)),
    "settings-person": Scene("/settings", _adding(1)),
    "settings-token": Scene("/settings", _adding(2)),
    "hours": Scene("/settings/hours", _seen(".lines-list li")),
    "hours-change": Scene("/settings/hours", _hours),
    "hours-none": Scene("/settings/hours", _no_hours, bare=True),
    "nowhere": Scene("/no-such-screen", still),
    "shop": Scene("/shop?from=DE", still, public=True),
}


def open_scene(page: Page, url: str, scene: Scene) -> None:
    """Go to a scene, and wait until it is there and nothing loads."""
    # How the hand left the canvas in another scene is none of this one's.
    page.add_init_script("localStorage.removeItem('parley-canvas')")
    page.goto(url + scene.path)
    page.wait_for_load_state("networkidle")
    scene.show(page)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
