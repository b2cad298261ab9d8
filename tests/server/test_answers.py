from typing import Any

import pytest

from engine.queries import Detected, DetectLanguage, Failed, Fetch, Fetched, Found, Locate, LookUp, OpenHours, Place
from server.answers import REHEARSAL, Answers

FETCH = Fetch(service="orders", path="/")
LOOK_UP = LookUp(question="How long?", language="en", threshold=0.6)


def no_knowledge() -> Any:
    raise OSError("the knowledge base is gone")


def no_hours(query: OpenHours) -> Any:
    raise AssertionError("no hours may be asked")


def no_service(query: Fetch, key: str) -> Any:
    raise AssertionError("no service may be asked")


def test_an_address_has_a_country_and_its_languages() -> None:
    place = Answers(no_knowledge, no_service, no_hours)(Locate(ip="8.8.8.8"))
    assert isinstance(place, Place)
    assert (place.country, place.languages[:2]) == ("US", ("en", "es"))


def test_of_a_country_that_is_known_the_languages_are_told() -> None:
    place = Answers(no_knowledge, no_service, no_hours)(Locate(ip="8.8.8.8", country="TH"))
    assert isinstance(place, Place)
    assert (place.country, place.languages[:2]) == ("TH", ("th", "en"))


@pytest.mark.parametrize("ip", ["", "10.0.0.1", "nonsense"])
def test_of_nowhere_nothing_is_told(ip: str) -> None:
    assert Answers(no_knowledge, no_service, no_hours)(Locate(ip=ip)) == Place()


def test_a_text_is_in_one_of_the_candidates() -> None:
    query = DetectLanguage(text="Wie lange dauert der Versand nach Österreich?", candidates=("en", "de"))
    assert Answers(no_knowledge, no_service, no_hours)(query) == Detected(language="de")


def test_what_takes_long_comes_later_or_at_once_as_asked() -> None:
    answers = Answers(no_knowledge, no_service, no_hours, knowledge_apart=True)
    assert answers.in_turn(LOOK_UP) is None
    assert isinstance(answers(LOOK_UP), Failed)


def test_what_a_turn_may_wait_for() -> None:
    answers = Answers(no_knowledge, no_service, no_hours)
    told = [answers.apart(query) for query in (LOOK_UP, FETCH, Locate(ip="8.8.8.8"))]
    assert told == [False, True, False]
    assert isinstance(answers.in_turn(LOOK_UP), Failed)
    assert answers.in_turn(FETCH) is None


def test_a_service_is_told_which_query_it_is() -> None:
    asked = []

    def fetch(query: Fetch, key: str) -> Fetched:
        asked.append((query, key))
        return Fetched(status=200)

    assert Answers(no_knowledge, fetch, no_hours)(FETCH, "key") == Fetched(status=200)
    assert asked == [(FETCH, "key")]


def test_a_rehearsal_asks_no_service() -> None:
    answers = Answers(no_knowledge, no_service, no_hours)
    ask = answers.rehearsing()
    assert isinstance(ask(FETCH), Failed)
    assert ask(Locate(country="TH", ip="")) == answers(Locate(country="TH", ip=""))


def test_what_cannot_be_answered_is_told_as_such() -> None:
    assert Answers(no_knowledge, no_service, no_hours)(LOOK_UP) == Failed(reason="OSError: the knowledge base is gone")


def test_a_rehearsal_has_its_time_for_a_model_and_then_goes_on_without(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    given: list[float | None] = []

    class Asked:
        def answer(self, *asked: Any) -> Found:
            given.append(asked[-1])
            return Found(text="Ten days.")

    monkeypatch.setattr("server.answers.time.monotonic", lambda: now)
    answers = Answers(Asked, no_service, no_hours)  # type: ignore[arg-type]
    ask = answers.rehearsing()
    assert ask(LOOK_UP) == Found(text="Ten days.")
    now = REHEARSAL - 1
    ask(LOOK_UP)
    now = REHEARSAL + 1
    ask(LOOK_UP)
    answers.rehearsing()(LOOK_UP)
    answers(LOOK_UP)
    assert given == [REHEARSAL, 1.0, 0.0, REHEARSAL, None]
