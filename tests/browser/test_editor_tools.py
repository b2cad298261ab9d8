"""What helps the hand on the canvas: boxes, menus, tidying, zoom, labels; and who cannot see or use a mouse."""

import re

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, FloatRect, Locator, Page, expect

import flows
from tests.browser.editing import Desk, Editor, Open
from tests.browser.editing import flow_of as of_nodes
from tests.browser.visiting import RULES, faults
from tests.builder_ui.test_protocol import flow_of

pytestmark = pytest.mark.browser


def along(editor: Editor, line: Locator, share: float) -> tuple[float, float]:
    """The point at a share of an edge's length, on the screen."""
    editor.at_rest()
    x, y = line.evaluate(
        """(path, share) => {
          const place = path.getPointAtLength(path.getTotalLength() * share).matrixTransform(path.getScreenCTM());
          return [place.x, place.y];
        }""",
        share,
    )
    return x, y


def test_a_first_step_stays_done(edit: Open) -> None:
    editor = edit("Stepped", flow_of(2))
    looked = editor.page.locator(".steps .step").first
    expect(looked).not_to_have_class(re.compile("done"))
    editor.select("say_0")
    expect(looked).to_have_class(re.compile("done"))
    editor.press("Escape")
    expect(editor.page.locator(".form[data-form=flow]")).to_be_visible()
    expect(looked).to_have_class(re.compile("done"))


def test_a_flow_never_loses_its_name(edit: Open) -> None:
    editor = edit("Named")
    name = editor.page.get_by_label("Name of the flow")
    for written, key in (("", "Enter"), ("  ", "Tab"), ("Half a thou", "Escape")):
        name.fill(written)
        name.press(key)
        expect(name).to_have_value("Named")
    name.fill("Renamed")
    name.press("Enter")
    editor.until(lambda flow: flow.name == "Renamed")
    expect(name).to_have_value("Renamed")


def test_a_box_and_shift_select_several(edit: Open) -> None:
    editor = edit("Box", flow_of(3))
    first, second, third = (editor.node(f"say_{number}") for number in range(3))
    start = editor.by(first, -110, -90)
    end = editor.by(second, 60, 90)
    editor.page.keyboard.down("Shift")
    editor.page.mouse.move(*start)
    editor.page.mouse.down()
    editor.page.mouse.move(*end, steps=6)
    editor.page.mouse.up()
    editor.page.keyboard.up("Shift")
    expect(first).to_have_class(re.compile("selected"))
    expect(second).to_have_class(re.compile("selected"))
    expect(third).not_to_have_class(re.compile("selected"))
    editor.press("ArrowDown")
    editor.until(lambda flow: [flow.layout[f"say_{n}"][1] for n in range(3)] == [16, 16, 0])
    editor.canvas.click(position={"x": 20, "y": 20})
    third.locator(".node-title").click()
    first.locator(".node-title").click(modifiers=["Shift"])
    editor.press("Delete")
    assert editor.until(lambda flow: len(flow.nodes) == 1).nodes.keys() == {"say_1"}


def test_tidying_leaves_no_node_on_another_and_can_be_undone(edit: Open) -> None:
    heap = flows.from_dict({**flows.as_dict(flows.starter("luna")), "layout": {}})
    editor = edit("Heap", heap)
    editor.canvas.click(position={"x": 20, "y": 20})
    editor.press("t")
    flow = editor.until(lambda flow: len(flow.layout) == len(flow.nodes))
    assert len(editor.edits()) == 1
    places = list(flow.layout.values())
    for position, (x, y) in enumerate(places):
        assert not any(abs(x - left) < 240 and abs(y - top) < 48 for left, top in places[position + 1 :])
    editor.press("Control+z")
    editor.until(lambda flow: flow.layout == {})


def test_the_menu_has_the_acts_by_name_and_key(edit: Open) -> None:
    editor = edit("Menu", flow_of(2))
    editor.node("say_1").locator(".node-title").click(button="right")
    menu = editor.page.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="Duplicate")).to_contain_text("Ctrl+D")
    menu.get_by_role("menuitem", name="Start here").click()
    editor.until(lambda flow: flow.start == "say_1")
    expect(editor.node("say_1").locator(".node-start")).to_be_visible()
    editor.node("say_1").locator(".node-title").click(button="right")
    editor.press("Escape")
    expect(editor.page.locator(".react-flow__node[data-id=say_1]")).to_be_focused()
    editor.node("say_1").locator(".node-title").click(button="right")
    editor.press("ArrowUp", "Enter")
    editor.until(lambda flow: flow.nodes.keys() == {"say_0"})
    expect(menu).to_have_count(0)


