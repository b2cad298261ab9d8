"""Starter flows: what a new flow can begin as.

They are written in English. ``<starter>/screens.zh.json`` has what of them people read at Chinese screens, and no
visitor: names, titles, reasons.
"""

from importlib import resources
from typing import Any

import msgspec

from engine.flow import Flow
from flows.document import as_dict, from_dict, read
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


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A starter's words in another language of the screens.

    ``flow``: what of its document reads otherwise, where {id: ...} goes into a list; ``cases``: id -> name and remarks;
    ``lines``: lines that cases expect -> as they go with these words.
    """

    flow: dict[str, Any]
    cases: dict[str, tuple[str, ...]]
    lines: dict[str, str]


def starter(starter_id: str, language: UiLanguage = "en") -> Flow[Any]:
    """A starter flow with its test cases. Raises KeyError where there is none.

    ``language`` is that of the screens, for what visitors never read: names, titles of ways, reasons, what its cases
    are about. The languages it speaks are the same in either.
    """
    if starter_id not in {one.id for one in library()}:
        raise KeyError(starter_id)
    flow = read((_FOLDER / f"{starter_id}.json").read_bytes())
    flow = msgspec.structs.replace(flow, cases=_cases(starter_id))
    return flow if language == "en" else _worded(flow, language)


def _cases(starter_id: str) -> dict[str, str]:
    """They stand in files of their own, ``<starter>/cases/<case>.txt``, so that people can read their changes."""
    folder = _FOLDER / starter_id / "cases"
    if not folder.is_dir():
        return {}
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return {file.name.removesuffix(".txt"): file.read_text("utf-8") for file in files}


def _worded(flow: Flow[Any], language: UiLanguage) -> Flow[Any]:
    words = msgspec.json.decode((_FOLDER / flow.id / f"screens.{language}.json").read_bytes(), type=_Words)
    cases = {case: _told(text, words.cases[case], words.lines) for case, text in flow.cases.items()}
    return msgspec.structs.replace(from_dict(_laid(as_dict(flow), words.flow)), cases=cases)


def _laid(whole: Any, words: Any) -> Any:
    """Plain data with these words in their places."""
    if isinstance(words, str):
        return words
    if isinstance(whole, list):
        return [_laid(item, words.get(item["id"], {})) for item in whole]
    return {**whole, **{key: _laid(whole[key], inner) for key, inner in words.items()}}


def _told(text: str, remarks: tuple[str, ...], lines: dict[str, str]) -> str:
    """A case with other remarks, and other lines that it expects."""
    kept = [lines.get(line, line) for line in text.split("\n") if not line.startswith("#")]
    return "\n".join([*(f"# {remark}" for remark in remarks), *kept])


def beginning(flow: Flow[Any], starter_id: str, language: UiLanguage = "en") -> Patch:
    """The edit that makes of a flow what a starter is, but for its name; ``language`` as ``starter`` wants.

    Raises KeyError where there is no starter.
    """
    return towards(flow, msgspec.structs.replace(starter(starter_id, language), name=flow.name))
