"""What happens in a rehearsal, one thing at a time, and what is answered by hand while it does."""

from typing import Annotated, Literal, get_args

import msgspec

from engine import queries
from engine.events import Attachment
from flows.transcript import EARLIEST, LATEST, in_reach
from server.rehearsal_start import LINE

SUITS: dict[type[queries.AnyQuery], tuple[type[queries.AnyAnswer], ...]] = {
    queries.Locate: (),
    queries.DetectLanguage: (queries.Detected,),
    queries.LookUp: (queries.Found, queries.Failed),
    queries.Fetch: (queries.Fetched, queries.Failed),
    queries.OpenHours: (queries.Opening, queries.Failed),
}
"""Which answers given by hand suit which query. Where somebody is is chosen with who is writing."""


class ByHand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What node ``node`` (within a sub-flow ``parent/child``) is to hear instead of what the world would say.

    It holds for every query of that node which such an answer suits, while one input happens.
    """

    node: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
    answer: queries.AnyAnswer

    def __post_init__(self) -> None:
        """Raise ValueError for an answer that is not given by hand."""
        if isinstance(self.answer, queries.Place):
            raise ValueError("answer: where somebody is is said by the start: country, ip")
        until = self.answer.standing.until if isinstance(self.answer, queries.Opening) else None
        if until is not None and until.tzinfo is None:
            raise ValueError("answer: until needs its offset, such as 2027-03-02T10:00:00Z")
        if until is not None and not in_reach(until):
            raise ValueError(f"answer: until is a time from {EARLIEST.year} to {LATEST.year - 1}")

    def suits(self, node: str, query: queries.AnyQuery) -> bool:
        """Whether this answers that node's query."""
        return node == self.node and isinstance(self.answer, SUITS[type(query)])


Kind = Literal["image", "audio", "video", "file"]
KINDS: frozenset[str] = frozenset(get_args(Kind))

LONGEST_PAUSE = 366 * 86400
"""Seconds that one input lets pass at the most."""


class Sent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A stand-in for a file: what kind it is, and what it is called. There is nothing in it."""

    kind: Kind
    name: Annotated[str, msgspec.Meta(max_length=120, pattern=LINE, examples=["broken-ring.jpg"])] = ""

    def attached(self) -> Attachment:
        return Attachment(self.kind, self.name)


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that happens; exactly one of the first six is given.

    ``say`` a text (with ``attachments``, it may be empty), ``choose`` the choice with this id, ``open`` the
    conversation without a word, ``skip`` to the time limit that stands, let ``seconds`` pass, or what an ``agent``
    does. ``answers`` are given by hand to what nodes ask because of it.
    """

    say: Annotated[str, msgspec.Meta(max_length=10_000)] | None = None
    choose: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    open: bool = False
    skip: bool = False
    seconds: Annotated[float, msgspec.Meta(gt=0, le=LONGEST_PAUSE)] | None = None
    agent: Literal["joined", "returned", "resolved"] | None = None
    attachments: Annotated[tuple[Sent, ...], msgspec.Meta(max_length=10)] = ()
    answers: Annotated[tuple[ByHand, ...], msgspec.Meta(max_length=50)] = ()

    def __post_init__(self) -> None:
        """Raise ValueError unless exactly one thing happens."""
        happens = (self.say, self.choose, self.open, self.skip, self.seconds, self.agent)
        if sum(given not in (None, False) for given in happens) != 1:
            raise ValueError("each input says exactly one of say, choose, open, skip, seconds and agent")
        if self.attachments and self.say is None:
            raise ValueError("attachments: they come with a text, which may be empty")
        if self.say is None and any(isinstance(one.answer, queries.Detected) for one in self.answers):
            raise ValueError("answers: a language is found in a text, so it comes with “say”")
