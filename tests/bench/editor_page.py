"""One editor in a real browser, with a watch in the page: when it could be used, how long its frames take, what its
socket carries.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, WebSocket

from server import people
from tests.bench.figures import quantile

SIZE = {"width": 1440, "height": 900}

# The page's own clock, from the moment the address was asked for: when nodes stood there, and when one was selected.
WATCH = """
window.seen = {};
const look = () => {
  if (!seen.drawn && document.querySelector(".react-flow__node .node")) seen.drawn = performance.now();
  if (!seen.selected && document.querySelector(".react-flow__node .node.selected")) seen.selected = performance.now();
  if (!seen.selected) requestAnimationFrame(look);
};
requestAnimationFrame(look);
let times = null;
const tick = (now) => {
  times?.push(now);
  requestAnimationFrame(tick);
};
requestAnimationFrame(tick);
window.countFrames = () => { times = []; };
window.frameTimes = () => {
  const found = times.slice(1).map((now, place) => now - times[place]);
  times = null;
  return found;
};
"""


@dataclass
class Traffic:
    """What went over the sockets of a page: frames with events of the screens, not the socket's own pings."""

    sent: list[str] = field(default_factory=list)
    received: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Take in what this page's sockets carry from now on."""

        def opened(socket: WebSocket) -> None:
            socket.on("framesent", lambda frame: self._keep(self.sent, frame))
            socket.on("framereceived", lambda frame: self._keep(self.received, frame))

        page.on("websocket", opened)

    @staticmethod
    def _keep(kept: list[str], frame: str | bytes) -> None:
        text = frame if isinstance(frame, str) else frame.decode()
        if text.startswith("42"):
            kept.append(text)

    def clear(self) -> None:
        """Forget what was until now."""
        self.sent.clear()
        self.received.clear()


class Hand:
    """A tab with an editor in it, and what a person does there."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.page = context.new_page()
        self.page.add_init_script(WATCH)
        self.traffic = Traffic()
        self.traffic.follow(self.page)

    def open(self, which: str) -> tuple[float, float]:
        """Open a flow and select a node; milliseconds until nodes stood there, and until one was selected."""
        self.page.goto(f"{self.url}/flows/{which}", wait_until="commit")
        self.page.locator("[data-node=n0] .node-title").click(timeout=60_000)
        self.page.wait_for_function("seen.selected")
        seen = self.page.evaluate("seen")
        return seen["drawn"], seen["selected"]

    def settled(self) -> None:
        """Wait until everything done has reached the draft."""
        self.page.wait_for_selector(".savemark[data-state=saved]")

    def see_all(self) -> None:
        """Zoom out until the whole flow is seen."""
        self.page.evaluate("document.activeElement.blur()")
        self.page.keyboard.press("1")
        self.page.wait_for_timeout(600)

    def see(self, node: str) -> None:
        """Bring a node near, its neighbours around it."""
        self.page.evaluate("document.activeElement.blur()")

    def frames(self, doing: Callable[[], None]) -> list[float]:
        """Milliseconds between the frames while something is done."""
        self.page.evaluate("countFrames()")
        doing()
        found: list[float] = self.page.evaluate("frameTimes()")
        return found

    def drag(self, node: str, seconds: float) -> None:
        """Drag a node around, about as often as a mouse says where it is, and let it go."""
        box = self.page.locator(f"[data-node={node}]").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + min(14.0, box["height"] / 4)
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        self.wander(x, y, seconds)
        mouse.up()

    def wander(self, x: float, y: float, seconds: float) -> None:
        """Move the mouse around a place for this long."""
        began = time.monotonic()
        step = 0
        while time.monotonic() - began < seconds:
            step += 1
            self.page.mouse.move(x + step % 80 * 2, y + step % 40 * 2)
            rest = began + step / 60 - time.monotonic()
            if rest > 0:
                time.sleep(rest)


def profile_of(browser: Browser, url: str, token: str) -> BrowserContext:
    """A browser profile with nothing in its cache, signed in."""
    context = browser.new_context(locale="en-US", viewport=SIZE)
    context.add_cookies([{"name": people.COOKIE, "value": token, "url": url}])
    return context


def p95(values: list[float]) -> float:
    """What 95 of 100 do not exceed."""
    return quantile(values, 0.95)


Found = dict[str, Any]
