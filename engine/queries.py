"""What a node must first know, and the answers. Only the caller of the engine can answer."""

from datetime import datetime
from typing import Literal

import msgspec

from engine.hours import Hours, Standing

Scalar = str | int | float | bool
"""What a service is sent and what is kept of its answer."""

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Kind = Literal["text", "number", "yes_no"]

SAFE_TWICE: frozenset[Method] = frozenset({"GET", "PUT", "DELETE"})
"""Methods that change no more when they are sent twice (RFC 9110, 9.2.2)."""


class Query(msgspec.Struct, frozen=True, tag_field="type", kw_only=True, omit_defaults=True):
    """A question to the world. Its id is given by the engine when it is asked, not by the node."""


class Locate(Query, frozen=True, tag="locate"):
    """Which country is the address ``ip`` in, and what is spoken there? Where ``country`` is known, only the latter."""

    ip: str = ""
    country: str = ""


class DetectLanguage(Query, frozen=True, tag="detect_language"):
    """Which of ``candidates`` (BCP 47 tags) is ``text`` written in?"""

    text: str
    candidates: tuple[str, ...]


class LookUp(Query, frozen=True, tag="look_up"):
    """What does the knowledge base say to ``question``?

    ``threshold`` is the least score, 0 to 1, of an answer to be given; ``documents`` are ids, none meaning all.
    """

    question: str
    language: str
    threshold: float
    documents: tuple[str, ...] = ()
    market: str = ""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A header of a request: ``text``, or the service's secret of the name ``secret``, which only the server knows."""

    name: str
    text: str = ""
    secret: str = ""


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is kept of a service's answer: what stands at ``path`` (``engine.picking``), under ``name``."""

    path: str
    name: str
    kind: Kind = "text"


class Fetch(Query, frozen=True, tag="fetch"):
    """What does a service of the shop's answer to an HTTP request?

    ``service`` is the id of one that the shop's admins keep; ``path`` begins with / and is encoded for a URL, so that
    no value in it leads elsewhere. ``fields`` are the body, as JSON (a dot in a name means a field within a field) or
    with ``form`` as a form has it. ``time_limit`` are seconds for the whole, ``retries`` included; with ``repeatable``
    the request may be sent twice. ``node`` is who asks.
    """

    service: str
    path: str
    method: Method = "GET"
    headers: tuple[Header, ...] = ()
    fields: dict[str, Scalar] = {}
    form: bool = False
    wanted: tuple[Wanted, ...] = ()
    time_limit: float = 10.0
    retries: int = 0
    repeatable: bool = False
    node: str = ""

    @property
    def may_repeat(self) -> bool:
        """Whether nothing is done twice when the request is sent twice."""
        return self.repeatable or self.method in SAFE_TWICE


class OpenHours(Query, frozen=True, tag="open_hours"):
    """Is it open at the moment ``at``?

    ``team`` is the id of hours that the shop keeps, '' where ``hours`` say it themselves: then only the holidays of
    their country are not known. A team's hours without a zone are in that of ``hours``.
    """

    team: str
    hours: Hours
    at: datetime


class Answer(msgspec.Struct, frozen=True, tag_field="type", kw_only=True, omit_defaults=True):
    """What the world said to a query."""


class Place(Answer, frozen=True, tag="place"):
    """``country`` is ISO 3166-1 alpha-2 or empty where unknown; ``languages`` are BCP 47 tags, the likeliest first."""

    country: str = ""
    languages: tuple[str, ...] = ()


class Detected(Answer, frozen=True, tag="detected"):
    """``language`` is one of the candidates, or empty where the text does not tell."""

    language: str = ""


class Citation(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where an answer stands: the document's id and name, and the heading or question within it."""

    document: str
    name: str
    place: str = ""


class Found(Answer, frozen=True, tag="found"):
    """``text`` is empty when nothing reached the threshold; ``score`` and ``citation`` tell the best there was.

    ``phrased`` says that a model put the text from what was found; ``reason``, a code, why it was not asked or not
    believed, for the trace and for admins.
    """

    text: str = ""
    score: float = 0.0
    language: str = ""
    citation: Citation | None = None
    phrased: bool = False
    reason: str = ""


class Fetched(Answer, frozen=True, tag="fetched"):
    """A service answered: its HTTP ``status``, and by name what was wanted of the answer and was there."""

    status: int
    values: dict[str, Scalar] = {}


class Opening(Answer, frozen=True, tag="opening"):
    """How it stands with hours: ``zone`` is theirs (IANA), ``name`` what people call them, '' for a node's own."""

    standing: Standing
    zone: str
    name: str = ""


class Failed(Answer, frozen=True, tag="failed"):
    """The query could not be answered; ``reason`` is for the trace and for admins, never for the contact."""

    reason: str


AnyQuery = Locate | DetectLanguage | LookUp | Fetch | OpenHours
AnyAnswer = Place | Detected | Found | Fetched | Opening | Failed


def failure(answer: AnyAnswer) -> str:
    """Why a query has no answer of use, for the trace: what failed, or what came that was not asked for."""
    return answer.reason if isinstance(answer, Failed) else type(answer).__name__
