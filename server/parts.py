"""What one process of Parley works with, made once and shared by its threads."""

from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from server.accounts import Accounts
from server.answers import Answers
from server.bus import Bus
from server.database import engine
from server.inbox import Inbox
from server.ingest import Ingest
from server.settings import Settings

if TYPE_CHECKING:
    from server.knowledge import Knowledge


class Parts:
    """Each part is made when it is first asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def engine(self) -> Engine:
        """The database."""
        return engine(self.settings)

    @cached_property
    def bus(self) -> Bus:
        """Redis."""
        return Bus(self.settings.redis_url)

    @cached_property
    def accounts(self) -> Accounts:
        """The channel accounts."""
        return Accounts(self.engine, self.settings)

    @cached_property
    def ingest(self) -> Ingest:
        """What stores incoming events; started."""
        made = Ingest(self.engine, self.bus)
        made.start()
        return made

    @cached_property
    def inbox(self) -> Inbox:
        """The inbox."""
        return Inbox(self.engine, self.bus)

    @cached_property
    def answers(self) -> Answers:
        """What answers every query, however long it takes."""
        return Answers(self.engine, knowledge=self.knowledge)

    @cached_property
    def knowledge(self) -> "Knowledge":
        """What the shop knows."""
        from server.knowledge import Knowledge  # late: not every process asks

        return Knowledge(self.engine)

    def close(self) -> None:
        """Store what waits, give the connections back."""
        made = vars(self)
        if "ingest" in made:
            self.ingest.stop()
        if "bus" in made:
            self.bus.close()
        if "engine" in made:
            self.engine.dispose()
