"""The flow's test cases, run: once for all tabs of this process, and only where they may go otherwise than before."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import msgspec

from builder_ui import backend
from builder_ui.casing import first_difference, turns
from builder_ui.state import in_thread
from builder_ui.words import Language
from engine.flow import Flow
from flows import cases
from flows.cases import Ran
from flows.coverage import Coverage
from flows.meaning import fingerprint
from flows.subflows import planned
from server.subflows import draft_plan, drafts

Flows = dict[str, Flow[Any]]

KEPT = 32
"""So many runs are remembered, those asked for last."""


@dataclass(frozen=True)
class CaseLine:
    """A case in the list. `state` is passed, failed, broken (it cannot be run) or pending; `first` says where it goes
    otherwise first.
    """

    id: str
    name: str
    state: str
    took: str
    first: str


@dataclass(frozen=True)
class Known:
    """What is known of a case since it was run with this text."""

    text: str
    line: CaseLine
    covered: Coverage
    seconds: float


class Run(msgspec.Struct, frozen=True):
    """How the cases went, by their ids. ``of`` is the fingerprint of all that this depends on."""

    of: bytes
    known: dict[str, Known]


_runs: OrderedDict[bytes, asyncio.Task[Run]] = OrderedDict()


async def begin(flow: Flow[Any], language: Language, *, anew: bool = False) -> asyncio.Future[Run]:
    """The run of a draft's cases, told in this language: done already where they were run on what means the same.

    ``anew`` runs them all the same, unless they are being run. A run goes on for the others when one who waits for it
    is cancelled; one that fails is not remembered.
    """
    of, runs = await in_thread(_basis, flow, language)
    run = _runs.get(of)
    if run is None or (anew and run.done()):
        run = _runs[of] = asyncio.create_task(_run(of, flow, runs, language))
    _runs.move_to_end(of)
    if len(_runs) > KEPT:
        _runs.popitem(last=False)
    return asyncio.shield(run)


def run_on_drafts(flow: Flow[Any], only: Collection[str]) -> list[Ran]:
    """Run cases on drafts, with all their steps: what the flow runs is in rehearsal, too."""
    return list(cases.run(flow, only, draft_plan(backend.database(), flow)))


def _basis(flow: Flow[Any], language: Language) -> tuple[bytes, Flows]:
    """The fingerprint of all that the run depends on, and the flows that the flow runs as they were then."""
    runs = drafts(backend.database(), flow)
    inner = [(which, fingerprint(runs[which])) for which in sorted(runs)]
    written = msgspec.json.encode([language, fingerprint(flow), sorted(flow.cases.items()), inner])
    return blake2b(written, digest_size=16).digest(), runs


async def _run(of: bytes, flow: Flow[Any], runs: Flows, language: Language) -> Run:
    try:
        return Run(of, await in_thread(_done, flow, runs, language))
    except BaseException:
        _runs.pop(of, None)
        raise


def _done(flow: Flow[Any], runs: Flows, language: Language) -> dict[str, Known]:
    """Run every case; what is shown of it is made at once, the steps are not kept."""
    done = cases.run(flow, whole=planned(flow, runs)) if flow.cases else ()
    return {ran.id: _known(flow, ran, language) for ran in done}


def _known(flow: Flow[Any], ran: Ran, language: Language) -> Known:
    state, first = "passed", ""
    if ran.rehearsed is None:
        state, first = "broken", ran.fault
    elif not ran.passed:
        state, first = "failed", first_difference(turns(flow, ran.rehearsed, language), language)
    line = CaseLine(ran.id, ran.name, state, _milliseconds(ran.seconds), first)
    return Known(flow.cases[ran.id], line, ran.covered, ran.seconds)


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f}" if seconds >= 0.001 else "< 1"
