"""What a node hears in the simulator, said by hand: a knowledge answer, a service, a language, a country, hours."""

from typing import Any

import msgspec

from builder_ui import backend
from builder_ui.doing import request
from builder_ui.state import handler, in_thread
from builder_ui.states.rehearse import Rehearse
from builder_ui.states.visitor import ValueLine
from builder_ui.telling import kind_of, place
from engine import queries
from engine.hours import Standing
from engine.picking import as_kind
from flows.transcript import name_and_place, source_of
from server.rehearsal import Asked
from server.rehearsal_input import ByHand
from server.trying import ask_really

_SAFE = ("GET",)
"""Methods that change nothing (RFC 9110, 9.2.1), of those that flows use."""


class Hand(Rehearse):
    """The dialog in which a node's question is answered."""

    hand_open: bool = False
    hand_kind: str = ""
    hand_node: str = ""
    hand_outcome: str = ""
    hand_text: str = ""
    hand_score: int = 80
    hand_threshold: int = 60
    hand_source: str = ""
    hand_status: int = 200
    hand_values: list[ValueLine] = []  # noqa: RUF012
    hand_choice: str = ""
    hand_reason: str = ""
    hand_request: str = ""
    hand_given: bool = False
    hand_confirm: bool = False

    _hand_at: tuple[int, int] = (-1, -1)

    @handler("rehearse")
    async def ask_by_hand(self, step: int, number: int) -> None:
        """Show what a node heard, to say it otherwise."""
        asked = self._asked(step, number)
        if asked is None:
            return
        self._hand_at = (step, number)
        self.hand_kind, self.hand_given = kind_of(asked), asked.source == "hand"
        self.hand_node = place(self._flow, asked.node, self._language(), self._runs)[0] or asked.node
        self.hand_confirm, self.hand_reason, self.hand_request = False, "", ""
        self._fill(asked)
        self.hand_open = True

    @handler("rehearse")
    async def close_hand(self, is_open: bool = False) -> None:
        """Leave the answer as it was."""
        if not is_open:
            self.hand_open = False

    @handler("rehearse")
    async def choose_outcome(self, outcome: str) -> None:
        """Turn to another kind of answer."""
        self.hand_outcome = outcome

    @handler("rehearse")
    async def answer_by_hand(self, form: dict[str, Any]) -> Any:
        """Let the node hear what the form says."""
        asked = self._asked(*self._hand_at)
        if asked is None:
            return
        answer = answer_of(asked, self.hand_outcome, {name: str(value) for name, value in form.items()})
        async for event in self._let_hear(asked, answer):
            yield event

    @handler("rehearse")
    async def let_world_answer(self) -> Any:
        """Take back what was said by hand."""
        asked = self._asked(*self._hand_at)
        if asked is not None:
            async for event in self._let_hear(asked, None):
                yield event

    @handler("try_services")
    async def ask_service(self, confirmed: bool) -> Any:
        """Really ask the service, once, and let the node hear what it says; what may change something is confirmed."""
        asked = self._asked(*self._hand_at)
        if asked is None or not isinstance(asked.query, queries.Fetch):
            return
        if asked.query.method not in _SAFE and not confirmed:
            self.hand_confirm = True
            return
        self.hand_confirm = False
        person = await self._signed_in()
        answer = await in_thread(ask_really, backend.here(), person, asked.query)
        async for event in self._let_hear(asked, answer):
            yield event

    def _asked(self, step: int, number: int) -> Asked | None:
        steps = self._run.steps if self._run is not None else ()
        if 0 <= step < len(steps) and 0 <= number < len(steps[step].asked):
            asked: Asked = steps[step].asked[number]
            return asked
        return None

    async def _let_hear(self, asked: Asked, answer: queries.AnyAnswer | None) -> Any:
        """Play on with another answer in the input that the step belongs to."""
        self.hand_open = False
        number = self._run.steps[self._hand_at[0]].input
        given = self._inputs[number]
        answers = tuple(one for one in given.answers if not one.suits(asked.node, asked.query))
        if answer is not None:
            answers = (ByHand(asked.node, answer), *answers)
        given = msgspec.structs.replace(given, answers=answers)
        async for event in self._while_thinking(lambda: self._replace(number, given)):
            yield event

    def _fill(self, asked: Asked) -> None:
        """Show in the form what was heard."""
        answer = asked.answer
        self.hand_outcome = "failed" if isinstance(answer, queries.Failed) else "answered"
        self.hand_reason = answer.reason if isinstance(answer, queries.Failed) else ""
        match asked.query:
            case queries.LookUp(threshold=threshold):
                self.hand_threshold = round(threshold * 100)
                found = answer if isinstance(answer, queries.Found) else queries.Found(score=0.8)
                self.hand_text, self.hand_score = found.text, round(found.score * 100)
                self.hand_source = source_of(found.citation.name, found.citation.place) if found.citation else ""
                if isinstance(answer, queries.Found) and not answer.text:
                    self.hand_outcome = "unsure"
            case queries.Fetch(wanted=wanted):
                fetched = answer if isinstance(answer, queries.Fetched) else queries.Fetched(status=200)
                self.hand_status = fetched.status
                self.hand_request = request(asked.query, self._language())
                self.hand_values = [ValueLine(one.name, str(fetched.values.get(one.name, ""))) for one in wanted]
            case _:
                self.hand_choice = _chosen(answer)


def _chosen(answer: queries.AnyAnswer) -> str:
    match answer:
        case queries.Detected(language=language):
            return language
        case queries.Opening(standing=now):
            return "open" if now.open else "closed"
        case _:
            return ""


def answer_of(asked: Asked, outcome: str, form: dict[str, str]) -> queries.AnyAnswer:
    """What a form says of the answer to a query."""
    if outcome == "failed":
        return queries.Failed(reason=form.get("reason", "").strip()[:500] or "failed by hand")
    match asked.query:
        case queries.LookUp(language=language, threshold=threshold):
            name, place = name_and_place(" ".join(form.get("source", "").split())[:200])
            citation = queries.Citation(document=name, name=name, place=place) if name else None
            text = form.get("text", "").strip()[:10_000] if outcome == "answered" else ""
            score = _share(form.get("score", ""), threshold)
            return queries.Found(text=text, score=score, language=language if text else "", citation=citation)
        case queries.Fetch(wanted=wanted):
            status = form.get("status", "")
            given = {one.name: as_kind(form.get(f"value.{one.name}") or None, one.kind) for one in wanted}
            values = {name: value for name, value in given.items() if value is not None}
            return queries.Fetched(status=min(max(int(status), 100), 599) if status.isdecimal() else 200, values=values)
        case queries.DetectLanguage():
            return queries.Detected(language=form.get("choice", ""))
        case queries.OpenHours(hours=hours):
            zone = asked.answer.zone if isinstance(asked.answer, queries.Opening) else hours.zone
            return queries.Opening(standing=Standing(open=form.get("choice") == "open"), zone=zone)
        case _:
            raise ValueError(f"{type(asked.query).__name__} is not answered by hand")


def _share(text: str, otherwise: float) -> float:
    try:
        return min(max(float(text.replace(",", ".")) / 100, 0.0), 1.0)
    except ValueError:
        return otherwise
