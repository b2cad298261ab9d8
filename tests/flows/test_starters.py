import pytest

import flows
from flows.check import check
from flows.starters import beginning


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


def test_an_empty_flow_begins_as_a_starter_and_goes_back_with_one_undo() -> None:
    empty = flows.from_dict({"format": 1, "id": "mine", "name": "Mine", "nodes": {}})
    begun = flows.edit.apply(empty, beginning(empty, "luna"))
    luna = flows.starter("luna")
    assert (begun.flow.id, begun.flow.name) == ("mine", "Mine")
    assert (begun.flow.nodes, begun.flow.edges, begun.flow.start) == (luna.nodes, luna.edges, luna.start)
    assert (begun.flow.translations, begun.flow.layout) == (luna.translations, luna.layout)
    assert (begun.flow.interrupts, begun.flow.cases) == (luna.interrupts, luna.cases)
    assert flows.edit.apply(begun.flow, begun.inverse).flow == empty
