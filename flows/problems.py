"""What ``flows.check`` finds, with its message in the language of the screens."""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import msgspec

from engine.flow import Flow
from flows.views import node_title
from flows.words import said
from schemas import UiLanguage
from schemas.words import language_name

Severity = Literal["error", "warning"]


class Fix(msgspec.Struct, frozen=True):
    """A way to mend a problem: what it does, in words, and the edit (``flows.edits``, as JSON) that does it."""

    title: str
    edit: dict[str, Any]


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An ``error`` keeps a flow from being published, a ``warning`` does not.

    ``field`` is the path of what is wrong within the node (``choices.small.label``) or the flow's field, ``edge`` the
    (source, port) meant. ``fixes`` are ways to mend it, the likeliest first.
    """

    severity: Severity
    code: str
    message: str
    node: str | None = None
    field: str | None = None
    edge: tuple[str, str] | None = None
    fixes: tuple[Fix, ...] = ()


class Where(NamedTuple):
    """A place in a flow: a node's id, a field, an edge; ``called`` is what people call it."""

    called: str
    node: str | None = None
    field: str | None = None
    edge: tuple[str, str] | None = None


class Reporter:
    """Makes problems of one flow in one language."""

    def __init__(self, flow: Flow[Any], language: UiLanguage) -> None:
        self.flow = flow
        self.language = language

    def error(self, code: str, where: Where, fixes: Iterable[Fix] = (), **values: Any) -> Problem:
        return self._problem("error", code, where, fixes, values)

    def warning(self, code: str, where: Where, fixes: Iterable[Fix] = (), **values: Any) -> Problem:
        return self._problem("warning", code, where, fixes, values)

    def fix(self, code: str, edit: dict[str, Any], **values: Any) -> Fix:
        """A way to mend a problem, called by a phrase of the catalogue."""
        return Fix(said(code, values, self.language), edit)

    def at(self, node: str, field: str | None = None, port: str | None = None) -> Where:
        """A place in a node."""
        return Where(self.title(node), node, field, None if port is None else (node, port))

    def of_flow(self, field: str | None = None, phrase: str = "the_flow", **values: Any) -> Where:
        """A place in the flow itself, called by a phrase of the catalogue."""
        return Where(said(phrase, values, self.language), field=field)

    def title(self, node: str) -> str:
        """What people call a node; its id if it is not there."""
        return node_title(self.flow, node, self.language) if node in self.flow.nodes else node

    def languages(self, *tags: str) -> str:
        """Languages by name, in a row."""
        return self.joint.join(language_name(tag, self.language) for tag in tags)

    @property
    def joint(self) -> str:
        return "、" if self.language == "zh" else ", "

    def _problem(
        self, severity: Severity, code: str, where: Where, fixes: Iterable[Fix], values: dict[str, Any]
    ) -> Problem:
        return Problem(
            severity=severity,
            code=code,
            message=said(code, {"node": where.called, **values}, self.language),
            node=where.node,
            field=where.field,
            edge=where.edge,
            fixes=tuple(fixes),
        )
