"""Test cases are run once for all who have them open, and only where they may go otherwise than before."""

import asyncio
import inspect
from collections.abc import Collection, Iterator
from types import FunctionType, MethodType
from typing import Any

import msgspec
import pytest

from builder_ui import backend, case_runs
from builder_ui.case_runs import Run, begin
from builder_ui.states.cases import Cases
from engine.flow import Flow
from engine.graph import Plan
from flows import cases, from_dict
from flows.cases import Ran
from server import publishing
from server.parts import Parts
from server.settings import Settings
from tests.server.house import ADA

CASE = "# Greeted\n\nopens\nbot: Hello\nbot: And welcome\n"


def member(value: Any) -> dict[str, Any]:
    return {"kind": "compare", "fact": "value.member", "op": "is", "value": value}


FLOW: Flow[Any] = from_dict(
    {
        "format": 1,
        "id": "shop",
        "name": "Shop",
        "start": "greet",
        "nodes": {
            "greet": {"type": "message", "text": "Hello"},
            "which": {"type": "branch", "cases": [{"id": "one", "title": "One", "when": member(1)}]},
            "run": {"type": "subflow", "flow": "welcome"},
            "end": {"type": "close", "reason": "done"},
        },
        "edges": [
            {"source": "greet", "port": "next", "target": "run"},
            {"source": "run", "port": "done", "target": "which"},
        ],
        "translations": {"de": {}},
        "layout": {"greet": [0, 0], "run": [320, 0]},
        "notes": {"first": {"text": "A remark", "at": [0, 200]}},
        "cases": {"greeted": CASE},
    }
)
WELCOME: Flow[Any] = from_dict(
    {
        "format": 1,
        "id": "welcome",
        "name": "Welcome",
        "start": "say",
        "nodes": {"say": {"type": "message", "text": "And welcome"}},
        "layout": {"say": [0, 0]},
    }
)

LOOKS: list[dict[str, Any]] = [
    {"op": "move", "to": {"greet": [40, 80]}},
    {"op": "note", "id": "second", "text": "Another remark", "at": [5, 5]},
    {"op": "remove_note", "id": "first"},
    {"op": "set_flow", "field": "name", "value": "Shop by another name"},
]
MATTERS: list[dict[str, Any]] = [
    {"op": "set", "node": "greet", "field": "text", "value": "Good day"},
    {
        "op": "set",
        "node": "which",
        "field": "cases",
        "value": [{"id": "one", "title": "One", "when": member(value=True)}],
    },
    {"op": "translate", "node": "greet", "path": "text", "language": "de", "text": "Hallo"},
    {"op": "connect", "source": "which", "port": "one", "target": "end"},
    {"op": "disconnect", "source": "greet", "port": "next"},
    {"op": "remove", "nodes": ["end"]},
    {"op": "add", "node": "more", "config": {"type": "message", "text": "More"}, "at": [0, 0]},
    {"op": "set_flow", "field": "timezone", "value": "Asia/Shanghai"},
    {"op": "put_case", "id": "greeted", "text": CASE.replace("Hello", "~ Hell"), "base": CASE},
    {"op": "put_case", "id": "other", "text": CASE.replace("Greeted", "Other"), "base": None},
]


class Counted:
    """How often cases were run, all of a flow and single ones."""

    def __init__(self) -> None:
        self.all = 0
        self.single = 0
        self.broken = False
        self._run = cases.run

    def __call__(
        self, flow: Flow[Any], only: Collection[str] | None = None, whole: Plan | None = None
    ) -> Iterator[Ran]:
        if only is None:
            self.all += 1
        else:
            self.single += 1
        if self.broken:
            raise OSError("broken")
        return self._run(flow, only, whole)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    case_runs._runs.clear()
    made = Counted()
    monkeypatch.setattr(cases, "run", made)
    return made


