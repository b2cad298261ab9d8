"""The registry: every type has its table, its icon and its Chinese; other packages' types join by entry point."""

import importlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from reflex_components_lucide.icon import LUCIDE_ICON_LIST

from engine.flow import Flow, Node
from engine.graph import plan
from engine.step import begin, converse
from nodes import BUILT_IN, node_types, registered, type_name
from nodes.message import Message
from tests.nodes.rows import NOW, wrote

SPARKLE = Path(__file__).parent / "sparkle"


def without_table(types: Iterable[type[Node]]) -> list[str]:
    """The types that have no fixture table of their own in ``tests/nodes/test_<type>.py``."""
    missing = []
    for cls in types:
        try:
            table = importlib.import_module(f"tests.nodes.test_{type_name(cls)}").TABLE
        except (ImportError, AttributeError):
            table = []
        if not table or not all(type(row.node) is cls for row in table):
            missing.append(type_name(cls))
    return missing


class Unproven(Node, frozen=True, tag="unproven"):
    """A node type without a table."""


def test_every_node_type_has_its_table() -> None:
    assert without_table(BUILT_IN) == []


def test_a_node_type_without_a_table_is_found_out() -> None:
    assert without_table((*BUILT_IN, Unproven)) == ["unproven"]


def test_every_icon_exists() -> None:
    icons = {name.replace("_", "-") for name in LUCIDE_ICON_LIST}
    assert {cls.ICON for cls in BUILT_IN} <= icons


def test_every_way_a_table_shows_is_a_port() -> None:
    for cls in BUILT_IN:
        for row in importlib.import_module(f"tests.nodes.test_{type_name(cls)}").TABLE:
            port = getattr(row.outcome, "port", None)
            assert port is None or port in {one.id for one in row.node.ports()}, row.says


def test_nodes_know_neither_each_other_nor_the_world() -> None:
    helpers = {"nodes.fields", "nodes.answers"}
    for cls in BUILT_IN:
        module = sys.modules[cls.__module__]
        modules = {getattr(value, "__module__", "") for value in vars(module).values()}
        foreign = {name for name in modules if str(name).startswith("nodes.")} - {cls.__module__} - helpers
        assert foreign == set(), cls


@pytest.fixture
def with_sparkle(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installed distribution that brings a node type, and one entry point that is broken."""
    monkeypatch.syspath_prepend(str(SPARKLE))
    registered.cache_clear()
    yield
    registered.cache_clear()
    sys.modules.pop("sparkle", None)


@pytest.mark.usefixtures("with_sparkle")
def test_a_package_joins_by_its_entry_point_alone() -> None:
    sparkle = node_types()["sparkle"]
    assert list(node_types())[: len(BUILT_IN)] == [type_name(cls) for cls in BUILT_IN]
    flow = Flow(id="f", name="F", start="s", nodes={"s": sparkle(text="Hello")})  # type: ignore[call-arg]
    planned = plan(flow)
    done = converse(planned, begin(planned, "c", NOW), wrote("Hi"), lambda query: None)
    assert [effect.text for effect in done.effects] == ["✨ Hello ✨"]  # type: ignore[union-attr]


@pytest.mark.usefixtures("with_sparkle")
def test_a_broken_entry_point_is_reported_and_stops_nothing() -> None:
    told = {broken.entry_point.split(" ")[0]: broken.message for broken in registered().broken}
    assert told == {
        "a_missing": "ModuleNotFoundError: No module named 'nowhere'",
        "b_function": "TypeError: not a subclass of engine.flow.Node",
        "c_taken": "TypeError: there is a node type 'message' already",
        "d_bare": "TypeError: it has no TITLE",
        "e_tag": "TypeError: its tag 'Not A Tag' is not small letters, digits and _",
        "f_group": "TypeError: its GROUP is none of talk, decide, know, do, people",
        "g_silent": "TypeError: it has no docstring, which is its help",
    }
    assert set(node_types()) == {type_name(cls) for cls in BUILT_IN} | {"sparkle"}


def test_without_other_packages_there_are_the_built_in_ones() -> None:
    assert registered().broken == ()
    assert node_types()["message"] is Message
