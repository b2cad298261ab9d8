"""What nodes must know, answered: where an address is, what a text is written in, what the shop knows."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from engine.queries import AnyAnswer, AnyQuery, Detected, DetectLanguage, Failed, Found, Locate, LookUp, Place
from server import geo, languages, metrics

if TYPE_CHECKING:
    from server.knowledge import Knowledge

REHEARSAL = 30.0
"""Seconds that somebody at the screen waits for a model in one rehearsal, however many questions it has."""

log = logging.getLogger("parley.answers")


class Answers:
    """Answers queries; make one a process, threads share it.

    With ``slow`` it answers what takes long, too; without, it says None to that, and the answer comes as a later event.
    """

    def __init__(self, knowledge: Callable[[], "Knowledge"], database: str | Path = "", slow: bool = True) -> None:
        self._knowledge = knowledge
        self._database = database
        self._slow = slow

    def __call__(self, query: AnyQuery, seconds: float | None = None) -> AnyAnswer | None:
        """The answer, None where it will come later. A query that cannot be answered is ``Failed``, never an error.

        ``seconds`` is what a model may take for it, None as the setting says.
        """
        kind = metrics.kind(query)
        try:
            with metrics.answer_seconds.labels(kind).time():
                return self._answer(query, seconds)
        except Exception as fault:  # whatever fails, the flow has a way for it
            metrics.answer_failures.labels(kind).inc()
            log.exception("The query %s failed", type(query).__name__)
            return Failed(reason=f"{type(fault).__name__}: {fault}")

    def now(self, query: AnyQuery, seconds: float | None = None) -> AnyAnswer:
        """The answer at once: where it would come later, there is none."""
        answer = self(query, seconds)
        return Failed(reason="nothing here answers this now") if answer is None else answer

    def rehearsing(self) -> Callable[[AnyQuery], AnyAnswer]:
        """What answers one rehearsal: all at once, a model for ``REHEARSAL`` seconds from now and then no more."""
        until = time.monotonic() + REHEARSAL
        return lambda query: self.now(query, max(0.0, until - time.monotonic()))

    def warm(self) -> None:
        """Load, in a thread of its own, what the first question would otherwise wait for."""
        threading.Thread(target=self._warm, name="warm", daemon=True).start()

    def _warm(self) -> None:
        try:
            languages.detect("warm", ("en", "de"))
            self._knowledge().warm()
        except Exception:  # the first question will fail in its own way, and say so
            log.exception("The knowledge base could not be loaded")

    def _answer(self, query: AnyQuery, seconds: float | None) -> AnyAnswer | None:
        match query:
            case Locate(country=country) if country:
                return Place(country=country, languages=geo.territory_languages(country))
            case Locate(ip=ip):
                place = geo.locate(ip, self._database)
                return Place(country=place.country, languages=place.languages)
            case DetectLanguage(text=text, candidates=candidates):
                return Detected(language=languages.detect(text, candidates))
            case LookUp():
                return self._look_up(query, seconds) if self._slow else None

    def _look_up(self, query: LookUp, seconds: float | None) -> Found:
        return self._knowledge().answer(
            query.question, query.language, query.threshold, query.market, query.documents, seconds
        )
