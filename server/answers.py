"""What nodes must know, answered: where an address is, what a text is written in, what the shop knows,
what its systems say.

What takes longer than a turn may is asked apart: its answer comes as a later event.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from engine.queries import (
    AnyAnswer,
    AnyQuery,
    Detected,
    DetectLanguage,
    Failed,
    Fetch,
    Fetched,
    Found,
    Locate,
    LookUp,
    OpenHours,
    Opening,
    Place,
)
from server import geo, languages, metrics

if TYPE_CHECKING:
    from server.knowledge import Knowledge

REHEARSAL = 30.0
"""Seconds that somebody at the screen waits for a model in one rehearsal, however many questions it has."""

log = logging.getLogger("parley.answers")

Opens = Callable[[OpenHours], Opening | Failed]
"""Tells how it stands with hours."""

Fetching = Callable[[Fetch, str], Fetched | Failed]
"""Asks a service; the text is the request's idempotency key."""


class Answers:
    """Answers queries; make one a process, threads share it.

    ``knowledge_apart`` says that the knowledge base asks a model, which takes its time.
    """

    def __init__(
        self,
        knowledge: Callable[[], "Knowledge"],
        fetch: Fetching,
        opens: Opens,
        database: str | Path = "",
        knowledge_apart: bool = False,
    ) -> None:
        self._knowledge = knowledge
        self._fetch = fetch
        self._opens = opens
        self._database = database
        self._knowledge_apart = knowledge_apart

    def apart(self, query: AnyQuery) -> bool:
        """Whether a query takes longer than a turn may."""
        return isinstance(query, Fetch) or (isinstance(query, LookUp) and self._knowledge_apart)

    def in_turn(self, query: AnyQuery) -> AnyAnswer | None:
        """The answer; None where it is asked apart and comes later."""
        return None if self.apart(query) else self(query)

    def __call__(self, query: AnyQuery, key: str = "", seconds: float | None = None) -> AnyAnswer:
        """The answer, however long it takes. A query that cannot be answered is ``Failed``, never an error.

        ``key`` tells a service the query from others, and from none that is the same one again; ``seconds`` is what a
        model may take for it, None as the setting says.
        """
        kind = metrics.kind(query)
        try:
            with metrics.answer_seconds.labels(kind).time():
                answer = self._answer(query, key, seconds)
            if isinstance(answer, Failed):
                metrics.answer_failures.labels(kind).inc()
            return answer
        except Exception as fault:  # whatever fails, the flow has a way for it
            metrics.answer_failures.labels(kind).inc()
            log.exception("The query %s failed", type(query).__name__)
            return Failed(reason=f"{type(fault).__name__}: {fault}")

    def rehearsing(self) -> Callable[[AnyQuery], AnyAnswer]:
        """What answers one rehearsal: all at once, a model for ``REHEARSAL`` seconds from now and then no more, and no
        service of the shop's at all.
        """
        until = time.monotonic() + REHEARSAL

        def answer(query: AnyQuery) -> AnyAnswer:
            if isinstance(query, Fetch):
                return Failed(reason="a rehearsal asks no service")
            return self(query, seconds=max(0.0, until - time.monotonic()))

        return answer

    def warm(self) -> None:
        """Load, in a thread of its own, what the first question would otherwise wait for."""
        threading.Thread(target=self._warm, name="warm", daemon=True).start()

    def _warm(self) -> None:
        try:
            languages.detect("warm", ("en", "de"))
            self._knowledge().warm()
        except Exception:  # the first question will fail in its own way, and say so
            log.exception("The knowledge base could not be loaded")

    def _answer(self, query: AnyQuery, key: str, seconds: float | None) -> AnyAnswer:
        match query:
            case Locate(country=country) if country:
                return Place(country=country, languages=geo.territory_languages(country))
            case Locate(ip=ip):
                place = geo.locate(ip, self._database)
                return Place(country=place.country, languages=place.languages)
            case DetectLanguage(text=text, candidates=candidates):
                return Detected(language=languages.detect(text, candidates))
            case LookUp():
                return self._look_up(query, seconds)
            case OpenHours():
                return self._opens(query)
            case Fetch():
                return self._fetch(query, key)

    def _look_up(self, query: LookUp, seconds: float | None) -> Found:
        return self._knowledge().answer(
            query.question, query.language, query.threshold, query.market, query.documents, seconds
        )
