"""Markdown and sentences, as tables."""

import pytest

from server.plain_text import from_markdown, one_line, sentences


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("**bold** and _soft_ and `code` and ~~gone~~", "bold and soft and code and gone"),
        ("snake_case_name stays, 2 * 3 * 4 too", "snake_case_name stays, 2 * 3 * 4 too"),
        ("[here](https://a.example/x) or <https://b.example>", "here (https://a.example/x) or https://b.example"),
        ("[up](#top) ![a ring](ring.png)", "up a ring"),
        ("wrapped\nline\n\nnext", "wrapped line\nnext"),
        ("换行\n中文", "换行中文"),
        ("* one\n+ two\n1. three", "- one\n- two\n1. three"),
        ("> quoted\n> text", "quoted text"),
        ("a\n\n---\n\nb", "a\nb"),
        (r"5 \* 3 \[sic\]", "5 * 3 [sic]"),
        ("<script>alert(1)</script>hi", "alert(1)hi"),
    ],
)
def test_markdown_as_it_is_read(markdown: str, plain: str) -> None:
    assert from_markdown(markdown) == plain


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("It costs 1.500 Baht. Really.", ["It costs 1.500 Baht.", "Really."]),
        ("Not to P.O. boxes. Never.", ["Not to P.O. boxes.", "Never."]),
        ("Schmuck, z.B. Ringe. Gut.", ["Schmuck, z.B. Ringe.", "Gut."]),
        ("可以退货。请联系我们！好吗？", ["可以退货。", "请联系我们！", "好吗？"]),
        ("ส่งฟรี ทั่วประเทศ", ["ส่งฟรี ทั่วประเทศ"]),
        ("- One. Still one.\n- Two.\nThree. Four.", ["- One. Still one.", "- Two.", "Three.", "Four."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def test_one_line() -> None:
    assert one_line("  a \n\tb\u3000c ") == "a b c"
