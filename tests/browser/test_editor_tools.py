"""What helps the hand on the canvas: boxes, menus, tidying, zoom, labels; and who cannot see or use a mouse."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import flows
from tests.browser.editing import Desk, Editor
from tests.builder_ui.test_protocol import flow_of
from tests.serving import Parley

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

Open = Callable[..., Editor]


@pytest.fixture(scope="session")
def desk(served: Parley) -> Desk:
    return Desk(served)


@pytest.fixture
def edit(page: Page, desk: Desk) -> Open:
    return lambda name, flow=None: Editor(page, desk, desk.create(name, flow))


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


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


def test_an_edge_says_its_port_under_the_pointer(edit: Open) -> None:
    editor = edit("Label", flow_of(2))
    expect(editor.page.locator(".way-title")).to_have_count(0)
    line = editor.page.locator(".react-flow__edge-interaction")
    # Beside its middle, where the "+" stands.
    x, y = line.evaluate(
        """(path) => {
          const place = path.getPointAtLength(path.getTotalLength() / 5);
          const seen = place.matrixTransform(path.getScreenCTM());
          return [seen.x, seen.y];
        }"""
    )
    editor.page.mouse.move(x, y)
    expect(editor.page.locator(".way-title")).to_have_text("Next")
    editor.page.mouse.click(x, y)
    editor.press("Delete")
    editor.until(lambda flow: flow.edges == ())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_on_the_editor_keeps_anybody_out(edit: Open, page: Page, theme: str) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    editor = edit("For everybody", flows.starter("luna"))
    assert faults(page) == []
    editor.canvas.click(position={"x": 20, "y": 20})
    editor.press("?")
    assert faults(page) == []
    editor.press("Escape", "Control+f")
    assert faults(page) == []
    editor.press("Escape")
    page.get_by_role("tab", name="History").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    # What comes in is seen through while it does.
    page.wait_for_function("() => document.getAnimations().every((one) => one.playState !== 'running')")
    assert faults(page) == []
