"""Files that are no flows, each with where and what the first fault is."""

import json
from typing import Any

import msgspec


class Hostile(msgspec.Struct, frozen=True):
    """One such file."""

    name: str
    data: bytes
    path: str
    code: str


def flow(**changes: Any) -> dict[str, Any]:
    return {"format": 1, "id": "f", "name": "F", **changes}


def as_bytes(**changes: Any) -> bytes:
    return json.dumps(flow(**changes)).encode()


def nested_rule(depth: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"kind": "compare", "fact": "text", "op": "empty"}
    for _ in range(depth):
        rule = {"kind": "not", "rule": rule}
    return rule


CLOSE = {"a": {"type": "close"}}

FILES = [
    Hostile("10 MB of nesting", b"[" * (10 << 20), "", "too_big"),
    Hostile("2 MB of nesting", b"[" * (2 << 20), "", "too_deep"),
    Hostile("2 MB of nested objects", b'{"a":' * 400_000, "", "too_deep"),
    Hostile("3 MB of blanks", b" " * (3 << 20), "", "too_big"),
    Hostile("2 MB of one open string", b'{"a": "' + b"[" * (2 << 19), "", "not_json"),
    Hostile("brackets in a string that never ends in escapes", b'{"a": "' + b'\\"[' * 400_000, "", "not_json"),
    Hostile("nothing", b"", "", "not_json"),
    Hostile("half a file", as_bytes()[:-5], "", "not_json"),
    Hostile("not UTF-8", b'{"format": 1, "name": "\xff"}', "", "not_utf8"),
    Hostile("UTF-16", json.dumps(flow()).encode("utf-16"), "", "not_utf8"),
    Hostile("a list", b"[1]", "", "should_be_object"),
    Hostile("a number", b"1", "", "should_be_object"),
    Hostile("a PDF", b"%PDF-1.7", "", "not_json"),
    Hostile("no format", b"{}", "format", "no_format"),
    Hostile("a format of words", as_bytes(format="one"), "format", "no_format"),
    Hostile("a true format", as_bytes(format=True), "format", "no_format"),
    Hostile("a negative format", as_bytes(format=-1), "format", "no_format"),
    Hostile("a format of the future", as_bytes(format=2), "format", "newer_format"),
    Hostile("a broken old format", as_bytes(format=0), "", "not_migrated"),
    Hostile("a key twice", b'{"format": 1, "nodes": {"a": 1, "a": 2}}', "nodes/a", "twice"),
    Hostile("NaN", as_bytes(layout={"a": [float("nan"), 1]}), "layout/a/0", "not_a_number"),
    Hostile("Infinity", as_bytes(layout={"a": [1, float("inf")]}), "layout/a/1", "not_a_number"),
    Hostile("an overflowing number", b'{"format": 1, "x": 1e999}', "x", "number_too_large"),
    Hostile("a number of 5000 digits", b'{"format": 1, "x": ' + b"9" * 5000 + b"}", "x", "number_too_large"),
    Hostile("a lone surrogate", b'{"format": 1, "id": "f", "name": "\\ud800"}', "name", "broken_text"),
    Hostile("a lone surrogate as a key", b'{"format": 1, "nodes": {"\\udfff": 1}}', "nodes", "broken_text"),
    Hostile("a zero byte", as_bytes(name="a\0b"), "name", "broken_text"),
    Hostile("an unknown node type", as_bytes(nodes={"a": {"type": "exec"}}), "nodes/a/type", "unknown_type"),
    Hostile("a type that is a list", as_bytes(nodes={"a": {"type": []}}), "nodes/a/type", "unknown_type"),
    Hostile("code for a rule", as_bytes(trigger={"when": "__import__('os')"}), "trigger/when", "should_be_object"),
    Hostile(
        "an operator that is none",
        as_bytes(
            nodes={
                "b": {
                    "type": "branch",
                    "cases": [{"id": "x", "when": {"kind": "compare", "fact": "text", "op": "eval"}}],
                }
            }
        ),
        "nodes/b/cases/0/when/op",
        "not_allowed",
    ),
    Hostile("a rule without bottom", as_bytes(trigger={"when": nested_rule(200)}), "", "too_deep"),
    Hostile(
        "a dangling edge",
        as_bytes(nodes=CLOSE, edges=[{"source": "a", "port": "next", "target": "gone"}]),
        "edges/0/target",
        "edge_to_nowhere",
    ),
    Hostile(
        "an edge from nowhere",
        as_bytes(nodes=CLOSE, edges=[{"source": "gone", "port": "next", "target": "a"}]),
        "edges/0/source",
        "edge_from_nowhere",
    ),
    Hostile(
        "two edges from one port",
        as_bytes(nodes=CLOSE, edges=[{"source": "a", "port": "x", "target": "a"}] * 2),
        "edges/1/port",
        "edge_twice",
    ),
    Hostile(
        "a node's name that is a path",
        as_bytes(nodes={"../../etc": {"type": "close"}}),
        "nodes/../../etc",
        "wrong_name",
    ),
    Hostile("a test case that is none", as_bytes(cases={"a": "opens\n<script>"}), "cases/a", "bad_case"),
    Hostile("a test case of a number", as_bytes(cases={"a": 1}), "cases/a", "should_be_string"),
    Hostile("a test case without end", as_bytes(cases={"a": "opens\n" + "x" * 50_000}), "cases/a", "text_longer"),
    Hostile("a case's name that is a path", as_bytes(cases={"../a": "opens"}), "cases/../a", "wrong_name"),
    Hostile(
        "a thousand test cases", as_bytes(cases={f"c{i}": "opens" for i in range(1000)}), "cases", "too_many_entries"
    ),
    Hostile(
        "test cases of 1.8 MB",
        as_bytes(cases={f"c{i}": "opens\nbot: " + "x" * 49_000 for i in range(37)}),
        "cases",
        "cases_too_large",
    ),
    Hostile(
        "test cases that take minutes",
        as_bytes(cases={f"c{i}": "opens\n" + "visitor: x\n" * 900 for i in range(60)}),
        "cases",
        "cases_too_long",
    ),
    Hostile("fields that are not ours", as_bytes(__proto__={}, secrets=[]), "__proto__", "unknown_field"),
    Hostile(
        "a thousand wrong nodes",
        as_bytes(nodes={f"n{i}": {"type": "x"} for i in range(1000)}),
        "nodes/n0/type",
        "unknown_type",
    ),
]
