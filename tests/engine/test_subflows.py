"""Flows within flows: their values, their waits, where they return, how deep they go."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from engine.effects import HandOff, Send
from engine.events import (
    AgentJoined,
    AgentResolved,
    AgentReturned,
    Answered,
    AnyEvent,
    MessageReceived,
    Opened,
    TimerFired,
)
from engine.flow import Edge, Flow, Interrupt, Node
from engine.graph import Plan, plan
from engine.queries import AnyAnswer, AnyQuery, Failed, Fetch, Fetched
from engine.rules import Compare
from engine.session import Session
from engine.step import DEEPEST, MOST_VISITS, Step, begin, converse, replay, step
from nodes.close import Close
from nodes.http_request import HttpRequest, KeptValue
from nodes.human_handoff import HumanHandoff
from nodes.message import Message
from nodes.question import Question
from nodes.set_value import SetValue
from nodes.subflow import Subflow
from nodes.welcome import Welcome

NOW = datetime(2027, 3, 2, 10, tzinfo=UTC)


def flow(which: str, nodes: dict[str, Node], *edges: str, **more: Any) -> Flow[Any]:
    """The first node is the start; an edge is "source port target"."""
    made = tuple(sorted(Edge(*edge.split()) for edge in edges))
    return Flow(id=which, name=which.title(), start=next(iter(nodes)), nodes=nodes, edges=made, **more)


RETURNS = flow(
    "returns",
    {
        "hello": Message(text="Returning {value.order}."),
        "ask": Question(text="Why?", save_as="reason", no_reply=600),
        "thanks": Message(text="Noted: {value.reason}, {value.secret|no secret}."),
        "late": Message(text="Too late."),
    },
    "hello next ask",
    "ask answered thanks",
    "ask no_reply late",
    translations={"de": {"ask": {"text": "Warum?"}}},
)
SHOP = flow(
    "shop",
    {
        "keep": SetValue(value_name="secret", value="gold"),
        "run": Subflow(flow="returns", inputs={"order": "{text}"}, outputs={"why": "reason"}),
        "after": Message(text="Done: {value.why|nothing}, {value.secret}, {value.reason|not ours}."),
    },
    "keep next run",
    "run done after",
    interrupts=(Interrupt("i", "Stop", Compare("text", "is", "stop"), "after"),),
)


def planned(outer: Flow[Any], *inner: Flow[Any]) -> Plan:
    return plan(outer, 3, {one.id: plan(one, 7) for one in inner})


class Talk:
    """A conversation, stored between its events as the server stores it."""

    def __init__(self, made: Plan, answer: AnyAnswer | None = None) -> None:
        self.plan = made
        self.answer = answer
        self.session = begin(made, "c", NOW)
        self.at = NOW
        self.events: list[AnyEvent] = []
        self.effects: list[Any] = []
        self.trace: list[Any] = []

    def take(self, kind: type[Any], minutes: int = 1, **more: Any) -> Step:
        self.at += timedelta(minutes=minutes)
        event = kind(id=str(len(self.events)), at=self.at, **more)
        done = converse(self.plan, self.session, event, self.answered)
        self.session = msgspec.json.decode(msgspec.json.encode(done.session), type=Session)
        assert self.session == done.session
        self.events += done.events
        self.effects += done.effects
        self.trace += done.trace
        return done

    def answered(self, query: AnyQuery) -> AnyAnswer | None:
        return self.answer

    def say(self, text: str, **more: Any) -> list[str]:
        return said(self.take(MessageReceived, text=text, **more))


def said(done: Step) -> list[str]:
    return [effect.text for effect in done.effects if isinstance(effect, Send)]


def test_a_sub_flow_has_values_of_its_own_and_gives_back_what_is_said() -> None:
    talk = Talk(planned(SHOP, RETURNS))
    assert talk.say("LU-1") == ["Returning LU-1.", "Why?"]
    assert talk.session.node == "run/ask"
    assert talk.session.values == {"order": "LU-1"}
    assert talk.session.known == {"order": "LU-1", "secret": "gold"}
    assert talk.say("too small") == ["Noted: too small, no secret.", "Done: too small, gold, not ours."]
    assert talk.session.values == {"secret": "gold", "why": "too small"}
    assert (talk.session.frames, talk.session.memory, talk.session.waiting and talk.session.waiting.on) == (
        (),
        {},
        "nothing",
    )
    assert [(visit.node, visit.outcome, visit.detail) for visit in talk.trace] == [
        ("keep", "go", "next"),
        ("run", "call", "returns"),
        ("run/hello", "go", "next"),
        ("run/ask", "wait", "reply"),
        ("run/ask", "go", "answered"),
        ("run/thanks", "go", "next"),
        ("run", "go", "done"),
        ("after", "go", "next"),
    ]
    assert talk.trace[1].why == {"given": {"order": "LU-1"}}
    assert (talk.trace[6].why, talk.trace[6].changed) == (
        {"returned": {"why": "too small"}},
        {"value.why": "too small"},
    )
    assert talk.trace[2].changed == talk.trace[5].changed == {}


def test_its_texts_are_in_its_own_words_in_the_conversations_language() -> None:
    talk = Talk(planned(SHOP, RETURNS))
    talk.session = msgspec.structs.replace(talk.session, language="de")
    assert talk.say("LU-1") == ["Returning LU-1.", "Warum?"]
    assert [effect.node for effect in talk.effects if isinstance(effect, Send)] == ["run/hello", "run/ask"]


def test_a_time_limit_within_it_runs_out() -> None:
    talk = Talk(planned(SHOP, RETURNS))
    talk.say("LU-1")
    assert said(talk.take(TimerFired, wait=talk.session.wait)) == ["Too late.", "Done: nothing, gold, not ours."]


def test_only_the_outer_flows_interrupts_count_and_they_leave_it_for_good() -> None:
    inner = msgspec.structs.replace(
        RETURNS, interrupts=(Interrupt("x", "Never", Compare("text", "is", "too small"), "late"),)
    )
    talk = Talk(planned(SHOP, inner))
    talk.say("LU-1")
    assert talk.say("stop") == ["Done: nothing, gold, not ours."]
    assert (talk.session.frames, talk.session.values) == ((), {"secret": "gold"})
    talk.say("LU-2")
    assert talk.say("too small")[0] == "Noted: too small, no secret."


def test_an_interrupt_asks_the_outer_flows_values() -> None:
    made = msgspec.structs.replace(
        SHOP, interrupts=(Interrupt("i", "Stop", Compare("value.secret", "is", "gold"), "after"),)
    )
    talk = Talk(planned(made, RETURNS))
    talk.say("LU-1")
    assert talk.say("anything") == ["Done: nothing, gold, not ours."]


def test_a_person_takes_over_within_it_and_gives_back() -> None:
    inner = flow(
        "returns",
        {"hand": HumanHandoff(reason="r", limit=60), "bye": Message(text="Welcome back")},
        "hand returned bye",
    )
    talk = Talk(planned(SHOP, inner))
    talk.say("LU-1")
    assert (talk.session.node, talk.session.with_person) == ("run/hand", True)
    talk.take(AgentJoined)
    assert said(talk.take(AgentReturned)) == ["Welcome back", "Done: nothing, gold, not ours."]


def test_a_person_who_takes_it_from_a_waiting_sub_flow_gives_it_back_there() -> None:
    talk = Talk(planned(SHOP, RETURNS))
    talk.say("LU-1")
    talk.take(AgentJoined)
    assert said(talk.take(AgentReturned)) == ["Why?"]
    talk.take(AgentResolved)
    assert (talk.session.closed, talk.session.frames, talk.session.values) == (True, (), {"secret": "gold"})


def test_closing_within_it_closes_the_conversation() -> None:
    talk = Talk(planned(SHOP, flow("returns", {"end": Close(text="Bye")})))
    assert talk.say("LU-1") == ["Bye"]
    assert (talk.session.closed, talk.session.frames, talk.session.values) == (True, (), {"secret": "gold"})


def test_a_query_within_it_is_answered_there_also_later() -> None:
    asks = HttpRequest(service="orders", path="/{value.order}", keep=(KeptValue("s", "status"),))
    inner = flow("returns", {"ask": asks, "tell": Message(text="It is {value.status}.")}, "ask ok tell")
    talk = Talk(planned(SHOP, inner))
    asked = talk.take(MessageReceived, text="LU-1")
    assert isinstance(asked.query, Fetch)
    assert (asked.query.node, asked.query.path) == ("run/ask", "/LU-1")
    assert talk.plan.at("run/ask") is asks
    assert talk.plan.at("run/gone") is talk.plan.at("gone") is talk.plan.at("keep/ask") is None
    waiting = talk.session.waiting
    assert waiting is not None
    assert waiting.query_id == "0:run/ask:1"
    done = talk.take(Answered, query=waiting.query_id, answer=Fetched(status=200, values={"status": "on its way"}))
    assert said(done) == ["It is on its way.", "Done: nothing, gold, not ours."]


def test_a_replay_of_what_happened_gives_the_same() -> None:
    talk = Talk(planned(SHOP, RETURNS), Failed(reason="x"))
    talk.take(Opened)
    talk.say("LU-1")
    talk.say("too small")
    again = replay(talk.plan, begin(talk.plan, "c", NOW), talk.events)
    assert msgspec.json.encode(again.effects) == msgspec.json.encode(tuple(talk.effects))
    assert again.session == talk.session


def test_run_again_it_begins_anew() -> None:
    nodes: dict[str, Node] = {"run": Subflow(flow="greet"), "ask": Question(text="More?")}
    outer = flow("shop", nodes, "run done ask", "ask answered run")
    talk = Talk(planned(outer, flow("greet", {"hi": Welcome(text="Hi")})))
    assert talk.say("a") == ["Hi", "More?"]
    assert talk.say("b") == ["Hi", "More?"]


def test_what_is_not_there_goes_by_failed_or_to_a_person() -> None:
    nodes: dict[str, Node] = {"run": Subflow(flow="gone"), "sorry": Message(text="Not now.")}
    talk = Talk(planned(flow("shop", nodes, "run failed sorry")))
    assert talk.say("a") == ["Not now."]
    assert talk.trace[0].why == {"failed": "there is no flow 'gone' to run"}
    talk = Talk(planned(flow("shop", nodes)))
    talk.say("a")
    assert talk.session.with_person
    assert [effect.fault for effect in talk.effects if isinstance(effect, HandOff)] == [
        "run: there is no flow 'gone' to run"
    ]


def test_a_flow_without_a_start_cannot_be_run() -> None:
    empty = msgspec.structs.replace(flow("gone", {"a": Message(text="x")}), start="")
    talk = Talk(planned(flow("shop", {"run": Subflow(flow="gone")}), empty))
    talk.say("a")
    assert talk.session.with_person


def test_a_fault_within_it_comes_to_a_person_outside() -> None:
    talk = Talk(planned(SHOP, RETURNS))
    talk.say("LU-1")
    # The plan was made without what it runs, as after a broken restore.
    talk.plan = planned(SHOP)
    assert talk.say("too small") == ["Sorry, something went wrong on our side. Someone from our team will help you."]
    assert (talk.session.with_person, talk.session.frames, talk.session.values) == (True, (), {"secret": "gold"})
    assert talk.trace[-1].node == "run/ask"


def nested(levels: int) -> Plan:
    """A flow that runs a flow ... that says something."""
    made = plan(flow(f"f{levels}", {"say": Message(text="Deep")}))
    for level in range(levels - 1, -1, -1):
        made = plan(flow(f"f{level}", {"run": Subflow(flow=f"f{level + 1}")}), 0, {f"f{level + 1}": made})
    return made


def test_flows_run_one_another_so_deep_and_no_deeper() -> None:
    talk = Talk(nested(DEEPEST))
    assert talk.say("a") == ["Deep"]
    assert [visit.node for visit in talk.trace if visit.outcome == "go"][:1] == ["/".join(["run"] * DEEPEST) + "/say"]
    talk = Talk(nested(DEEPEST + 1))
    talk.say("a")
    assert talk.session.with_person
    assert talk.trace[-1].detail == f"more than {DEEPEST} flows have called one another"


def test_nodes_within_count_for_the_most_that_may_run() -> None:
    nodes: dict[str, Node] = {"run": Subflow(flow="say")}
    talk = Talk(planned(flow("shop", nodes, "run done run"), flow("say", {"x": Message(text="x")})))
    talk.say("a")
    assert talk.session.with_person
    assert talk.trace[-1].outcome == "limit"
    assert sum(visit.reply != "returned" for visit in talk.trace) == MOST_VISITS + 1


def test_a_late_event_leaves_a_waiting_sub_flow_as_it_is() -> None:
    talk = Talk(planned(SHOP, RETURNS))
    talk.say("LU-1")
    before = talk.session
    late = step(talk.plan, before, TimerFired(id="x", at=NOW, wait=before.wait - 1))
    assert late.session == before
