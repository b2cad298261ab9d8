from hashlib import sha256
from itertools import accumulate
from typing import Annotated

import msgspec

from engine.flow import Node, Port
from engine.turn import Go, Outcome, Turn
from nodes.fields import ChoiceId, field

BUCKETS = 10_000
WHOLE = 100


class Way(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way of a split: its port ``id``, what people call it, and its share of the contacts in percent."""

    id: ChoiceId
    title: Annotated[str, msgspec.Meta(title="Group", max_length=80)] = ""
    share: Annotated[int, msgspec.Meta(title="Share in %", ge=0, le=WHOLE, extra_json_schema={"widget": "number"})] = 0


class Split(Node, frozen=True, tag="split"):
    """Sends shares of the contacts different ways, to compare them. The same contact always goes the same way.

    When shares are changed, as few contacts as possible change their way.
    """

    TITLE = "A/B split"
    ICON = "shuffle"
    GROUP = "decide"
    SUMMARY = "{ways}"

    ways: Annotated[
        tuple[Way, ...],
        field("Groups", "The shares are whole percents and add up to 100.", required=True),
        msgspec.Meta(max_length=10, extra_json_schema={"widget": "shares"}),
    ] = (Way("a", "A", 50), Way("b", "B", 50))

    def ports(self) -> tuple[Port, ...]:
        return tuple(Port(way.id, way.title or way.id) for way in self.ways)

    def run(self, turn: Turn) -> Outcome:
        key = turn.session.key or turn.session.conversation
        bucket = bucket_of(turn.node, key)
        limits = accumulate(way.share * BUCKETS // WHOLE for way in self.ways)
        way = next((way for way, limit in zip(self.ways, limits, strict=True) if bucket < limit), self.ways[-1])
        return Go(way.id, why={"way": way.id, "title": way.title, "share": way.share, "bucket": bucket})


def bucket_of(node: str, key: str) -> int:
    """The contact's place among BUCKETS in one split, the same for ever, in copies of the flow too, so that its test
    cases hold there; in another split it is another.
    """
    digest = sha256(f"{node}\0{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % BUCKETS
