"""The bench's five-node flow written for LangGraph and for pydantic-graph: greet, tag, branch, answer, listen."""

import asyncio
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypedDict

from langgraph.graph import END, START, StateGraph
from pydantic_graph import GraphBuilder, StepContext, TypeExpression


class ChatState(TypedDict):
    country: str
    sent: Annotated[list[str], operator.add]
    tags: Annotated[list[str], operator.add]


def langgraph_run() -> Callable[[], list[str]]:
    """A compiled LangGraph; a call runs it once and returns what it would send."""
    built: Any = StateGraph(ChatState)
    built.add_node("greet", lambda state: {"sent": ["Hello"]})
    built.add_node("tag", lambda state: {"tags": ["new"]})
    built.add_node("german", lambda state: {"sent": ["Wie können wir helfen?"]})
    built.add_node("other", lambda state: {"sent": ["How can we help?"]})
    built.add_node("listen", lambda state: {})
    built.add_edge(START, "greet")
    built.add_edge("greet", "tag")
    built.add_conditional_edges("tag", lambda state: "german" if state["country"] == "DE" else "other")
    built.add_edge("german", "listen")
    built.add_edge("other", "listen")
    built.add_edge("listen", END)
    graph = built.compile()
    return lambda: graph.invoke({"country": "DE", "sent": [], "tags": []})["sent"]


@dataclass
class Chat:
    country: str
    sent: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


def pydantic_graph_run() -> Callable[[], list[str]]:
    """A built pydantic-graph; a call runs it once on a standing event loop and returns what it would send."""
    g = GraphBuilder(state_type=Chat, output_type=type(None), auto_instrument=False)

    @g.step
    async def greet(ctx: StepContext[Chat, None, None]) -> None:
        ctx.state.sent.append("Hello")

    @g.step
    async def tag(ctx: StepContext[Chat, None, None]) -> Literal["german", "other"]:
        ctx.state.tags.append("new")
        return "german" if ctx.state.country == "DE" else "other"

    @g.step
    async def german(ctx: StepContext[Chat, None, Any]) -> None:
        ctx.state.sent.append("Wie können wir helfen?")

    @g.step
    async def other(ctx: StepContext[Chat, None, Any]) -> None:
        ctx.state.sent.append("How can we help?")

    @g.step
    async def listen(ctx: StepContext[Chat, None, None]) -> None:
        return None

    g.add(
        g.edge_from(g.start_node).to(greet),
        g.edge_from(greet).to(tag),
        g.edge_from(tag).to(
            g.decision()
            .branch(g.match(TypeExpression[Literal["german"]]).to(german))
            .branch(g.match(TypeExpression[Literal["other"]]).to(other))
        ),
        g.edge_from(german, other).to(listen),
        g.edge_from(listen).to(g.end_node),
    )
    graph = g.build()
    loop = asyncio.new_event_loop()

    def run() -> list[str]:
        chat = Chat("DE")
        loop.run_until_complete(graph.run(state=chat))
        return chat.sent

    return run
