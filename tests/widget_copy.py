"""A copy of Parley with a widget on it: the real API in this process, so that it can be stopped and started on its
port, and a real worker beside it. And pages of somebody else's, to put the widget on.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import uvicorn

from server.app import create_api
from server.database import migrate
from server.parts import Parts
from server.settings import Settings
from server.valkey import Valkey
from tests.server.house import document, publish
from tests.serving import free_port

ROOT = Path(__file__).parent.parent
PATIENCE = 60
ACCOUNT = "luna"

GREETINGS = {
    "en": "Hello! What can we do for you?",
    "de": "Hallo! Was können wir für Sie tun?",
    "ar": "مرحبا! كيف نساعدك؟",
    "th": "สวัสดีค่ะ มีอะไรให้ช่วยไหมคะ",
}
FLOW = document(
    "shop",
    {
        "language": {"type": "language_by_ip", "order": ["locale", "ip"]},
        "welcome": {"type": "welcome", "text": GREETINGS["en"]},
        "topic": {
            "type": "question",
            "text": "You wrote: {text}",
            "choices": [{"id": "rings", "label": "Rings"}, {"id": "person", "label": "A person"}],
            "other": True,
        },
        "rings": {"type": "message", "text": "See https://luna.example/rings?a=1&b=2. And javascript:alert(1)"},
        "person": {"type": "human_handoff", "reason": "Asked for a person", "text": "One moment, please.", "limit": 0},
    },
    [
        "language > welcome",
        "welcome > topic",
        "topic.answered > topic",
        "topic.rings > rings",
        "topic.person > person",
        "rings > topic",
        "person.returned > topic",
    ],
    language="en",
    translations={language: {"welcome": {"text": GREETINGS[language]}} for language in ("de", "ar", "th")},
)
"""Greets in four languages, then says back what it hears; offers rings, and a person."""


def wait(condition: Callable[[], object]) -> None:
    """Until the condition holds; fails after a while."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


class WidgetCopy:
    """`url` answers as soon as `start` returns."""

    def __init__(self, data: Path, **environ: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        told = {"PARLEY_DATA": str(data), "PARLEY_PORT": str(self.port), "PARLEY_DEMO": "on", **environ}
        self.settings = Settings.from_env(told)
        self.valkey = Valkey(self.settings)
        self.valkey.start()
        migrate(self.settings)
        self.pages = Pages()
        self.parts = Parts(self.settings)
        self.parts.ingest.start()
        self.parts.accounts.create(
            ACCOUNT, "webwidget", "Luna", {"origins": [self.pages.origin], "title": "Luna", "demo": True}
        )
        publish(self.parts.engine, FLOW)
        self._log = data / "worker.log"
        with self._log.open("ab") as out:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "server.cli", "worker"],
                env=os.environ | told | {"PYTHONPATH": str(ROOT)},
                stdout=out,
                stderr=out,
            )
        self._serving: tuple[uvicorn.Server, threading.Thread] | None = None

    def start(self) -> None:
        """Listen, and return once that is so."""
        config = uvicorn.Config(
            create_api(self.settings),
            port=self.port,
            log_level="error",
            # Its own settings of the log would be those of all later tests in this process.
            log_config=None,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        wait(lambda: server.started)
        self._serving = (server, thread)

    def stop(self) -> None:
        """Close the sockets and the port; the worker and the data stay."""
        if self._serving is not None:
            server, thread = self._serving
            server.should_exit = True
            thread.join(PATIENCE)
            assert not thread.is_alive()
            self._serving = None

    def close(self) -> None:
        """End everything."""
        self.stop()
        self._worker.terminate()
        code = self._worker.wait(PATIENCE)
        self.parts.close()
        self.valkey.stop()
        self.pages.close()
        # A worker that was still starting has no handler yet.
        assert code in (0, -signal.SIGTERM), self._log.read_text()


class Pages:
    """Somebody else's site on a port of its own: each page is what was put there, with the policy it was put with."""

    def __init__(self) -> None:
        pages: dict[str, tuple[str, str]] = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page, policy = pages.get(self.path.partition("?")[0], ("", ""))
                self.send_response(200 if page else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name in the library)
                pass

        self._pages = pages
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def put(self, path: str, script: str, policy: str = "", **attributes: str) -> str:
        """Put a page at ``path`` with the widget's script on it; returns its address."""
        told = "".join(f' data-{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
        page = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>A shop</h1>'
            f'<p><a href="#here">Somewhere</a></p></main><script src="{script}"{told} async></script></body></html>'
        )
        self._pages[path] = (page, policy)
        return self.origin + path

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
