"""The simulator: a conversation with the draft. Nothing of it is stored, sent or counted."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx
from babel import Locale

from builder_ui import backend
from builder_ui.state import handler, in_thread
from builder_ui.states.editor import EditorState
from builder_ui.telling import WhyLine, way, why
from builder_ui.words import Language, say
from engine.effects import Close, HandOff, Send
from engine.events import AgentJoined, AgentResolved, AgentReturned, MessageReceived, Opened, TimerFired
from flows.subflows import planned
from schemas.words import country_name, duration_in_words, language_name
from server.rehearsal import MOST_INPUTS, Rehearsed, RehearsedStep, rehearse
from server.rehearsal_input import Input
from server.rehearsal_start import Start
from server.subflows import drafts

CHANNELS = ("webwidget", "telegram", "api")
# First those that the starter flows and the demo speak of, then the rest by name.
NEAR = ("US", "DE", "FR", "ES", "GB", "BR", "TH", "VN", "ID", "CN", "JP")
LOCALES = ("en", "de", "es", "fr", "it", "pt", "nl", "pl", "tr", "ru", "ar", "zh", "ja", "ko", "th", "vi", "id")
WEEKDAYS = 7


@dataclass(frozen=True)
class Choosable:
    """One of the values a part of the start can have."""

    value: str
    title: str


@dataclass(frozen=True)
class ChoiceLine:
    """A choice offered beneath a message."""

    id: str
    label: str


@dataclass(frozen=True)
class Line:
    """One thing in the chat. `who` is contact, flow, person or note; `step` is the step it belongs to."""

    who: str
    text: str
    step: int
    number: int
    language: str = ""
    citation: str = ""
    choices: list[ChoiceLine] = field(default_factory=list)


@dataclass(frozen=True)
class Exchange:
    """One step as the chat shows it: what happened, what was answered, and why."""

    step: int
    number: int
    said: list[Line]
    answers: list[Line]
    why: list[WhyLine]
    silent: bool


class Rehearse(EditorState):
    """The conversation beside the canvas and who is pretending to have it."""

    channel: str = "webwidget"
    country: str = "US"
    locale: str = ""
    weekday: str = ""
    hour: str = ""

    exchanges: list[Exchange] = []  # noqa: RUF012
    thinking: bool = False
    limit: str = ""
    with_person: bool = False
    closed: bool = False
    begun: bool = False
    full: bool = False

    _inputs: list[dict[str, Any]] = []  # noqa: RUF012
    _at: str = ""
    _run: Any = None
    _runs: dict[str, Any] = {}  # noqa: RUF012

    @rx.var
    def countries(self) -> list[Choosable]:
        """Every country by name, the usual ones first."""
        return _countries("zh" if self.zh else "en")

    @rx.var
    def locales(self) -> list[Choosable]:
        """The languages a browser or a profile may be set to."""
        language: Language = "zh" if self.zh else "en"
        return [Choosable(tag, language_name(tag, language)) for tag in LOCALES]

    @handler("see_flows")
    async def prepare(self) -> None:
        """Load what answers, so that the first rehearsed question need not wait for it."""
        backend.here().answers.warm()

    @handler("see_flows")
    async def choose(self, part: str, value: str) -> None:
        """Pretend to be somebody else; the conversation begins anew."""
        if part in ("channel", "country", "locale", "weekday", "hour"):
            setattr(self, part, value)
        self._forget()

    @handler("see_flows")
    async def restart(self) -> None:
        """Forget the conversation."""
        self._forget()

    def _forget(self) -> None:
        self._inputs, self._at, self._run = [], "", None
        self.exchanges, self.lit, self.limit = [], {}, ""
        self.with_person = self.closed = self.begun = self.full = False

    @handler("see_flows")
    async def open_chat(self) -> Any:
        """Open the conversation without a word."""
        async for event in self._take({"open": True}):
            yield event

    @handler("see_flows")
    async def say_it(self, form: dict[str, Any]) -> Any:
        """Say what is written in the field."""
        text = str(form.get("text", "")).strip()
        if text:
            async for event in self._take({"say": text[:10_000]}):
                yield event

    @handler("see_flows")
    async def tap(self, choice: str) -> Any:
        """Tap one of the choices."""
        async for event in self._take({"choose": choice}):
            yield event

    @handler("see_flows")
    async def skip(self) -> Any:
        """Go to the time limit that stands."""
        async for event in self._take({"skip": True}):
            yield event

    @handler("see_flows")
    async def person(self, act: str) -> Any:
        """Do what the person does who has the conversation: joined, returned or resolved."""
        if act in ("joined", "returned", "resolved"):
            async for event in self._take({"agent": act}):
                yield event

    @handler("see_flows")
    async def back_to(self, number: int) -> None:
        """Take everything back from this input on."""
        self._inputs = self._inputs[: max(number, 0)]
        if self._inputs:
            await self._play()
        else:
            self._forget()

    @handler("see_flows")
    async def go_to_node(self, node: str) -> None:
        """Bring a node into view and keep talking."""
        self.selection = {"seq": self.selection.get("seq", 0) + 1, "ids": [node], "center": True}
        self.selected = [node]

    @handler("see_flows")
    async def show_way(self, step: int) -> None:
        """Light the way that a step took."""
        if self._run is not None and 0 <= step < len(self._run.steps):
            self.lit = way(self._flow, self._run.steps[step])

    async def _take(self, given: dict[str, Any]) -> Any:
        if len(self._inputs) >= MOST_INPUTS:
            self.full = True
            return
        self.thinking = True
        yield
        self._inputs = [*self._inputs, given]
        try:
            await self._play()
        finally:
            self.thinking = False
        yield

    async def _play(self) -> None:
        """Let everything happen from the beginning: on the draft as it is now, at the same virtual time."""
        if not self._at:
            self._at = self._begins().isoformat()
        start = Start(
            channel=self.channel, country=self.country, locale=self.locale, at=datetime.fromisoformat(self._at)
        )
        inputs = [Input(**given) for given in self._inputs]
        self._runs = await in_thread(drafts, backend.database(), self._flow)
        plan = planned(self._flow, self._runs)
        run = await in_thread(rehearse, plan, inputs, backend.here().answers.rehearsing(), start)
        self._run = run
        self._show(run)

    def _begins(self) -> datetime:
        """The chosen hour of the chosen weekday at the shop's zone, the next there is; now where nothing is chosen."""
        now = datetime.now(UTC)
        if not self.weekday and not self.hour:
            return now
        local = now.astimezone(ZoneInfo(self._flow.timezone))
        if self.weekday:
            local += timedelta(days=(int(self.weekday) - local.isoweekday()) % WEEKDAYS)
        if self.hour:
            local = local.replace(hour=int(self.hour), minute=0, second=0, microsecond=0)
        return local.astimezone(UTC)

    def _show(self, run: Rehearsed) -> None:
        language = self._language()
        self.exchanges = [self._exchange(number, step, language) for number, step in enumerate(run.steps)]
        self.begun = bool(run.steps)
        session = run.session
        self.with_person, self.closed = session.with_person, session.closed
        waiting = session.waiting
        until = waiting.until if waiting is not None else None
        since = run.steps[-1].at if run.steps else None
        self.limit = duration_in_words((until - since).total_seconds(), language) if until and since else ""
        self.lit = way(self._flow, run.steps[-1]) if run.steps else {}

    def _exchange(self, number: int, step: RehearsedStep, language: Language) -> Exchange:
        answers = [_answer(effect, number, step.input) for effect in step.effects if isinstance(effect, Send)]
        for effect in step.effects:
            if isinstance(effect, HandOff):
                answers.append(Line("note", say("rehearse.handed_over", language), number, step.input))
            elif isinstance(effect, Close):
                answers.append(Line("note", say("rehearse.closed", language), number, step.input))
        return Exchange(
            step=number,
            number=step.input,
            said=[_said(step, number, language)],
            answers=answers,
            why=why(self._flow, step, language, self.content, self._runs),
            silent=not answers,
        )


