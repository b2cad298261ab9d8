from datetime import timedelta

from engine.hours import Hours, Standing
from engine.queries import Failed, OpenHours, Opening
from engine.turn import Ask, Go
from engine.turn import Wait as WaitFor
from nodes.wait import Wait
from tests.nodes.rows import NOW, Row, answered, check, timer, turn, wrote

UNTIL = NOW + timedelta(seconds=90)
PATIENT = Wait(seconds=90, on_message="keep_waiting")

CLOSED = Opening(standing=Standing(False, UNTIL), zone="UTC", name="Shop")
TOLD = {"name": "Shop", "zone": "UTC", "open": False, "until": "2027-03-02T10:01:30Z"}
ASKS = Ask(OpenHours(team="shop", hours=Hours(zone="UTC"), at=NOW))

TABLE = [
    Row("asks when it opens", Wait(until_open="shop"), turn(), ASKS),
    Row(
        "waits until it opens",
        Wait(until_open="shop"),
        turn(answered(CLOSED)),
        WaitFor("reply", UNTIL, memory=UNTIL.isoformat(), why=TOLD),
    ),
    Row("asks again then, for the hours may be others by now", Wait(until_open="shop"), turn(timer()), ASKS),
    Row(
        "is done when it is open",
        Wait(until_open="shop"),
        turn(answered(Opening(standing=Standing(True), zone="UTC"))),
        Go("done", why={"name": "", "zone": "UTC", "open": True}),
    ),
    Row(
        "does not wait for what never opens",
        Wait(until_open="shop"),
        turn(answered(Opening(standing=Standing(False), zone="UTC"))),
        Go("done", why={"name": "", "zone": "UTC", "open": False}),
    ),
    Row(
        "nor for what is gone",
        Wait(until_open="x"),
        turn(answered(Failed(reason="no x"))),
        Go("done", why={"failed": "no x"}),
    ),
    Row("hears the contact meanwhile", Wait(until_open="shop"), turn(wrote("Hi"), memory="x"), Go("message")),
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


def test_may_not_wait_at_all_where_it_is_open() -> None:
    assert Wait().waits()
    assert not Wait(until_open="shop").waits()


def test_has_a_way_for_messages_only_if_it_goes_on_with_them() -> None:
    assert [port.id for port in Wait().ports()] == ["done", "message"]
    assert [port.id for port in PATIENT.ports()] == ["done"]
