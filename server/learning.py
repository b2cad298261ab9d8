"""Documents are learnt a few passages at a time, outside the request that brought them.

What is still to be learnt stands in the database, so that a process may die over it: another goes on where it stopped.
Two that learn the same document at once cost time and nothing else: each batch is taken from what waits in the
transaction that stores it.
"""

import logging
import threading
from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import Connection, Engine, ScalarSelect, delete, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from server.knowledge_models import documents, passages, pieces, versions
from server.leases import LEASE
from server.store import utcnow
from server.uploads import Piece

BATCH = 16
"""Passages that are embedded and stored together: well within a lease, and progress that one sees."""

PAUSE = 5.0
"""Seconds after which somebody looks for what a dead process left."""

log = logging.getLogger("parley.learning")
_piece = msgspec.json.Decoder(Piece)


def put_in_line(connection: Connection, document: str, waiting: Sequence[Piece]) -> None:
    """Keep what is to be learnt of a document."""
    rows = [
        {"document": document, "position": position, "piece": msgspec.json.encode(piece).decode()}
        for position, piece in enumerate(waiting)
    ]
    connection.execute(insert(pieces), rows)


def learn(engine: Engine, document: str, go_on: Callable[[], bool] = lambda: True) -> None:
    """Learn what still waits of a document; it answers from when its last passage is stored.

    ``go_on`` is asked after each batch; at no, the rest is left to whoever comes. A document that cannot be learnt is
    failed with the reason and the fault raised again; while the database is away nothing is failed, and somebody tries
    again.
    """
    try:
        while _batch(engine, document):
            if not go_on():
                _leave(engine, document)
                return
        _finish(engine, document)
    except SQLAlchemyError:
        raise
    except Exception as fault:
        _fail(engine, document, f"{type(fault).__name__}: {fault}"[:500])
        raise


def forget(connection: Connection, ids: Sequence[str]) -> bool:
    """Forget documents and what was learnt of them; whether there were any."""
    for known in (passages, pieces):
        connection.execute(delete(known).where(known.c.document.in_(ids)))
    gone = connection.execute(delete(documents).where(documents.c.id.in_(ids))).rowcount
    if gone:
        _count_up(connection)
    return bool(gone)


class Learner:
    """Learns what waits, in a thread of its own; ``tell`` is called after each batch, for the screens."""

    def __init__(self, engine: Engine, tell: Callable[[], None]) -> None:
        self._engine = engine
        self._tell = tell
        self._woken = threading.Event()
        self._ended = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, with what others left."""
        self._thread = threading.Thread(target=self._run, name="learning", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There is something to learn."""
        self._woken.set()

    def stop(self) -> None:
        """End after the batch under way; what waits is left to others."""
        self._ended = True
        self._woken.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._ended:
            try:
                while not self._ended and (document := _claim(self._engine)) is not None:
                    self._learn(document)
            except SQLAlchemyError as fault:
                log.warning("Learning waits for the database: %s", fault)
            self._woken.wait(PAUSE)
            self._woken.clear()

    def _learn(self, document: str) -> None:
        try:
            learn(self._engine, document, self._go_on)
        except SQLAlchemyError:
            raise
        except Exception:
            log.exception("The document %s could not be learnt", document)
        finally:
            self._tell()

    def _go_on(self) -> bool:
        self._tell()
        return not self._ended


def _claim(engine: Engine) -> str | None:
    columns = documents.c
    oldest = select(columns.id).where(columns.learn_at <= utcnow()).order_by(columns.id).limit(1)
    with engine.begin() as connection:
        claimed = update(documents).where(columns.id.in_(oldest.with_for_update(skip_locked=True)))
        return connection.execute(claimed.values(learn_at=utcnow() + LEASE).returning(columns.id)).scalar()


def _batch(engine: Engine, document: str) -> bool:
    """Learn the next passages; False when none waits, also because somebody else is at it or the document has gone."""
    waits = select(pieces).where(pieces.c.document == document).order_by(pieces.c.position).limit(BATCH)
    with engine.connect() as connection:
        rows = connection.execute(waits).all()
    if not rows:
        return False
    from server.embedding import SentenceEmbedding
    from server.passage_store import PassageStore, nodes_of

    first, last = rows[0].position, rows[-1].position
    large, small = nodes_of(document, [_piece.decode(row.piece) for row in rows], first)
    embedded = SentenceEmbedding()(small)
    with engine.begin() as connection:
        taken = delete(pieces).where(pieces.c.document == document, pieces.c.position.between(first, last))
        if connection.execute(taken).rowcount != len(rows):
            connection.rollback()
            return False
        PassageStore(engine, connection).add([*large, *embedded])
        kept = update(documents).where(documents.c.id == document)
        connection.execute(kept.values(learn_at=utcnow() + LEASE))
    return True


def _leave(engine: Engine, document: str) -> None:
    with engine.begin() as connection:
        left = update(documents).where(documents.c.id == document, documents.c.learn_at.is_not(None))
        connection.execute(left.values(learn_at=utcnow()))


def _finish(engine: Engine, document: str) -> None:
    """Let it answer, in place of those that had its name, language and market before; once, whoever comes to it."""
    columns = documents.c
    learnt = update(documents).where(
        columns.id == document,
        columns.status == "processing",
        ~exists().where(pieces.c.document == document),
    )
    with engine.begin() as connection:
        row = connection.execute(learnt.values(status="ready", learn_at=None).returning(documents)).one_or_none()
        if row is None:
            return
        same = select(columns.id).where(
            columns.name == row.name,
            columns.language == row.language,
            columns.market == row.market,
            columns.id < document,
        )
        forget(connection, list(connection.execute(same).scalars()))
        _count_up(connection)


def _fail(engine: Engine, document: str, reason: str) -> None:
    with engine.begin() as connection:
        for known in (passages, pieces):
            connection.execute(delete(known).where(known.c.document == document))
        failed = update(documents).where(documents.c.id == document)
        connection.execute(failed.values(status="failed", reason=reason, learn_at=None))


def _count_up(connection: Connection) -> None:
    upsert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    first = upsert(versions).values(id=1, number=1)
    connection.execute(
        first.on_conflict_do_update(index_elements=[versions.c.id], set_={"number": versions.c.number + 1})
    )


def learnt_so_far() -> ScalarSelect[int]:
    """How many of a document's passages are learnt: to be selected beside the document."""
    counted = select(func.count()).select_from(passages).where(passages.c.document == documents.c.id)
    return counted.scalar_subquery()
