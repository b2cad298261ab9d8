"""Hours in a transcript: written as they were heard, heard as they are written."""

from datetime import UTC, datetime

import pytest

from engine.flow import Edge, Flow
from engine.hours import OFFICE, Hours, Standing
from engine.queries import AnyAnswer, Failed, OpenHours, Opening
from flows.opening import hours_answer, hours_text
from flows.rehearsal import rehearse
from nodes.business_hours import BusinessHours
from nodes.message import Message

AT = datetime(2027, 3, 2, 10, tzinfo=UTC)
ASKS = OpenHours(team="shop", hours=Hours(zone="Asia/Tokyo"), at=AT)
UNITY = Standing(False, datetime(2028, 10, 4, 7, tzinfo=UTC), "Tag der Deutschen Einheit")

TABLE: list[tuple[str, AnyAnswer]] = [
    ("open", Opening(standing=Standing(True), zone="Asia/Tokyo")),
    ("closed, Neujahr", Opening(standing=Standing(False, None, "Neujahr"), zone="Asia/Tokyo")),
    (
        "closed, until 2028-10-04 09:00 (Europe/Berlin), Tag der Deutschen Einheit",
        Opening(standing=UNITY, zone="Europe/Berlin"),
    ),
    ("failed, gone", Failed(reason="gone")),
    ("failed", Failed(reason="failed")),
]


@pytest.mark.parametrize(("text", "answer"), TABLE)
def test_table(text: str, answer: AnyAnswer) -> None:
    assert hours_answer(text, ASKS) == answer
    assert hours_text(answer) == ("failed, failed" if text == "failed" else text)


def test_a_time_without_a_zone_is_by_the_flows_clocks() -> None:
    heard = hours_answer("open, until 2027-03-02 20:00", ASKS)
    assert heard == Opening(standing=Standing(True, datetime(2027, 3, 2, 11, tzinfo=UTC)), zone="Asia/Tokyo")
    for beyond in ("2027-13-41", "0001-01-01", "9999-12-31"):
        assert isinstance(hours_answer(f"open, until {beyond} 20:00", ASKS), Failed)


def flow(node: BusinessHours) -> Flow[BusinessHours | Message]:
    nodes = {"a": node, "in": Message(text="Here we are"), "out": Message(text="Back {value.opens}")}
    edges = (Edge("a", "closed", "out"), Edge("a", "open", "in"))
    return Flow(id="f", name="F", start="a", nodes=nodes, edges=edges, timezone="Asia/Tokyo")


def test_a_transcript_says_how_it_stands() -> None:
    text = """at: 2027-03-02 10:00

visitor: Hello?
hours: closed, until 2027-03-08 09:00 (Europe/Berlin), Inventory
- value opens = Mon 09:00
bot: Back Mon 09:00
"""
    played = rehearse(flow(BusinessHours(team="shop", save_as="opens")), text)
    assert played.actual == text


def test_a_nodes_own_hours_need_nobody_to_say_so() -> None:
    own = BusinessHours(hours=Hours(zone="Europe/Berlin", week=OFFICE.week, holidays="DE"), save_as="opens")
    played = rehearse(flow(own), "at: 2028-10-03 10:00\n\nvisitor: Hello?\n")
    assert played.actual.splitlines()[3:] == [
        "hours: closed, until 2028-10-04 09:00 (Europe/Berlin), Tag der Deutschen Einheit",
        "- value opens = Wed 09:00",
        "bot: Back Wed 09:00",
    ]
