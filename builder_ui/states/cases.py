"""The flow's test cases: run after every edit, read and changed as conversations, and what they cover."""

from dataclasses import replace
from typing import Any

import reflex as rx

from builder_ui.case_runs import CaseLine, Known, Run, begin, run_on_drafts
from builder_ui.casing import TurnLine, turns
from builder_ui.state import handler, in_thread
from builder_ui.states.case_loading import Loading
from engine.flow import Flow
from flows import cases
from flows.coverage import Coverage, covered, never, whole
from flows.edit import EditError
from server.errors import RefusedError


class Cases(Loading):
    """The cases beside the canvas, and the one that is opened."""

    count: int = 0
    running: bool = False
    passed: int = 0
    failed: int = 0
    took: str = ""

    case: str = ""
    case_name: str = ""
    case_state: str = ""
    case_fault: str = ""
    turns: list[TurnLine] = []  # noqa: RUF012
    changing: str = ""
    changing_how: str = "exactly"
    adding: int = -1
    adding_kind: str = "bot"
    as_text: bool = False
    text: str = ""
    text_fault: str = ""

    saving: bool = False
    save_name: str = ""
    save_into: str = ""

    covering: bool = False
    with_chat: bool = False
    coverage: dict[str, Any] = {}  # noqa: RUF012
    nodes_done: int = 0
    nodes_all: int = 0
    ways_done: int = 0
    ways_all: int = 0

    _lines: list[CaseLine] = []  # noqa: RUF012
    _known: dict[str, Known] = {}  # noqa: RUF012
    # The run that the opened case was shown with, by its fingerprint; none for one just opened.
    _shown_with: bytes = b""
    _run_number: int = 0
    _next: int = 0

    @rx.var
    def listing(self) -> bool:
        """Whether the tab shows the cases: there is no chat for who may not rehearse."""
        return self.shown == "cases" or "rehearse" not in self.permissions

    @rx.var(cache=False)
    def lines(self) -> list[CaseLine]:
        """The cases, while they are looked at: every edit runs them all, and most edits are made elsewhere."""
        return self._lines if self.saving or (self.tab == "rehearse" and self.listing) else []

    # --- Running ------------------------------------------------------------------------------------------------

    @handler("see_flows")
    async def show_part(self, part: str) -> None:
        """Turn to the chat or to the cases."""
        self.shown = part if part in ("chat", "cases") else "chat"

    @handler("see_flows", background=True)
    async def run_all(self, anew: bool) -> None:
        """Know how every case goes on the draft as it is now, and run them `anew` though it is known.

        Edits made meanwhile run them once more.
        """
        async with self:
            flow, language = self._flow, self._language()
            if flow is None:
                return
            self._run_number += 1
            number = self._run_number
        try:
            begun = await begin(flow, language, anew=anew)
            async with self:
                if not begun.done() and number == self._run_number:
                    self.running = bool(flow.cases)
                    self._list(flow, fresh=False)
            run = await begun
        finally:
            async with self:
                self.running = self.running and number != self._run_number
        async with self:
            if number == self._run_number:
                await self._take_run(flow, run)

    async def _run_now(self) -> None:
        """Run them at once, after an edit of the cases themselves."""
        self._run_number += 1
        run = await (await begin(self._flow, self._language()))
        self.running = False
        await self._take_run(self._flow, run)

    async def _take_run(self, flow: Flow[Any], run: Run) -> None:
        self._known = run.known
        self._list(flow, fresh=True)
        if self._shown_with != run.of:
            self._shown_with = run.of
            await self._show_case(flow)

    def _list(self, flow: Flow[Any], fresh: bool) -> None:
        """The list as far as it is known; what was run on another flow is pending."""
        lines = []
        for case_id in cases.in_order(flow):
            known = self._known.get(case_id)
            if known is not None and known.text == flow.cases[case_id]:
                lines.append(known.line if fresh else replace(known.line, state="pending"))
            else:
                name = cases.name_of(flow.cases[case_id]) or case_id
                lines.append(CaseLine(case_id, name, "pending", "", ""))
        self._lines, self.count = lines, len(lines)
        if fresh:
            self.passed = sum(line.state == "passed" for line in lines)
            self.failed = len(lines) - self.passed
            seconds = sum(one.seconds for one in self._known.values())
            self.took = f"{seconds:.1f}" if seconds >= 0.1 else "< 0.1"
            self._cover(flow)
        if self.case and self.case not in flow.cases:
            self.case = ""

    # --- One case -----------------------------------------------------------------------------------------------

    @handler("see_flows")
    async def open_case(self, case: str) -> None:
        """Read a case."""
        self.case, self.changing, self.adding, self.as_text, self.text_fault = case, "", -1, False, ""
        self.shown, self.tab, self._shown_with = "cases", "rehearse", b""
        await self._show_case(self._flow)

    @handler("see_flows")
    async def close_case(self) -> None:
        """Back to the list."""
        self.case = ""

    async def _show_case(self, flow: Flow[Any]) -> None:
        if not self.case or self.case not in flow.cases:
            self.case = ""
            return
        (ran,) = await in_thread(run_on_drafts, flow, (self.case,))
        self.case_name = ran.name
        self.case_state = "passed" if ran.passed else "broken" if ran.rehearsed is None else "failed"
        self.case_fault = ran.fault
        told = turns(flow, ran.rehearsed, self._language()) if ran.rehearsed else []
        # What is assigned is sent to the browser, the same or not.
        if told != self.turns:
            self.turns = told
        if not self.as_text:
            self.text = flow.cases[self.case]

    @handler("edit_flows")
    async def rename_case(self, name: str) -> Any:
        """Call the opened case otherwise."""
        name = " ".join(name.split())[: cases.LONGEST_NAME]
        if not name or name == self.case_name:
            return
        text = self._flow.cases[self.case]
        async for event in self._put(self.case, cases.named(text, name), text):
            yield event

    @handler("edit_flows")
    async def duplicate_case(self, case: str) -> Any:
        """Another case like this one."""
        flow = self._flow
        if case in flow.cases:
            name = cases.free_name(flow, cases.name_of(flow.cases[case]) or case)
            async for event in self._put(cases.free_id(flow, name), cases.named(flow.cases[case], name)):
                yield event

    @handler("edit_flows")
    async def delete_case(self, case: str) -> Any:
        """Remove a case; undo brings it back."""
        async for event in self._edit_cases({"op": "remove_case", "id": case}):
            yield event

    @handler("edit_flows")
    async def accept(self, case: str) -> Any:
        """What happens now is right: let it be what is expected."""
        flow = self._flow
        if case in flow.cases:
            (ran,) = await in_thread(run_on_drafts, flow, (case,))
            if ran.rehearsed is not None:
                text = flow.cases[case]
                async for event in self._put(case, cases.as_it_went(text, ran.rehearsed), text):
                    yield event

    # --- Saving -------------------------------------------------------------------------------------------------

    @handler("edit_flows")
    async def ask_save(self) -> None:
        """Ask what to call the conversation that was rehearsed."""
        run = self._run
        if run is None or not run.steps:
            return
        proposed = cases.proposed(self._flow, run.steps, self._language())
        self.save_name = cases.free_name(self._flow, proposed)
        self.save_into = self.loaded if self.loaded in self._flow.cases else ""
        self.saving = True

    @handler("see_flows")
    async def show_save(self, shown: bool) -> None:
        """Close the dialog, or leave it open."""
        self.saving = shown

    @handler("edit_flows")
    async def choose_save(self, case: str) -> None:
        """Put it in place of a case, or make a new one."""
        self.save_into = case if case in self._flow.cases else ""

    @handler("edit_flows")
    async def save(self, form: dict[str, str]) -> Any:
        """Make the conversation that was rehearsed a case: as it goes on the draft as it is now."""
        self.saving = False
        yield
        await self._play()
        flow, into = self._flow, self.save_into
        name = " ".join(form.get("name", "").split())[: cases.LONGEST_NAME] or self.save_name
        if into:
            name = cases.name_of(flow.cases[into]) or into
        case = into or cases.free_id(flow, name)
        text = cases.named(self._run.transcript, name)
        base = self._loaded_text if into and into == self.loaded else flow.cases.get(into)
        saved = False
        async for event in self._put(case, text, base):
            saved = event is None
            yield event
        if saved:
            # Somebody else may have saved one of this id meanwhile.
            self.loaded = next((one for one, put in self._flow.cases.items() if put == text), case)
            self._loaded_text = text
            yield rx.toast.success(self._say("case.saved", name=name))

    async def _put(self, case: str, text: str, base: str | None = None) -> Any:
        """Store a case; ``base`` is what it goes out from, None for a new one."""
        async for event in self._edit_cases({"op": "put_case", "id": case, "text": text, "base": base}):
            yield event

    async def _edit_cases(self, edit: dict[str, Any]) -> Any:
        """Make an edit of the cases and run them; yields None once it is made, or says why not."""
        try:
            self._push(await self._write(edit))
        except (EditError, RefusedError) as refused:
            yield self._why_not(refused)
            return
        yield None
        await self._run_now()

    # --- Coverage -----------------------------------------------------------------------------------------------

    @handler("see_flows")
    async def cover(self, shown: bool) -> None:
        """Draw on the canvas what was never rehearsed, or draw it no more."""
        self.covering = shown
        self._cover(self._flow)

    @handler("see_flows")
    async def cover_chat(self, with_chat: bool) -> None:
        """Count what the conversation in the chat went through, too."""
        self.with_chat = with_chat
        self._cover(self._flow)

    @handler("see_flows")
    async def next_uncovered(self) -> None:
        """Go to the next node that was never rehearsed, or that has such a way out."""
        left = never(self._flow, self._rehearsed(self._flow))
        nodes = sorted(
            left.nodes | {source for source, _ in left.edges},
            key=lambda node: (self._flow.layout.get(node, (0, 0)), node),
        )
        if nodes:
            node = nodes[self._next % len(nodes)]
            self._next = (self._next + 1) % len(nodes)
            self._center(node)

    def _rehearsed(self, flow: Flow[Any]) -> Coverage:
        done = Coverage()
        for known in self._known.values():
            done |= known.covered
        if self.with_chat and self._run is not None:
            done |= covered(flow, self._run.steps)
        return done

    def _cover(self, flow: Flow[Any]) -> None:
        there, left = whole(flow), never(flow, self._rehearsed(flow))
        self.nodes_all, self.ways_all = len(there.nodes), len(there.edges)
        self.nodes_done, self.ways_done = self.nodes_all - len(left.nodes), self.ways_all - len(left.edges)
        drawn = {"nodes": sorted(left.nodes), "edges": [list(way) for way in sorted(left.edges)]}
        drawn = drawn if self.covering else {}
        if drawn != self.coverage:
            self.coverage = drawn
