"""The README is true: its example runs, and its settings are those there are."""

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from engine.effects import Send
from engine.flow import Flow
from engine.graph import plan
from engine.step import begin, step
from tests.engine.sample import NOON, said

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture
def thank(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The README's node type, loaded as the module of a package would be."""
    code = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(code) == 1
    module = ModuleType("readme_example")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(code[0], "README.md", "exec"), module.__dict__)
    return module.Thank  # type: ignore[attr-defined]


def test_the_example_node_runs(thank: Any) -> None:
    flow: Any = msgspec.convert(
        {"id": "thanks", "name": "Thanks", "start": "thank", "nodes": {"thank": {"type": "thank"}}}, Flow[thank]
    )
    compiled = plan(flow)
    first = step(compiled, begin(compiled, "c", NOON), said("hello"))
    second = step(compiled, first.session, said("hello again", 2))
    assert [e.text for e in first.effects if isinstance(e, Send)] == ["Thank you, dear customer!"]
    assert (first.trace[0].detail, second.trace[0].detail) == ("next", "again")


def test_every_setting_is_told_and_every_told_setting_is_there() -> None:
    source = (ROOT / "server" / "settings.py").read_text("utf-8")
    read = set(re.findall(r'"(PARLEY_[A-Z_]+|DATABASE_URL|REDIS_URL)"', source))
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))
    assert told == read


def test_every_file_named_and_every_picture_is_there() -> None:
    named = re.findall(r"`((?:engine|nodes|flows|schemas|server|builder_ui|tests)/[\w./]*)`", README)
    named += re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
