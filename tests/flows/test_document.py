import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flows
from engine.flow import Edge, Flow
from flows.document import canonical
from flows.migrations import STEPS
from nodes.message import Message
from tests.flows import hostile
from tests.flows.random_flows import any_flow

FLOW: Flow[Any] = Flow(
    id="f",
    name="流程",
    start="b",
    nodes={"b": Message(text="Hi"), "a": Message()},
    edges=(Edge("b", "next", "a"), Edge("a", "next", "b")),
    layout={"a": (1.0, 2.5)},
)


@pytest.mark.parametrize("file", hostile.FILES, ids=lambda file: file.name)
def test_a_hostile_file_is_refused_saying_what_and_where(file: hostile.Hostile) -> None:
    with pytest.raises(flows.FlowError) as refused:
        flows.read(file.data)
    first = refused.value.faults[0]
    assert (first.path, first.code) == (file.path, file.code)
    assert len(refused.value.faults) <= 100
    for fault in refused.value.faults:
        assert fault.message
        assert fault.in_words("zh") != fault.message
        assert len(fault.message) < 1000


def test_the_message_is_plain_and_says_where() -> None:
    with pytest.raises(flows.FlowError, match=r"^nodes/greet/text: Should be text, not 5\.$"):
        flows.read(hostile.flow(nodes={"greet": {"type": "message", "text": 5}}))


@pytest.mark.parametrize("document", [{1: 2}, {"format": 1, "x": {1: 2}}, {"format": 1, "x": float("nan")}])
def test_parsed_json_is_looked_at_no_less(document: Any) -> None:
    with pytest.raises(flows.FlowError):
        flows.read(document)


def test_a_parsed_document_without_bottom_is_refused() -> None:
    document: dict[str, Any] = {"format": 1}
    document["x"] = document
    with pytest.raises(flows.FlowError) as refused:
        flows.read(document)
    assert refused.value.faults[0].code == "too_deep"


def test_writes_canonically() -> None:
    written = flows.write(FLOW)
    assert written == flows.write(flows.read(written))
    assert written.endswith(b"}\n")
    plain = json.loads(written)
    assert list(plain) == sorted(plain)
    assert [edge["source"] for edge in plain["edges"]] == ["a", "b"]
    assert plain["layout"] == {"a": [1, 2.5]}
    assert "流程".encode() in written


def test_a_flow_can_be_read_without_its_test_cases() -> None:
    tested: Flow[Any] = Flow(id="f", name="F", cases={"a": "opens\nbot: Hi\n"})
    assert flows.read(flows.write(tested), with_cases=False) == msgspec.structs.replace(tested, cases={})
    broken = flows.as_dict(msgspec.structs.replace(tested, cases={"a": "nonsense"}))
    assert flows.read(broken, with_cases=False).cases == {}
    with pytest.raises(flows.FlowError, match="cases/a"):
        flows.read(broken)


def test_test_cases_stand_in_the_file_where_there_are_any() -> None:
    without: Flow[Any] = Flow(id="f", name="F")
    assert b"cases" not in flows.write(without)
    tested: Flow[Any] = Flow(id="f", name="F", cases={"a": "opens\nbot: Hi\n"})
    assert b'"cases": {\n    "a": "opens\\nbot: Hi\\n"\n  }' in flows.write(tested)
    assert flows.read(flows.write(tested)) == tested


def test_reads_a_file_with_a_byte_order_mark() -> None:
    assert flows.read(b"\xef\xbb\xbf" + flows.write(FLOW)) == canonical(FLOW)


def test_from_dict_names_the_first_fault_only() -> None:
    with pytest.raises(flows.FlowError) as refused:
        flows.from_dict(hostile.flow(nodes={"a": {"type": "message", "text": 5}}))
    assert refused.value.faults[0].path == "nodes/…/text"


@settings(max_examples=60)
@given(any_flow())
def test_what_is_written_reads_as_it_was(flow: Flow[Any]) -> None:
    written = flows.write(flow)
    assert flows.read(written) == canonical(flow)
    assert flows.write(flows.read(written)) == written
    assert flows.from_dict(flows.as_dict(flow)) == canonical(flow)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=15,
)


@settings(max_examples=150)
@given(st.sampled_from(["nodes", "edges", "trigger", "translations", "layout", "notes", "interrupts", "id"]), _JSON)
def test_whatever_stands_in_a_file_it_is_a_flow_or_refused(field: str, value: Any) -> None:
    try:
        flow = flows.read(hostile.flow(**{field: value}))
    except flows.FlowError:
        return
    assert flows.read(flows.write(flow)) == flow


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with pytest.raises(flows.FlowError):
        flows.read(data)


def test_every_format_before_this_one_has_its_step() -> None:
    assert sorted(STEPS) == list(range(1))
