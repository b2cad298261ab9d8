"""The editor in a real browser: how soon a large flow opens, how it moves under the hand, what an edit costs.

Everything is measured in turn within each round, floors included, so that a busy machine strikes all alike.
"""

import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from sqlalchemy import select

from server import tables
from server.checking import problems
from tests.bench.editor_floor import lay_floors
from tests.bench.editor_flows import large_flow
from tests.bench.editor_page import Drag, Hand, profile_of
from tests.bench.editor_tables import tell
from tests.bench.figures import Report
from tests.browser.editing import Desk
from tests.conftest import BROWSER_FLAGS, BROWSERS
from tests.serving import Parley

NEAR, FAR = "near", "all"
BARE, PLAIN, OWN = "a bare page", "React Flow alone", "Parley"


class Size(msgspec.Struct, frozen=True):
    """How much is measured: nodes of the two flows, rounds, seconds of a drag, edits of a round."""

    small: int = 50
    large: int = 500
    rounds: int = 5
    seconds: float = 2.0
    edits: int = 10
    pages: tuple[str, ...] = ("sign-in", "flows", "inbox", "knowledge", "channels", "operations", "settings")


QUICK = Size(small=10, large=60, rounds=1, seconds=0.3, edits=2)


class Edit(msgspec.Struct, frozen=True):
    """Milliseconds from letting go to the draft's row, "Saved" and another's screen; messages sent, bytes received."""

    row: float
    saved: float
    other: float
    messages: int
    received: int


class Found:
    """The figures by what was measured, one of each round or act."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.drawn: dict[tuple[int, str], list[float]] = defaultdict(list)
        self.usable: dict[tuple[int, str], list[float]] = defaultdict(list)
        self.drags: dict[tuple[str, str], list[Drag]] = defaultdict(list)
        self.rests: dict[tuple[str, str], list[list[float]]] = defaultdict(list)
        self.shown: dict[tuple[str, str], int] = {}
        self.edits: dict[int, list[Edit]] = defaultdict(list)
        self.texts: dict[int, list[int]] = defaultdict(list)
        self.checks: dict[int, list[float]] = defaultdict(list)
        self.scripts: dict[str, tuple[int, int]] = {}


def measure(report: Report, size: Size) -> None:
    """Start Parley and a browser, measure, and put the tables into the report."""
    with tempfile.TemporaryDirectory() as folder:
        served = Parley(Path(folder) / "data").wait_until_healthy()
        try:
            with chromium() as browser:
                report.machine["browser"] = f"Chromium {browser.version.split('.')[0]} without a graphics card"
                tell(report, measured(browser, Desk(served), size, Path(folder)))
        finally:
            served.stop()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that the tests drive, too."""
    path = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield browser
        browser.close()


def measured(browser: Browser, desk: Desk, size: Size, folder: Path) -> Found:
    """All figures of this copy of Parley."""
    found = Found(size)
    which = {count: desk.create(f"{count} nodes", large_flow(count)) for count in (size.small, size.large)}
    # The very first page of a browser is nobody's measure.
    if size.rounds > 1:
        _open(browser, desk, which[size.small], None, None)
    for _ in range(size.rounds):
        for count in which:
            _open(browser, desk, which[count], found, count)
    _drags(browser, desk, which[size.large], found, folder)
    for count in which:
        _edits(browser, desk, which[count], found, count)
        for _ in range(max(3, size.rounds)):
            found.checks[count].append(_check(desk, which[count]))
    for page in (*size.pages, f"flows/{which[size.small]}"):
        found.scripts["the editor" if "/" in page else page] = _scripts(browser, desk, page)
    return found


def _open(browser: Browser, desk: Desk, which: str, found: Found | None, count: int | None) -> None:
    """Open a flow with nothing in the cache, and again in another tab."""
    context = profile_of(browser, desk.served.url, desk.token)
    for visit in ("cold", "warm"):
        drawn, usable = Hand(context, desk.served.url).open(which)
        if found is not None and count is not None:
            found.drawn[count, visit].append(drawn)
            found.usable[count, visit].append(usable)
    context.close()


def _drags(browser: Browser, desk: Desk, which: str, found: Found, folder: Path) -> None:
    """Drag a node with a part of the flow in view, and with all of it; the same on the floors."""
    size = found.size
    context = profile_of(browser, desk.served.url, desk.token)
    lay_floors(context, folder)
    for _ in range(size.rounds):
        for view in (NEAR, FAR):
            node = "n1" if view == NEAR else f"n{min(210, size.large - 1)}"
            hand = Hand(context, desk.served.url)
            hand.open(which)
            hand.settled()
            hand.zoom_out(2 if view == NEAR else 0)
            _drag(found, OWN, view, hand, f"[data-node={node}]")
            hand.settled()
            hand.page.close()
            for floor, path in ((PLAIN, f"plain?size={size.large}{'#all' if view == FAR else ''}"), (BARE, "bare")):
                hand = Hand(context, desk.served.url)
                hand.page.goto(f"{desk.served.url}/floor/{path}")
                _drag(found, floor, view, hand, ".node" if floor == BARE else f"[data-id={node}]")
                hand.page.close()
    context.close()


