"""The gate in the publish dialog: the test cases run on what would go live, and who may go through all the same."""

from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from builder_ui import backend
from builder_ui.casing import RowLine, first_difference, turns
from builder_ui.state import handler, in_thread
from builder_ui.states.revisions import Revisions
from builder_ui.words import Language
from engine.flow import Flow
from flows.cases import Ran
from server import publishing, subflows
from server.errors import RefusedError
from server.gate import run_cases


@dataclass(frozen=True)
class FailedCase:
    """A case that keeps the flow back: after what it goes otherwise, and what differs there."""

    id: str
    name: str
    turn: str
    rows: list[RowLine] = field(default_factory=list)
    first: str = ""


class Gate(Revisions):
    """What the dialog knows of the cases."""

    tested: bool = False
    total: int = 0
    keeping: list[FailedCase] = []  # noqa: RUF012

    _tested: int = 0

    @handler("publish", background=True)
    async def test(self) -> None:
        """Run the cases on the draft as it stands, with what it would run if it went live."""
        async with self:
            flow, version, language = self._flow, self._version, self._language()
            self.tested, self._tested = not flow.cases, version
            self.total, self.keeping = len(flow.cases), []
        failed = await in_thread(_failing, flow, language)
        async with self:
            if self._tested == version:
                self.tested, self.keeping = True, failed

    @handler("publish", while_open="dialog_open")
    async def publish(self, form: dict[str, str]) -> Any:
        """Make the draft that was shown and tested a revision; new conversations get it from now on."""
        self.busy = True
        yield
        try:
            made = await in_thread(
                publishing.publish,
                backend.database(),
                self.opened,
                form.get("note", ""),
                await self._signed_in(),
                version=self._tested,
                override_reason=form.get("reason", ""),
                language=self._language(),
                bus=backend.here().bus,
            )
        except RefusedError as refused:
            yield rx.toast.error(refused.said(self._language()), duration=8000)
            if refused.code in ("conflict", "cases_fail"):
                yield [Revisions.open_dialog, Gate.test]
            return
        finally:
            self.busy = False
        self.dialog_open = self.unpublished = False
        await self._list()
        yield rx.toast.success(self._say("editor.published", number=made.number))


def _failing(flow: Flow[Any], language: Language) -> list[FailedCase]:
    engine = backend.database()
    ran = run_cases(engine, flow, subflows.would_pin(engine, flow))
    return [_failed(flow, one, language) for one in ran if not one.passed]


def _failed(flow: Flow[Any], ran: Ran, language: Language) -> FailedCase:
    if ran.rehearsed is None:
        return FailedCase(ran.id, ran.name, "", first=ran.fault)
    told = turns(flow, ran.rehearsed, language)
    bad = next(turn for turn in told if not turn.fine)
    rows = [row for row in bad.rows if row.verdict not in ("same", "unchecked")]
    return FailedCase(ran.id, ran.name, bad.text, rows, first_difference(told, language) if not rows else "")
