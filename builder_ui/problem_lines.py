"""Problems as the screens list them, and the marks they leave on the canvas."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as with_default
from typing import Any

from flows.check import Problem

Plain = dict[str, Any]


@dataclass(frozen=True)
class FixLine:
    """A way to mend a problem: what a button says, and the edit it makes."""

    title: str
    edit: Plain


@dataclass(frozen=True)
class ProblemLine:
    """A problem in the list; `node` is '' when it is about the flow."""

    severity: str
    message: str
    node: str
    field: str
    code: str = ""
    fixes: list[FixLine] = with_default(default_factory=list)

    @classmethod
    def of(cls, problem: Problem) -> "ProblemLine":
        """A problem as the screen shows it."""
        fixes = [FixLine(fix.title, fix.edit) for fix in problem.fixes]
        return cls(problem.severity, problem.message, problem.node or "", problem.field or "", problem.code, fixes)


def marks(problems: Iterable[Problem]) -> dict[str, str]:
    """The gravest of each node's problems: "error" or "warning"."""
    found: dict[str, str] = {}
    for problem in problems:
        if problem.node and found.get(problem.node) != "error":
            found[problem.node] = problem.severity
    return found


def changed(before: dict[str, str], now: dict[str, str]) -> dict[str, str | None]:
    """The marks that became others, None where none is left."""
    return {node: now.get(node) for node in {*before, *now} if before.get(node) != now.get(node)}
