"""Starter flows: what a new flow can begin as."""

from importlib import resources
from typing import Any

import msgspec

from engine.flow import Flow
from flows.document import read
from flows.words import said
from schemas import UiLanguage

_FOLDER = resources.files("flows") / "library"


class Starter(msgspec.Struct, frozen=True):
    """A starter flow: ``name`` and ``promise``, one line, in the language of the screens."""

    id: str
    name: str
    promise: str


def library(language: UiLanguage = "en") -> list[Starter]:
    """Every starter flow there is."""
    ids = sorted(file.name.removesuffix(".json") for file in _FOLDER.iterdir() if file.name.endswith(".json"))
    return [
        Starter(starter_id, said(f"starter_{starter_id}", {}, language), said(f"promise_{starter_id}", {}, language))
        for starter_id in ids
    ]


def starter(starter_id: str) -> Flow[Any]:
    """A starter flow by its id. Raises KeyError where there is none."""
    if starter_id not in {one.id for one in library()}:
        raise KeyError(starter_id)
    return read((_FOLDER / f"{starter_id}.json").read_bytes())
