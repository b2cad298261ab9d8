"""Whatever two editors of one flow do, in whatever order it arrives, and whatever is lost on the way: both canvases
and the server end with the same flow.

The canvases are the real script, the states the real ones without Reflex around them, the drafts in a real database.
The test plays the network: what goes up and down waits until it is delivered, or goes lost with the connection.
"""

import asyncio
import inspect
import json
from collections.abc import Iterator
from types import FunctionType, MethodType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder_ui import backend
from builder_ui.states.editor import EditorState
from engine.flow import Flow
from flows import from_dict, write
from server import publishing
from server.parts import Parts
from server.people import Person
from server.settings import Settings
from server.valkey import Valkey
from tests.builder_ui.test_canvas import FLOW, FORMS, HANDS, Canvas, shown

Plain = dict[str, Any]
NAMES = ("ada", "ben")
STORED = publishing.edit
CHOICES = [{"id": "order", "label": "Order"}, {"id": "return", "label": "Return"}]


class Tab:
    """An editor's state, and the connection between it and its canvas."""

    def __init__(self, name: str, which: str, canvas: Canvas) -> None:
        self.begin_anew()
        session = type("Session", (), {"client_token": name})()
        self.router = type("Router", (), {"session": session, "url": type("Url", (), {"path": f"/flows/{which}"})()})()
        self.permissions = ["edit_flows", "see_flows"]
        self.person_id, self.who = name, Person(id=name, name=name, email=f"{name}@luna.example", role="builder")
        self.canvas = canvas
        self.which = which
        self.up: list[tuple[str, tuple[Any, ...]]] = []
        self.down: list[Plain] = []
        self.online = True
        self.broken = False
        self.at = name
        # Plain documents: what the form beside the canvas shows.
        self.page_form: Flow[Any] = from_dict(FLOW)
        self.page_waits: list[Plain] = []
        self.page_failed = False

    def begin_anew(self) -> None:
        """The server's process is another one, which knows nothing of this tab."""
        for key, field in EditorState.get_fields().items():
            if key in EditorState.__annotations__:
                setattr(self, key, field.default_value())

    def __getattr__(self, name: str) -> Any:
        found = inspect.getattr_static(EditorState, name)
        return MethodType(found, self) if isinstance(found, FunctionType) else found

    async def _signed_in(self) -> Person:
        return self.who

    async def _refusal(self, _permission: str) -> None:
        return None

    async def _look(self) -> None:
        """What check says is another test's."""

    def _language(self) -> Any:
        return "en"

    async def event(self, name: str, *args: Any) -> list[Any]:
        """An event arrives at the server; what the state says then is on its way down. Gives what else it asks for."""
        seq, load = self._seq, self.load
        asked = [one async for one in getattr(EditorState, name).fn(self, *args) if one is not None]
        self.send(seq, load)
        return asked

    async def news(self) -> None:
        """The server tells the tab that something is new in the flow."""
        seq, load = self._seq, self.load
        await self._follow({self.which})
        self.send(seq, load)

    def send(self, seq: int, load: Plain) -> None:
        """What has changed in the state goes down, if there is a connection."""
        if self.online and (self._seq != seq or self.load is not load):
            told: Plain = {"form": self._flow, "patches": self.patches}
            if self.load is not load and self.load:
                told["load"] = self.load
            self.down.append(told)

    def hand(self, edit: Plain) -> None:
        """The hand or the form does something."""
        self.take(self.canvas.ask(at=self.at, act=edit))
        self.push(len(self.page_waits) - 1)

    def push(self, first: int) -> None:
        """Send what waits, from this one on."""
        after = [0, *(entry["number"] for entry in self.page_waits)]
        if self.online:
            sent = [
                ("edit", (one["edit"], one["number"], after[at], self.page_took))
                for at, one in enumerate(self.page_waits)
            ]
            self.up += sent[first:]

    def take(self, told: Plain) -> None:
        self.page_waits, self.page_failed, self.page_shows = told["pending"], told["failed"], told["document"]
        self.page_took = told["seq"]

    def deliver(self) -> None:
        """One answer reaches the browser."""
        told = self.down.pop(0)
        self.page_form = told["form"]
        if "load" in told:
            self.take(self.canvas.ask(at=self.at, load=json.loads(json.dumps(told["load"]))))
            self.push(0)
        if told["patches"]:
            answer = self.canvas.ask(at=self.at, receive=json.loads(json.dumps(told["patches"])))
            self.take(answer)
            if answer["reload"]:
                self.up.append(("act", ("reload",)))

    def cut(self, arrived: int) -> None:
        """The connection ends; of what was on its way up, so much still arrives."""
        self.online = False
        self.up, self.down = self.up[:arrived], []

    async def back(self) -> None:
        """The connection is there again: the page is loaded anew."""
        if not self.online:
            self.online = True
            await self.event("open")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory, _migrated_sqlite: Any) -> Iterator[Parts]:
    given = Settings.from_env({"PARLEY_DATA": str(tmp_path_factory.mktemp("two"))})
    given.data.mkdir(parents=True, exist_ok=True)
    (given.data / "parley.db").write_bytes(_migrated_sqlite.read_bytes())
    valkey = Valkey(given)
    valkey.start()
    made = Parts(given)
    backend.use(made)
    yield made
    made.close()
    valkey.stop()


