import pytest

from flows.expected import Row, compared, difference, matches
from flows.transcript import read
from flows.transcript_line import Line, line_of

HAPPENED = """\
visitor: What does shipping cost?
- tags +new -old
- language de (text)
bot [0.82 Shipping › Cost]: Shipping costs 7 dollars.
  buttons: Yes (yes) | No (no)
- value order = LU-1
- hand off to Sales: Asked: shipping
"""


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("bot: …", "bot (de) [0.80 Care]: It"),
        ("bot: ~ SHIPPING  costs", "bot: The shipping\ncosts nothing"),
        ("bot: ~ ABC", "bot: ＡＢＣ"),
        ("- hand off: …", "- hand off to Sales: Why"),
        ("- hand off to Sales: ~ why", "- hand off to Sales: Why not"),
        ("- value order = …", "- value order = LU-1"),
        ("- tags ~ +new", "- tags +new -old"),
        ("- language de", "- language de (ip)"),
        ("? bot: Hello", "bot: Good bye"),
        ("? - value a = 1", "- value a = 2"),
        ("- close: …", "- close: done"),
    ],
)
def test_is_what_was_expected(expected: str, actual: str) -> None:
    assert matches(line_of(expected), line_of(actual))


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("bot: Hello", "bot: Hello!"),
        ("bot: ~ hello", "bot: Good bye"),
        ("bot (de): …", "bot: Hallo"),
        ("- hand off to Sales: …", "- hand off: Why"),
        ("- value order = …", "- value email = LU-1"),
        ("- tags ~ +ne", "- tags +new"),
        ("- language de", "- language en (ip)"),
        ("? - value a = 1", "- value b = 1"),
        ("bot: …", "- close"),
    ],
)
def test_is_not_what_was_expected(expected: str, actual: str) -> None:
    assert not matches(line_of(expected), line_of(actual))


def rows(expected: str) -> list[tuple[str, str, str]]:
    (block,) = compared(read(expected), read(HAPPENED))
    return [
        (row.verdict, row.expected.entry if row.expected else "", row.actual.entry if row.actual else "")
        for row in block.rows
        if row.verdict != "same"
    ]


def test_the_same_differs_nowhere() -> None:
    assert rows(HAPPENED) == []
    assert difference(compared(read(HAPPENED), read(HAPPENED))) == ""


def test_what_is_lacking_what_is_more_and_what_is_other() -> None:
    changed = HAPPENED.replace("7 dollars", "9 dollars").replace("- value order = LU-1\n", "- close\n")
    assert rows(changed.replace("- tags +new -old\n", "")) == [
        ("extra", "", "- tags +new -old"),
        ("different", "bot [0.82 Shipping › Cost]: Shipping costs 9 dollars.", HAPPENED.splitlines()[3]),
        ("missing", "- close", ""),
        ("extra", "", "- value order = LU-1"),
    ]


def test_what_nobody_minds_is_no_difference() -> None:
    loose = """\
visitor: What does shipping cost?
? - tags +other
…
knowledge [0.82 Shipping › Cost]: Shipping costs 7 dollars.
bot: ~ shipping
…
- hand off: …
? - close
"""
    assert {verdict for verdict, _, _ in rows(loose)} == {"unchecked"}
    assert difference(compared(read(loose), read(HAPPENED))) == ""


def test_another_time_skipped_is_a_difference() -> None:
    one, other = read("opens\n\nskip 10 min\n- close\n"), read("opens\n\nskip 15 min\n- close\n")
    assert difference(compared(one, other)) == "-skip 10 min\n+skip 15 min\n - close"
    assert difference(compared(read("opens\n\nskip\n- close\n"), other)) == ""


def test_a_difference_is_told_block_by_block() -> None:
    told = difference(compared(read("opens\nbot: One\n    two\n\nopens\n"), read("opens\nbot: One\n\nopens\n")))
    assert told == " opens\n-bot: One\n-    two\n+bot: One"


def test_rows_say_which_line_happened() -> None:
    (block,) = compared(read("opens\nbot: B\n"), read("opens\nbot: A\nbot: B\n"))
    bot = Line("bot", "bot", "B")
    assert block.rows == (Row("extra", None, Line("bot", "bot", "A"), 0), Row("same", bot, bot, 1))
