"""The editor under test: a real tab on a real copy of Parley, and hands for it."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, WebSocketRoute, expect
from sqlalchemy import Engine

from engine.flow import Flow
from flows import from_dict
from server import database, people, publishing, staff
from server.people import Person
from server.settings import Settings
from tests.serving import Parley

# Milliseconds. Only what never comes is waited for so long, whichever of the tests are run together.
PATIENCE = 20_000

# Done when all that is drawn has stood still for ten frames: some of what moves it is no animation that the document
# knows of, and ways are laid around nodes a moment after these have come to rest.
STOOD_STILL = """() => new Promise((done) => {
  const placeOf = (one) => one.getAttribute("d") ?? JSON.stringify(one.getBoundingClientRect());
  let before, still = 0;
  const look = () => {
    const all = document.querySelectorAll(".react-flow__viewport, .react-flow__node, .react-flow__edge-path");
    const now = [...all].map(placeOf).join();
    still = now === before ? still + 1 : 0;
    before = now;
    still < 10 ? requestAnimationFrame(look) : done();
  };
  look();
})"""

# Whether the canvas shows a draft: {nodes: {id: place or null}, ways: [keys]}. Of a large one it draws a part alone.
SHOWN = """({ nodes, ways, whole }) => {
  const drawn = [...document.querySelectorAll(".canvas-flow .react-flow__node")];
  const led = [...document.querySelectorAll(".canvas-flow .way")].map(({ dataset }) => dataset.edge);
  const stands = ({ dataset, style }) => {
    if (!(dataset.id in nodes)) return false;
    const { m41: x, m42: y } = new DOMMatrixReadOnly(style.transform);
    const place = nodes[dataset.id];
    return !place || (Math.abs(place[0] - x) < 1 && Math.abs(place[1] - y) < 1);
  };
  if (!drawn.every(stands) || !led.every((key) => ways.includes(key))) return false;
  return !whole || (drawn.length === Object.keys(nodes).length && led.length === ways.length);
}"""

# Nodes of which the canvas draws every one, wherever they are.
FEW = 150

# How far the view has to go until a node is whole in it: [right, down] in pixels, 0 for a way that it need not go.
OUT_OF_VIEW = """(id) => {
  const node = document.querySelector(`[data-node="${id}"]`).getBoundingClientRect();
  const view = document.querySelector(".canvas-flow").getBoundingClientRect();
  const away = (start, end, from, to) => (start >= from && end <= to ? 0 : Math.round((start + end - from - to) / 2));
  return [
    away(node.left, node.right, view.left, view.right),
    away(node.top, node.bottom, view.top, view.bottom),
  ];
}"""


class Desk:
    """The database behind a running copy, and a person who may build flows there."""

    def __init__(self, served: Parley) -> None:
        self.served = served
        self.engine: Engine = database.engine(Settings.from_env(served.environ))
        owner = people.sign_in(self.engine, people.OWNER_EMAIL, served.password)
        self.person: Person = owner.person
        self.token = owner.token

    def person_as(self, role: Any, name: str = "") -> str:
        """A token of somebody with another role; by their own name, of somebody whom no other test meets."""
        name = name or role
        email = f"{name}@luna.example"
        if all(person.email != email for person in staff.people(self.engine)):
            staff.add_person(self.engine, self.person, email, name, role, self.served.password)
        return people.sign_in(self.engine, email, self.served.password).token

    def flow(self, which: str) -> Flow[Any]:
        """A draft as it is stored."""
        return publishing.draft(self.engine, which).flow

    def create(self, name: str, flow: Flow[Any] | None = None) -> str:
        """A new draft's id."""
        return publishing.create_flow(self.engine, self.person, name, flow=flow)


