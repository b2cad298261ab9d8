"""What the editor does not do more of when the flow is larger: draw, send, receive. Counted, not timed."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from tests.bench.editor_flows import large_flow
from tests.browser.editing import Desk, Editor

pytestmark = pytest.mark.browser

SMALL, LARGE = 20, 400
# The same in every flow, but for numbers that are as long as they are, such as times.
ABOUT = 40

# How far the drawn ends of edges are from the ports that they belong to, in pixels of the screen.
ASTRAY = """() => [...document.querySelectorAll(".way")].flatMap((way) => {
  const [source, port] = way.dataset.edge.split("/");
  const knob = document.querySelector(`[data-node="${source}"] [data-port="${port}"] .port-handle`);
  if (!knob) return [];
  const line = way.querySelector(".react-flow__edge-path");
  const { x, y } = line.getPointAtLength(0).matrixTransform(line.getScreenCTM());
  const box = knob.getBoundingClientRect();
  return [Math.hypot(x - box.right, y - (box.top + box.height / 2))];
})"""


class Counted(Editor):
    """An editor that counts what comes down its socket, too."""

    def __init__(self, page: Page, desk: Desk, size: int) -> None:
        self.received: list[str] = []
        page.on("websocket", lambda socket: socket.on("framereceived", self._came))
        super().__init__(page, desk, desk.create(f"{size} nodes", large_flow(size)))
        # The check after opening has been told: n1 has a problem.
        expect(self.node("n1").locator(".node-badge")).to_be_visible()
        self.select("n0")
        expect(self.page.locator("[data-form=n0]")).to_be_visible()

    def _came(self, frame: str | bytes) -> None:
        text = frame if isinstance(frame, str) else frame.decode()
        if text.startswith("42"):
            self.received.append(text)

    def carried(self, act: Callable[[], None]) -> tuple[int, int]:
        """Messages that an act sends, and the characters that come back for it."""
        self.sent.clear()
        self.received.clear()
        act()
        self.settled()
        # Whatever was still to come of it came before this answer.
        self.page.get_by_role("tab", name="History").click()
        expect(self.page.get_by_role("tab", name="History")).to_have_attribute("data-state", "active")
        self.page.get_by_role("tab", name="Properties").click()
        expect(self.page.locator("[data-form=n0]")).to_be_visible()
        of_edit = [frame for frame in self.received if "patches" in frame or "_form" in frame]
        return len([frame for frame in self.sent if ".edit" in frame or ".select" in frame]), sum(map(len, of_edit))


def dragged(editor: Editor) -> None:
    title = editor.node("n0").locator(".node-title")
    editor.drag(title, editor.by(title, 160, 96))


def written(editor: Editor) -> None:
    editor.page.get_by_label("Text", exact=True).fill("Good day")
    expect(editor.node("n0").locator(".node-summary")).to_contain_text("Good day")


def test_what_an_edit_costs_does_not_grow_with_the_flow(page: Page, desk: Desk) -> None:
    received = {}
    for size in (SMALL, LARGE):
        editor = Counted(page, desk, size)
        messages, moved = editor.carried(partial(dragged, editor))
        assert messages <= 2
        received[size] = (moved, editor.carried(partial(written, editor))[1])
    for small, large in zip(*received.values(), strict=True):
        assert large <= small + ABOUT


def test_a_large_flow_is_drawn_as_far_as_it_is_seen(page: Page, desk: Desk) -> None:
    editor = Counted(page, desk, LARGE)
    assert 0 < editor.nodes.count() < 40
    astray = editor.page.evaluate(ASTRAY)
    assert len(astray) > 5
    assert max(astray) < 1
    editor.press("1")
    editor.at_rest()
    expect(editor.node("n387")).to_be_visible()
    # From far away no part of a node is drawn that cannot be made out, and edges are a few lines.
    expect(editor.page.locator(".port-handle")).to_have_count(0)
    expect(editor.edges).to_have_count(0)
    expect(editor.page.locator(".far-ways .still")).to_have_attribute("d", re.compile(r"\d"))
    # The hand moves nodes here as it does near by.
    before = editor.stored.layout["n210"]
    title = editor.node("n210")
    editor.drag(title, editor.by(title, 60, 60))
    editor.until(lambda flow: flow.layout["n210"] != before)
    editor.press("Control+z")
    editor.until(lambda flow: flow.layout["n210"] == before)
