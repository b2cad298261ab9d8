"""What stands in an uploaded file: Markdown, CSV or plain text, as passages to be found."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import PurePath

import msgspec

from server.errors import Fault, RefusedError
from server.languages import detect
from server.plain_text import from_markdown, one_line, sentences

LARGEST = 10 * 1024 * 1024
MOST_PASSAGES = 5_000
LONGEST_PASSAGE = 1_200
MOST_QUESTIONS = 20
# So many faults are listed; who has more will look at the whole file anyway.
_MOST_FAULTS = 20

_KINDS = {".md": "markdown", ".markdown": "markdown", ".csv": "csv", ".tsv": "csv", ".txt": "text"}
_NOT_YET = {b"%PDF": "PDF", b"PK\x03\x04": "DOCX / XLSX", b"\xd0\xcf\x11\xe0": "DOC / XLS", b"{\\rtf": "RTF"}
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
_MARKET = re.compile(r"[A-Z]{2}")

_COLUMNS = {
    "question": "question questions q frage fragen pregunta preguntas domanda pergunta vraag 问题 問題 提问 "
    "คำถาม 質問 질문",
    "answer": "answer answers a antwort antworten respuesta respuestas risposta resposta antwoord réponse reponse "
    "答案 回答 คำตอบ 답변",
    "language": "language lang locale sprache idioma langue lingua taal 语言 語言 ภาษา 言語 언어",
    "market": "market country markt land país pais pays paese 市场 市場 国家 ประเทศ ตลาด",
}
_COLUMN_OF = {word: column for column, words in _COLUMNS.items() for word in words.split()}

_DETECTABLE_CODES = "ar da de en es fi fr he hi id it ja ko ms nl no pl pt ru sv th tr uk vi zh"
_DETECTABLE = _DETECTABLE_CODES.split()


class KnowledgeError(RefusedError):
    """A file that cannot become knowledge; ``where`` is its name, ``faults`` tell the lines."""


class Piece(msgspec.Struct, frozen=True):
    """A passage to be: what it answers (or the headings above it, the outermost first) and the answer."""

    text: str
    questions: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    language: str = ""
    market: str = ""


class Upload(msgspec.Struct, frozen=True):
    """A file understood: its kind is "markdown", "csv" or "text"."""

    kind: str
    pieces: tuple[Piece, ...]


def understand(name: str, content: bytes, language: str, market: str) -> Upload:
    """Read a file; ``language`` and ``market`` hold for what does not say otherwise, an empty language is detected.

    Raises KnowledgeError: too large, empty, of a kind not read, in another encoding than UTF-8, a table without the
    columns question and answer or with broken rows.
    """
    if len(content) > LARGEST:
        raise KnowledgeError("document_too_large", where=name, name=name, limit=f"{LARGEST // 1024 // 1024} MB")
    checked_language(name, language)
    checked_market(name, market)
    kind = _kind(name, content)
    text = _decoded(name, content)
    if len(text) > MOST_PASSAGES * LONGEST_PASSAGE:
        raise KnowledgeError("document_too_long", where=name, name=name, limit=MOST_PASSAGES)
    reader: Callable[[str, str], Iterator[Piece]] = {"csv": _rows, "markdown": _sections, "text": _paragraphs}[kind]
    pieces: list[Piece] = []
    for piece in reader(name, text):
        if len(pieces) == MOST_PASSAGES:
            raise KnowledgeError("document_too_long", where=name, name=name, limit=MOST_PASSAGES)
        pieces.append(
            msgspec.structs.replace(
                piece, language=piece.language or language or _language_of(piece), market=piece.market or market
            )
        )
    if not pieces:
        raise KnowledgeError("document_empty", where=name, name=name)
    return Upload(kind, tuple(pieces))


def checked_language(where: str, language: str) -> str:
    """The BCP 47 tag as given, or KnowledgeError."""
    if language and (len(language) > 35 or not _LANGUAGE_TAG.fullmatch(language)):
        raise KnowledgeError("bad_language", where=where, language=language[:40])
    return language


def checked_market(where: str, market: str) -> str:
    """The country code as given, or KnowledgeError."""
    if market and not _MARKET.fullmatch(market):
        raise KnowledgeError("bad_market", where=where, market=market[:40])
    return market


def _kind(name: str, content: bytes) -> str:
    for magic, kind in _NOT_YET.items():
        if content.startswith(magic):
            raise KnowledgeError("document_kind", where=name, name=name, kind=kind)
    suffix = PurePath(name).suffix.lower()
    if suffix not in _KINDS:
        raise KnowledgeError("document_kind", where=name, name=name, kind=suffix.lstrip(".").upper() or "?")
    return _KINDS[suffix]


def _decoded(name: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise KnowledgeError(
            "document_encoding",
            where=f"{name}:{line}",
            name=name,
            line=line,
            byte=f"0x{content[fault.start]:02X}",
            offset=fault.start,
            guess=_encoding_of(content),
        ) from None
    if "\x00" in text:
        at = text.index("\x00")
        line = text[:at].count("\n") + 1
        raise KnowledgeError(
            "document_encoding",
            where=f"{name}:{line}",
            name=name,
            line=line,
            byte="0x00",
            offset=len(text[:at].encode()),
            guess=_encoding_of(content),
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _encoding_of(content: bytes) -> str:
    """The likeliest encoding of what is not UTF-8, to be named to a person, never to be used without asking."""
    sample = content[:20_000]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")) or sample.count(0) > len(sample) // 5:
        return "UTF-16"
    high = [byte for byte in sample if byte >= 0x80]
    if not high:
        return "?"
    # Most Chinese text is of characters whose first byte, in GB 18030, is B0 to D7, or punctuation A1 to A3.
    pairs = re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]", sample)
    usual = sum(pair[0] <= 0xA3 or 0xB0 <= pair[0] <= 0xD7 for pair in pairs if pair[0] >= 0xA1 and pair[1] >= 0xA1)
    if pairs and 2 * len(pairs) >= 0.95 * len(high) and usual >= 0.9 * len(pairs):
        return "GB18030"
    words = re.findall(rb"[\x80-\xff]+", sample)
    if len(high) / len(words) < 1.5:
        return "Windows-1252"
    if sum(0xA1 <= byte <= 0xDA or 0xDF <= byte <= 0xFB for byte in high) >= 0.98 * len(high):
        marks = sum(byte == 0xD1 or 0xD4 <= byte <= 0xDA or 0xE7 <= byte <= 0xEE for byte in high)
        if marks >= 0.12 * len(high) and sum(byte >= 0xC0 for byte in high) < 0.8 * len(high):
            return "Windows-874"
    if sum(byte >= 0xC0 or byte in (0xA8, 0xB8, 0xB2, 0xB3, 0xBF, 0xAF, 0xAA, 0xBA) for byte in high) >= 0.9 * len(
        high
    ):
        return "Windows-1251"
    return "?"


def _rows(name: str, text: str) -> Iterator[Piece]:
    head = text[:65_536].partition("\n")[0]
    best = max(",;\t", key=lambda sign: len(_columns(head.split(sign))))
    table = csv.reader(io.StringIO(text, newline=""), delimiter=best, strict=True)
    faults: list[Fault] = []
    started = 1
    try:
        header = next(table, [])
        columns = _columns(header)
        if not {"question", "answer"} <= columns.keys():
            found = ", ".join(cell.strip() for cell in header)[:200]
            raise KnowledgeError("csv_columns", where=f"{name}:1", name=name, found=found or "-")
        started = table.line_num + 1
        for row in table:
            line, started = started, table.line_num + 1
            cells = {column: row[at].strip() if at < len(row) else "" for column, at in columns.items()}
            if not any(cell.strip() for cell in row):
                continue
            fault = _fault_of(cells)
            if fault is None:
                yield Piece(
                    text=cells["answer"],
                    questions=tuple(_alternatives(cells["question"])),
                    language=cells.get("language", ""),
                    market=cells.get("market", ""),
                )
            elif len(faults) < _MOST_FAULTS:
                faults.append(Fault(f"{name}:{line}", fault[0], fault[1]))
    except csv.Error as broken:
        # A quotation mark that is never closed swallows all lines after it: the row's first line is the one to look at.
        raise KnowledgeError(
            "csv_broken", where=f"{name}:{started}", name=name, line=started, reason=str(broken)
        ) from None
    if faults:
        first = faults[0].path.rpartition(":")[2]
        raise KnowledgeError(
            "csv_rows", where=faults[0].path, faults=tuple(faults), name=name, line=first, reason=faults[0].message
        )


def _columns(header: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, cell in enumerate(header):
        column = _COLUMN_OF.get(cell.strip().strip('"').strip().lower())
        if column:
            columns.setdefault(column, at)
    return columns


def _fault_of(cells: dict[str, str]) -> tuple[str, str] | None:
    if not cells["question"]:
        return "an answer without a question", "no_question"
    if not cells["answer"]:
        return "a question without an answer", "no_answer"
    if len(cells["answer"]) > 4 * LONGEST_PASSAGE:
        return f"an answer of more than {4 * LONGEST_PASSAGE} characters", "long_answer"
    try:
        checked_language("", cells.get("language", ""))
        checked_market("", cells.get("market", ""))
    except KnowledgeError as refused:
        return str(refused), refused.code
    return None


def _alternatives(cell: str) -> list[str]:
    """A cell may hold several ways to ask the same, one a line or with | between them."""
    ways = [one_line(way) for way in re.split(r"[|｜\n]", cell)]
    return list(dict.fromkeys(way for way in ways if way))[:MOST_QUESTIONS]


def _sections(name: str, text: str) -> Iterator[Piece]:
    from llama_index.core.node_parser import MarkdownNodeParser  # late: seconds
    from llama_index.core.schema import Document

    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)  # front matter
    text = re.sub(r"^(\S.*)\n=+[ \t]*$", r"# \1", text, flags=re.MULTILINE)  # the parser knows no underlined headings
    text = re.sub(r"^(?!#|[-*|>])(\S.*)\n-{3,}[ \t]*$", r"## \1", text, flags=re.MULTILINE)
    text = re.sub(r"^(#+ .*?)[ \t]+#+[ \t]*$", r"\1", text, flags=re.MULTILINE)  # nor closed ones
    parser = MarkdownNodeParser(header_path_separator="\x1f", include_prev_next_rel=False)
    for node in parser.get_nodes_from_documents([Document(text=text)]):
        heading, body = "", node.get_content()
        if body.startswith("#"):
            first, _, body = body.partition("\n")
            heading = from_markdown(first.lstrip("#").strip())
        above = [from_markdown(part) for part in node.metadata["header_path"].split("\x1f") if part]
        headings = tuple(part for part in [*above, heading] if part) or (PurePath(name).stem,)
        for part in _parts(from_markdown(body)):
            yield Piece(text=part, headings=headings)


def _paragraphs(name: str, text: str) -> Iterator[Piece]:
    title = re.sub(r"[-_.]+", " ", PurePath(name).stem).strip()
    for block in re.split(r"\n\s*\n", text):
        for part in _parts("\n".join(one_line(line) for line in block.splitlines()).strip()):
            yield Piece(text=part, headings=(title,))


def _parts(text: str) -> list[str]:
    """A long section in parts that still are one answer each."""
    if not text.strip():
        return []
    if len(text) <= LONGEST_PASSAGE:
        return [text]
    from llama_index.core.node_parser import SentenceSplitter

    # Counted in characters, for word pieces of a language model say nothing about Thai or Chinese; and by our own
    # sentences, for those of nltk are English and its files cannot be read where a package manager linked them.
    splitter = SentenceSplitter(
        chunk_size=LONGEST_PASSAGE, chunk_overlap=0, tokenizer=list, chunking_tokenizer_fn=_spaced_sentences
    )
    return [part.strip() for part in splitter.split_text(text) if part.strip()]


def _spaced_sentences(text: str) -> list[str]:
    lines = (sentences(line) for line in text.splitlines())
    return [part + (" " if part != line[-1] else "\n") for line in lines for part in line]


def _language_of(piece: Piece) -> str:
    return detect(" ".join((*piece.questions, *piece.headings, piece.text)), _DETECTABLE)
