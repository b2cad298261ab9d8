"""The JSON Schema of a flow, made from the declared types, and its faults in plain words."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, Union

import jsonschema_rs
import msgspec
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from engine.flow import FORMAT, Flow
from nodes import BUILT_IN, node_types

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MOST_FAULTS = 100
"""More are not listed: nobody reads them, and a hostile file is to be refused quickly."""


class Fault(msgspec.Struct, frozen=True):
    """What is wrong and where: ``path`` is ``nodes/greet/text``; ``code`` and ``values`` are for wording it."""

    path: str
    code: str
    values: dict[str, Any] = {}


def flow_type(built_in_only: bool = False) -> Any:
    """The type a document is decoded to: a Flow of every registered node type."""
    types = BUILT_IN if built_in_only else tuple(node_types().values())
    return Flow[Union[types]]  # type: ignore[valid-type]  # noqa: UP007 a union of types known only now


def flow_schema(built_in_only: bool = False) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a flow; the committed one has the built-in node types only.

    Unions are ``if type = x then $ref x``, so that a fault is told of the type that was meant.
    """
    _, components = msgspec.json.schema_components((flow_type(built_in_only),), ref_template="#/$defs/{name}")
    defs: dict[str, Any] = {}
    for name, schema in components.items():
        plain = "Flow" if name.startswith("Flow_") else name
        defs[plain] = _rewritten(schema, defs)
        if plain == "Flow":
            defs[plain]["title"] = "Flow"
            defs[plain]["required"] = ["format", *defs[plain]["required"]]
        if "description" in defs[plain]:
            defs[plain]["description"] = " ".join(defs[plain]["description"].split())
    return {
        "$schema": DIALECT,
        "$id": f"urn:parley:flow:{FORMAT}",
        "title": "A Parley flow",
        "$ref": "#/$defs/Flow",
        "$defs": dict(sorted(defs.items())),
    }


def faults(document: Any) -> list[Fault]:
    """What the schema has against a document, the first hundred; none: it is well formed."""
    if _quick().is_valid(document):
        return []
    return _first(_thorough().iter_errors(document))


def node_faults(config: Any) -> list[Fault]:
    """What the schema has against one node's configuration; paths begin at the node."""
    return _first(_of_node().iter_errors(config))


@cache
def _quick() -> Any:
    return jsonschema_rs.Draft202012Validator(flow_schema())


@cache
def _thorough() -> Draft202012Validator:
    return Draft202012Validator(flow_schema())


@cache
def _of_node() -> Draft202012Validator:
    return Draft202012Validator({**flow_schema(), "$ref": "#/$defs/Node"})


def _rewritten(schema: Any, defs: dict[str, Any]) -> Any:
    """The schema with every tagged union as if/then under a name of its own, and null set apart."""
    if isinstance(schema, list | tuple):
        return [_rewritten(item, defs) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "discriminator" in schema:
        tag, mapping = schema["discriminator"]["propertyName"], schema["discriminator"]["mapping"]
        name = "Node" if tag == "type" else "Rule"
        defs[name] = _tagged_union(tag, mapping)
        rest = {key: value for key, value in schema.items() if key not in ("anyOf", "discriminator")}
        return {**rest, "$ref": f"#/$defs/{name}"}
    options = schema.get("anyOf", [])
    if len(options) == 2 and options[1] == {"type": "null"}:
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        return {**rest, "if": {"not": {"type": "null"}}, "then": _rewritten(options[0], defs)}
    return {key: _rewritten(value, defs) for key, value in schema.items()}


def _tagged_union(tag: str, mapping: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": [tag],
        "properties": {tag: {"enum": sorted(mapping)}},
        "allOf": [
            {"if": {"properties": {tag: {"const": value}}, "required": [tag]}, "then": {"$ref": ref}}
            for value, ref in sorted(mapping.items())
        ],
    }


def _first(errors: Iterator[ValidationError]) -> list[Fault]:
    """The first hundred by their paths: jsonschema tells them in an order that differs from run to run."""
    return sorted(islice(_told(errors), 20 * MOST_FAULTS), key=lambda fault: (fault.path, fault.code))[:MOST_FAULTS]


def _told(errors: Iterator[ValidationError]) -> Iterator[Fault]:
    seen = set()
    for error in errors:
        for fault in _plain(error):
            key = (fault.path, fault.code, str(fault.values))
            if key not in seen:  # a tag is named by the union and by its member
                seen.add(key)
                yield fault


def _plain(error: ValidationError) -> Iterator[Fault]:
    """jsonschema's error in the catalogue's terms (``flows/locales``)."""
    path = "/".join(map(str, error.absolute_path))
    wanted: Any = error.validator_value
    found: Any = error.instance
    match error.validator:
        case "required":
            for name in wanted:
                if name not in found:
                    yield Fault(_joined(path, name), "missing_field", {"name": name})
        case "additionalProperties" if isinstance(error.schema, Mapping) and wanted is False:
            for name in found:
                if name not in error.schema.get("properties", {}):
                    yield Fault(_joined(path, name), "unknown_field", {"name": _cut(name)})
        case "type":
            kinds = wanted if isinstance(wanted, str) else wanted[0]
            yield Fault(path, f"should_be_{kinds}", {"found": _cut(found)})
        case "enum" if "type" in path.split("/")[-1:]:
            yield Fault(path, "unknown_type", {"found": _cut(found), "allowed": ", ".join(map(str, wanted))})
        case "enum" | "const":
            allowed = wanted if isinstance(wanted, list) else [wanted]
            yield Fault(path, "not_allowed", {"found": _cut(found), "allowed": ", ".join(map(str, allowed))})
        case "pattern" if "propertyNames" in error.absolute_schema_path:
            yield Fault(_joined(path, found), "wrong_name", {"name": _cut(found)})
        case "pattern":
            yield Fault(path, "wrong_form", {"found": _cut(found)})
        case "minLength" | "minItems" | "minProperties" if wanted == 1:
            yield Fault(path, "should_be_non_empty")
        case "maxLength":
            yield Fault(path, "text_longer", {"found": len(found), "allowed": wanted})
        case "maxProperties":
            yield Fault(path, "too_many_entries", {"found": len(found), "allowed": wanted})
        case "maxItems" | "minItems" | "items" | "prefixItems" if isinstance(found, list):
            yield Fault(path, "wrong_number", {"found": len(found)})
        case "minimum":
            yield Fault(path, "too_small", {"found": _cut(found), "allowed": wanted})
        case "maximum":
            yield Fault(path, "too_large", {"found": _cut(found), "allowed": wanted})
        case "anyOf" | "oneOf":
            yield Fault(path, "wrong_kind", {"found": _cut(found)})
        case _:
            yield Fault(path, "wrong_kind", {"found": _cut(found)})


def _joined(path: str, name: str) -> str:
    return f"{path}/{name}" if path else str(name)


def _cut(value: Any) -> str:
    """A value short enough for a message, as it stands in JSON."""
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    text = value if isinstance(value, str) else {True: "true", False: "false", None: "null"}.get(value, str(value))
    return text if len(text) <= 60 else text[:59] + "…"
