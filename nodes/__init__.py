"""The node types, one file each; no node knows another. Others join by the entry point group ``parley.nodes``."""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any, get_args

import msgspec

from engine.flow import Group, Node
from nodes.branch import Branch
from nodes.business_hours import BusinessHours
from nodes.close import Close
from nodes.collect import Collect
from nodes.decision_table import DecisionTable
from nodes.http_request import HttpRequest
from nodes.human_handoff import HumanHandoff
from nodes.knowledge_answer import KnowledgeAnswer
from nodes.language_by_ip import LanguageByIp
from nodes.message import Message
from nodes.question import Question
from nodes.set_value import SetValue
from nodes.split import Split
from nodes.subflow import Subflow
from nodes.tag import Tag
from nodes.wait import Wait
from nodes.welcome import Welcome

BUILT_IN: tuple[type[Node], ...] = (
    Welcome,
    Message,
    Question,
    LanguageByIp,
    Branch,
    DecisionTable,
    BusinessHours,
    Split,
    KnowledgeAnswer,
    HttpRequest,
    Tag,
    SetValue,
    Collect,
    Wait,
    Subflow,
    HumanHandoff,
    Close,
)
"""In the order of the palette."""

ENTRY_POINTS = "parley.nodes"


class Broken(msgspec.Struct, frozen=True):
    """An entry point that gave no node type, and why."""

    entry_point: str
    message: str


class Registered(msgspec.Struct, frozen=True):
    """Every node type by its tag, and the entry points that failed."""

    types: MappingProxyType[str, type[Node]]
    broken: tuple[Broken, ...]


def node_types() -> MappingProxyType[str, type[Node]]:
    """Every node type by its tag: built in, then those of installed packages."""
    return registered().types


@cache
def registered() -> Registered:
    """Load the entry points once. A package that fails is reported and left out; it stops nothing."""
    types = {type_name(cls): cls for cls in BUILT_IN}
    broken: list[Broken] = []
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        try:
            cls = _loaded(point)
            if type_name(cls) in types:
                raise TypeError(f"there is a node type {type_name(cls)!r} already")
        except Exception as fault:  # code of any origin may fail in any way at import
            broken.append(Broken(f"{point.name} = {point.value}", f"{type(fault).__name__}: {fault}"))
        else:
            types[type_name(cls)] = cls
    return Registered(MappingProxyType(types), tuple(broken))


@cache
def type_name(cls: type[Node]) -> str:
    """The tag a node type has in documents, such as ``human_handoff``."""
    return str(cls.__struct_config__.tag)


def _loaded(point: EntryPoint) -> type[Node]:
    cls = point.load()
    if not (isinstance(cls, type) and issubclass(cls, Node)):
        raise TypeError("not a subclass of engine.flow.Node")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", type_name(cls)):
        raise TypeError(f"its tag {type_name(cls)!r} is not small letters, digits and _")
    for name in ("TITLE", "ICON", "GROUP"):
        if not isinstance(getattr(cls, name, None), str):
            raise TypeError(f"it has no {name}")
    if cls.GROUP not in get_args(Group):
        raise TypeError(f"its GROUP is none of {', '.join(get_args(Group))}")
    if not (cls.__doc__ or "").strip():
        raise TypeError("it has no docstring, which is its help")
    return cls


@cache
def words_of(cls: type[Node], language: str) -> Mapping[str, Any]:
    """What the screens say about a node type in a language other than English; empty where there is nothing.

    ``{title, help, summary, fields: {field: {title, help}}, ports: {id: title}, options: {field: {value: title}}}``.
    A type of another package brings its own as a class attribute ``LOCALES``: language -> the same.
    """
    common = _locale(language).get("*", {})
    words = _locale(language).get(type_name(cls)) or getattr(cls, "LOCALES", {}).get(language, {})
    return {**words, "fields": {**common.get("fields", {}), **words.get("fields", {})}}


@cache
def _locale(language: str) -> Mapping[str, Mapping[str, Any]]:
    file = resources.files("nodes") / "locales" / f"{language}.json"
    return json.loads(file.read_text("utf-8")) if file.is_file() else {}
