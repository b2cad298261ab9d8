"""A copy of Parley that has only what the web widget needs, in this process, so that tests can stop and start it."""

import threading

import uvicorn
from litestar import Litestar
from litestar.datastructures import State
from sqlalchemy import insert

import flows
from server import tables
from server.database import migrate
from server.drain import Drain
from server.models import SHARDS
from server.outbox import Outbox
from server.parts import Parts
from server.routes.shop import shop
from server.routes.widget import chat, config, script
from server.settings import Settings
from server.store import utcnow
from server.widget.desk import Desk

GREETING = "Hello! What can we do for you?"
FLOW = {
    "format": 1,
    "id": "shop",
    "name": "Shop",
    "language": "en",
    "start": "language",
    "nodes": {
        "language": {"type": "language_by_ip", "languages": ["en", "de", "ar"], "order": ["locale", "ip"]},
        "welcome": {"type": "welcome", "text": GREETING},
        "topic": {
            "type": "question",
            "text": "You wrote: {text}",
            "choices": [{"id": "rings", "label": "Rings"}, {"id": "person", "label": "A person"}],
            "other": True,
        },
        "rings": {"type": "message", "text": "Rings start at $96: https://luna.example/rings."},
        "person": {"type": "human_handoff", "reason": "Asked for a person", "text": "One moment, please."},
    },
    "edges": [
        {"source": "language", "port": "next", "target": "welcome"},
        {"source": "welcome", "port": "next", "target": "topic"},
        {"source": "topic", "port": "answered", "target": "topic"},
        {"source": "topic", "port": "rings", "target": "rings"},
        {"source": "topic", "port": "person", "target": "person"},
        {"source": "rings", "port": "next", "target": "topic"},
    ],
    "translations": {
        "de": {"welcome": {"text": "Hallo! Was können wir für Sie tun?"}},
        "ar": {"welcome": {"text": "مرحبا! كيف نساعدك؟"}},
    },
}


class WidgetCopy:
    """The widget's routes and the shop on one port, with a worker in a thread; `settings` has a running Redis."""

    def __init__(self, settings: Settings, origins: tuple[str, ...] = (), demo: bool = True) -> None:
        self.settings = settings
        self.port = settings.port
        self.url = f"http://127.0.0.1:{self.port}"
        migrate(settings)
        self.parts = Parts(settings)
        self.parts.accounts.create(
            "luna", "webwidget", "Luna", {"origins": list(origins), "title": "Luna", "demo": demo}
        )
        document = flows.write(flows.from_dict(FLOW))
        now = utcnow()
        with self.parts.engine.begin() as connection:
            connection.execute(
                insert(tables.flows).values(
                    id="shop",
                    name="Shop",
                    draft=document,
                    draft_version=1,
                    published=1,
                    state="live",
                    created=now,
                    changed=now,
                )
            )
            connection.execute(insert(tables.revisions).values(flow="shop", number=1, document=document, at=now))
        self._ended = threading.Event()
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._worker.start()
        self._serving: tuple[uvicorn.Server, threading.Thread] | None = None

    def start(self) -> None:
        """Listen, and return once that is so."""
        app = self._app()
        server = uvicorn.Server(
            uvicorn.Config(app, port=self.port, log_level="error", proxy_headers=False, timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            thread.join(0.01)
        self._serving = (server, thread)

    def stop(self) -> None:
        """Close the sockets and the port; the worker and the data stay."""
        if self._serving is not None:
            server, thread = self._serving
            server.should_exit = True
            thread.join()
            self._serving = None

    def close(self) -> None:
        """End everything."""
        self.stop()
        self._ended.set()
        self._worker.join()
        self.parts.close()

    def _app(self) -> Litestar:
        desk = Desk(self.parts)
        return Litestar(
            [script, config, chat, shop],
            state=State({"settings": self.settings, "desk": desk}),
            lifespan=[desk.running],
        )

    def _work(self) -> None:
        drain, outbox = Drain(self.parts, self.parts.answers), Outbox(self.parts)
        while not self._ended.wait(0.03):
            for shard in range(SHARDS):
                drain.run(shard)
                outbox.run(shard)
        outbox.close()
