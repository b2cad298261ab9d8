import pytest

import flows
from flows.check import check


@pytest.mark.parametrize("starter", flows.library(), ids=lambda starter: starter.id)
def test_a_starter_flow_is_written_canonically_and_has_no_problem(starter: flows.Starter) -> None:
    flow = flows.starter(starter.id)
    assert flow.id == starter.id
    assert check(flow) == []
    assert flows.read(flows.write(flow)) == flow


def test_a_starter_flow_has_a_name_and_a_promise_in_both_languages() -> None:
    for english, chinese in zip(flows.library(), flows.library("zh"), strict=True):
        assert english.id == chinese.id
        assert english.name != chinese.name
        assert english.promise.isascii()
        assert not chinese.promise.isascii()


def test_there_is_luna_in_five_languages() -> None:
    assert set(flows.starter("luna").languages) == {"en", "de", "es", "zh", "th"}


def test_another_starter_flow_there_is_not() -> None:
    with pytest.raises(KeyError):
        flows.starter("../secrets")
