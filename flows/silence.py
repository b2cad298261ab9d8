"""Ways on which a contact who has written is left without an answer: proved over the graph, not guessed.

Whoever writes is owed a reply, a person or an end. A walk begins wherever one can be owed: at the start, at the nodes
that interrupts lead to, and at every way out by which a node that waited goes on because of the contact. It ends well
at the first node that answers for certain (``Node.answers``), and in silence where a way leads nowhere, or where the
flow waits for the contact once more without having said anything. A sub-flow answers for certain where none of its own
walks ends in silence; else the contact may still be owed an answer when it is done.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from engine.flow import Flow, Node
from engine.step import DEEPEST
from flows.views import in_language

_FAILED = "failed"
"""By it a node goes on that could not run its sub-flow: checks name the reason, and published flows have none."""


class Silence(NamedTuple):
    """Where a contact is left without an answer: by way of ``port`` of ``node``, or with '' in the node's own waiting.

    ``since`` is the node at which the contact was owed one.
    """

    node: str
    port: str
    since: str


def silences(flow: Flow[Any], subflows: Mapping[str, Flow[Any]] | None = None) -> list[Silence]:
    """Every such place, one for each end, in the order of the nodes' ids.

    ``subflows`` are the flows it may run, by their ids; one that is not known counts as answering, and so does one
    more than ``DEEPEST`` deep.
    """
    return _silences(flow, subflows or {}, DEEPEST, {})


def _silences(
    flow: Flow[Any], subflows: Mapping[str, Flow[Any]], levels: int, known: dict[tuple[str, int], bool]
) -> list[Silence]:
    led = {(edge.source, edge.port): edge.target for edge in flow.edges if edge.target in flow.nodes}
    quiet = {node_id for node_id, node in flow.nodes.items() if _runs_quietly(node, subflows, levels, known)}
    found: dict[tuple[str, str], Silence] = {}
    walked: set[str] = set()
    for since, begun in _owed(flow, led, quiet):
        for one in _walk(flow, led, since, begun, walked, quiet):
            found.setdefault((one.node, one.port), one)
    return sorted(found.values())


def _runs_quietly(
    node: Node, subflows: Mapping[str, Flow[Any]], levels: int, known: dict[tuple[str, int], bool]
) -> bool:
    """Whether what a node runs may be done with the contact still waiting for an answer. ``known`` keeps what was found
    of each flow at each level, so that none is gone through twice.
    """
    which = node.calls()
    inner = subflows.get(which) if which and levels else None
    if inner is None:
        return False
    if (which, levels) not in known:
        known[which, levels] = any(one.port for one in _silences(inner, subflows, levels - 1, known))
    return known[which, levels]


def _owed(flow: Flow[Any], led: dict[tuple[str, str], str], quiet: set[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Where walks begin: the node, and what they come to as (node, '') or (node, the port that leads nowhere)."""
    for root in dict.fromkeys((flow.start, *(interrupt.to for interrupt in flow.interrupts))):
        if root in flow.nodes:
            yield root, (root, "")
    for node_id, node in flow.nodes.items():
        for port in node.ports() if node.WAITS or node.MAY_WAIT or node_id in quiet else ():
            if port.owed and not _answers(flow, node_id, port.id, quiet):
                target = led.get((node_id, port.id))
                yield node_id, (target, "") if target else (node_id, port.id)


def _walk(
    flow: Flow[Any],
    led: dict[tuple[str, str], str],
    since: str,
    begun: tuple[str, str],
    walked: set[str],
    quiet: set[str],
) -> Iterator[Silence]:
    """Silent ends of a walk; ``walked`` are nodes that a walk has come through already, whose ends are known."""
    ahead = [begun]
    while ahead:
        node_id, ended = ahead.pop()
        if ended:
            yield Silence(node_id, ended, since)
            continue
        node = flow.nodes[node_id]
        if node_id in walked or _answers(flow, node_id, "", quiet):
            continue
        walked.add(node_id)
        # A node that waits is gone through only by what happens without the contact.
        ports = [port for port in node.ports() if not (node.WAITS and port.after == "contact")]
        if node.WAITS and not ports:
            yield Silence(node_id, "", since)
        for port in ports:
            if not _answers(flow, node_id, port.id, quiet):
                target = led.get((node_id, port.id))
                ahead.append((target, "") if target else (node_id, port.id))


def _answers(flow: Flow[Any], node_id: str, port: str, quiet: set[str]) -> bool:
    """Whether the contact is answered there, whichever of the flow's languages they speak."""
    if node_id in quiet:
        return port == _FAILED
    return all(in_language(flow, node_id, language).answers(port) for language in flow.languages)
