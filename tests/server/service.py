"""A web service of a shop as a local server: it keeps what it is asked and answers as a test wishes."""

import json
import ssl
import threading
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Asked(NamedTuple):
    """A request that came. ``headers`` have their names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


class Reply(NamedTuple):
    """What is answered; ``parts`` may wait between its bytes."""

    status: int = 200
    parts: Iterable[bytes] = (b"{}",)
    headers: tuple[tuple[str, str], ...] = ()


class Service:
    """``asked`` holds the requests in the order they came; ``answer(asked) -> Reply`` may be replaced.

    ``hold()`` lets requests wait until ``release()``; ``close`` does that, too.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, context: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.answer: Callable[[Asked], Reply] = lambda asked: Reply()
        self._changed = threading.Condition()
        self._free = threading.Event()
        self._free.set()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                asked = Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                with service._changed:
                    service.asked.append(asked)
                    service._changed.notify_all()
                reply = service.answer(asked)
                service._free.wait(60)
                try:
                    self.send_response(reply.status)
                    for name, value in reply.headers:
                        self.send_header(name, value)
                    self.end_headers()
                    for part in reply.parts:
                        self.wfile.write(part)
                        self.wfile.flush()
                except OSError:
                    return  # who asked has gone

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            setattr(Handler, f"do_{method}", Handler.handle_any)

        class Server(ThreadingHTTPServer):
            request_queue_size = 128

            def handle_error(self, *_: Any) -> None:
                """Clients may go when they please."""

        self._server = Server((host, port), Handler)
        self._server.daemon_threads = True
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.host = host
        self.port = self._server.server_port
        self.url = f"http{'s' if context else ''}://{host}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def says(self, value: Any, status: int = 200) -> None:
        """Answer everything with this JSON."""
        self.answer = lambda asked: Reply(
            status, (json.dumps(value).encode(),), (("content-type", "application/json"),)
        )

    def hold(self) -> None:
        """Answer nothing for now."""
        self._free.clear()

    def release(self) -> None:
        """Answer what waits."""
        self._free.set()

    def wait_for(self, number: int) -> list[Asked]:
        """The requests, once there are so many."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.asked) >= number, 60), len(self.asked)
        return self.asked

    def close(self) -> None:
        """Stop."""
        self._free.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