def test_from_afar_a_node_is_title_and_icon(edit: Open) -> None:
    editor = edit("Afar", flow_of(3))
    summary = editor.node("say_0").locator(".node-summary")
    expect(summary).to_be_visible()
    editor.canvas.click(position={"x": 20, "y": 20})
    editor.press("-", "-", "-", "-", "-", "-", "-", "-")
    expect(summary).to_be_hidden()
    expect(editor.node("say_0").locator(".node-title")).to_be_visible()
    editor.press("0")
    expect(summary).to_be_visible()
    expect(editor.page.get_by_role("toolbar").get_by_text("100%")).to_be_visible()


@pytest.mark.parametrize(("name", "word_seen"), [("Hello", True), ("Buyer's language", False)])
def test_a_start_shows_all_of_its_name_before_the_word_for_it(edit: Open, name: str, word_seen: bool) -> None:
    flow = flows.starter("many-accounts")
    named = msgspec.structs.replace(flow.nodes[flow.start], name=name)
    start = edit("Named", msgspec.structs.replace(flow, nodes={**flow.nodes, flow.start: named})).node(flow.start)
    assert start.locator(".node-title").evaluate("it => it.scrollWidth <= it.clientWidth")
    mark = start.locator(".node-start")
    expect(mark.locator("svg")).to_be_visible()
    below = "it => it.lastChild.getBoundingClientRect().top >= it.getBoundingClientRect().bottom"
    assert mark.evaluate(below) is not word_seen


def test_an_edge_says_its_port_under_the_pointer(edit: Open) -> None:
    editor = edit("Label", flow_of(2))
    expect(editor.page.locator(".way-title")).to_have_count(0)
    line = editor.page.locator(".react-flow__edge-interaction")
    # Beside its middle, where the "+" stands.
    x, y = along(editor, line, 0.2)
    editor.page.mouse.move(x, y)
    expect(editor.page.locator(".way-title")).to_have_text("Next")
    editor.page.mouse.click(x, y)
    editor.press("Delete")
    editor.until(lambda flow: flow.edges == ())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_on_the_editor_keeps_anybody_out(edit: Open, page: Page, theme: str) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    editor = edit("For everybody", flows.starter("luna"))
    expect(page.locator(".form[data-form=flow]")).to_be_visible()
    assert faults(page, RULES) == []
    editor.canvas.click(position={"x": 20, "y": 20})
    editor.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert faults(page, RULES) == []
    editor.press("Escape", "Control+f")
    expect(page.get_by_role("dialog", name="Find")).to_be_visible()
    assert faults(page, RULES) == []
    editor.press("Escape")
    page.get_by_role("tab", name="History").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults(page, RULES) == []


def ways(flow: flows.check.Flow) -> set[tuple[str, str]]:
    return {(way.source, way.target) for way in flow.edges}


def test_the_hand_puts_in_between_copies_aligns_and_finds(edit: Open) -> None:
    editor = edit("Hand", flow_of(3))
    page, mouse = editor.page, editor.page.mouse
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    said = page.locator(".canvas-said")
    drawn = editor.stored
    line = page.locator(".react-flow__edge-interaction").first

    # A card let go over an edge.
    editor.drag(page.locator(".palette-card[data-type=tag]"), along(editor, line, 0.5))
    tag = editor.of_type("tag")
    assert {("say_0", tag), (tag, "say_1")} < ways(editor.stored)
    assert len(editor.edits()) == 1
    editor.press("Control+z")
    expect(said).to_have_text("Undone: adding “Tag”")
    assert editor.until(lambda flow: len(flow.nodes) == 3) == drawn

    # The "+" of an edge, and the way there by keyboard.
    for asked in ("mouse", "keyboard"):
        if asked == "mouse":
            x, y = along(editor, line, 0.5)
            mouse.move(x + 8, y + 80)
            mouse.move(x, y, steps=3)
            page.get_by_role("button", name="Insert a node").click()
        else:
            editor.select("say_0")
            editor.press("i")
        page.keyboard.type("wait")
        editor.press("Enter")
        wait = editor.of_type("wait")
        assert {("say_0", wait), (wait, "say_1")} < ways(editor.stored)
        editor.press("Control+z")
        editor.until(lambda flow: len(flow.nodes) == 3)

    # A node that nothing leads to is laid onto an edge.
    loose = editor.drop("tag", 300, 560)
    editor.drag(editor.node(loose).locator(".node-title"), along(editor, line, 0.5))
    editor.until(lambda flow: {("say_0", loose), (loose, "say_1")} < ways(flow))
    editor.press("Control+z")
    editor.until(lambda flow: len(flow.edges) == 2)

    # A box around all; lined up, spread out, and back.
    editor.press("1")
    editor.at_rest()
    box = editor.canvas.bounding_box()
    assert box is not None
    mouse.move(box["x"] + 4, box["y"] + 4)
    mouse.down()
    mouse.move(box["x"] + box["width"] - 8, box["y"] + box["height"] - 80, steps=6)
    mouse.up()
    before = editor.stored.layout
    page.get_by_role("toolbar", name="4 selected").get_by_role("button", name="Align left").click()
    editor.until(lambda flow: len({x for x, _ in flow.layout.values()}) == 1)
    editor.press("Control+z")
    editor.until(lambda flow: flow.layout == before)

    # Alt leaves the original where it is.
    editor.canvas.click(position={"x": 20, "y": 20})
    title = editor.node("say_1").locator(".node-title")
    page.keyboard.down("Alt")
    editor.drag(title, editor.by(title, 40, 160))
    page.keyboard.up("Alt")
    flow = editor.until(lambda flow: len(flow.nodes) == 5)
    assert flow.layout["say_1"] == before["say_1"]
    (copy,) = flow.nodes.keys() - before.keys()
    assert flow.nodes[copy] == flow.nodes["say_1"]

    # A note is found by its words, and copied with the rest to where the pointer is.
    editor.canvas.click(position={"x": 20, "y": 20})
    editor.press("n")
    page.get_by_label("Note", exact=True).fill("Ask Marta about lapis")
    editor.press("Escape", "Control+k")
    page.keyboard.type("marta")
    expect(page.get_by_role("dialog", name="Find").locator("mark")).to_have_text("Marta")
    expect(page.get_by_role("dialog", name="Find").get_by_role("status")).to_have_text("1 found")
    editor.press("Enter", "Control+c")
    mouse.move(box["x"] + 400, box["y"] + 120)
    editor.press("Control+v")
    editor.until(lambda flow: [note.text for note in flow.notes.values()] == ["Ask Marta about lapis"] * 2)

    # Undo from a field that has nothing of its own to undo.
    editor.select("say_0")
    field = page.get_by_label("Text", exact=True)
    field.fill("Other words")
    editor.until(lambda flow: flow.nodes["say_0"].text == "Other words")
    expect(field).to_be_focused()
    editor.press("Control+z")
    expect(said).to_have_text("Undone: text of “Message”")
    expect(field).to_have_value("This is say_0")


