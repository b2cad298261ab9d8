"""How many statements and transactions a message takes, by part, which run in this process, where one can listen."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from server.drain import Drain
from server.outbox import Outbox
from server.parts import Parts
from tests.server.house import arrive, said


class Counts(Counter[str]):
    """Statements by their first words, and ``transactions``."""

    @property
    def statements(self) -> int:
        """How many there were."""
        return sum(number for name, number in self.items() if name != "transactions")


@contextmanager
def listening(engine: Engine) -> Iterator[Counts]:
    """Count what goes to the database meanwhile."""
    counts = Counts()

    def executed(_conn: Any, _cursor: Any, statement: str, _parameters: Any, _context: Any, many: bool) -> None:
        if not statement.startswith("BEGIN"):
            counts[_told(statement, many)] += 1

    def committed(_conn: Any) -> None:
        counts["transactions"] += 1

    event.listen(engine, "before_cursor_execute", executed)
    event.listen(engine, "commit", committed)
    try:
        yield counts
    finally:
        event.remove(engine, "before_cursor_execute", executed)
        event.remove(engine, "commit", committed)


def counted(parts: Parts, contacts: list[str], wave: int) -> dict[str, Counts]:
    """One message of each contact, together, through ingest, turn and sending; the counts of each.

    The queue is left out: each is done as if woken once.
    """
    drain, outbox = Drain(parts, parts.answers.in_turn), Outbox(parts)
    found: dict[str, Counts] = {}
    with listening(parts.engine) as counts:
        arrive(parts, *(said("Do you ship?", f"{wave}-{one}", one, "shop", "api") for one in contacts))
    found["ingest"] = counts
    with listening(parts.engine) as counts:
        drain.run()
    found["turn"] = counts
    with listening(parts.engine) as counts:
        outbox.run()
        outbox.join()
    found["send"] = counts
    drain.close()
    outbox.close()
    return found


def _told(statement: str, many: bool) -> str:
    words = statement.replace('"', "").replace("\n", " ").split()
    verb = words[0]
    table = words[words.index("FROM") + 1] if verb in ("SELECT", "DELETE") and "FROM" in words else words[1]
    if verb == "INSERT":
        table = words[2]
    return f"{verb} {table}{' (many)' if many else ''}"