@pytest.fixture
def shop(database_settings: Settings) -> Iterator[str]:
    """The flow, with the one that it runs."""
    parts = Parts(database_settings)
    backend.use(parts)
    publishing.create_flow(parts.engine, ADA, "Welcome", flow=WELCOME)
    yield publishing.create_flow(parts.engine, ADA, "Shop", flow=FLOW)
    parts.close()


def edited(which: str, edit: dict[str, Any]) -> Flow[Any]:
    return publishing.edit(backend.database(), which, edit, ADA).flow


def draft(which: str) -> Flow[Any]:
    return publishing.draft(backend.database(), which).flow


async def run(flow: Flow[Any], language: Any = "en", anew: bool = False) -> Run:
    return await (await begin(flow, language, anew=anew))


def states(run: Run) -> dict[str, str]:
    return {case: known.line.state for case, known in run.known.items()}


@pytest.mark.parametrize("edit", LOOKS)
def test_what_only_looks_otherwise_runs_nothing(shop: str, counted: Counted, edit: dict[str, Any]) -> None:
    async def play() -> None:
        first = await run(draft(shop))
        assert states(first) == {"greeted": "passed"}
        assert await run(edited(shop, edit)) is first
        assert await run(draft(shop)) is first

    asyncio.run(play())
    assert counted.all == 1


@pytest.mark.parametrize("edit", MATTERS)
def test_what_may_mean_something_runs_them_again_once(shop: str, counted: Counted, edit: dict[str, Any]) -> None:
    async def play() -> None:
        first = await run(draft(shop))
        after = await run(edited(shop, edit))
        assert after.of != first.of
        # Who did it has the flow as it was edited, others as it is stored.
        assert await run(draft(shop)) is after

    asyncio.run(play())
    assert counted.all == 2


def test_so_does_what_becomes_otherwise_in_a_flow_that_it_runs(shop: str, counted: Counted) -> None:
    async def play() -> None:
        first = await run(draft(shop))
        edited("welcome", {"op": "move", "to": {"say": [9, 9]}})
        edited("welcome", {"op": "put_case", "id": "own", "text": "# Own\n\nopens\n", "base": None})
        assert await run(draft(shop)) is first
        edited("welcome", {"op": "set", "node": "say", "field": "text", "value": "Come in"})
        after = await run(draft(shop))
        assert states(after) == {"greeted": "failed"}
        assert "Come in" in after.known["greeted"].line.first
        publishing.delete_flow(backend.database(), "welcome", ADA)
        assert states(await run(draft(shop))) == {"greeted": "failed"}

    asyncio.run(play())
    assert counted.all == 3


def test_a_flow_without_cases_runs_nothing(shop: str, counted: Counted) -> None:
    asyncio.run(run(draft(shop)))
    assert asyncio.run(run(edited(shop, {"op": "remove_case", "id": "greeted"}))).known == {}
    assert counted.all == 1


def test_what_is_taken_back_is_known_still(shop: str, counted: Counted) -> None:
    async def play() -> None:
        first = await run(draft(shop))
        change = publishing.edit(backend.database(), shop, MATTERS[0], ADA)
        assert states(await run(change.flow)) == {"greeted": "failed"}
        assert await run(edited(shop, change.inverse)) is first

    asyncio.run(play())
    assert counted.all == 2


def test_tabs_that_have_the_same_open_share_one_run(shop: str, counted: Counted) -> None:
    async def play() -> None:
        runs = await asyncio.gather(*(run(draft(shop)) for _ in range(8)))
        assert {id(one) for one in runs} == {id(runs[0])}
        assert counted.all == 1
        # It is told in the language of the screens.
        edited(shop, MATTERS[0])
        english, chinese = await asyncio.gather(run(draft(shop)), run(draft(shop), "zh"))
        assert english.known["greeted"].line.first != chinese.known["greeted"].line.first

    asyncio.run(play())
    assert counted.all == 3


def test_who_asks_for_it_has_them_run_anew(shop: str, counted: Counted) -> None:
    async def play() -> None:
        first = await run(draft(shop))
        again = await run(draft(shop), anew=True)
        assert again is not first
        assert await run(draft(shop)) is again

    asyncio.run(play())
    assert counted.all == 2


