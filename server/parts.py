"""What one process of Parley works with, made once and shared by its threads."""

import logging
import threading
from typing import TYPE_CHECKING

from server.accounts import Accounts
from server.answers import Answers
from server.bus import LIVE, Bus
from server.contacts import Personal
from server.database import engine
from server.dead_letters import DeadLetters
from server.fetching import Fetching
from server.hours import ShopHours
from server.inbox import Inbox
from server.ingest import Ingest
from server.learning import Learner
from server.model_service import ModelService
from server.outage import Outage
from server.services import Services
from server.settings import Settings
from server.web_client import guarded_client

log = logging.getLogger("parley.parts")

if TYPE_CHECKING:
    from server.knowledge import Knowledge


class Parts:
    """The parts; making them connects to nothing yet. ``ingest`` and ``learner`` have to be started by who uses
    them.

    ``model`` is None without a model service. ``ending`` is set once the process is told to end: what is under way is
    finished, nothing else begun.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.ending = threading.Event()
        self.engine = engine(settings)
        self.bus = Bus(settings.redis_url)
        self.accounts = Accounts(self.engine, settings)
        self.storing = Outage(
            log, "Events cannot be stored, platforms are told to come again", "Events can be stored again"
        )
        self.ingest = Ingest(self.engine, self.bus, settings.most_waiting)
        self.learner = Learner(self.engine, lambda: self.bus.publish(LIVE, [{"kind": "knowledge"}]))
        self.personal = Personal(lambda: self.accounts.vault)
        self.inbox = Inbox(self.engine, self.bus, self.personal)
        self.dead_letters = DeadLetters(self.engine, self.bus)
        self.services = Services(self.engine, settings)
        self.hours = ShopHours(self.engine)
        self.fetching = Fetching(self.services, guarded_client(settings))
        self.model = ModelService(settings.model) if settings.model else None
        self.answers = Answers(
            lambda: self.knowledge, self.fetching, self.hours.answer, knowledge_apart=self.model is not None
        )
        self._knowledge: Knowledge | None = None
        self._making = threading.Lock()

    @property
    def knowledge(self) -> "Knowledge":
        """What the shop knows; made when it is first asked for, since not every process asks."""
        with self._making:
            if self._knowledge is None:
                from server.knowledge import Knowledge  # late: the libraries under it take seconds and 100 MB
                from server.phrasing import Phraser

                self._knowledge = Knowledge(self.engine, Phraser(self.model) if self.model else None)
            return self._knowledge

    def close(self) -> None:
        """Store what waits, give the connections back."""
        self.ingest.stop()
        self.fetching.close()
        self.learner.stop()
        self.bus.close()
        self.engine.dispose()
