"""The figures as Prometheus reads them, and the door that a process without a web server has for it."""

import hmac
import logging
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from server import metrics, metrics_files
from server.kept import Kept
from server.refusal import Refusal
from server.settings import Settings
from server.standing import Standing

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

AGAIN = 10.0
"""Seconds after which a port that another process has is tried again: it may have ended."""

log = logging.getLogger("parley.metrics")


def shown(standing: Kept[Standing] | None = None) -> bytes:
    """The figures of all processes that share them with this one, and how things stand in the database."""
    registry = CollectorRegistry()
    if standing is not None:
        registry.register(_InDatabase(standing))
    folder = metrics_files.shared()
    if folder is None:
        return generate_latest(metrics.REGISTRY) + generate_latest(registry)
    with metrics_files.tidy(folder):
        MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
        return generate_latest(registry)


def admits(settings: Settings, authorization: str) -> bool:
    """Whether the Authorization header carries PARLEY_METRICS_TOKEN."""
    token = settings.metrics_token
    return token is not None and hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())


class _InDatabase(Collector):
    def __init__(self, standing: Kept[Standing]) -> None:
        self._standing = standing

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("parley_database_up", "1 while the database answers.")
        try:
            found = self._standing.get()
        except (SQLAlchemyError, TimeoutError):
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        for name, told, value in _figures(found):
            yield GaugeMetricFamily(f"parley_{name}", told, value)
        open_ones = GaugeMetricFamily("parley_conversations", "Conversations that are not resolved.", labels=["status"])
        for status, count in found.conversations.items():
            open_ones.add_metric([status], count)
        yield open_ones


def _figures(found: Standing) -> tuple[tuple[str, str, float], ...]:
    return (
        ("events_pending", "Events that wait to be handled.", found.pending),
        ("lag_oldest_seconds", "For how long the conversation that waits longest has been ready.", found.lag),
        ("outbox_waiting", "Messages that wait to be sent.", found.outbox),
        ("outbox_oldest_seconds", "Age of the oldest of them.", found.outbox_age),
        ("outbox_failed", "Messages that could not be sent, for good.", found.failed_messages),
        ("events_failed", "Events that could not be handled; a person has their conversation.", found.failed_events),
        ("conversations_faulty", "Conversations with a person because their flow had a fault.", found.faults),
        ("timers_overdue", "Time limits that have come and were not fired yet.", found.overdue),
        ("timers_oldest_overdue_seconds", "How long ago the first of them came.", found.overdue_age),
    )


def open_door(settings: Settings) -> Callable[[], None]:
    """Answer GET /metrics on PARLEY_METRICS_PORT from a thread; returns what closes it. Raises Refusal.

    Where several processes of one machine have the same port, one of them answers, for all that share its figures.
    """
    port = settings.metrics_port
    if port is None:
        return lambda: None
    if settings.metrics_token is None and not settings.is_local:
        raise Refusal("PARLEY_METRICS_PORT can be reached by others: set PARLEY_METRICS_TOKEN, too.")
    ended = threading.Event()
    thread = threading.Thread(target=_stand_at, args=(settings, port, ended), name="metrics", daemon=True)
    thread.start()

    def close() -> None:
        ended.set()
        thread.join()

    return close


def _stand_at(settings: Settings, port: int, ended: threading.Event) -> None:
    handler = type("Door", (_Door,), {"settings": settings})
    told = False
    while not ended.is_set():
        try:
            door = _Listener((settings.host, port), handler)
        except OSError as fault:
            if not told:
                log.info("Another process shows the figures on port %s: %s", port, fault.strerror)
            told = True
            ended.wait(AGAIN)
            continue
        with door:
            door.timeout = 0.5
            while not ended.is_set():
                door.handle_request()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    # Else a second process could take the port while the first still has it.
    allow_reuse_port = False


class _Door(BaseHTTPRequestHandler):
    settings: Settings
    timeout = 10
    server_version = "Parley"
    sys_version = ""

    def do_GET(self) -> None:
        if self.path.partition("?")[0] != "/metrics":
            self._say(404, b"There is /metrics, nothing else.\n")
        elif self.settings.metrics_token and not admits(self.settings, self.headers.get("authorization", "")):
            self._say(401, b"This needs PARLEY_METRICS_TOKEN as a bearer token.\n")
        else:
            self._say(200, shown(), CONTENT_TYPE)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 as the library calls it
        log.debug(format, *args)

    def _say(self, status: int, body: bytes, kind: str = "text/plain; charset=utf-8") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