def _drag(found: Found, what: str, view: str, hand: Hand, selector: str) -> None:
    hand.page.wait_for_selector(selector)
    # What opening left to do is done before anything is measured.
    hand.page.wait_for_timeout(1000 * min(1.0, found.size.seconds))
    found.shown[what, view] = hand.page.locator(".node").count()
    found.rests[what, view].append(hand.rest(found.size.seconds))
    found.drags[what, view].append(hand.drag(selector, found.size.seconds))


def _edits(browser: Browser, desk: Desk, which: str, found: Found, count: int) -> None:
    """Drop a node here and there, with another person's editor open beside; then write a text."""
    contexts = [profile_of(browser, desk.served.url, desk.token) for _ in range(2)]
    mine, theirs = (Hand(context, desk.served.url) for context in contexts)
    for hand in (theirs, mine):
        hand.open(which)
        hand.settled()
    # The first drop also selects; what opening still had to tell has come by then.
    _edit(desk, which, mine, theirs)
    for _ in range(found.size.edits):
        # The canvas hears of what it missed for two seconds more: an edit alone is measured.
        mine.page.wait_for_timeout(2500 if found.size.rounds > 1 else 100)
        found.edits[count].append(_edit(desk, which, mine, theirs))
    for number in range(max(2, found.size.edits // 3)):
        mine.page.wait_for_timeout(2500 if found.size.rounds > 1 else 100)
        mine.traffic.clear()
        mine.page.locator("#field-text").fill(f"Good day, number {number}")
        mine.page.locator("[data-node=n0] .node-summary", has_text=f"number {number}").wait_for()
        mine.settled()
        mine.page.wait_for_timeout(300)
        found.texts[count].append(sum(map(len, mine.traffic.received)))
    for context in contexts:
        context.close()


def _edit(desk: Desk, which: str, mine: Hand, theirs: Hand) -> Edit:
    """Move the first node aside and let it go."""
    theirs.page.evaluate("watch('[data-id=n0]', 'style')")
    x, y = mine.handle("[data-node=n0]")
    mine.traffic.clear()
    mouse = mine.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 24, y + 24, steps=4)
    mouse.move(x + 48, y + 16, steps=4)
    before = _version(desk, which)
    mouse.up()
    while _version(desk, which) == before:
        pass
    row = time.time() * 1000
    mine.settled()
    saved = time.time() * 1000
    theirs.page.wait_for_function("window.moved")
    let_go: float = mine.page.evaluate("letGo")
    other: float = theirs.page.evaluate("moved")
    mine.page.wait_for_timeout(200)
    received = sum(map(len, mine.traffic.received))
    return Edit(row - let_go, saved - let_go, other - let_go, len(mine.traffic.sent), received)


def _version(desk: Desk, which: str) -> int:
    with desk.engine.connect() as connection:
        statement = select(tables.flows.c.draft_version).where(tables.flows.c.id == which)
        return int(connection.execute(statement).scalar_one())


def _check(desk: Desk, which: str) -> float:
    """Milliseconds to check a draft as the editor does after an edit."""
    flow = desk.flow(which)
    began = time.perf_counter()
    problems(desk.engine, flow, "en")
    return (time.perf_counter() - began) * 1000


def _scripts(browser: Browser, desk: Desk, path: str) -> tuple[int, int]:
    """Bytes of script and of styles that a page loads at the first visit, as they come over the wire."""
    url = desk.served.url
    context: BrowserContext = (
        browser.new_context(locale="en-US") if path == "sign-in" else profile_of(browser, url, desk.token)
    )
    page = context.new_page()
    answers = []
    page.on("requestfinished", lambda request: answers.append((request.url, request)))
    page.goto(f"{url}/{path}")
    page.wait_for_selector(".react-flow__node" if "/" in path else "h1")
    page.wait_for_load_state("networkidle")
    kinds = {".js": 0, ".css": 0}
    for address, request in answers:
        for kind in kinds:
            if address.partition("?")[0].endswith(kind):
                kinds[kind] += request.sizes()["responseBodySize"]
    context.close()
    return kinds[".js"], kinds[".css"]
