from datetime import timedelta

from engine.effects import HandOff, Send
from engine.turn import Go, Wait
from nodes.human_handoff import HumanHandoff
from tests.nodes.rows import NOW, Row, check, returned, timer, turn

UNTIL = NOW + timedelta(minutes=10)
NODE = HumanHandoff(text="One moment", reason="Asked: {text}", team="sales", nobody_text="Sorry")

TABLE = [
    Row(
        "tells the contact, asks for a person, and says why",
        NODE,
        turn(text="Is it gold?"),
        Wait(
            "agent",
            until=UNTIL,
            effects=(Send(text="One moment"), HandOff(reason="Asked: Is it gold?", team="sales", until=UNTIL)),
        ),
    ),
    Row(
        "waits without limit, in silence",
        HumanHandoff(reason="Fraud", limit=0),
        turn(text="x"),
        Wait("agent", effects=(HandOff(reason="Fraud"),)),
    ),
    Row("goes on when given back", NODE, turn(returned()), Go("returned")),
    Row("says sorry when nobody came", NODE, turn(timer()), Go("nobody_came", (Send(text="Sorry"),))),
    Row("goes on in silence when nobody came", HumanHandoff(reason="x"), turn(timer()), Go("nobody_came")),
]


def test_table() -> None:
    check(TABLE)


def test_nobody_can_fail_to_come_only_within_a_limit() -> None:
    assert [port.id for port in NODE.ports()] == ["returned", "nobody_came"]
    assert [port.id for port in HumanHandoff(limit=0).ports()] == ["returned"]
