"""Files as people have them: several tables, odd Markdown, wrong encodings; each refusal says what and where."""

import pytest

from server import uploads
from server.uploads import KnowledgeError, Piece, understand

ROWS = "question,answer\nHow can I pay?,By card.\n"


def refused(name: str, content: bytes, language: str = "en", market: str = "") -> KnowledgeError:
    with pytest.raises(KnowledgeError) as caught:
        understand(name, content, language, market)
    for said in (caught.value.said("en"), caught.value.said("zh")):
        assert "{" not in said
    return caught.value


@pytest.mark.parametrize(
    "content",
    [
        ROWS.encode(),
        ROWS.encode("utf-8-sig"),
        ROWS.replace("\n", "\r\n").encode(),
        ROWS.replace("\n", "\r").encode(),
        ROWS.replace(",", ";").encode(),
        ROWS.replace(",", "\t").encode(),
        b"\n".join([b"Answer,Question", b"By card.,How can I pay?"]),
        b"id,question,note,answer\n7,How can I pay?,old,By card.\n,,,\n",
        "问题,答案\nHow can I pay?,By card.\n".encode(),
        b"Frage;Antwort\nHow can I pay?;By card.",
        "คำถาม,คำตอบ\nHow can I pay?,By card.\n".encode(),
        b"question,answer\n  How   can I pay? , By card. \n\n\n",
    ],
)
def test_a_table_however_it_was_saved(content: bytes) -> None:
    upload = understand("faq.csv", content, "en", "")
    assert upload.kind == "csv"
    assert upload.pieces == (Piece(text="By card.", questions=("How can I pay?",), language="en"),)


def test_columns_for_language_and_market_and_several_ways_to_ask() -> None:
    table = (
        "question,answer,language,market\n"
        "Ships when? | How fast is it?,Soon.,en,US\n"
        '"Wann kommt es?\nWie schnell?","Bald,\nsehr bald.",de,\n'
        "多久能到货？,很快就到。,,\n"
    )
    upload = understand("faq.csv", table.encode(), "", "DE")
    assert upload.pieces == (
        Piece(text="Soon.", questions=("Ships when?", "How fast is it?"), language="en", market="US"),
        Piece(text="Bald,\nsehr bald.", questions=("Wann kommt es?", "Wie schnell?"), language="de", market="DE"),
        Piece(text="很快就到。", questions=("多久能到货？",), language="zh", market="DE"),
    )


@pytest.mark.parametrize(
    ("text", "encoding", "guess"),
    [
        ("question,answer\n可以退货吗？,收货后三十天内可以退货，请联系客服。\n", "gb18030", "GB18030"),
        ("question,answer\n怎么付款？,支持支付宝和微信支付。\n", "gbk", "GB18030"),
        ("question,answer\nWas kostet es für Österreich?,Fünf Euro über Köln.\n", "cp1252", "Windows-1252"),
        ("question,answer\n¿Cuánto cuesta el envío?,Cinco dólares, señor.\n", "cp1252", "Windows-1252"),
        ("question,answer\nค่าส่งเท่าไหร่,ค่าส่งหกสิบบาททั่วประเทศ ส่งฟรีเมื่อซื้อครบ\n", "cp874", "Windows-874"),
        ("question,answer\nСколько стоит доставка?,Доставка стоит пять евро.\n", "cp1251", "Windows-1251"),
        ("question,answer\nHow much?,Five.\n", "utf-16", "UTF-16"),
        ("question,answer\nHow much?,Five.\n", "utf-16-le", "UTF-16"),
        ("question,answer\n可以退货吗？,可以。\n", "utf-16", "UTF-16"),
    ],
)
def test_another_encoding_is_named_and_not_guessed_away(text: str, encoding: str, guess: str) -> None:
    fault = refused("faq.csv", text.encode(encoding))
    assert fault.code == "document_encoding"
    assert fault.values["guess"] == guess
    assert "UTF-8" in str(fault)


def test_the_byte_that_does_not_fit_is_named() -> None:
    fault = refused("faq.csv", b"question,answer\nHow much?,5 \x80\n")
    assert fault.where == "faq.csv:2"
    assert (fault.values["line"], fault.values["byte"], fault.values["offset"]) == (2, "0x80", 28)


