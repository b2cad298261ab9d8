"""Documents are learnt a batch at a time, by whoever is there, once, and go on where a process died."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import OperationalError

from server import learning
from server.knowledge import Document, Knowledge
from server.knowledge_models import documents, passages, pieces
from server.learning import BATCH, Learner, learn
from server.store import utcnow

MANY = "# Sizes\n\n" + "".join(f"## What is size {n}?\n\nSize {n} has {40 + n} mm.\n\n" for n in range(2 * BATCH + 3))


@pytest.fixture
def knowledge(database: Engine) -> Knowledge:
    return Knowledge(database)


@pytest.fixture
def learner(database: Engine) -> Iterator[Learner]:
    """Not started."""
    told.clear()
    made = Learner(database, lambda: told.append(None))
    yield made
    made.stop()


told: list[None] = []


def killed(count: int) -> Callable[[], bool]:
    """Dies after so many batches, as a process does: nothing is told to anybody."""
    left = count

    def go_on() -> bool:
        nonlocal left
        left -= 1
        if not left:
            raise KeyboardInterrupt
        return True

    return go_on


def later(database: Engine) -> None:
    """The lease of whoever was at it has run out."""
    with database.begin() as connection:
        held = update(documents).where(documents.c.learn_at.is_not(None))
        connection.execute(held.values(learn_at=utcnow() - timedelta(seconds=1)))


def counted(database: Engine) -> tuple[int, int]:
    """Passages that are learnt and pieces that wait."""
    with database.connect() as connection:
        return tuple(connection.scalar(select(func.count()).select_from(one)) for one in (passages, pieces))  # type: ignore[return-value]


def settled(knowledge: Knowledge, document: Document) -> Document:
    return knowledge.settled(document, 60)


def test_a_document_answers_when_all_of_it_is_learnt_and_tells_how_far_it_is(
    database: Engine, knowledge: Knowledge
) -> None:
    document = knowledge.begin("sizes.md", MANY.encode(), "en", held=True)
    seen = []

    def look() -> bool:
        [now] = knowledge.documents()
        seen.append((now.learnt, now.status, bool(knowledge.search("What is size 3?", "en"))))
        return True

    learn(database, document.id, look)
    assert seen == [(BATCH * n, "processing", False) for n in (1, 2)] + [
        (len(seen) and 2 * BATCH + 3, "processing", False)
    ]
    [now] = knowledge.documents()
    assert (now.status, now.learnt, now.passages) == ("ready", 2 * BATCH + 3, 2 * BATCH + 3)
    assert knowledge.search("What is size 3?", "en")[0].text == "Size 3 has 43 mm."
    assert [passage.title.rpartition(" ")[2] for passage in knowledge.passages(document.id)] == [
        f"{n}?" for n in range(2 * BATCH + 3)
    ]


def test_what_a_dead_process_left_is_gone_on_with(database: Engine, knowledge: Knowledge, learner: Learner) -> None:
    document = knowledge.begin("sizes.md", MANY.encode(), "en", held=True)
    with pytest.raises(KeyboardInterrupt):
        learn(database, document.id, killed(2))
    assert counted(database) == (2 * BATCH, 3)
    # Its lease still stands.
    assert learning._claim(database) is None
    later(database)
    learner.start()
    assert settled(knowledge, document).status == "ready"
    assert counted(database) == (2 * BATCH + 3, 0)
    assert knowledge.search("What is size 34?", "en")[0].text == "Size 34 has 74 mm."


def test_a_learner_is_woken_and_tells_of_each_batch(database: Engine, knowledge: Knowledge, learner: Learner) -> None:
    learner.start()
    document = knowledge.begin("sizes.md", MANY.encode(), "en")
    learner.wake()
    assert settled(knowledge, document).learnt == 2 * BATCH + 3
    learner.stop()
    assert len(told) == 4


def test_a_learner_that_ends_leaves_the_rest(database: Engine, knowledge: Knowledge) -> None:
    document = knowledge.begin("sizes.md", MANY.encode(), "en")
    stopping: list[threading.Thread] = []

    def tell() -> None:
        if not stopping:
            stopping.append(threading.Thread(target=learner.stop))
            stopping[0].start()
            assert learner._woken.wait(60)

    learner = Learner(database, tell)
    learner.start()
    learner._thread.join()  # type: ignore[union-attr]
    known = knowledge.document(document.id)
    assert known is not None
    assert (known.learnt, known.status) == (BATCH, "processing")
    assert learning._claim(database) == document.id
    learn(database, document.id)
    assert settled(knowledge, document).learnt == 2 * BATCH + 3


def test_two_that_learn_the_same_learn_it_once(database: Engine, knowledge: Knowledge) -> None:
    document = knowledge.begin("sizes.md", MANY.encode(), "en", held=True)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: learn(database, document.id), range(2)))
    learn(database, document.id)
    assert settled(knowledge, document).status == "ready"
    assert counted(database) == (2 * BATCH + 3, 0)


def test_a_document_removed_meanwhile_stays_away(database: Engine, knowledge: Knowledge) -> None:
    document = knowledge.begin("sizes.md", MANY.encode(), "en", held=True)
    learn(database, document.id, lambda: knowledge.remove(document.id))
    assert (knowledge.documents(), counted(database)) == ([], (0, 0))


def test_the_newer_of_two_stays_whichever_is_learnt_first(database: Engine, knowledge: Knowledge) -> None:
    older = knowledge.begin("sizes.md", MANY.encode(), "en", held=True)
    newer = knowledge.begin("sizes.md", b"# Sizes\n\nAll the same.\n", "en", held=True)
    learn(database, newer.id)
    learn(database, older.id)
    assert [document.id for document in knowledge.documents()] == [newer.id]
    assert counted(database) == (1, 0)


def test_a_fault_fails_the_document_and_leaves_nothing_of_it(
    database: Engine, knowledge: Knowledge, learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = knowledge.begin("sizes.md", MANY.encode(), "en")

    def fail(*_: Any) -> Any:
        raise MemoryError("no room")

    monkeypatch.setattr("server.passage_store.nodes_of", fail)
    learner.start()
    failed = settled(knowledge, document)
    assert (failed.status, failed.reason, failed.learnt) == ("failed", "MemoryError: no room", 0)
    assert counted(database) == (0, 0)


def test_a_database_that_is_away_fails_no_document(
    database: Engine, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = knowledge.begin("sizes.md", MANY.encode(), "en", held=True)
    with monkeypatch.context() as patched:

        def away(*_: Any) -> Any:
            raise OperationalError("SELECT", {}, Exception("gone"))

        patched.setattr("server.learning._batch", away)
        with pytest.raises(OperationalError):
            learn(database, document.id)
    assert knowledge.documents()[0].status == "processing"
    learn(database, document.id)
    assert knowledge.documents()[0].status == "ready"
