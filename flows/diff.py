"""What is different between two versions of a flow."""

from typing import Any

import msgspec

from engine.flow import Edge, Flow
from flows.inverse import FIELDS


class Diff(msgspec.Struct, frozen=True):
    """Ids of nodes ``added``, ``removed``, and ``changed`` in configuration or a translation.

    ``fields`` are the flow's own fields that differ; ``languages_added`` and ``_removed`` BCP 47 tags; ``cases`` ids of
    test cases that are new, gone or changed. Places on the canvas and remarks do not count.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    edges_added: tuple[Edge, ...] = ()
    edges_removed: tuple[Edge, ...] = ()
    fields: tuple[str, ...] = ()
    languages_added: tuple[str, ...] = ()
    languages_removed: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is different."""
        return any(getattr(self, name) for name in self.__struct_fields__)


def diff(old: Flow[Any], new: Flow[Any]) -> Diff:
    """What is different in ``new``."""
    both = old.nodes.keys() & new.nodes.keys()
    return Diff(
        added=_sorted(new.nodes.keys() - old.nodes.keys()),
        removed=_sorted(old.nodes.keys() - new.nodes.keys()),
        changed=_sorted({node_id for node_id in both if _said(old, node_id) != _said(new, node_id)}),
        edges_added=tuple(sorted(set(new.edges) - set(old.edges))),
        edges_removed=tuple(sorted(set(old.edges) - set(new.edges))),
        fields=tuple(name for name in FIELDS if _plain(getattr(old, name)) != _plain(getattr(new, name))),
        languages_added=_sorted(set(new.languages) - set(old.languages)),
        languages_removed=_sorted(set(old.languages) - set(new.languages)),
        cases=_sorted({case_id for case_id, _ in old.cases.items() ^ new.cases.items()}),
    )


def _said(flow: Flow[Any], node_id: str) -> tuple[bytes, dict[str, dict[str, str]]]:
    """All that makes a node what it is."""
    of_node = {tag: texts for tag, of_nodes in flow.translations.items() if (texts := of_nodes.get(node_id))}
    return _plain(flow.nodes[node_id]), of_node


def _plain(value: Any) -> bytes:
    """A value as it would be written: unlike Structs, 1 and true differ in it."""
    return msgspec.json.encode(value, order="sorted")


def _sorted(found: set[str]) -> tuple[str, ...]:
    return tuple(sorted(found))
