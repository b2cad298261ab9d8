"""Which flows a flow runs, and the plans that come of it."""

from typing import Any

from engine.flow import Edge, Flow
from engine.hours import OFFICE
from engine.step import DEEPEST
from flows.rehearsal import rehearse
from flows.subflows import called, planned
from nodes.business_hours import BusinessHours
from nodes.close import Close
from nodes.message import Message
from nodes.question import Question
from nodes.set_value import SetValue
from nodes.subflow import Subflow


def flow(which: str, *runs: str) -> Flow[Any]:
    nodes = {f"n{at}": Subflow(flow=one) if one else Close() for at, one in enumerate(runs)}
    return Flow(id=which, name=which.title(), start="n0", nodes=nodes)


def test_says_which_flows_it_runs() -> None:
    assert called(flow("a", "c", "b", "c", "")) == ["b", "c"]


def test_plans_stand_within_plans() -> None:
    subflows = {"b": flow("b", "c"), "c": flow("c", "")}
    made = planned(flow("a", "b", "gone"), subflows)
    assert list(made.inner) == ["b"]
    assert made.inner["b"].inner["c"].steps.keys() == {"n0"}
    assert made.at("n0/n0/n0") is subflows["c"].nodes["n0"]


def test_a_circle_ends() -> None:
    made = planned(flow("a", "a"), {"a": flow("a", "a")})
    for _ in range(DEEPEST):
        made = made.inner["a"]
    assert made.inner == {}


RETURN = """# A return at closing time

at: 2027-03-05 17:55

visitor: LU-100200
- value order = LU-100200
bot: Why does it go back?

skip 10 min
bot: Take your time, I am here.
- value opens = Mon 09:00
- value when = Mon 09:00
bot: We answer your return of LU-100200 on Mon 09:00.

visitor: LU-100201
- value order = LU-100201
- value opens = Mon 09:00
- value when = Mon 09:00
bot: We answer your return of LU-100201 on Mon 09:00.
"""


def test_a_conversation_through_a_sub_flow_that_waits_over_closing_time() -> None:
    """Open while the sub-flow asks, closed when its time limit comes; the next message begins at the front again."""
    inner: Flow[Any] = Flow(
        id="return",
        name="Return",
        start="hours",
        nodes={
            "hours": BusinessHours(hours=OFFICE, save_as="opens"),
            "ask": Question(text="Why does it go back?", no_reply=600),
            "patience": Message(text="Take your time, I am here."),
        },
        edges=(
            Edge("hours", "open", "ask"),
            Edge("ask", "no_reply", "patience"),
            Edge("patience", "next", "hours"),
        ),
        inputs=("order",),
        outputs=("opens",),
    )
    outer: Flow[Any] = Flow(
        id="shop",
        name="Shop",
        start="find",
        nodes={
            "find": SetValue(value_name="order", value="{text}"),
            "run": Subflow(flow="return", inputs={"order": "{value.order}"}, outputs={"when": "opens"}),
            "promise": Message(text="We answer your return of {value.order} on {value.when}."),
        },
        edges=(Edge("find", "next", "run"), Edge("run", "done", "promise")),
    )
    played = rehearse(planned(outer, {"return": inner}), RETURN)
    assert played.difference == ""
