"""A messaging platform as a local server: it keeps what it is told, checks it, and answers as a test wishes."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Told(NamedTuple):
    """A request that came. ``headers`` have their names in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


class Platform:
    """``told`` holds the requests in order; ``answer(told) -> (status, JSON)`` may be replaced, taken or not.

    ``before(told)`` may keep a request waiting, before it counts as told; others go on meanwhile.
    """

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.answer: Callable[[Told], tuple[int, Any]] = self.take
        self.before: Callable[[Told], object] = lambda told: None
        self._changed = threading.Condition()
        platform = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                size = int(self.headers.get("content-length", 0))
                body = self.rfile.read(size)
                if len(body) < size:
                    # Its sender was killed in the middle of it: no platform takes half a request.
                    self.close_connection = True
                    return
                told = Told(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                platform.before(told)
                with platform._changed:
                    platform.told.append(told)
                    status, answer = platform.answer(told)
                    platform._changed.notify_all()
                written = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(written)))
                self.end_headers()
                self.wfile.write(written)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: Any) -> None:
                """Clients may be killed."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def take(self, told: Told) -> tuple[int, Any]:
        """Answer as Telegram does to what it takes, after checking that it would take it."""
        method = told.path.rpartition("/")[2]
        if method == "answerCallbackQuery":
            assert told.json["callback_query_id"]
            return 200, {"ok": True, "result": True}
        if method == "sendMessage":
            assert isinstance(told.json["chat_id"], int)
            assert 0 < len(told.json["text"]) <= 4096
            for buttons in told.json.get("reply_markup", {}).get("inline_keyboard", []):
                for button in buttons:
                    assert button["text"]
                    assert 1 <= len(button["callback_data"].encode()) <= 64
            return 200, {"ok": True, "result": {"message_id": 1000 + len(self.told)}}
        return 200, {}

    def wait_for(self, enough: Callable[[list[Told]], bool], patience: float = 60) -> list[Told]:
        """The requests, once they are enough."""
        with self._changed:
            assert self._changed.wait_for(lambda: enough(self.told), patience), self.texts()
        return self.told

    def texts(self) -> list[str]:
        """What was said, in order."""
        return [told.json["text"] for told in self.told if "text" in told.json]

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
