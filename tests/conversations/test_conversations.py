"""Golden conversations: the cases of every starter flow (``flows/library/<starter>/cases``) go as they are written."""

from itertools import product
from typing import Any

import pytest

import flows
from engine.flow import Flow
from flows.cases import Ran, run
from flows.coverage import Coverage, never
from flows.transcript import read, written
from schemas import UiLanguage

STARTERS = [starter.id for starter in flows.library()]
SCREENS: tuple[UiLanguage, ...] = ("en", "zh")
"""The languages a starter's own words are written in; what visitors read is the same in either."""

NEVER: dict[str, Coverage] = {}
"""What of a starter no case goes through, with a reason each."""


@pytest.fixture(scope="module", params=product(STARTERS, SCREENS), ids="-".join)
def ran(request: pytest.FixtureRequest) -> tuple[Flow[Any], list[Ran]]:
    flow = flows.starter(*request.param)
    return flow, list(run(flow))


def test_every_case_of_a_starter_goes_as_written(ran: tuple[Flow[Any], list[Ran]]) -> None:
    _, cases = ran
    assert [one.difference for one in cases if not one.passed] == []


def test_the_cases_of_a_starter_go_through_all_of_it(ran: tuple[Flow[Any], list[Ran]]) -> None:
    flow, cases = ran
    done = Coverage()
    for one in cases:
        done |= one.covered
    assert never(flow, done) == NEVER.get(flow.id, Coverage())


def test_a_starter_has_a_case_in_each_of_its_languages(ran: tuple[Flow[Any], list[Ran]]) -> None:
    flow, cases = ran
    spoken = {one.rehearsed.steps[-1].session.language for one in cases if one.rehearsed}
    assert spoken >= set(flow.languages)


def test_the_cases_of_a_starter_have_names_and_stand_as_they_are_written(ran: tuple[Flow[Any], list[Ran]]) -> None:
    for text in ran[0].cases.values():
        assert text.startswith("# ")
        assert written(read(text)) == text
