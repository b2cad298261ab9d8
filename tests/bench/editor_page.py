"""One editor in a real browser, with a watch in the page: when it could be used, how long its frames take, what its
socket carries.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page, WebSocket

from server import people

SIZE = {"width": 1440, "height": 900}

# The page's own clock, from the moment the address was asked for: when nodes stood there, and when one was selected.
# Moments that are compared between pages are milliseconds of the machine's clock.
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
const now = () => performance.timeOrigin + performance.now();
addEventListener("pointerup", () => { window.letGo = now(); }, true);
window.watch = (selector, attribute) => {
  window.moved = 0;
  const watcher = new MutationObserver(() => {
    window.moved = now();
    watcher.disconnect();
  });
  watcher.observe(document.querySelector(selector), { attributes: true, attributeFilter: [attribute] });
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


@dataclass
class Drag:
    """What dragging cost: milliseconds between frames, and of the page's work for each step of the hand."""

    frames: list[float]
    script: float
    layout: float
    work: float


class Hand:
    """A tab, and what a person does in it with the mouse."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.page = context.new_page()
        self.page.add_init_script(WATCH)
        self.traffic = Traffic()
        self.traffic.follow(self.page)
        self.metrics = context.new_cdp_session(self.page)
        # The page's own time on a core: what others take of a busy machine does not count.
        self.metrics.send("Performance.enable", {"timeDomain": "threadTicks"})

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

    def zoom_out(self, steps: int) -> None:
        """Step back so many times; 0: until the whole flow is seen."""
        self.page.evaluate("document.activeElement.blur()")
        for key in ["-"] * steps or ["1"]:
            self.page.keyboard.press(key)
            # Until the view has come to rest: what moves it ends by itself.
            self.page.wait_for_timeout(400)

    def frames(self, doing: Callable[[], object]) -> list[float]:
        """Milliseconds between the frames while something is done."""
        self.page.evaluate("countFrames()")
        doing()
        found: list[float] = self.page.evaluate("frameTimes()")
        return found

    def rest(self, seconds: float) -> list[float]:
        """The frames while nothing happens at all."""
        return self.frames(lambda: self.page.wait_for_timeout(seconds * 1000))

    def drag(self, selector: str, seconds: float) -> Drag:
        """Drag something around, about as often as a mouse says where it is, and put it back."""
        x, y = self.handle(selector)
        mouse = self.page.mouse
        mouse.move(x, y)
        before = self._spent()
        mouse.down()
        steps: list[int] = []
        frames = self.frames(lambda: steps.append(self._wander(x, y, seconds)))
        after = self._spent()
        # Back where it was, for the next round.
        mouse.move(x, y)
        mouse.up()
        cost = {name: (after[name] - before[name]) * 1000 / steps[0] for name in after}
        layout = cost["LayoutDuration"] + cost["RecalcStyleDuration"]
        return Drag(frames, cost["ScriptDuration"], layout, cost["TaskDuration"])

    def handle(self, selector: str) -> tuple[float, float]:
        """Where the hand takes something: near its top."""
        box = self.page.locator(selector).bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + min(14.0, box["height"] / 4)

    def _wander(self, x: float, y: float, seconds: float) -> int:
        began = time.monotonic()
        step = 0
        while time.monotonic() - began < seconds:
            step += 1
            self.page.mouse.move(x + step % 80 * 2, y + step % 40 * 2)
            rest = began + step / 60 - time.monotonic()
            if rest > 0:
                time.sleep(rest)
        return step

    def _spent(self) -> dict[str, float]:
        wanted = {"ScriptDuration", "LayoutDuration", "RecalcStyleDuration", "TaskDuration"}
        told = self.metrics.send("Performance.getMetrics")["metrics"]
        return {one["name"]: one["value"] for one in told if one["name"] in wanted}


def profile_of(browser: Browser, url: str, token: str) -> BrowserContext:
    """A browser profile with nothing in its cache, signed in."""
    context = browser.new_context(locale="en-US", viewport=SIZE)
    context.add_cookies([{"name": people.COOKIE, "value": token, "url": url}])
    return context
