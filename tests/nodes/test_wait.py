from datetime import timedelta

from engine.turn import Go
from engine.turn import Wait as WaitFor
from nodes.wait import Wait
from tests.nodes.rows import NOW, Row, check, timer, turn, wrote

UNTIL = NOW + timedelta(seconds=90)
PATIENT = Wait(seconds=90, on_message="keep_waiting")

TABLE = [
    Row("waits so long", Wait(seconds=90), turn(), WaitFor("reply", UNTIL, memory=UNTIL.isoformat())),
    Row("is done when the time is up", Wait(seconds=90), turn(timer(), memory=UNTIL.isoformat()), Go("done")),
    Row("goes on with a message", Wait(seconds=90), turn(wrote("Hi"), memory=UNTIL.isoformat()), Go("message")),
    Row("waits for the time alone", PATIENT, turn(), WaitFor("time", UNTIL, memory=UNTIL.isoformat())),
    Row(
        "keeps its first time limit when the contact writes",
        PATIENT,
        turn(wrote("Hi"), memory=(NOW + timedelta(seconds=5)).isoformat()),
        WaitFor("time", NOW + timedelta(seconds=5), memory=(NOW + timedelta(seconds=5)).isoformat()),
    ),
    Row(
        "is done when a message comes after the time",
        PATIENT,
        turn(wrote("Hi"), memory=(NOW - timedelta(seconds=1)).isoformat()),
        Go("done"),
    ),
]


def test_table() -> None:
    check(TABLE)


def test_has_a_way_for_messages_only_if_it_goes_on_with_them() -> None:
    assert [port.id for port in Wait().ports()] == ["done", "message"]
    assert [port.id for port in PATIENT.ports()] == ["done"]