class Editor:
    """One open editor. What it sends up its socket is kept in `sent`."""

    def __init__(self, page: Page, desk: Desk, which: str, token: str = "") -> None:
        self.page = page
        self.desk = desk
        self.which = which
        self.sent: list[str] = []
        page.on("websocket", lambda socket: socket.on("framesent", self._keep))
        page.context.add_cookies([{"name": people.COOKIE, "value": token or desk.token, "url": desk.served.url}])
        self.open()

    def _keep(self, frame: str | bytes) -> None:
        text = frame if isinstance(frame, str) else frame.decode()
        if text.startswith("42"):
            self.sent.append(text)

    def open(self) -> None:
        """Load the page, and wait until the canvas has the flow."""
        self.page.goto(f"{self.desk.served.url}/flows/{self.which}")
        self.loaded()

    def loaded(self) -> None:
        """Wait until the canvas has the flow."""
        expect(self.page.locator(".canvas-flow .react-flow")).to_be_visible()
        self.settled()
        # A moment after it is there, it is brought into view.
        self.at_rest()

    @property
    def stored(self) -> Flow[Any]:
        """The draft in the database, all edits of this tab in it."""
        self.settled()
        return self.desk.flow(self.which)

    @property
    def canvas(self) -> Locator:
        return self.page.locator(".canvas-flow")

    @property
    def edges(self) -> Locator:
        return self.page.locator(".react-flow__edge")

    @property
    def nodes(self) -> Locator:
        return self.page.locator(".react-flow__node .node")

    def settled(self) -> None:
        """Wait until everything done has reached the draft."""
        expect(self.page.locator(".savemark")).to_have_attribute("data-state", "saved")

    def at_rest(self) -> None:
        """Wait until the canvas has come to rest, so that what lies at a place of the screen stays there."""
        self.page.evaluate(STOOD_STILL)

    def until(self, holds: Callable[[Flow[Any]], bool]) -> Flow[Any]:
        """Wait until the stored draft is as wanted and this tab shows it: of what undo does it hears afterwards."""
        end = time.monotonic() + PATIENCE / 1000
        while not (holds(flow := self.stored) and self.shows(flow)):
            if time.monotonic() > end:
                raise AssertionError(f"The draft never came to be as wanted; it has {sorted(flow.nodes)}, {flow.edges}")
            self.page.wait_for_timeout(25)
        return flow

    def shows(self, flow: Flow[Any]) -> bool:
        """Whether the canvas has the nodes, ways and notes of a draft where they belong."""
        places = {node: flow.layout.get(node) for node in flow.nodes}
        places |= {f"note:{note}": one.at for note, one in flow.notes.items()}
        ways = [f"{edge.source}/{edge.port}" for edge in flow.edges]
        shown: bool = self.page.evaluate(SHOWN, {"nodes": places, "ways": ways, "whole": len(flow.nodes) <= FEW})
        return shown

    def of_type(self, kind: str) -> str:
        """The id of the only node of a type in the draft."""
        flow = self.until(lambda flow: any(_type(node) == kind for node in flow.nodes.values()))
        (found,) = [node_id for node_id, node in flow.nodes.items() if _type(node) == kind]
        return found

    def node(self, node_id: str) -> Locator:
        return self.page.locator(f"[data-node={node_id}]")

    def port(self, node_id: str, port: str) -> Locator:
        return self.node(node_id).locator(f"[data-port={port}] .port-handle")

    def drop(self, kind: str, x: int, y: int) -> str:
        """Drag a card of the palette onto the canvas; the new node's id."""
        before = set(self.stored.nodes)
        card = self.page.locator(f".palette-card[data-type={kind}]")
        card.drag_to(self.canvas, target_position={"x": x, "y": y})
        flow = self.until(lambda flow: len(flow.nodes) > len(before))
        (found,) = set(flow.nodes) - before
        return found

    def connect(self, source: str, port: str, target: str) -> None:
        """Draw an edge by hand."""
        self.drag(self.port(source, port), self.node(target).locator(".node-title"))

    def drag(self, start: Locator, end: Locator | tuple[float, float]) -> None:
        """Press on something, move in steps as a hand does, let go."""
        self.at_rest()
        mouse = self.page.mouse
        mouse.move(*_middle(start))
        mouse.down()
        x, y = end if isinstance(end, tuple) else _middle(end)
        mouse.move(x - 8, y - 8, steps=6)
        mouse.move(x, y, steps=3)
        mouse.up()

    def by(self, locator: Locator, x: float, y: float) -> tuple[float, float]:
        """A point beside something."""
        self.at_rest()
        left, top = _middle(locator)
        return left + x, top + y

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def reach(self, node_id: str) -> None:
        """Turn the wheel, as a hand does, until a node is whole in view.

        A click on what is out of view would have the browser scroll there; the canvas takes that back at once, and
        whatever comes to lie under the pointer then may get the second half of the click.
        """
        self.at_rest()
        for _ in range(20):
            if not any(away := self.page.evaluate(OUT_OF_VIEW, node_id)):
                return
            self.page.mouse.move(*_middle(self.canvas))
            self.page.mouse.wheel(*away)
            self.at_rest()
        raise AssertionError(f"The wheel does not bring {node_id} into view; it is {away} away")

    def select(self, node_id: str) -> None:
        self.reach(node_id)
        self.node(node_id).locator(".node-title").click()
        expect(self.node(node_id)).to_have_class(re.compile("selected"))

    def edits(self) -> list[dict[str, Any]]:
        """The edits sent so far."""
        return [
            json.loads(frame[frame.index("[") :])[1]["payload"]["edit"]
            for frame in self.sent
            if '"payload":{"edit"' in frame
        ]