def test_what_is_to_follow_says_after_which_port(edit: Open) -> None:
    choices = [{"id": "a", "label": "Yes"}, {"id": "b", "label": "No"}]
    asks = {"type": "question", "name": "Ask the size", "text": "Small?", "choices": choices}
    editor = edit("After", of_nodes({"ask": asks, "say": {"type": "message", "text": "Thank you"}}))
    page = editor.page

    def told(name: str, after: str) -> None:
        dialog = page.get_by_role("dialog", name=name)
        expect(dialog.get_by_role("heading")).to_have_text(after)
        expect(dialog).to_have_accessible_description(after)
        expect(dialog.get_by_role("combobox")).to_be_focused()

    for node, port, after in (("ask", "b", "After “No” of “Ask the size”"), ("say", "next", "After “Message”")):
        start = editor.port(node, port)
        editor.drag(start, editor.by(start, 40, 240))
        told("What comes next?", after)
        editor.press("Escape")

    editor.select("ask")
    editor.press("c")
    told("Connect", "After “Ask the size”")
    page.keyboard.type("yes")
    editor.press("Enter")
    told("Connect", "After “Yes” of “Ask the size”")
    page.keyboard.type("message")
    editor.press("Enter")
    editor.until(lambda flow: ways(flow) == {("ask", "say")})
    editor.press("i")
    told("Insert a node", "After “Yes” of “Ask the size”")


