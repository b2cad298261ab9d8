"""The schema, its faults, and that it and the types say the same."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

import flows
from schemas.document import MOST_FAULTS, faults, flow_schema, flow_type

SPARKLE = Path(__file__).parent.parent / "nodes" / "sparkle"


def flow(**changes: Any) -> dict[str, Any]:
    return {"format": 1, "id": "f", "name": "F", **changes}


def told(document: Any) -> list[tuple[str, str]]:
    return [(fault.path, fault.code) for fault in faults(document)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(flow_schema())
    assert flow_schema()["$schema"].endswith("2020-12/schema")


def test_starter_flows_are_well_formed() -> None:
    for starter in flows.library():
        assert faults(flows.as_dict(flows.starter(starter.id))) == []


@pytest.mark.parametrize(
    ("document", "path", "code"),
    [
        ({}, "format", "missing_field"),
        ([], "", "should_be_object"),
        (flow(name=""), "name", "should_be_non_empty"),
        (flow(name="x" * 121), "name", "text_longer"),
        (flow(id="No spaces!"), "id", "wrong_form"),
        (flow(zzz=1), "zzz", "unknown_field"),
        (flow(language="Deutsch"), "language", "wrong_form"),
        (flow(translations={"Deutsch": {}}), "translations/Deutsch", "wrong_name"),
        (flow(nodes=[]), "nodes", "should_be_object"),
        (flow(nodes={"greet": {"type": "zap"}}), "nodes/greet/type", "unknown_type"),
        (flow(nodes={"greet": {}}), "nodes/greet/type", "missing_field"),
        (flow(nodes={"Greet me": {"type": "close"}}), "nodes/Greet me", "wrong_name"),
        (flow(nodes={"greet": {"type": "message", "text": 5}}), "nodes/greet/text", "should_be_string"),
        (flow(nodes={"greet": {"type": "message", "txt": ""}}), "nodes/greet/txt", "unknown_field"),
        (flow(nodes={"w": {"type": "wait", "seconds": -1}}), "nodes/w/seconds", "too_small"),
        (flow(nodes={"w": {"type": "wait", "seconds": 10**9}}), "nodes/w/seconds", "too_large"),
        (flow(nodes={"w": {"type": "wait", "on_message": "x"}}), "nodes/w/on_message", "not_allowed"),
        (flow(nodes={"t": {"type": "tag", "add": [""]}}), "nodes/t/add/0", "should_be_non_empty"),
        (flow(nodes={"t": {"type": "tag", "add": ["x"] * 51}}), "nodes/t/add", "wrong_number"),
        (flow(trigger={"when": {"kind": "zap"}}), "trigger/when/kind", "not_allowed"),
        (
            flow(trigger={"when": {"kind": "not", "rule": {"kind": "compare"}}}),
            "trigger/when/rule/fact",
            "missing_field",
        ),
        (flow(trigger={"priority": 1.5}), "trigger/priority", "should_be_integer"),
        (flow(layout={"greet": [1]}), "layout/greet", "wrong_number"),
        (flow(layout={"greet": [1, 2, 3]}), "layout/greet", "wrong_number"),
        (flow(edges=[{"source": "a", "port": "", "target": "b"}]), "edges/0/port", "should_be_non_empty"),
    ],
)
def test_names_each_fault_and_where_it_is(document: Any, path: str, code: str) -> None:
    assert (path, code) in told(document)


def test_a_rules_tag_is_told_by_its_own_name() -> None:
    nodes = {"b": {"type": "branch", "cases": [{"id": "a", "when": {"kind": "compare", "fact": "text", "op": "zz"}}]}}
    assert told(flow(nodes=nodes)) == [("nodes/b/cases/0/when/op", "not_allowed")]


def test_all_faults_are_told_at_once() -> None:
    document = flow(name="", nodes={"a": {"type": "message", "text": 5}, "b": {"type": "zap"}}, edges=[{}])
    assert len({path for path, _ in told(document)}) == 6


def test_no_more_than_can_be_read() -> None:
    assert len(faults(flow(nodes={f"n{i}": {"type": "zap"} for i in range(500)}))) == MOST_FAULTS


@pytest.mark.parametrize(
    "document",
    [
        flow(),
        flow(nodes={"a": {"type": "question", "choices": [{"id": "x", "label": "X"}], "retries": 11}}),
        flow(nodes={"a": {"type": "question", "retries": True}}),
        flow(nodes={"a": {"type": "set_value", "value_name": "Not allowed"}}),
        flow(nodes={"a": {"type": "wait", "seconds": "60"}}),
        flow(nodes={"a": {"type": "wait", "seconds": 60}}),
        flow(trigger={"when": None}),
        flow(trigger={"when": {"kind": "any", "rules": [{"kind": "all"}]}}),
        flow(interrupts=[{"id": "", "name": "", "when": {"kind": "all"}, "to": "a"}]),
        flow(notes={"n": {"text": "x", "at": [0, 1.5]}}),
    ],
)
def test_the_schema_and_the_types_agree(document: dict[str, Any]) -> None:
    try:
        msgspec.convert(document, flow_type())
        decodes = True
    except msgspec.ValidationError:
        decodes = False
    assert (faults(document) == []) is decodes


def test_an_installed_packages_type_joins_schema_palette_check_and_edits_by_entry_point_alone() -> None:
    script = """
import sys, warnings
sys.path.insert(0, sys.argv[1])
import flows, schemas
from schemas.document import faults
from schemas.generated import generated

document = {"format": 1, "id": "f", "name": "F", "start": "s", "nodes": {"s": {"type": "sparkle", "text": "Hi"}}}
flow = flows.read(document)
assert flows.read(flows.write(flow)) == flow
document["nodes"]["s"] = {"type": "sparkle", "text": 5}
assert [(fault.path, fault.code) for fault in faults(document)] == [("nodes/s/text", "should_be_string")]
assert [card.title for card in schemas.palette("zh") if card.type == "sparkle"] == ["闪亮消息"]
applied = flows.edit.apply(flow, {"op": "set", "node": "s", "field": "text", "value": None})
problems = [(problem.code, problem.field) for problem in flows.check.check(applied.flow) if problem.severity == "error"]
assert problems == [("empty_field", "text")]
assert flows.edit.apply(applied.flow, applied.inverse).flow == flow
assert flows.views.view(flow, "s", "zh").summary == "闪亮地说：Hi"
assert b"sparkle" not in b"".join(generated().values())
print("joined")
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(SPARKLE)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("joined\n", "")