@pytest.fixture(scope="module")
def canvas() -> Iterator[Canvas]:
    made = Canvas(from_dict(FLOW))
    with made.bun:
        yield made


def edits(tab: Tab, number: int) -> list[Plain]:
    """What the hand could do now, by itself or in the form, going out from what it sees."""
    new = f"{tab.at}_{number}"
    nodes = sorted(tab.page_shows["nodes"]) or ["gone"]
    one, other = nodes[number % len(nodes)], nodes[(number * 7 + 3) % len(nodes)]
    text = f"{tab.at} wrote {number}"
    choices = [{"id": "order", "label": text}, {"id": new, "label": text}]
    known = tab.page_form.nodes
    return [
        *HANDS,
        *FORMS,
        {"op": "add", "node": new, "config": {"type": "message", "text": text}, "at": [number, number]},
        {"op": "move", "to": {one: [number, 5]}},
        {"op": "connect", "source": one, "port": "next", "target": other},
        {"op": "remove", "nodes": [one]},
        {"op": "set", "node": one, "field": "text", "value": text, "base": getattr(known.get(one), "text", "")},
        {"op": "set", "node": one, "field": "name", "value": text, "base": getattr(known.get(one), "name", "")},
        {"op": "set", "node": "ask", "field": "choices", "value": choices, "base": CHOICES},
        {"op": "note", "id": "first", "text": text, "at": [number, number]},
        *cases(tab, number),
    ]