Open = Callable[..., Editor]
"""What the fixture `edit` is: opens a new flow."""


def flow_of(nodes: dict[str, Any]) -> Flow[Any]:
    """A flow of these nodes {id: config} beside each other, in English and German, begun at the first."""
    return from_dict(
        {
            "format": 1,
            "id": "form",
            "name": "Form",
            "start": next(iter(nodes), ""),
            "nodes": nodes,
            "translations": {"de": {}},
            "layout": {node: [320 * place, 0] for place, node in enumerate(nodes)},
        }
    )


def form(editor: Editor, node: str = "") -> Locator:
    """The form of a node that is now selected, or of the flow."""
    if node:
        editor.select(node)
    found = editor.page.locator(f".form[data-form={node or 'flow'}]")
    expect(found).to_be_visible()
    return found


def field(shown: Locator, path: str) -> Locator:
    """A field of a form, by its path in the node's configuration."""
    return shown.locator(f"[data-field='{path}']")


class Line:
    """A tab's connection, which can be cut; while it is `held`, what the server tells waits in `told`; while it is
    `stuck`, what the tab sends waits in `asked`.
    """

    def __init__(self, page: Page) -> None:
        self.lost = False
        self.held = False
        self.told: list[str | bytes] = []
        self.stuck = False
        self.asked: list[tuple[WebSocketRoute, str | bytes]] = []
        self.sockets: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/_event"), self._through)

    def _through(self, socket: WebSocketRoute) -> None:
        if self.lost:
            # Nothing that socket.io understands: it gives this connection up.
            socket.send("gone")
        else:
            self.sockets.append(socket)
            server = socket.connect_to_server()
            server.on_message(lambda one: self.told.append(one) if self.held else socket.send(one))
            socket.on_message(lambda one: self.asked.append((server, one)) if self.stuck else server.send(one))

    def pass_on(self) -> None:
        """Tell the tab the first of what waits."""
        self.sockets[-1].send(self.told.pop(0))

    def release(self) -> None:
        """Tell either side all that waits, and hold nothing from now on."""
        self.held = self.stuck = False
        while self.told:
            self.pass_on()
        while self.asked:
            server, one = self.asked.pop(0)
            server.send(one)

    def cut(self) -> None:
        """Lose the connection, and every new one while it is `lost`."""
        self.lost = True
        for socket in self.sockets:
            socket.close()


class Late:
    """A tab's connection from its next load on, on which the server's answers can be held back."""

    def __init__(self, page: Page) -> None:
        self._held: list[Callable[[], None]] | None = None
        page.route_web_socket(re.compile("/_event"), self._through)

    def _through(self, socket: WebSocketRoute) -> None:
        socket.connect_to_server().on_message(lambda message: self._pass(lambda: socket.send(message)))

    def _pass(self, send: Callable[[], None]) -> None:
        if self._held is None:
            send()
        else:
            self._held.append(send)

    def hold(self) -> None:
        """From now on nothing comes."""
        self._held = []

    def let_go(self) -> None:
        """What was held comes, and all that follows at once."""
        held, self._held = self._held or [], None
        for send in held:
            send()


def _type(node: Any) -> str:
    return str(type(node).__struct_config__.tag)


def _middle(locator: Locator) -> tuple[float, float]:
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