def _said(step: RehearsedStep, number: int, language: Language) -> Line:
    match step.event:
        case MessageReceived(text=text):
            return Line("contact", text, number, step.input)
        case Opened():
            key = "rehearse.opened"
        case TimerFired():
            key = "rehearse.time_passed"
        case AgentJoined():
            key = "rehearse.person_joined"
        case AgentReturned():
            key = "rehearse.person_returned"
        case AgentResolved():
            key = "rehearse.person_resolved"
        case _:
            key = "rehearse.time_passed"
    return Line("note", say(key, language), number, step.input)


def _answer(send: Send, number: int, given: int) -> Line:
    cited = send.citation
    citation = " › ".join(part for part in (cited.name, cited.place) if part) if cited else ""
    choices = [ChoiceLine(choice.id, choice.label) for choice in send.choices]
    return Line("flow", send.text, number, given, send.language, citation, choices)


def _countries(language: Language) -> list[Choosable]:
    territories = map(str, Locale("en").territories)
    codes = [code for code in territories if len(code) == 2 and code.isalpha() and code not in _NOT]
    rest = sorted((code for code in codes if code not in NEAR), key=lambda code: country_name(code, language))
    return [Choosable(code, country_name(code, language)) for code in (*NEAR, *rest)]


# Groups and stand-ins of the CLDR that are no countries.
_NOT = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"})