def cases(tab: Tab, number: int) -> list[Plain]:
    """What could be done with test cases: a turn changed, a turn more, a new case."""
    known = tab.page_form.cases.get("greeted")
    turns = (known or "# Greeted\n\nopens\n\nvisitor: Yes\n").split("\n\n")
    changed = turns.copy()
    changed[number % len(turns)] = f"# {tab.at} {number}" if number % len(turns) == 0 else f"visitor: {tab.at} {number}"
    edits: list[Plain] = [
        {"op": "put_case", "id": "greeted", "text": "\n\n".join(text), "base": known}
        for text in (changed, [*turns, f"visitor: more {number}\n"])
    ]
    return [*edits, {"op": "put_case", "id": "new", "text": f"# {tab.at} {number}\n\nopens\n", "base": None}]


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_interleaving_ends_in_the_same_flow_everywhere(
    parts: Parts, canvas: Canvas, monkeypatch: pytest.MonkeyPatch, data: st.DataObject
) -> None:
    breaks: list[bool] = []

    def edit(*args: Any, **more: Any) -> Any:
        if breaks:
            breaks.pop()
            raise OSError("the database is away")
        return STORED(*args, **more)

    monkeypatch.setattr(publishing, "edit", edit)

    async def play() -> None:
        ada = Person(id="ada", name="Ada", email="ada@luna.example", role="builder")
        which = publishing.create_flow(parts.engine, ada, "Two", flow=from_dict(FLOW))
        tabs = [Tab(name, which, canvas) for name in NAMES]
        for tab in tabs:
            canvas.ask(at=tab.at, load={"fresh": True, "seq": 0, "done": 0, "views": {}, "document": EMPTY})
            await tab.event("open")
            tab.deliver()
        steps = ["hand", "hand", "hand", "up", "up", "down", "down", "news", "undo", "redo", "cut", "back", "break"]
        for number in range(data.draw(st.integers(4, 30))):
            tab = data.draw(st.sampled_from(tabs))
            match data.draw(st.sampled_from(steps)):
                case "hand":
                    tab.hand(data.draw(st.sampled_from(edits(tab, number))))
                case "up" if tab.up and tab.online:
                    name, args = tab.up.pop(0)
                    await tab.event(name, *args)
                case "down" if tab.down:
                    tab.deliver()
                case "news" if tab.online:
                    await tab.news()
                case "undo" | "redo" as name if tab.online:
                    tab.up.append((name, ()))
                case "cut" if tab.online:
                    tab.cut(data.draw(st.integers(0, len(tab.up))))
                    for name, args in tab.up:
                        await tab.event(name, *args)
                    tab.up = []
                case "back":
                    await tab.back()
                case "break":
                    breaks.append(True)
        breaks.clear()
        await rest(tabs)
        final = publishing.draft(parts.engine, which).flow
        for tab in tabs:
            assert (tab.page_waits, tab.page_failed) == ([], False)
            assert tab.page_shows == shown(final)
            assert write(tab._flow) == write(final)

    asyncio.run(play())


def test_what_waits_in_the_browser_for_a_server_that_begins_anew_is_done_once_and_nobody_is_told_off(
    parts: Parts, canvas: Canvas
) -> None:
    """The browser sends what waited there before the page tells the new process which flow is open."""

    async def play() -> None:
        ada = Person(id="ada", name="Ada", email="ada@luna.example", role="builder")
        which = publishing.create_flow(parts.engine, ada, "Old", flow=from_dict(FLOW))
        tab = Tab("ada", which, canvas)
        canvas.ask(at=tab.at, load={"fresh": True, "seq": 0, "done": 0, "views": {}, "document": EMPTY})
        await tab.event("open")
        tab.deliver()
        tab.hand({"op": "add", "node": "late", "config": {"type": "close", "reason": "Done"}, "at": [0, 0]})
        waiting, tab.up = tab.up, []
        tab.begin_anew()
        for name, args in [*waiting, ("apply", ({"op": "set_flow", "field": "name", "value": "New"},))]:
            assert await tab.event(name, *args) == []
        await tab.event("open")
        await rest([tab])
        final = publishing.draft(parts.engine, which)
        assert ("late" in final.flow.nodes, final.flow.name, final.version) == (True, "New", 3)
        assert tab.page_shows == shown(final.flow)

    asyncio.run(play())


EMPTY: Plain = {"nodes": {}, "edges": [], "start": "", "notes": {}}


async def rest(tabs: list[Tab]) -> None:
    """Deliver everything until nothing is on its way, as time does."""
    for tab in tabs:
        await tab.back()
    for _ in range(200):
        quiet = True
        for tab in tabs:
            await tab.news()
            quiet = quiet and not (tab.up or tab.down or tab.page_failed)
            while tab.up:
                name, args = tab.up.pop(0)
                await tab.event(name, *args)
            while tab.down:
                tab.deliver()
            if tab.page_failed:
                tab.push(0)
        if quiet:
            return
    raise AssertionError("it never comes to rest")
