"""Every figure that Parley's processes count, for Prometheus: defined here, counted where it happens.

Labels are bounded by what a shop has: channel accounts, channel types, node types, kinds of queries and of faults.
Never a contact, a conversation or a text. All names, and what to watch, stand in ``server/deploy/README.md``.

Where ``server.metrics_files.share`` was called before this module is first imported, the figures of all processes of
one data folder are added up; else they are this process's own.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from time import perf_counter_ns
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from server.store import utcnow

REGISTRY = CollectorRegistry()
"""This process's own figures."""

_FAST = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_SLOW = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)


def _counter(name: str, told: str, *labels: str) -> Counter:
    return Counter(f"parley_{name}", told, labels, registry=REGISTRY)


def _histogram(name: str, told: str, *labels: str, buckets: tuple[float, ...] = _FAST) -> Histogram:
    return Histogram(f"parley_{name}", told, labels, registry=REGISTRY, buckets=buckets)


def _gauge(name: str, told: str, *labels: str) -> Gauge:
    # The living processes' figures, added up.
    return Gauge(f"parley_{name}", told, labels, registry=REGISTRY, multiprocess_mode="livesum")


processes = _gauge("processes", "Processes of Parley that share these figures.", "role")

events = _counter("events", "Events that channels brought: stored, or known already.", "account", "result")
refused = _counter("webhooks_refused", "Calls of webhooks that were not taken.", "reason")
commit_seconds = _histogram("ingest_commit_seconds", "Time to store one batch of events.")
batch_events = _histogram("ingest_batch_events", "Events in one batch.", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256))
waiting_events = _gauge("ingest_waiting_events", "Events in memory that wait to be stored.")
waiting_bytes = _gauge("ingest_waiting_bytes", "Bytes of their calls.")

turns = _counter("turns", "Turns of conversations: handled, retried after a fault, given up to a person.", "result")
node_seconds = _histogram("node_seconds", "Time of one node of a flow, the answers it asked for included.", "node")
lag_seconds = _histogram("lag_seconds", "From the arrival of an event until what came of it is written.", buckets=_SLOW)
written_seconds = _histogram("turn_commit_seconds", "Time to write what came of a batch of conversations.")
_fenced = _counter("turns_fenced", "Conversations whose lease had gone to another worker before they were written.")

answer_seconds = _histogram("answer_seconds", "Time to answer a query of a flow.", "query")
answer_failures = _counter("answer_failures", "Queries of flows that could not be answered.", "query")
model_answers = _counter("model_answers", "Answers that a model was to put: said, or why they were not.", "result")

sends = _counter("sends", "Tries to send a message: taken, later (they are tried again), refused.", "channel", "result")
send_faults = _counter("send_faults", "Tries to send a message that failed, by kind of fault.", "channel", "reason")
send_seconds = _histogram("send_seconds", "Time of one call to a platform.", "channel")

timers = _counter("timers_fired", "Time limits of conversations that have come.")
timer_seconds = _histogram("timer_late_seconds", "How long after its time a time limit was fired.", buckets=_SLOW)
sweep_seconds = _histogram("sweep_seconds", "Time of one sweep.")

sockets = _gauge("widget_sockets", "Open sockets of the web widget.")


def ingested(counts: Mapping[tuple[str, bool], int]) -> None:
    """One batch is stored: how many events, by channel account and by whether they were new."""
    for (account, new), count in counts.items():
        events.labels(account, "stored" if new else "known").inc(count)
    batch_events.observe(sum(counts.values()))


class _Turned(Protocol):
    done: list[str]
    failed: list[str]
    again: datetime | None


def turned(written: Sequence[_Turned], arrived: Mapping[str, datetime], fenced: int) -> None:
    """What came of some conversations is written; ``arrived`` tells when their events did, ``fenced`` how many were
    not ours any more.
    """
    now = utcnow()
    handled = failed = retried = 0
    for one in written:
        handled += len(one.done)
        failed += len(one.failed)
        retried += one.again is not None
        for event in one.done:
            lag_seconds.observe((now - arrived[event]).total_seconds())
    for result, count in (("handled", handled), ("given_up", failed), ("retried", retried)):
        if count:
            turns.labels(result).inc(count)
    if fenced:
        _fenced.inc(fenced)


def fired(late: Sequence[float]) -> None:
    """Time limits were fired, each so many seconds after its time."""
    timers.inc(len(late))
    for seconds in late:
        timer_seconds.observe(seconds)


def kind(query: object) -> str:
    """A query's type, as a label."""
    return type(query).__name__


class Watch:
    """Times the nodes of one turn: call it with a node's type when the node is through."""

    def __init__(self) -> None:
        self._last = perf_counter_ns()

    def __call__(self, node: str) -> None:
        now = perf_counter_ns()
        _of_node(node)((now - self._last) / 1e9)
        self._last = now


_nodes: dict[str, Callable[[float], None]] = {}


def _of_node(node: str) -> Callable[[float], None]:
    # Looking a label up costs as much as counting.
    found = _nodes.get(node)
    if found is None:
        found = _nodes[node] = node_seconds.labels(node).observe
    return found
