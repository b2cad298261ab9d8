from datetime import UTC, datetime

import pytest

from flows.transcript import Block, Place, Told, Transcript, TranscriptError, read

TEXT = """
# Two remarks,
# one conversation.
country: CH (de, fr)
phone_country: TH ()
at: 2027-03-02 10:00
name: Ana

opens
- language de (ip)
bot: Hallo!
    Wie geht es?

visitor (de): Was kostet
    der Versand?
knowledge: unsure 0.31 Versand › Kosten
bot (en) [0.82 Shipping › Cost]: Seven dollars,
    to Europe.
knowledge: failed, timeout

visitor taps gold: Gold
  buttons: Gold (gold) | Silver (silver)

skip 10 min

visitor (): 👍

visitor: no language told

agent joins

agent gives back

agent closes
"""


def test_reads_what_happens_and_what_the_world_answers() -> None:
    transcript = read(TEXT)
    assert transcript == Transcript(
        remarks=("Two remarks,", "one conversation."),
        head={"country": "CH (de, fr)", "phone_country": "TH ()", "at": "2027-03-02 10:00", "name": "Ana"},
        blocks=(
            Block("opens"),
            Block(
                "visitor",
                "Was kostet\nder Versand?",
                language="de",
                told=(
                    Told(score=0.31, source="Versand › Kosten"),
                    Told("Seven dollars,\nto Europe.", 0.82, "Shipping › Cost", "en"),
                    Told(failed="timeout"),
                ),
            ),
            Block("taps", "Gold", "gold"),
            Block("skip"),
            Block("visitor", "👍", language=""),
            Block("visitor", "no language told"),
            Block("joins"),
            Block("gives back"),
            Block("closes"),
        ),
    )
    assert transcript.place("country") == Place("CH", ("de", "fr"))
    assert transcript.place("phone_country") == Place("TH", ())
    assert transcript.begins == datetime(2027, 3, 2, 10, tzinfo=UTC)


def test_what_the_head_does_not_say_is_unknown() -> None:
    transcript = read("opens")
    assert transcript.place("country") == Place()
    assert transcript.begins is None


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "nothing happens in it"),
        ("country: DE", 1, "nothing happens in it"),
        ("weather: fine\nopens", 1, "is none of channel, account"),
        ("country: Germany\nopens", 1, "is no country"),
        ("\nat: tomorrow\nopens", 2, "is no time"),
        ("opens\nbot: Hi\nBot says Hi", 3, "is nothing that happens"),
        ("opens\nknowledge: perhaps", 2, "is nothing that happens"),
        ("opens\nagent dances", 2, "is nothing that happens"),
    ],
)
def test_says_which_line_cannot_be_understood(text: str, line: int, message: str) -> None:
    with pytest.raises(TranscriptError, match=message) as refused:
        read(text)
    assert refused.value.line == line
