"""A case taken into the simulator happens there as it was written."""

from datetime import UTC, datetime

import pytest

import flows
from builder_ui.states.case_loading import inputs, who
from builder_ui.visitor import start_of
from engine.queries import AnyAnswer, AnyQuery, Failed
from flows.rehearsal import play
from flows.transcript import read
from server.rehearsal import rehearse

LUNA = flows.starter("luna")


def nobody(query: AnyQuery) -> AnyAnswer:
    return Failed(reason="not told")


@pytest.mark.parametrize("case", LUNA.cases)
def test_it_goes_on_where_the_case_ended(case: str) -> None:
    transcript = read(LUNA.cases[case])
    happened = inputs(transcript, tuple(play(LUNA, transcript)))
    start = start_of(who(transcript, LUNA.timezone), LUNA.timezone, datetime.now(UTC), "visitor")
    assert start.at == transcript.begins
    again = read(rehearse(LUNA, happened, nobody, start).transcript)
    assert [(block.kind, block.text, block.lines) for block in again.blocks] == [
        (block.kind, block.text, block.lines) for block in transcript.blocks
    ]


def test_what_the_conversation_held_is_held_again() -> None:
    transcript = read(
        "channel: whatsapp\nphone_country: BR (pt)\ntags: new, vip\nvalue.order: LU-1\n\n"
        "visitor [image ring.jpg]: Hi\n\nlater 2 h\nopens\n\nagent joins\n"
    )
    made = who(transcript, "UTC")
    assert (made["channel"], made["country"], made["tags"], made["value.order"]) == (
        "whatsapp",
        "BR",
        "new, vip",
        "LU-1",
    )
    happened = inputs(transcript, tuple(play(LUNA, transcript)))
    assert [one.name for one in happened[0].attachments] == ["ring.jpg"]
    assert [one.seconds for one in happened] == [None, 7195.0, None, None]
    assert happened[-1].agent == "joined"


def test_what_the_chat_cannot_do_at_once_it_does_bit_by_bit() -> None:
    transcript = read("at: 2027-03-02 10:00\n\nopens\n\nlater 800 d\nvisitor [map x.kml]: Hi\n")
    happened = inputs(transcript, tuple(play(LUNA, transcript)))
    assert [(one.seconds or 0) // 86400 for one in happened] == [0, 366, 366, 67, 0]
    assert happened[-1].attachments[0].kind == "file"
    assert who(transcript, "Mars/Olympus")["moment"] == "2027-03-02T10:00"
