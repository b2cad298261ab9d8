"""Whether a message that came in now would be answered."""

from alembic.script import ScriptDirectory
from redis.exceptions import RedisError
from sqlalchemy import select, table, text
from sqlalchemy.exc import SQLAlchemyError

from server.database import MIGRATIONS, reading
from server.kept import Kept
from server.parts import Parts

FRESH, LONGEST = 0.5, 2.0
"""Seconds for which a look is believed: a flood of questions shall not become the load."""

STORING = frozenset({"database", "migration"})
"""What a message needs to be taken; what else is missing makes it wait, no more."""


class Health:
    """Looks at all that a message passes through; its methods may be called from any thread."""

    def __init__(self, parts: Parts) -> None:
        self._engine = reading(parts.engine)
        self._bus = parts.bus
        self._newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
        self._kept = Kept(self._look, FRESH, LONGEST)

    def missing(self) -> list[str]:
        """What a message would wait for: some of `database`, `migration`, `queue`, `worker`, `sweeper`."""
        try:
            return self._kept.get()
        except TimeoutError:
            return ["database"]

    def _look(self) -> list[str]:
        missing = self._missing_in_database()
        try:
            for role in ("worker", "sweeper"):
                if not self._bus.alive(role):
                    missing.append(role)
        except RedisError:
            missing.append("queue")
        return missing

    def _missing_in_database(self) -> list[str]:
        try:
            with self._engine.begin() as connection:
                revision = connection.execute(select(text("version_num")).select_from(table("alembic_version")))
                return [] if revision.scalar_one_or_none() == self._newest else ["migration"]
        except SQLAlchemyError:
            return ["database"]
