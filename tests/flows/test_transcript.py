from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.events import Attachment
from flows.transcript import Block, Place, Transcript, count_turns, heading, read, written
from flows.transcript_line import Line, Told, TranscriptError

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
    assert transcript.name == "Two remarks,"
    assert transcript.remarks == ("Two remarks,", "one conversation.")
    assert transcript.head == {
        "country": "CH (de, fr)",
        "phone_country": "TH ()",
        "at": "2027-03-02 10:00",
        "name": "Ana",
    }
    opens, question, *others = transcript.blocks
    assert opens.lines == (
        Line("language", "- language", "de (ip)"),
        Line("bot", "bot", "Hallo!\nWie geht es?"),
    )
    assert (question.kind, question.text, question.language) == ("visitor", "Was kostet\nder Versand?", "de")
    assert question.told == (
        Told(score=0.31, source="Versand › Kosten"),
        Told("Seven dollars,\nto Europe.", 0.82, "Shipping › Cost", "en"),
        Told(failed="timeout"),
    )
    assert others == [
        Block("taps", "Gold", "gold", lines=(Line("buttons", "  buttons", "Gold (gold) | Silver (silver)"),)),
        Block("skip", limit="10 min"),
        Block("visitor", "👍", language=""),
        Block("visitor", "no language told"),
        Block("joins"),
        Block("gives back"),
        Block("closes"),
    ]
    assert transcript.place("country") == Place("CH", ("de", "fr"))
    assert transcript.place("phone_country") == Place("TH", ())
    assert transcript.begins == datetime(2027, 3, 2, 10, tzinfo=UTC)
    assert read(written(transcript)) == transcript
    assert count_turns(written(transcript)) == len(transcript.blocks)


def test_the_head_says_what_the_conversation_holds_already() -> None:
    head = (
        "contact: 4711\ntimezone: America/Sao_Paulo\ntags: vip, new\nvalue.order: LU-1\nvalue.n: 5\nvalue.yes: true\n"
    )
    transcript = read(head + 'value.five: "5"\nvalue.many: ["a", "b"]\n\nopens\n')
    assert transcript.tags == ("new", "vip")
    assert transcript.values == {"order": "LU-1", "n": 5, "yes": True, "five": "5", "many": ["a", "b"]}
    assert heading({"contact": "4711"}, transcript.tags, transcript.values) == {
        "contact": "4711",
        "tags": "new, vip",
        "value.order": "LU-1",
        "value.n": "5",
        "value.yes": "true",
        "value.five": '"5"',
        "value.many": '["a","b"]',
    }


def test_time_passes_and_files_come() -> None:
    text = "opens\n\nlater 1 d 2 h 5 min 3.5 s\nvisitor [image ring.jpg; file a b.pdf] (de): Kaputt!\n"
    _, block = read(text).blocks
    assert block.after == 86400 + 2 * 3600 + 5 * 60 + 3.5
    assert block.files == (Attachment("image", "ring.jpg"), Attachment("file", "a b.pdf"))
    assert written(read(text)) == text


def test_what_is_expected_can_be_loose() -> None:
    text = """\
visitor: Hi
knowledge [0.82 Care]: It is fine.
bot: ~ fine
bot: …
- hand off to Sales: …
- tags ~ +vip
- value order = ~ LU
? - language de (ip)
? buttons: Gold (gold)
…
bot: \\~ a wave
"""
    (block,) = read(text).blocks
    assert block.told == (Told("It is fine.", 0.82, "Care"),)
    assert [line.how for line in block.lines] == [
        *("exactly", "contains", "any", "any", "contains", "contains", "unchecked", "unchecked", "exactly", "exactly")
    ]
    assert block.lines[1] == Line("bot", "bot", "fine", "contains")
    assert block.lines[-1] == Line("bot", "bot", "~ a wave")
    assert written(read(text)) == text


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
        ("opens\n\nlater 2 weeks\nopens", 3, "is nothing that happens"),
        ("opens\n\nlater 1.2.3 h\nopens", 3, "is no time"),
        ("opens\n\nlater 2 h\nbot: Hi", 4, "after “later” comes what happens"),
        ("opens\n\nlater 2 h\n", 3, "after “later” nothing happens"),
        ("at: 9999-12-31 23:59\n\nopens\n", 1, "is no time"),
        ("at: 0001-01-01T00:00+14:00\n\nopens\n", 1, "is no time"),
        ("opens\n\nlater 99999999999999 d\nopens\n", 3, "more than a thousand years"),
        (f"opens\n\nlater {'9' * 400} d\nopens\n", 3, "more than a thousand years"),
        ("opens\n\n" * 1001, 2001, "more than 1000 things happen"),
        ("opens\n" + "- x\n" * 301, 302, "more than 300 lines"),
    ],
)
def test_says_which_line_cannot_be_understood(text: str, line: int, message: str) -> None:
    with pytest.raises(TranscriptError, match=message) as refused:
        read(text)
    assert refused.value.line == line


_texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
_words = _texts.map(lambda text: " ".join(text.split()))
_lines = st.one_of(
    st.builds(
        Line,
        st.just("bot"),
        st.sampled_from(["bot", "bot (de)", "bot [0.82 Care › It]"]),
        st.one_of(_texts, st.sampled_from(["…", "~ x", "\\~ x", "\\", "a\\", "x \n\n y\n"])),
    ),
    st.builds(Line, st.just("bot"), st.just("bot"), _texts, st.sampled_from(["contains", "unchecked"])),
    st.builds(Line, st.just("value"), st.just("- value order"), _texts),
    st.just(Line("value", "- value order", how="any")),
    st.builds(Line, st.just("hand off"), st.sampled_from(["- hand off", "- hand off to Sales"]), _texts),
    st.builds(Line, st.just("knowledge"), st.just("knowledge [0.82]"), _texts),
    st.just(Line("rest")),
)
_blocks = st.builds(
    Block,
    st.just("visitor"),
    _texts,
    language=st.sampled_from([None, "", "de"]),
    lines=st.lists(_lines, max_size=4).map(tuple),
    after=st.none() | st.integers(0, 10**12).map(lambda micro: micro / 10**6),
) | st.builds(Block, st.just("taps"), _texts, _texts.filter(bool), lines=st.lists(_lines, max_size=2).map(tuple))


@given(
    st.builds(
        Transcript,
        st.lists(_words.filter(lambda text: text and not text.startswith("#")), max_size=2).map(tuple),
        st.dictionaries(st.sampled_from(["name", "value.x"]), _words.filter(bool), max_size=2),
        st.lists(_blocks, min_size=1, max_size=3).map(tuple),
    )
)
def test_what_is_written_reads_as_it_was(transcript: Transcript) -> None:
    assert read(written(transcript)) == transcript


@given(st.text(max_size=200))
def test_whatever_stands_there_it_is_a_transcript_or_refused_with_its_line(text: str) -> None:
    line, blocks = 1, ()
    try:
        blocks = read(text).blocks
    except TranscriptError as refused:
        line = refused.line
    assert 1 <= line <= text.count("\n") + 1
    assert not blocks or read(written(read(text))).blocks == blocks
    assert not blocks or count_turns(text) == len(blocks)
