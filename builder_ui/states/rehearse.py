"""The simulator: a conversation with the draft. Nothing of it is stored, sent or counted."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import reflex as rx

from builder_ui import backend, visitor
from builder_ui.passing import morning, next_change
from builder_ui.rehearsed import ChoiceLine, Exchange, exchanges, offered
from builder_ui.state import handler, in_thread
from builder_ui.states.visitor import Visitor
from builder_ui.telling import way
from flows.meaning import fingerprint
from flows.subflows import planned
from nodes.knowledge_answer import KnowledgeAnswer
from schemas.words import duration_in_words
from server.rehearsal import MOST_INPUTS, Rehearsed, fitting, rehearse
from server.rehearsal_input import Input, Sent
from server.subflows import drafts

Inputs = tuple[Input, ...]

MOST_TRIES = 9
_HOUR = 3600.0
_UNITS = {"minutes": 60.0, "hours": _HOUR, "days": 24 * _HOUR}


class Rehearse(Visitor):
    """The conversation beside the canvas."""

    exchanges: list[Exchange] = []  # noqa: RUF012
    done: list[str] = []  # noqa: RUF012
    thinking: bool = False
    broken: bool = False
    limit: str = ""
    hours: str = ""
    with_person: bool = False
    closed: bool = False
    begun: bool = False
    full: bool = False
    ignorant: bool = False
    dropped: int = 0
    tries: int = 1
    attempt: int = 1
    editing: int = -1
    edited_text: str = ""
    edited_choices: list[ChoiceLine] = []  # noqa: RUF012

    _inputs: Inputs = ()
    _tries: tuple[Inputs, ...] = ()
    _at: str = ""
    _persons: int = 0
    _run: Any = None
    # The fingerprint of the flow that it was played on.
    _played: bytes = b""
    _runs: dict[str, Any] = {}  # noqa: RUF012
    _hours_at: float = 0.0

    @rx.var
    def stale(self) -> bool:
        """Whether the flow means something else than when this was played."""
        return bool(self.exchanges) and fingerprint(self._flow) != self._played

    # --- Who is writing -----------------------------------------------------------------------------------------

    @handler("rehearse")
    async def prepare(self) -> None:
        """Load what answers, so that the first rehearsed question need not wait for it, and who can be chosen."""
        here = backend.here()
        here.answers.warm()
        if self._flow is None:
            return
        if self._of != self.opened:
            self._forget()
        self._prepare_who()
        await self._prepare_accounts()
        asks = any(isinstance(node, KnowledgeAnswer) for node in self._flow.nodes.values())
        self.ignorant = asks and not await in_thread(here.knowledge.documents)

    @handler("rehearse")
    async def choose(self, part: str, value: str) -> None:
        """Let another have the same conversation: one part of who is writing is otherwise."""
        value = value.strip()
        changed = self.who.get(part, "") != value or (part == "moment" and not value)
        if visitor.choosable(part, value) and changed:
            who = {**self.who, part: value}
            if part == "moment":
                who = {**who, "weekday": "", "time": ""}
            elif part in ("weekday", "time"):
                who["moment"] = ""
            await self._become(who, part)

    @handler("rehearse")
    async def choose_tag(self, tag: str) -> None:
        """Put a tag on the conversation from the beginning, or take it off."""
        tags = visitor.listed(self.who.get("tags", ""))
        tags = [one for one in tags if one != tag] if tag in tags else [*tags, tag]
        await self._become({**self.who, "tags": ", ".join(tags)}, "tags")

    @handler("rehearse")
    async def use_preset(self, number: int) -> None:
        """Be one of the people that are offered."""
        if 0 <= number < len(self._offered):
            kept = {part: value for part, value in self.who.items() if part.startswith(visitor.VALUE)}
            await self._become({"contact": "same", **kept, **self._offered[number]}, "")

    async def _become(self, who: visitor.Who, part: str) -> None:
        try:
            visitor.start_of(who, self._flow.timezone, datetime.now(UTC), "visitor")
        except (ValueError, msgspec.ValidationError):
            self.who_fault = self._say("who.fault", part=self._say(_CALLED[part]) if part in _CALLED else part)
            return
        self.who_fault = ""
        if part in ("moment", "weekday", "time", "clock", ""):
            self._at = ""
        self._pretend(who)
        if self._inputs:
            await self._play()

    # --- What happens -------------------------------------------------------------------------------------------

    @handler("rehearse")
    async def restart(self) -> None:
        """Forget the conversation."""
        self._forget()

    def _forget(self) -> None:
        self._inputs, self._tries, self._at, self._run = (), (), "", None
        self._persons += 1
        self.exchanges, self.done, self.lit, self.limit, self.hours = [], [], {}, "", ""
        self.with_person = self.closed = self.begun = self.full = self.broken = False
        self.dropped, self.tries, self.attempt, self.editing = 0, 1, 1, -1

    @handler("rehearse")
    async def open_chat(self) -> Any:
        """Open the conversation without a word."""
        async for event in self._take(Input(open=True)):
            yield event

    @handler("rehearse")
    async def say_it(self, form: dict[str, Any]) -> Any:
        """Say what is written in the field."""
        text = str(form.get("text", "")).strip()
        if text:
            async for event in self._take(Input(say=text[:10_000])):
                yield event

    @handler("rehearse")
    async def attach(self, kind: str, name: str) -> Any:
        """Send a stand-in for a file."""
        sent = msgspec.convert({"kind": kind, "name": name}, Sent)
        async for event in self._take(Input(say="", attachments=(sent,))):
            yield event

    @handler("rehearse")
    async def tap(self, choice: str) -> Any:
        """Tap one of the choices."""
        async for event in self._take(Input(choose=choice[:200])):
            yield event

    @handler("rehearse")
    async def skip(self) -> Any:
        """Go to the time limit that stands."""
        async for event in self._take(Input(skip=True)):
            yield event

    @handler("rehearse")
    async def pass_time(self, what: str) -> Any:
        """Let an hour pass, the night, or the time until it opens or closes."""
        if self._run is None:
            return
        now = self._run.clock[-1]
        seconds = {
            "hour": _HOUR,
            "morning": (morning(now, self._flow.timezone) - now).total_seconds(),
            "hours": self._hours_at - now.timestamp(),
        }.get(what, 0.0)
        if seconds > 0:
            async for event in self._take(Input(seconds=seconds)):
                yield event

    @handler("rehearse")
    async def pass_so_long(self, form: dict[str, Any]) -> Any:
        """Let as much time pass as is written in the form."""
        try:
            seconds = float(str(form.get("number", "")).replace(",", ".")) * _UNITS[str(form.get("unit"))]
        except (ValueError, KeyError):
            return
        if 0 < seconds <= 366 * 24 * _HOUR:
            async for event in self._take(Input(seconds=seconds)):
                yield event

    @handler("rehearse")
    async def person(self, act: str) -> Any:
        """Do what the person does who has the conversation: joined, returned or resolved."""
        async for event in self._take(msgspec.convert({"agent": act}, Input)):
            yield event

    async def _take(self, given: Input) -> Any:
        if len(self._inputs) >= MOST_INPUTS:
            self.full = True
            return
        self.dropped = 0
        self._inputs = (*self._inputs, given)
        async for event in self._while_thinking(self._play):
            yield event

    async def _while_thinking(self, work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
        """Show that the flow works on it for as long as it does."""
        self.thinking = True
        yield
        try:
            await work()
        finally:
            self.thinking = False
        yield

    # --- Going back ---------------------------------------------------------------------------------------------

    @handler("rehearse")
    async def back_to(self, number: int) -> None:
        """Take everything back from this input on."""
        await self._change(self._inputs[: max(number, 0)])

    @handler("rehearse")
    async def edit_turn(self, number: int) -> None:
        """Ask what is to be said there instead; the last turn where the number is below 0."""
        if number < 0:
            said = [at for at, given in enumerate(self._inputs) if given.say or given.choose]
            number = said[-1] if said else -1
        if 0 <= number < len(self._inputs) and self._run is not None:
            given = self._inputs[number]
            before = self._run.until(number)
            self.edited_choices = offered(before, self._run.start.channel)
            labels = {one.id: one.label for one in self.edited_choices}
            self.edited_text = given.say or labels.get(given.choose or "", "")
            self.editing = number

    @handler("rehearse")
    async def leave_turn(self) -> None:
        """Leave the turn as it was."""
        self.editing = -1

    @handler("rehearse")
    async def say_instead(self, form: dict[str, Any]) -> Any:
        """Have said something else in the turn that is edited; what came later is kept as far as it still fits."""
        text = str(form.get("text", "")).strip()
        if text:
            async for event in self._instead(Input(say=text[:10_000])):
                yield event

    @handler("rehearse")
    async def tap_instead(self, choice: str) -> Any:
        """Have tapped another choice in the turn that is edited."""
        async for event in self._instead(Input(choose=choice[:200])):
            yield event

    async def _instead(self, given: Input) -> Any:
        number, self.editing = self.editing, -1
        if 0 <= number < len(self._inputs):
            async for event in self._while_thinking(lambda: self._replace(number, given)):
                yield event

    async def _replace(self, number: int, given: Input) -> None:
        """Let another thing happen at this place; later inputs stay as far as they meet the conversation there."""
        before: Rehearsed = self._run
        count = len(self._inputs)
        await self._change((*self._inputs[:number], given, *self._inputs[number + 1 :]))
        if not self.broken and (fit := fitting(before, self._run, number)) < count:
            self._inputs = self._inputs[:fit]
            await self._play()
            self.dropped = count - fit

    async def _change(self, inputs: Inputs) -> None:
        """Go on with other inputs; how it went before stays within reach."""
        self.editing, self.dropped, self.full = -1, 0, False
        tries = self._all_tries()
        if not inputs:
            tries = ()
        elif self._inputs[: len(inputs)] != inputs or len(inputs) < len(self._inputs):
            tries = (*tries[-MOST_TRIES + 1 :], inputs)
        self._tries, self.tries, self.attempt = tries, max(1, len(tries)), max(1, len(tries))
        self._inputs = inputs
        if inputs:
            await self._play()
        else:
            self._forget()

    def _all_tries(self) -> tuple[Inputs, ...]:
        """Every try with how far it has come."""
        tries = self._tries or (self._inputs,)
        return tuple(self._inputs if at == self.attempt - 1 else one for at, one in enumerate(tries))

    @handler("rehearse")
    async def see_try(self, by: int) -> None:
        """Turn to the try before or after this one."""
        tries = self._all_tries()
        at = self.attempt - 1 + by
        if 0 <= at < len(tries):
            self._tries, self.attempt, self.dropped, self.editing = tries, at + 1, 0, -1
            self._inputs = tries[at]
            await self._play()

    @handler("rehearse")
    async def play_again(self) -> Any:
        """Let the same happen anew, on the flow as it is now, and mark what has become different."""
        before = self.exchanges
        self._run = None
        async for event in self._while_thinking(lambda: self._play(before)):
            yield event

    # --- Showing ------------------------------------------------------------------------------------------------

    @handler("see_flows")
    async def go_to_node(self, node: str) -> None:
        """Bring a node into view and keep talking."""
        self._center(node)

    @handler("rehearse")
    async def show_way(self, step: int) -> None:
        """Light the way that a step took."""
        if self._run is not None and 0 <= step < len(self._run.steps):
            self.lit = way(self._flow, self._run.steps[step])

    async def _play(self, before: list[Exchange] | None = None) -> None:
        """Let it happen on the draft as it is now, at the same virtual time; what is known already is kept."""
        flow = self._flow
        if self._spoken != self._language():
            self._prepare_who()
        if not self._at:
            self._at = visitor.begins(self.who, flow.timezone, datetime.now(UTC)).isoformat()
        contact = f"visitor-{self._persons}" if self.who.get("contact") == "new" else "visitor"
        start = visitor.start_of(self.who, flow.timezone, datetime.now(UTC), contact)
        start = msgspec.structs.replace(start, at=datetime.fromisoformat(self._at))
        means = fingerprint(flow)
        known = self._run if means == self._played else None
        self.broken = True
        runs = await in_thread(drafts, backend.database(), flow)
        if runs != self._runs:
            known, self._runs = None, runs
        run = await in_thread(
            rehearse, planned(flow, runs), self._inputs, backend.here().answers.rehearsing(), start, known
        )
        self.broken = False
        self._run, self._played = run, means
        await self._show(run, before or [])

    async def _show(self, run: Rehearsed, before: list[Exchange]) -> None:
        language = self._language()
        self.exchanges = exchanges(self._flow, run, language, self.content, self._runs, before)
        self.done = [told for one in self.exchanges for told in one.done]
        self.begun = bool(run.inputs)
        session = run.session
        self.with_person, self.closed = session.with_person, session.closed
        until = session.waiting.until if session.waiting is not None else None
        now = run.clock[-1] if run.clock else None
        self.limit = duration_in_words((until - now).total_seconds(), language) if until and now else ""
        self.lit = way(self._flow, run.steps[-1]) if run.steps else {}
        self.hours, self._hours_at = "", 0.0
        if now is not None and not session.closed:
            change = await in_thread(next_change, self._flow, now, backend.here().answers)
            if change is not None:
                opens, at = change
                lasts = duration_in_words((at - now) / timedelta(seconds=1), language)
                self.hours = self._say("rehearse.to_opening" if opens else "rehearse.to_closing", lasts=lasts)
                self._hours_at = at.timestamp()


_CALLED = {
    "country": "rehearse.country",
    "locale": "rehearse.locale",
    "channel": "rehearse.channel",
    "source": "who.source_title",
    "moment": "who.when",
    "weekday": "who.when",
    "time": "who.when",
    "clock": "who.clock",
    "name": "who.name",
    "ip": "who.ip",
    "timezone": "who.timezone",
    "account": "who.account",
    "tags": "who.tags",
}