def test_a_run_goes_on_though_somebody_who_waits_for_it_is_gone(shop: str, counted: Counted) -> None:
    async def play() -> None:
        gone = await begin(draft(shop), "en")
        gone.cancel()
        assert states(await run(draft(shop))) == {"greeted": "passed"}

    asyncio.run(play())
    assert counted.all == 1


def test_a_run_that_breaks_off_is_begun_anew(shop: str, counted: Counted) -> None:
    async def play() -> None:
        counted.broken = True
        with pytest.raises(OSError, match="broken"):
            await run(draft(shop))
        counted.broken = False
        assert states(await run(draft(shop))) == {"greeted": "passed"}

    asyncio.run(play())
    assert counted.all == 2


def test_no_more_runs_are_kept_than_said(shop: str, counted: Counted) -> None:
    async def play() -> None:
        for number in range(case_runs.KEPT + 3):
            await run(msgspec.structs.replace(FLOW, id=f"shop-{number}"))

    asyncio.run(play())
    assert len(case_runs._runs) == case_runs.KEPT


class Tab:
    """The state of the cases in one tab, without Reflex around it."""

    def __init__(self) -> None:
        self.ran = 0
        for state in (one for one in Cases.__mro__ if one.__module__.startswith("builder_ui.")):
            for name, field in state.get_fields().items():
                if name in state.__annotations__:
                    setattr(self, name, field.default_value())

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "running" and value:
            self.ran += 1
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        found = inspect.getattr_static(Cases, name)
        return MethodType(found, self) if isinstance(found, FunctionType) else found

    async def __aenter__(self) -> None:
        """Reflex would hold the state."""

    async def __aexit__(self, *_: object) -> None:
        """And let go of it."""

    async def _refusal(self, _permission: str) -> None:
        return None

    def _language(self) -> Any:
        return "en"

    async def event(self, name: str, *args: Any) -> None:
        asked = [one async for one in getattr(Cases, name).fn(self, *args) if one is not None]
        assert asked == []

    async def look(self, flow: Flow[Any], anew: bool = False) -> None:
        """The flow has become another, and the page asks for the cases."""
        self._flow = flow
        await self.event("run_all", anew)


def test_a_tab_shows_what_is_known_without_running_it(shop: str, counted: Counted) -> None:
    async def play() -> None:
        ours, theirs = Tab(), Tab()
        for tab in (ours, theirs):
            await tab.look(draft(shop))
            await tab.event("open_case", "greeted")
            await tab.look(draft(shop))
            assert (tab.case_state, tab.passed, tab.failed, tab.running) == ("passed", 1, 0, False)
        assert (ours.ran, theirs.ran, counted.all) == (1, 0, 1)

        single = counted.single
        for edit in LOOKS:
            flow = edited(shop, edit)
            for tab in (ours, theirs):
                await tab.look(flow)
        assert (ours.ran, theirs.ran, counted.all, counted.single) == (1, 0, 1, single)

        flow = edited(shop, MATTERS[0])
        for tab in (ours, theirs):
            await tab.look(flow)
            assert (tab.case_state, tab.passed, tab.failed, tab.running) == ("failed", 0, 1, False)
            assert tab._lines[0].state == "failed"
        assert (ours.ran, theirs.ran, counted.all) == (2, 0, 2)

        await ours.look(flow, anew=True)
        assert (ours.ran, counted.all, ours.running) == (3, 3, False)

    asyncio.run(play())


def test_a_case_opened_on_an_edit_that_is_taken_back_is_shown_as_it_goes_now(shop: str, counted: Counted) -> None:
    async def play() -> None:
        tab = Tab()
        before = draft(shop)
        await tab.look(before)
        tab._flow = edited(shop, MATTERS[0])
        await tab.event("open_case", "greeted")
        assert tab.case_state == "failed"
        await tab.look(before)
        assert (tab.case_state, tab.ran, counted.all) == ("passed", 1, 1)

    asyncio.run(play())