def test_a_note_grows_and_shrinks_by_keys(edit: Open) -> None:
    editor = edit("Noted", flow_of(1))
    page = editor.page

    def width(wanted: float | None) -> None:
        editor.until(lambda flow: [note.width for note in flow.notes.values()] == [wanted])

    editor.press("n")
    page.get_by_label("Note", exact=True).fill("Ask Marta about lapis")
    editor.press("Escape", "Space")
    note = page.locator(".react-flow__node-note")
    expect(note).to_have_class(re.compile("selected"))
    width(None)
    # One press each: of two that follow each other slowly, two acts would be made.
    editor.press("w")
    expect(note).to_have_css("width", "240px")
    width(240)
    editor.press("Shift+w")
    width(208)
    editor.press("Control+z")
    width(240)
    editor.press("Control+z")
    width(None)
    editor.press(*["w"] * 30)
    width(960)
    editor.press(*["Shift+w"] * 30)
    width(96)
    note.click(button="right")
    page.get_by_role("menuitem", name="Make the note wider").click()
    width(128)
    editor.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Make the note widerW")
    expect(keys).to_contain_text("Make the note narrowerShift+W")
    editor.press("Escape")
    # A node has no width of its own to change.
    editor.select("say_0")
    page.locator("[data-node=say_0]").click(button="right")
    expect(page.get_by_role("menuitem", name="Duplicate")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Make the note wider")).to_have_count(0)


def too_small(buttons: list[Locator]) -> list[FloatRect | None]:
    """Those that a finger may miss: under 40 pixels, or not to be seen at all."""
    boxes = [button.bounding_box() for button in buttons]
    return [box for box in boxes if not box or min(box["width"], box["height"]) < 40]


class Finger:
    """A finger on the screen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session = page.context.new_cdp_session(page)

    def put(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def draw(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.put("touchStart", start)
        for step in range(1, 9):
            self.put(
                "touchMove", (start[0] + (end[0] - start[0]) * step / 8, start[1] + (end[1] - start[1]) * step / 8)
            )
        self.put("touchEnd")


def test_a_finger_does_what_a_mouse_does(desk: Desk, context: BrowserContext) -> None:
    assert context.browser is not None
    touching = context.browser.new_context(has_touch=True, viewport={"width": 1180, "height": 820}, locale="en-US")
    editor = Editor(touching.new_page(), desk, desk.create("Finger", flow_of(3)))
    page, finger = editor.page, Finger(editor.page)
    view = page.locator(".react-flow__viewport")

    def place(locator: Locator) -> tuple[float, float]:
        return editor.by(locator, 0, 0)

    def moved(before: str | None) -> None:
        expect(view).not_to_have_attribute("style", str(before))
        editor.at_rest()

    # One finger moves the view, two zoom.
    seen = view.get_attribute("style")
    finger.draw((520, 700), (480, 640))
    moved(seen)
    seen = view.get_attribute("style")
    finger.put("touchStart", (500, 700), (600, 700))
    finger.put("touchMove", (490, 700), (610, 700))
    finger.put("touchMove", (510, 700), (590, 700))
    finger.put("touchEnd")
    moved(seen)
    expect(editor.page.locator(".node.selected")).to_have_count(0)
    page.get_by_role("button", name="Show everything").tap()
    editor.at_rest()

    # Tap, carry, connect.
    editor.node("say_1").locator(".node-title").tap()
    expect(editor.node("say_1")).to_have_class(re.compile("selected"))
    finger.draw(place(editor.port("say_2", "next")), place(editor.node("say_0").locator(".node-title")))
    editor.until(lambda flow: ("say_2", "say_0") in ways(flow))
    finger.draw(place(page.locator(".palette-card[data-type=close]")), (480, 680))
    close = editor.of_type("close")

    # Held still, a finger opens the menu.
    finger.put("touchStart", place(editor.node(close).locator(".node-title")))
    expect(page.get_by_role("menu")).to_be_visible()
    finger.put("touchEnd")
    page.get_by_role("menuitem", name="Delete").tap()
    editor.until(lambda flow: close not in flow.nodes)

    # Help without a pointer that hovers.
    page.get_by_role("button", name="What is “Wait” for?").tap()
    expect(page.get_by_role("tooltip").locator("svg.picture")).to_be_visible()
    touching.close()


@pytest.mark.parametrize(
    ("locale", "selected", "more"), [("en-US", "3 selected", "More"), ("zh-CN", "已选 3 个", "更多")]
)
def test_on_a_phone_the_bar_over_several_is_one_row(
    desk: Desk, browser: Browser, locale: str, selected: str, more: str
) -> None:
    phone = browser.new_context(is_mobile=True, has_touch=True, viewport={"width": 390, "height": 844}, locale=locale)
    editor = Editor(phone.new_page(), desk, desk.create("Several", flow_of(3)))
    page = editor.page
    editor.canvas.click(position={"x": 20, "y": 20})
    editor.press("1", "Control+a")
    editor.at_rest()
    bar = page.get_by_role("toolbar", name=selected)
    expect(bar).to_be_visible()
    buttons = bar.get_by_role("button").all()
    assert len({box["y"] for button in buttons if (box := button.bounding_box())}) == 1
    assert too_small(buttons) == []
    outer = bar.bounding_box()
    assert outer is not None
    assert (outer["x"] >= 8, outer["x"] + outer["width"] <= 382) == (True, True)
    # All of them by keyboard, each in sight, and behind the last one those that there is no room for.
    buttons[0].focus()
    for button in buttons[:-1]:
        expect(button).to_be_focused()
        expect(button).to_be_in_viewport(ratio=1)
        editor.press("Tab")
    expect(bar.get_by_role("button", name=more)).to_be_focused()
    editor.press("Enter")
    expect(page.get_by_role("menu").locator(":focus")).to_have_count(1)
    editor.press("Escape")
    bar.get_by_role("button", name=more).tap()
    assert too_small(page.get_by_role("menuitem").all()) == []
    page.locator(".menu-row [role=menuitem]").nth(2).tap()
    editor.until(lambda flow: len({x for x, _ in flow.layout.values()}) == 1)
    phone.close()