@pytest.mark.parametrize(
    ("name", "content", "code", "where"),
    [
        ("faq.csv", b"", "csv_columns", "faq.csv:1"),
        ("faq.csv", b"a,b\n1,2\n", "csv_columns", "faq.csv:1"),
        ("faq.csv", b"question,price\n1,2\n", "csv_columns", "faq.csv:1"),
        ("faq.csv", b"question,answer\n", "document_empty", "faq.csv"),
        ("faq.csv", b"question,answer\nHow?,\n", "csv_rows", "faq.csv:2"),
        ("faq.csv", b"question,answer\nA?,B.\n\n,lonely\n", "csv_rows", "faq.csv:4"),
        ("faq.csv", b"question,answer,language\nHow?,So.,german language\n", "csv_rows", "faq.csv:2"),
        ("faq.csv", b"question,answer,market\nHow?,So.,Germany\n", "csv_rows", "faq.csv:2"),
        ("faq.csv", b'question,answer\nHow?,"So\nand on\n', "csv_broken", "faq.csv:2"),
        ("faq.csv", b"question,answer\nHow?," + b"x" * 5_000, "csv_rows", "faq.csv:2"),
        ("faq.csv", b"question,answer\nHow?," + b"x" * 200_000, "csv_broken", "faq.csv:2"),
        ("care.md", b"  \n\n ", "document_empty", "care.md"),
        ("care.md", b"# Only\n\n## headings\n", "document_empty", "care.md"),
        ("care.txt", b"\xef\xbb\xbf", "document_empty", "care.txt"),
        ("care.md", b"# Care\x00ful", "document_encoding", "care.md:1"),
        ("care.pdf", b"%PDF-1.7 ...", "document_kind", "care.pdf"),
        ("care.md", b"%PDF-1.7 ...", "document_kind", "care.md"),
        ("faq.csv", b"PK\x03\x04....", "document_kind", "faq.csv"),
        ("run.exe", b"MZ", "document_kind", "run.exe"),
        ("README", b"text", "document_kind", "README"),
    ],
)
def test_what_cannot_be_read(name: str, content: bytes, code: str, where: str) -> None:
    fault = refused(name, content)
    assert (fault.code, fault.where) == (code, where)


def test_every_broken_row_is_listed_up_to_a_point() -> None:
    fault = refused("faq.csv", b"question,answer\n" + b"How?,\n" * 50)
    assert [each.path for each in fault.faults] == [f"faq.csv:{line}" for line in range(2, 22)]
    assert {each.code for each in fault.faults} == {"no_answer"}


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 1000)
    assert refused("care.md", b"x" * 1001).code == "document_too_large"
    monkeypatch.setattr(uploads, "MOST_PASSAGES", 3)
    assert refused("faq.csv", b"question,answer\n" + b"How?,So.\n" * 4).code == "document_too_long"
    monkeypatch.setattr(uploads, "LARGEST", 100_000)
    # Told from its length alone, before anything looks for sentences in it.
    assert refused("faq.md", b"x" * (3 * uploads.LONGEST_PASSAGE + 1)).code == "document_too_long"


@pytest.mark.parametrize(
    ("language", "market"), [("english", ""), ("e", ""), ("en_US", ""), ("en", "us"), ("en", "USA")]
)
def test_language_and_market_are_codes(language: str, market: str) -> None:
    assert refused("care.md", b"# Care\nfully", language, market).code in ("bad_language", "bad_market")


def test_markdown_becomes_sections_under_their_headings() -> None:
    text = """---
title: ignored
---
Before any heading.

Shop
====

Hello **you**,
see [our page](https://luna.example/care).

## Care ##

### Silver / gold

- Wipe it
  dry
- Never *boil* it

```
# no heading
```

| Metal | Care |
|-------|------|
| Gold  | dry  |

## Empty

## Price

<b>Free</b> <!-- for now -->
"""
    pieces = understand("shop-faq.md", text.encode(), "en", "").pieces
    assert [(piece.headings, piece.text) for piece in pieces] == [
        (("shop-faq",), "Before any heading."),
        (("Shop",), "Hello you, see our page (https://luna.example/care)."),
        (("Shop", "Care", "Silver / gold"), "- Wipe it dry\n- Never boil it\n# no heading\nMetal, Care\nGold, dry"),
        (("Shop", "Price"), "Free"),
    ]


def test_a_long_section_becomes_several_passages() -> None:
    sentences = [f"Sentence number {number} says something about silver." for number in range(100)]
    pieces = understand("care.md", ("# Care\n\n" + " ".join(sentences)).encode(), "en", "").pieces
    assert len(pieces) > 3
    assert all(len(piece.text) <= uploads.LONGEST_PASSAGE and piece.headings == ("Care",) for piece in pieces)
    assert " ".join(piece.text for piece in pieces).split() == " ".join(sentences).split()


def test_plain_text_becomes_a_passage_a_paragraph() -> None:
    pieces = understand("return-policy.txt", b"First line\nof one.\n\n\nThe second.\n", "en", "US").pieces
    assert [(piece.headings, piece.text, piece.market) for piece in pieces] == [
        (("return policy",), "First line\nof one.", "US"),
        (("return policy",), "The second.", "US"),
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("# Versand\n\nWir liefern innerhalb von fünf Tagen.", "de"),
        ("# Envíos\n\nEnviamos a toda España en cinco días.", "es"),
        ("# การจัดส่ง\n\nส่งทั่วประเทศภายในสามวัน", "th"),
    ],
)
def test_a_language_nobody_gave_is_detected(text: str, language: str) -> None:
    assert {piece.language for piece in understand("a.md", text.encode(), "", "").pieces} == {language}
