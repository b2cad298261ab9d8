"""Golden conversations: the cases of every starter flow (``flows/library/<starter>/cases``) go as they are written."""

import pytest

import flows
from flows.cases import Ran, run
from flows.coverage import Coverage, never
from flows.transcript import read, written

STARTERS = [starter.id for starter in flows.library()]

NEVER: dict[str, Coverage] = {}
"""What of a starter no case goes through, with a reason each."""


@pytest.fixture(scope="module", params=STARTERS)
def ran(request: pytest.FixtureRequest) -> tuple[str, list[Ran]]:
    return request.param, list(run(flows.starter(request.param)))


def test_every_case_of_a_starter_goes_as_written(ran: tuple[str, list[Ran]]) -> None:
    _, cases = ran
    assert [one.difference for one in cases if not one.passed] == []


def test_the_cases_of_a_starter_go_through_all_of_it(ran: tuple[str, list[Ran]]) -> None:
    starter, cases = ran
    done = Coverage()
    for one in cases:
        done |= one.covered
    assert never(flows.starter(starter), done) == NEVER.get(starter, Coverage())


def test_a_starter_has_a_case_in_each_of_its_languages(ran: tuple[str, list[Ran]]) -> None:
    starter, cases = ran
    spoken = {one.rehearsed.steps[-1].session.language for one in cases if one.rehearsed}
    assert spoken >= set(flows.starter(starter).languages)


@pytest.mark.parametrize("starter", STARTERS)
def test_the_cases_of_a_starter_have_names_and_stand_as_they_are_written(starter: str) -> None:
    for text in flows.starter(starter).cases.values():
        assert text.startswith("# ")
        assert written(read(text)) == text
