from typing import Any

import pytest

import flows
from engine.flow import Edge, Flow
from flows.views import NodeView, PortView, view, views
from nodes.human_handoff import HumanHandoff
from nodes.knowledge_answer import KnowledgeAnswer
from nodes.question import Option, Question

FLOW: Flow[Any] = Flow(
    id="f",
    name="F",
    start="ask",
    nodes={
        "ask": Question(name="Metal", text="Which?", choices=(Option("gold", "Gold"), Option("silver"))),
        "know": KnowledgeAnswer(documents=("d1",)),
        "person": HumanHandoff(),
    },
    edges=(Edge("ask", "gold", "know"),),
    translations={"de": {"ask": {"text": "Welches?", "choices.gold.label": "Goldenes"}}},
)


def test_a_node_as_it_is_drawn() -> None:
    assert view(FLOW, "ask") == NodeView(
        id="ask",
        type="question",
        title="Question",
        name="Metal",
        summary="Asks: Which? Gold / silver",
        icon="message-circle-question",
        group="talk",
        ports=(
            PortView("gold", "Gold", False, "know"),
            PortView("silver", "silver", False, ""),
            PortView("invalid", "Not understood", False, ""),
        ),
        start=True,
    )


def test_in_chinese_with_german_texts() -> None:
    drawn = view(FLOW, "ask", "zh", "de")
    assert (drawn.title, drawn.summary) == ("提问", "提问：Welches? Goldenes / silver")
    assert [port.title for port in drawn.ports] == ["Goldenes", "silver", "没听懂"]


def test_documents_by_name_and_ports_that_may_be_loose() -> None:
    assert view(FLOW, "know", names={"d1": "Care"}).summary == "Looks in: Care; sure enough from 60\u00a0%"
    assert [(port.id, port.optional) for port in view(FLOW, "person").ports] == [
        ("returned", True),
        ("nobody_came", False),
    ]


def test_all_nodes_in_the_order_of_their_ids() -> None:
    assert views(FLOW, "zh") == [view(FLOW, node_id, "zh") for node_id in ("ask", "know", "person")]


def test_there_is_no_view_of_what_is_not_there() -> None:
    with pytest.raises(KeyError):
        view(FLOW, "gone")


def test_every_starter_flow_can_be_drawn_in_each_of_its_languages() -> None:
    for starter in flows.library():
        flow = flows.starter(starter.id)
        for language in flow.languages:
            assert all(drawn.summary for drawn in views(flow, "zh", language))
