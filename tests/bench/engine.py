"""What a run through five nodes costs: ``python -m tests.bench engine``.

The same flow four ways: Parley's compiled plan, the same nodes walked on the networkx graph without a plan, LangGraph
and pydantic-graph. Parley's two also make the trace, the effects and the new session; the peers only run.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from engine.effects import Send, SetValue
from engine.events import Contact, MessageReceived
from engine.flow import Flow
from engine.graph import graph, plan
from engine.rules import Facts
from engine.session import Session, changed_by
from engine.step import begin, step
from engine.text import fill, with_texts
from engine.turn import Go, Turn, Wait
from nodes import BUILT_IN
from tests.bench.figures import Figure, Line, Report, Table, figure, ratios
from tests.bench.peers import langgraph_run, pydantic_graph_run
from tests.bench.timing import in_turn

GERMAN = {"kind": "compare", "fact": "country", "op": "is", "value": "DE"}
DOCUMENT: dict[str, Any] = {
    "id": "bench",
    "name": "Bench",
    "start": "greet",
    "nodes": {
        "greet": {"type": "message", "text": "Hello"},
        "tag": {"type": "tag", "add": ["new"]},
        "branch": {"type": "branch", "cases": [{"id": "german", "title": "German", "when": GERMAN}]},
        "german": {"type": "message", "text": "Wie können wir helfen?"},
        "other": {"type": "message", "text": "How can we help?"},
        "listen": {"type": "question"},
    },
    "edges": [
        {"source": "greet", "port": "next", "target": "tag"},
        {"source": "tag", "port": "next", "target": "branch"},
        {"source": "branch", "port": "german", "target": "german"},
        {"source": "branch", "port": "otherwise", "target": "other"},
        {"source": "german", "port": "next", "target": "listen"},
        {"source": "other", "port": "next", "target": "listen"},
    ],
}
SAID = MessageReceived(id="m", at=datetime(2026, 3, 1, tzinfo=UTC), text="Hallo", contact=Contact(country="DE"))


def bench_flow() -> Flow[Any]:
    """The bench's flow as the document it is."""
    union: Any = BUILT_IN[0]
    for cls in BUILT_IN[1:]:
        union |= cls
    return msgspec.convert(DOCUMENT, Flow[union])


def planned_run(flow: Flow[Any]) -> Callable[[], list[str]]:
    """Parley as it runs: the plan is compiled once."""
    compiled = plan(flow, 1)
    session = begin(compiled, "c", SAID.at)
    return lambda: [effect.text for effect in step(compiled, session, SAID).effects if isinstance(effect, Send)]


def interpreted_run(flow: Flow[Any]) -> Callable[[], list[str]]:
    """The same nodes, each time asking the networkx graph for the node and where its port leads."""
    drawn = graph(flow)
    start = begin(plan(flow, 1), "c", SAID.at)

    def run() -> list[str]:
        session: Session = msgspec.structs.replace(start, contact=SAID.contact, last_text=SAID.text, messages=1)
        node_id, effects = flow.start, []
        while node_id:
            facts = Facts(session, SAID.at, flow.timezone)
            node = with_texts(drawn.nodes[node_id]["node"], lambda _, text, facts=facts: fill(text, facts))
            outcome = node.run(Turn(node_id, SAID, None, session, session.memory.get(node_id), facts, flow.languages))
            for effect in outcome.effects:
                effects.append(effect)
                session = changed_by(session, effect)
            if isinstance(outcome, Wait):
                break
            assert isinstance(outcome, Go)
            for name, value in outcome.values.items():
                session = changed_by(session, SetValue(name=name, value=value))
            edges = drawn.out_edges(node_id, keys=True)
            node_id = next((target for _, target, port in edges if port == outcome.port), "")
        return [effect.text for effect in effects if isinstance(effect, Send)]

    return run


def measure(report: Report, rounds: int = 15) -> None:
    """Check that all four say the same, then add the table to the report. Raises RuntimeError."""
    flow = bench_flow()
    runs = {
        "Parley, compiled plan": planned_run(flow),
        "Parley's nodes, interpreted networkx graph": interpreted_run(flow),
        "pydantic-graph": pydantic_graph_run(),
        "LangGraph": langgraph_run(),
    }
    said = {name: run() for name, run in runs.items()}
    if any(texts != ["Hello", "Wie können wir helfen?"] for texts in said.values()):
        raise RuntimeError(f"They do not say the same: {said}")
    found = in_turn(runs, rounds)
    first = next(iter(found.values()))
    lines = [Line(name, [_micro(costs), ratios(costs, first)]) for name, costs in found.items()]
    note = "Parley's two also make the trace, the effects and the new session; the peers only run."
    report.tables.append(Table("A run through five nodes", ["", "CPU time", "times the first"], lines, [note]))


def _micro(seconds: list[float]) -> Figure:
    return figure((one * 1e6 for one in seconds), " us")
