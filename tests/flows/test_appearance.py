"""How messages give way to a channel's limits: one table, and what must hold for every one of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.effects import Choice
from flows.appearance import Note, Row, divided, numbered, shown
from flows.channel_limits import CHANNELS, width


def labels(*names: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"c{number}", name) for number, name in enumerate(names, 1))


THREE = labels("Rings", "Chains", "Earrings")
FOUR = labels("Rings", "Chains", "Earrings", "Watches")
LONG = labels("Where is the parcel I ordered", "Shipping")
ALIKE = labels("Where is the parcel I ordered", "Where is the parcel I sent back")
ELEVEN = labels(*(f"Size {number}" for number in range(11)))


@pytest.mark.parametrize(
    ("channel", "choices", "form", "notes"),
    [
        ("whatsapp", THREE, "buttons", []),
        ("whatsapp", FOUR, "rows", [Note("list", {"most": 3})]),
        ("whatsapp", ELEVEN, "numbered", [Note("numbered", {"most": 10})]),
        ("messenger", FOUR, "buttons", []),
        ("messenger", labels(*map(str, range(14))), "numbered", [Note("numbered", {"most": 13})]),
        ("instagram", LONG, "buttons", [Note("cut", {"limit": 20, "label": LONG[0].label})]),
        ("line", ALIKE, "numbered", [Note("alike", {"limit": 20})]),
        ("telegram", ALIKE, "buttons", []),
        ("email", THREE, "numbered", [Note("plain")]),
        ("webwidget", ELEVEN, "buttons", []),
        ("api", ELEVEN, "buttons", []),
        ("one of another package", ELEVEN, "buttons", []),
    ],
)
def test_choices_take_the_form_the_channel_has(
    channel: str, choices: tuple[Choice, ...], form: str, notes: list[Note]
) -> None:
    seen = shown(channel, "What is it about?", choices)
    assert ("buttons" if seen.buttons else "rows" if seen.rows else "numbered") == form
    assert list(seen.notes) == notes
    if form == "numbered":
        assert seen.parts[-1].endswith("\n".join(f"{n}. {one.label}" for n, one in enumerate(choices, 1)))
    else:
        assert seen.parts == ("What is it about?",)


def test_a_row_whose_label_is_cut_says_the_whole_beneath() -> None:
    seen = shown("whatsapp", "?", labels("Where is the parcel I ordered", "Rings", "Chains", "Watches"))
    assert seen.rows[0] == Row("c1", "Where is the parcel I o…", "Where is the parcel I ordered")
    assert seen.rows[1] == Row("c2", "Rings")


def test_labels_that_would_be_alike_as_buttons_may_be_rows_of_a_list() -> None:
    seen = shown("whatsapp", "?", labels("About the parcel order 1", "About the parcel order 2"))
    assert [row.label for row in seen.rows] == ["About the parcel order 1", "About the parcel order 2"]
    assert seen.notes == (Note("alike", {"limit": 20}),)


@pytest.mark.parametrize("channel", sorted(CHANNELS))
@pytest.mark.parametrize("choices", [(), THREE, FOUR, ELEVEN], ids=len)
@pytest.mark.parametrize(
    "text", ["word " * 2500, "\U0001f48d" * 5000, "一句话。" * 3000], ids=["words", "emoji", "chinese"]
)
def test_no_message_is_longer_than_the_channel_takes_and_none_of_the_text_is_lost(
    channel: str, choices: tuple[Choice, ...], text: str
) -> None:
    seen = shown(channel, text, choices)
    limits = CHANNELS[channel]
    if limits.text is not None:
        assert max(map(width, seen.parts)) <= limits.text
        assert [note.code for note in seen.notes][:1] == ["split"]
    if limits.text_with_buttons and (seen.buttons or seen.rows):
        assert width(seen.parts[-1]) <= limits.text_with_buttons
    assert "".join("".join(seen.parts).split()).startswith("".join(text.split()))


def test_a_long_text_is_divided_between_sentences() -> None:
    sentence = "This ring is made by hand in a small house by the sea. "
    parts = shown("instagram", sentence * 30).parts
    assert len(parts) == 2
    assert all(part.endswith("sea.") for part in (part.rstrip() for part in parts))


@given(st.text(max_size=200), st.integers(min_value=2, max_value=30))
def test_messages_lose_only_white_space_and_fit(text: str, limit: int) -> None:
    found = divided(text, limit)
    assert all(0 < width(part) <= limit for part in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_a_text_is_divided_between_lines_then_words() -> None:
    assert divided("one two\nthree four", 12) == ["one two", "three four"]
    assert divided("one two three", 9) == ["one two", "three"]
    assert divided("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert divided("text", None) == ["text"]


def test_choices_without_buttons_are_numbered() -> None:
    assert numbered("Which?", labels("Dress", "Shoes")) == "Which?\n\n1. Dress\n2. Shoes"
    assert numbered("", labels("Dress")) == "1. Dress"
