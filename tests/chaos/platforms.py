"""The platforms' side: two local servers that take replies as platforms do, broken connections included, and answer
for the shop's own system.

``Idempotent`` drops a reply whose key it has; ``Plain`` takes whatever comes. Both check what they are told.
"""

import hmac
import json
import random
import threading
import time
from abc import ABC, abstractmethod
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import unquote

# Of a hundred replies so many meet each of these; all others are simply taken.
TURNED_AWAY, TAKEN_UNSAID, CUT_OFF, SLOW = 4, 3, 2, 3

# Seconds.
SLOWNESS = 0.3
CLOCKS_APART = 60


class Taken(NamedTuple):
    """A reply that was taken: from which contact's conversation, and whether its key was new (always, without keys)."""

    contact: str
    text: str
    key: str
    new: bool


class Platform(ABC):
    """``taken`` holds the replies in the order they came, ``faults`` what no platform would have accepted."""

    def __init__(self, rng: random.Random) -> None:
        self.taken: list[Taken] = []
        self.faults: list[str] = []
        self.calm = False
        self._rng = rng
        self._lock = threading.Lock()
        platform = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                size = int(self.headers.get("content-length", 0))
                body = self.rfile.read(size)
                if len(body) < size:
                    self.close_connection = True
                    return
                status, said, answers = platform.hear(self.path, self.headers, body)
                if not answers:
                    self.close_connection = True
                    return
                self.answer(status, said)

            def do_GET(self) -> None:
                status, said = platform.look_up(unquote(self.path))
                if not status:
                    self.close_connection = True
                    return
                self.answer(status, said)

            def answer(self, status: int, said: Any) -> None:
                written = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(written)))
                self.end_headers()
                self.wfile.write(written)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 128
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """Whoever calls may be killed."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def hear(self, path: str, headers: Any, body: bytes) -> tuple[int, Any, bool]:
        """(status, answer, whether it is given) for a call that came whole."""
        with self._lock:
            luck = 100 if self.calm else self._rng.randrange(100)
            if luck < TURNED_AWAY:
                return (500, {}, True) if luck % 2 else (*self.too_fast(), True)
            luck -= TURNED_AWAY
            if luck < CUT_OFF:
                return 0, {}, False
            luck -= CUT_OFF
            try:
                answer = self.take(path, headers, json.loads(body), body)
            except (KeyError, ValueError, AssertionError) as fault:
                self.faults.append(f"{type(fault).__name__}: {fault} in {body[:200]!r}")
                return 400, {}, True
        if luck < TAKEN_UNSAID:
            return 0, {}, False
        if luck < TAKEN_UNSAID + SLOW:
            time.sleep(SLOWNESS)
        return 200, answer, True

    def look_up(self, path: str) -> tuple[int, Any]:
        """(status, answer) of the shop's own system, which is slow at times and fails at others; 0: no answer."""
        with self._lock:
            luck = 100 if self.calm else self._rng.randrange(100)
        if luck < TURNED_AWAY:
            return 503, {}
        if luck < TURNED_AWAY + CUT_OFF:
            return 0, {}
        if luck < TURNED_AWAY + CUT_OFF + SLOW:
            time.sleep(SLOWNESS)
        return 200, {"found": path.removeprefix("/orders/")}

    @abstractmethod
    def take(self, path: str, headers: Any, told: Any, body: bytes) -> Any:
        """Take a reply; raises AssertionError, KeyError or ValueError where it is not what it should be."""

    def too_fast(self) -> tuple[int, Any]:
        """How the platform says that it is told too much."""
        return 429, {}

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


class Idempotent(Platform):
    """The program behind an account of the signed API: checks the signature, knows each key once."""

    def __init__(self, rng: random.Random, secret: str) -> None:
        self._secret = secret.encode()
        self._known: dict[str, tuple[str, str]] = {}
        super().__init__(rng)

    def take(self, path: str, headers: Any, told: Any, body: bytes) -> Any:
        """Take a reply, or drop it where its key was there before."""
        moment, _, signed = headers["x-parley-signature"].removeprefix("t=").partition(",v1=")
        expected = hmac.new(self._secret, moment.encode() + b"." + body, sha256).hexdigest()
        assert hmac.compare_digest(expected, signed), "the signature is wrong"
        assert abs(time.time() - int(moment)) < CLOCKS_APART, "the signature is old"
        key, contact, text = headers["idempotency-key"], told["contact"], told["text"]
        assert key == f"{told['conversation']}:{told['id']}", "the key is not this message's"
        new = key not in self._known
        known = self._known.setdefault(key, (contact, text))
        assert known == (contact, text), f"the key stood for {known} before"
        self.taken.append(Taken(contact, text, key, new))
        return {}


class Plain(Platform):
    """Telegram: no keys, whatever comes is said."""

    def __init__(self, rng: random.Random, token: str) -> None:
        self._path = f"/bot{token}/sendMessage"
        super().__init__(rng)

    def take(self, path: str, headers: Any, told: Any, body: bytes) -> Any:
        """Take a reply."""
        assert path == self._path, f"{path} is not there"
        assert isinstance(told["chat_id"], int), "chat_id should be a number"
        assert 0 < len(told["text"]) <= 4096, "the text has no good length"
        self.taken.append(Taken(str(told["chat_id"]), told["text"], "", True))
        return {"ok": True, "result": {"message_id": len(self.taken)}}

    def too_fast(self) -> tuple[int, Any]:
        """As the Bot API says it."""
        return 429, {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 1}}
