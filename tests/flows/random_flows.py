"""Flows of every node type, drawn at random: whole or broken, as people leave them half done."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import strategies as st

from engine.events import (
    AgentJoined,
    AgentResolved,
    AgentReturned,
    AnyEvent,
    Contact,
    MessageReceived,
    Opened,
    TimerFired,
)
from engine.flow import Edge, Flow, Interrupt, Node, Note
from engine.hours import Standing
from engine.queries import (
    AnyAnswer,
    AnyQuery,
    Citation,
    Detected,
    DetectLanguage,
    Failed,
    Found,
    Locate,
    LookUp,
    OpenHours,
    Opening,
    Place,
)
from engine.rules import FACTS, OPERATORS, All, Compare, Not, Rule
from engine.rules import Any as AnyOf
from engine.text import texts
from nodes.branch import Branch, Case
from nodes.business_hours import BusinessHours
from nodes.close import Close
from nodes.collect import Collect, Item
from nodes.decision_table import Column, DecisionTable, Outcome, Result, Row
from nodes.human_handoff import HumanHandoff
from nodes.knowledge_answer import KnowledgeAnswer
from nodes.language_by_ip import LanguageByIp
from nodes.message import Message
from nodes.question import Option, Question
from nodes.set_value import SetValue
from nodes.split import Split, Way
from nodes.subflow import Subflow
from nodes.tag import Tag
from nodes.wait import Wait
from nodes.welcome import Welcome

NOW = datetime(2027, 3, 2, 10, tzinfo=UTC)
IDS = [f"n{number}" for number in range(5)]
LANGUAGES = ("en", "de", "zh", "zh-Hant", "pt-BR")
SAID = ("Hello", "gold", "2", "ana@luna.example", "", "{", "👍", "谢谢", "LU-123456", "person please")

_words = st.sampled_from(["", "Hi", "{text}", "{value.order|it}", "{nothing.here}", "{contact.name}!", "{{x}", "谢谢"])
_ids = st.sampled_from(["gold", "silver", "bronze"])
_values = st.sampled_from(["", "order", "email"])
_seconds = st.sampled_from([0.0, 30.0, 600.0])
_tags = st.lists(st.sampled_from(["vip", "new"]), max_size=2).map(tuple)


def _operands() -> st.SearchStrategy[Any]:
    one = st.sampled_from(["gold", "DE", "(", "a*", "2027-01-01", "", "5"]) | st.integers(-3, 30) | st.booleans()
    several = st.lists(st.sampled_from(["gold", "DE", "5"]), max_size=3)
    return st.none() | one | several | st.floats(-5, 5)


def any_rule() -> st.SearchStrategy[Rule]:
    operators = sorted({op for ops in OPERATORS.values() for op in ops})
    facts = st.sampled_from([*FACTS, "value.order", "nothing"])
    compare = st.builds(Compare, facts, st.sampled_from(operators), _operands())
    return st.recursive(
        compare,
        lambda inner: (
            st.lists(inner, max_size=3).map(tuple).map(All)
            | st.lists(inner, max_size=3).map(tuple).map(AnyOf)
            | inner.map(Not)
        ),
        max_leaves=5,
    )


def any_node() -> st.SearchStrategy[Node]:
    choices = st.lists(st.builds(Option, _ids, _words), max_size=3, unique_by=lambda choice: choice.id).map(tuple)
    cases = st.lists(st.builds(Case, _ids, _words, any_rule()), max_size=3, unique_by=lambda case: case.id).map(tuple)
    ways = st.lists(
        st.builds(Way, _ids, _words, st.integers(0, 100)), min_size=1, max_size=3, unique_by=lambda way: way.id
    ).map(tuple)
    kinds = st.sampled_from(["name", "email", "phone", "order", "text"])
    item = st.builds(Item, _ids, kinds, _words, _values, st.sampled_from(["", "(", "LU-[0-9]+"]), st.booleans())
    items = st.lists(item, max_size=3, unique_by=lambda item: item.id).map(tuple)
    sources = st.lists(st.sampled_from(["locale", "text", "ip", "phone"]), max_size=4).map(tuple)
    return st.one_of(
        st.builds(Welcome, text=_words),
        st.builds(Message, text=_words, name=_words),
        st.builds(
            Question,
            text=_words,
            choices=choices,
            other=st.booleans(),
            expects=st.sampled_from(["any", "email", "phone", "number", "date", "pattern"]),
            pattern=st.sampled_from(["", "(", "LU-[0-9]+"]),
            retries=st.integers(0, 2),
            retry_text=_words,
            save_as=_values,
            no_reply=_seconds,
        ),
        st.builds(
            LanguageByIp,
            order=sources,
            languages=st.lists(st.sampled_from(LANGUAGES), max_size=2).map(tuple),
            again=st.booleans(),
        ),
        st.builds(Branch, cases=cases),
        _any_table(),
        st.builds(Split, ways=ways),
        st.builds(
            Collect,
            items=items,
            retries=st.integers(0, 1),
            retry_text=_words,
            skip_label=_words,
            no_reply=_seconds,
        ),
        st.builds(KnowledgeAnswer, threshold=st.floats(0, 1), documents=_tags),
        st.builds(Tag, add=_tags, remove=_tags),
        st.builds(SetValue, value_name=_values, value=_words, kind=st.sampled_from(["text", "number", "yes_no"])),
        st.builds(BusinessHours, team=st.sampled_from(["", "shop"]), save_as=_values),
        st.builds(
            Subflow,
            flow=st.sampled_from(["inner", "gone"]),
            inputs=st.dictionaries(_values, _words, max_size=1),
            outputs=st.dictionaries(_values, _values, max_size=1),
        ),
        st.builds(Wait, until_open=st.just("shop")),
        st.builds(Wait, seconds=_seconds, on_message=st.sampled_from(["go_on", "keep_waiting"])),
        st.builds(HumanHandoff, text=_words, reason=_words, limit=_seconds, nobody_text=_words),
        st.builds(Close, text=_words, reason=_words),
    )


@st.composite
def _any_table(draw: st.DrawFn) -> DecisionTable:
    operators = sorted({op for ops in OPERATORS.values() for op in ops})
    column = st.builds(Column, _ids, st.sampled_from([*FACTS, "value.order"]), st.sampled_from(operators))
    columns = draw(st.lists(column, max_size=3, unique_by=lambda column: column.id))
    cells = st.fixed_dictionaries({}, optional={column.id: _operands() for column in columns})
    row = st.builds(
        Row,
        st.sampled_from([f"r{number}" for number in range(6)]),
        cells,
        st.just({"gold": 1}) | st.just({}),
        st.sampled_from(["", "gold", "gone"]),
    )
    return DecisionTable(
        columns=tuple(columns),
        results=draw(st.sampled_from([(), (Result("gold", "order"),)])),
        outcomes=draw(st.sampled_from([(), (Outcome("gold", "Gold"),)])),
        rows=tuple(draw(st.lists(row, max_size=6, unique_by=lambda row: row.id))),
    )


@st.composite
def any_flow(draw: st.DrawFn) -> Flow[Any]:
    """A flow of up to five nodes; edges only between nodes and from ports that are there, anywhere else."""
    nodes: dict[str, Node] = draw(st.dictionaries(st.sampled_from(IDS), any_node(), max_size=5))
    edges = {}
    if nodes:
        for node_id, node in nodes.items():
            for port in node.ports():
                if draw(st.integers(0, 4)):
                    edges[node_id, port.id] = draw(st.sampled_from(sorted(nodes)))
    languages = draw(st.lists(st.sampled_from(LANGUAGES[1:]), max_size=3, unique=True))
    translations = {}
    for language in languages:
        of_nodes = {}
        for node_id, node in nodes.items():
            paths = [path for path, _ in texts(node)]
            if said := draw(st.dictionaries(st.sampled_from(paths), _words.filter(bool))) if paths else {}:
                of_nodes[node_id] = said
        translations[language] = of_nodes
    interrupts: tuple[Interrupt, ...] = ()
    if nodes and draw(st.booleans()):
        interrupts = (Interrupt("i", "Stop", draw(any_rule()), draw(st.sampled_from(sorted(nodes)))),)
    place = st.tuples(st.floats(-1000, 1000), st.floats(-1000, 1000))
    return Flow(
        id="f",
        name="F",
        start=draw(st.sampled_from(sorted(nodes))) if nodes else "",
        nodes=nodes,
        edges=tuple(sorted(Edge(source, port, target) for (source, port), target in edges.items())),
        interrupts=interrupts,
        translations=translations,
        layout={node_id: draw(place) for node_id in nodes if draw(st.booleans())},
        notes={"note": Note("Mind", (0.0, 0.0))} if draw(st.booleans()) else {},
    )


def any_event() -> st.SearchStrategy[tuple[str, Any]]:
    """What may happen next: a kind and its detail; ``at_hand`` makes it an event."""
    message = st.tuples(st.sampled_from(SAID), st.sampled_from(["", "gold", "zinc"]))
    return st.one_of(
        st.tuples(st.just("message"), message),
        st.tuples(st.sampled_from(["opened", "timer", "old timer", "joined", "returned", "resolved"]), st.none()),
    )


def at_hand(drawn: tuple[str, Any], number: int, at: datetime, wait: int) -> AnyEvent:
    """The event for what was drawn: the ``number``-th of its conversation."""
    kind, detail = drawn
    event_id = f"e{number}"
    contact = Contact(name="Ana", ip="203.0.113.7", locale="zh-TW", phone_country="DE") if number == 0 else None
    match kind:
        case "message":
            return MessageReceived(id=event_id, at=at, text=detail[0], choice=detail[1], contact=contact)
        case "opened":
            return Opened(id=event_id, at=at, contact=contact)
        case "timer":
            return TimerFired(id=event_id, at=at, wait=wait)
        case "old timer":
            return TimerFired(id=event_id, at=at, wait=wait - 1)
        case "joined":
            return AgentJoined(id=event_id, at=at)
        case "returned":
            return AgentReturned(id=event_id, at=at)
        case _:
            return AgentResolved(id=event_id, at=at)


def any_world() -> st.SearchStrategy["World"]:
    return st.builds(World, st.lists(st.integers(0, 3), min_size=1, max_size=8).map(tuple))


class World(msgspec.Struct):
    """Answers queries, well or badly, as its list says, round and round; None is "later"."""

    moods: tuple[int, ...]
    asked: int = 0

    def __call__(self, query: AnyQuery) -> AnyAnswer | None:
        mood = self.moods[self.asked % len(self.moods)]
        self.asked += 1
        if mood == 0:
            return Failed(reason="no answer")
        match query:
            case Locate():
                return Place(country="TH", languages=("th", "zh", "en")) if mood == 1 else Place()
            case DetectLanguage(candidates=candidates):
                return Detected(language=candidates[-1]) if mood == 1 else Detected(language="xx" if mood == 2 else "")
            case OpenHours(at=at):
                return Opening(
                    standing=Standing(mood == 1, (at + PAUSE).replace(second=0, microsecond=0) if mood == 2 else None),
                    zone="UTC",
                )
            case LookUp():
                if mood == 3:
                    return None
                return Found(text="Yes", score=0.9, citation=Citation("d", "D")) if mood == 1 else Found(score=0.1)


PAUSE = timedelta(minutes=3)
