"""Read and write flows: hostile bytes in, a Flow or every fault out; a Flow in, canonical bytes out."""

import json
import math
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from engine.flow import FORMAT, Flow
from flows.case_faults import case_faults, too_large
from flows.faults import Fault, FlowError, fault, from_schema, of_msgspec
from flows.migrations import migrated
from flows.sound import DEEPEST, Constant, Twice, unsound
from schemas.document import MOST_FAULTS, faults, flow_type

LARGEST = 2 << 20
"""Bytes."""
_LATER = ("cases", "inputs", "outputs")
"""Fields that came later: left out while they are empty, so that a file of before stays as it was."""
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]')


def read(data: bytes | dict[str, Any], *, with_cases: bool = True) -> Flow[Any]:
    """A flow from its file or from parsed JSON, of this or an older format.

    Without its cases they are not looked at: there may be more of them than of all else, and only tests need them.
    Raises FlowError with every fault. Meaning (unreachable nodes, missing texts) is ``flows.check``'s.
    """
    document = _parsed(data) if isinstance(data, bytes) else data
    if found := list(unsound(document)):
        raise FlowError(found[:MOST_FAULTS])
    document = _of_this_format(document)
    if not with_cases:
        document = {name: value for name, value in document.items() if name != "cases"}
    if found := from_schema(faults(document)):
        raise FlowError(found)
    flow = from_dict(document)
    if found := [*_loose_ends(flow), *case_faults(flow.cases), *too_large(flow.cases)]:
        raise FlowError(found[:MOST_FAULTS])
    return flow


def write(flow: Flow[Any]) -> bytes:
    """The flow's file: the same flow gives the same bytes, keys sorted, one thing a line."""
    text = json.dumps(as_dict(flow), ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True)
    return (text + "\n").encode()


def as_dict(flow: Flow[Any]) -> dict[str, Any]:
    """The flow as plain JSON data, edges sorted, whole numbers without a fraction."""
    plain: dict[str, Any] = _whole(msgspec.to_builtins(canonical(flow)))
    return {name: value for name, value in plain.items() if value or name not in _LATER}


def from_dict(document: dict[str, Any]) -> Flow[Any]:
    """A flow from plain JSON data of this format that we wrote ourselves: no schema, the first fault only."""
    try:
        flow: Flow[Any] = msgspec.convert(document, _flow_type())
    except (msgspec.ValidationError, OverflowError) as error:
        raise FlowError([_told(error)]) from error
    return canonical(flow)


def canonical(flow: Flow[Any]) -> Flow[Any]:
    """The same flow in its one order."""
    edges = tuple(sorted(flow.edges))
    return flow if edges == flow.edges else msgspec.structs.replace(flow, edges=edges)


def _parsed(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST:
        raise FlowError([fault("", "too_big", limit=LARGEST >> 20)])
    if _depth(data) > DEEPEST:
        raise FlowError([fault("", "too_deep", limit=DEEPEST)])
    try:
        document = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=Constant, parse_int=_integer
        )
    except UnicodeDecodeError as error:
        raise FlowError([fault("", "not_utf8")]) from error
    except json.JSONDecodeError as error:
        raise FlowError([fault("", "not_json", reason=error.msg, line=error.lineno, column=error.colno)]) from error
    if not isinstance(document, dict):
        raise FlowError([fault("", "should_be_object", found=type(document).__name__)])
    return document


def _depth(data: bytes) -> int:
    """How deep the brackets go, before any parser recurses into them."""
    depth = deepest = 0
    for match in _BRACKETS.finditer(data):
        if match[0] in b"[{":
            depth += 1
            if depth > deepest:
                deepest = depth
                if deepest > DEEPEST:
                    break
        elif match[0] in b"]}":
            depth -= 1
    return deepest


def _integer(text: str) -> int | float:
    return int(text) if len(text) < 20 else math.inf


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice = Twice(found)
    seen: set[str] = set()
    twice.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return twice


def _of_this_format(document: dict[str, Any]) -> dict[str, Any]:
    found = document.get("format")
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise FlowError([fault("format", "no_format")])
    if found > FORMAT:
        raise FlowError([fault("format", "newer_format", found=found, known=FORMAT)])
    try:
        return migrated(document)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"[:200]
        raise FlowError([fault("", "not_migrated", found=found, reason=reason)]) from error


def _loose_ends(flow: Flow[Any]) -> Iterator[Fault]:
    """Edges that a flow cannot hold: between nodes that are not there, two from one port."""
    taken: set[tuple[str, str]] = set()
    for position, edge in enumerate(flow.edges):
        if edge.source not in flow.nodes:
            yield fault(f"edges/{position}/source", "edge_from_nowhere", name=edge.source)
        if edge.target not in flow.nodes:
            yield fault(f"edges/{position}/target", "edge_to_nowhere", name=edge.target)
        if (edge.source, edge.port) in taken:
            yield fault(f"edges/{position}/port", "edge_twice", name=edge.source, port=edge.port)
        taken.add((edge.source, edge.port))


@cache
def _flow_type() -> Any:
    return flow_type()


def _told(error: Exception) -> Fault:
    """msgspec's message, "Expected `str`, got `int` - at `$.nodes[...].text`", with its path as ours."""
    _, _, where = str(error).partition(" - at `")
    path = where.rstrip("`").removeprefix("$").replace("[...]", ".…").replace("[", ".").replace("]", "").strip(".")
    code, values = of_msgspec(error)
    return fault(path.replace(".", "/"), code, **values)


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
