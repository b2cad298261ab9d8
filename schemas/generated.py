"""The files that are derived from the declarations and committed, for people and for tools outside."""

import json
from typing import Any

import msgspec

from nodes import BUILT_IN
from schemas.cards import card
from schemas.document import flow_schema
from schemas.words import facts


def generated() -> dict[str, bytes]:
    """File name -> content. Built-in node types only: what else is installed differs from machine to machine."""
    cards = {language: [card(cls, language) for cls in BUILT_IN] for language in ("en", "zh")}
    return {
        "flow.schema.json": _written(flow_schema(built_in_only=True)),
        "palette.json": _written(cards),
        "facts.json": _written({language: facts(language) for language in ("en", "zh")}),
    }


def _written(value: Any) -> bytes:
    plain = msgspec.to_builtins(value)
    return (json.dumps(plain, ensure_ascii=False, indent=2) + "\n").encode()
