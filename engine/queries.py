"""What a node must first know, and the answers. Only the caller of the engine can answer."""

import msgspec


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


class Failed(Answer, frozen=True, tag="failed"):
    """The query could not be answered; ``reason`` is for the trace and for admins, never for the contact."""

    reason: str


AnyQuery = Locate | DetectLanguage | LookUp
AnyAnswer = Place | Detected | Found | Failed
