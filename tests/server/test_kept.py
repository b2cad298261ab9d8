"""What is found once is believed for a while, and looking never becomes the load."""

import threading

import pytest

from server import kept
from server.kept import Kept


def test_it_looks_once_for_many() -> None:
    looks: list[int] = []
    found = Kept(lambda: looks.append(1) or len(looks), 60)
    assert [found.get() for _ in range(5)] == [1] * 5


@pytest.fixture(autouse=True)
def _believed_as_long_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "SHARE", 0)


def test_what_is_old_is_looked_for_again() -> None:
    looks: list[int] = []
    found = Kept(lambda: looks.append(1) or len(looks), 0)
    assert found.get() < found.get()


def test_while_one_looks_the_others_have_the_last_answer_and_without_one_give_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept, "PATIENCE", 0.01)
    looking, end = threading.Event(), threading.Event()
    answers = iter(["first"])

    def look() -> str:
        if (answer := next(answers, None)) is not None:
            return answer
        looking.set()
        end.wait()
        return "second"

    found = Kept(look, 0)
    assert found.get() == "first"
    thread = threading.Thread(target=found.get)
    thread.start()
    looking.wait()
    assert found.get() == "first"
    monkeypatch.setattr(kept, "OLD", 0)
    with pytest.raises(TimeoutError):
        found.get()
    end.set()
    thread.join()
    assert found.get() == "second"


def test_a_fault_is_told_and_not_kept() -> None:
    answers = iter([OSError("away"), "back"])

    def look() -> str:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return str(answer)

    found = Kept(look, 60)
    with pytest.raises(OSError, match="away"):
        found.get()
    assert found.get() == "back"
