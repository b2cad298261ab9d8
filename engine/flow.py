"""A flow as data: nodes, edges, and what a node type declares about itself."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Generic, Literal, TypeVar

import msgspec

from engine.rules import Rule

if TYPE_CHECKING:
    from engine.queries import AnyAnswer, AnyQuery
    from engine.turn import Outcome, Turn

FORMAT = 1
"""The document format this version writes; older ones are migrated by ``flows.migrations``."""

NodeId = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Group = Literal["talk", "decide", "know", "do", "people"]


class Port(msgspec.Struct, frozen=True):
    """A way out of a node. ``title`` says what it means, in English; an ``optional`` one may lead nowhere.

    Of a node that waits: ``after`` is what makes it go on this way, ``owed`` whether the contact then waits for an
    answer.
    """

    id: str
    title: str
    optional: bool = False
    after: Literal["contact", "time", "person"] = "contact"
    owed: bool = True


class Node(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag_field="type",
):
    """The base of every node type. A subclass *is* its configuration: fields are the form, docstring the help."""

    TITLE: ClassVar[str]
    ICON: ClassVar[str]
    GROUP: ClassVar[Group]
    SUMMARY: ClassVar[str] = ""
    PORTS: ClassVar[tuple[Port, ...]] = (Port("next", "Next"),)
    WAITS: ClassVar[bool] = False
    """Whether it always waits before it goes on. A circle of nodes without one that does runs without end."""
    MAY_WAIT: ClassVar[bool] = False
    """Whether it waits for the contact at times: where it does, each of its ports may leave them waiting in turn."""

    name: Annotated[
        str,
        msgspec.Meta(
            title="Name",
            description="Shown on the canvas; contacts never see it.",
            max_length=80,
            extra_json_schema={"widget": "name"},
        ),
    ] = ""

    def ports(self) -> tuple[Port, ...]:
        """The ways out of this node as it is configured."""
        return self.PORTS

    def rules(self) -> tuple[Rule, ...]:
        """The rules this node looks at, for checks."""
        return ()

    def sets(self) -> tuple[str, ...]:
        """The names of the values this node may set, for checks."""
        return ()

    def missing(self) -> tuple[str, ...]:
        """Paths of what must be filled in but is not, where that depends on the configuration, for checks."""
        return ()

    def waits(self) -> bool:
        """Whether it always waits before it goes on, as it is configured."""
        return self.WAITS

    def calls(self) -> str:
        """The id of the flow this node runs as a sub-flow, '' where it runs none."""
        return ""

    def team_hours(self) -> str:
        """The id of the shop's hours this node goes by, '' where it goes by none of them."""
        return ""

    def services(self) -> dict[str, tuple[str, ...]]:
        """The shop's services this node asks, each with the names of the secrets it sends there, for checks."""
        return {}

    def answers(self, port: str = "") -> bool:  # noqa: ARG002 the types that inherit it use it
        """Whether the contact is answered for certain, for checks: by coming to the node (it asks something, a person
        takes over, it ends the conversation), or with ``port`` by going on that way.
        """
        return False

    def rehearsed(self, query: "AnyQuery") -> "AnyAnswer | None":  # noqa: ARG002 the types that inherit it use it
        """What a rehearsal answers to a query of this node's that must not leave it; None: nothing is known."""
        return None

    def run(self, turn: "Turn") -> "Outcome":  # noqa: ARG002 the types that inherit it use it
        """What to do now. Pure: the same turn gives the same outcome."""
        raise TypeError(f"{type(self).__name__} does not say what it does: define run()")


N = TypeVar("N", bound=Node)


class Edge(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """From a node's port to a node. A port leads to one node at most."""

    source: NodeId
    port: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    target: NodeId


class Trigger(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which new conversations a flow takes: channels, accounts (ids; none means all), a rule; higher priority first.

    ``only_called``: none at all, for it is there to be run by other flows.
    """

    channels: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    when: Rule | None = None
    priority: Annotated[int, msgspec.Meta(ge=-1000, le=1000)] = 0
    only_called: bool = False


class Interrupt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Looked at before a waiting node gets the contact's reply; when it holds, the conversation goes to node ``to``."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    name: Annotated[str, msgspec.Meta(max_length=80)]
    when: Rule
    to: NodeId


NoteWidth = Annotated[float, msgspec.Meta(ge=96, le=960)]
"""In canvas pixels."""


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A remark on the canvas, as wide as is usual or as somebody made it; it means nothing to the engine."""

    text: Annotated[str, msgspec.Meta(max_length=5000)]
    at: tuple[float, float]
    width: NoteWidth | None = None


Language = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
"""A BCP 47 tag."""

CaseId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
MOST_CASES = 200
LONGEST_CASE = 50_000
"""Characters."""


OwnValues = Annotated[
    tuple[Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$")], ...], msgspec.Meta(max_length=50)
]
"""Names of values."""


class Flow(msgspec.Struct, Generic[N], frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The document. ``translations``: language -> node id -> path of the text (``engine.text.texts``) -> text.

    ``layout`` (node id -> x, y in canvas pixels) and ``notes`` are for the eye only. ``timezone`` is an IANA name;
    ``apologies`` (language -> text) are said when the flow goes wrong; ``cases`` (id -> ``flows.transcript``) are
    conversations that must go as written. ``inputs`` and ``outputs`` are the values it takes and gives back where
    another flow runs it.
    """

    format: Literal[1] = 1
    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    language: Language = "en"
    timezone: Annotated[str, msgspec.Meta(max_length=64)] = "UTC"
    trigger: Trigger = Trigger()
    start: str = ""
    nodes: dict[NodeId, N] = {}
    edges: tuple[Edge, ...] = ()
    interrupts: tuple[Interrupt, ...] = ()
    apologies: dict[Language, str] = {}
    translations: dict[Language, dict[str, dict[str, str]]] = {}
    layout: dict[str, tuple[float, float]] = {}
    notes: dict[str, Note] = {}
    cases: Annotated[
        dict[CaseId, Annotated[str, msgspec.Meta(max_length=LONGEST_CASE)]], msgspec.Meta(max_length=MOST_CASES)
    ] = {}
    inputs: OwnValues = ()
    outputs: OwnValues = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """The flow's own language, then those it is translated to."""
        return (self.language, *(tag for tag in sorted(self.translations) if tag != self.language))
