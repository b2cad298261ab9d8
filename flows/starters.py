"""Starter flows: what a new flow can begin as."""

from importlib import resources
from typing import Any

import msgspec

from engine.flow import Flow
from flows.document import read
from flows.edits import Patch
from flows.inverse import towards
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
    """A starter flow with its test cases. Raises KeyError where there is none."""
    if starter_id not in {one.id for one in library()}:
        raise KeyError(starter_id)
    flow = read((_FOLDER / f"{starter_id}.json").read_bytes())
    return msgspec.structs.replace(flow, cases=_cases(starter_id))


def _cases(starter_id: str) -> dict[str, str]:
    """They stand in files of their own, ``<starter>/cases/<case>.txt``, so that people can read their changes."""
    folder = _FOLDER / starter_id / "cases"
    if not folder.is_dir():
        return {}
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return {file.name.removesuffix(".txt"): file.read_text("utf-8") for file in files}


def beginning(flow: Flow[Any], starter_id: str) -> Patch:
    """The edit that makes of a flow what a starter is, but for its name. Raises KeyError where there is no starter."""
    return towards(flow, msgspec.structs.replace(starter(starter_id), name=flow.name))
