"""The house itself: what it is made of is what it says it is made of."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
FLOORS = ("engine", "nodes", "flows", "schemas", "server", "builder_ui")
# Used without an import of ours: by another library, as a program, or while installing.
BY_NAME = {
    "httptools": "uvicorn parses requests with it",
    "psycopg": "SQLAlchemy's driver for PostgreSQL",
    "python-multipart": "Reflex reads uploads with it",
    "setuptools": "installs the project itself",
    "tzdata": "time zones for zoneinfo where the system has none",
    "uvloop": "uvicorn's event loop",
    "websockets": "uvicorn speaks WebSocket with it",
}


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}


def imported() -> dict[str, set[str]]:
    """Distributions that the six floors import, with the files that do."""
    known = packages_distributions()
    found: dict[str, set[str]] = {}
    for path in chain.from_iterable((ROOT / floor).rglob("*.py") for floor in FLOORS):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            for name in (name.partition(".")[0] for name in names):
                if name not in sys.stdlib_module_names and name not in FLOORS:
                    for distribution in known.get(name, [f"{name} (not installed)"]):
                        found.setdefault(canonicalize_name(distribution), set()).add(str(path.relative_to(ROOT)))
    return found


def test_what_is_imported_is_declared() -> None:
    missing = {name: files for name, files in imported().items() if name not in declared()}
    assert missing == {}


def test_what_is_declared_is_used() -> None:
    assert declared() - imported().keys() - BY_NAME.keys() == set()


def test_what_is_drawn_at_random_is_the_same_on_every_run() -> None:
    drawn: list[int] = []

    @given(st.integers())
    def draw(number: int) -> None:
        drawn.append(number)

    draw()
    first = drawn.copy()
    drawn.clear()
    draw()
    assert drawn == first


def test_the_top_level_holds_only_what_it_should() -> None:
    allowed = {*FLOORS, "tests", "pyproject.toml", "README.md", "Makefile", "LICENSE", "requirements.lock"}
    present = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert {name for name in present - allowed if not name.endswith(".egg-info")} == set()


def test_no_file_is_too_long_to_read_in_one_go() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in chain.from_iterable((ROOT / floor).rglob("*.py") for floor in (*FLOORS, "tests"))
        if (lines := len(path.read_text().splitlines())) > 450
    }
    assert long == {}
