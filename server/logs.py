"""The log: a line for each thing that happened, with the ids that lead from a webhook to its reply, and nothing that a
person wrote or is.

``event`` is the id of the event's row: the line that says it was stored, the one that says it was handled and the one
that says its reply has left all carry it. An exception is told by its type and by where it came about: its text may
hold whatever was being worked on. ``PARLEY_LOG`` and ``PARLEY_LOG_LEVEL`` say how and how much.
"""

import logging
import sys
import threading
import traceback
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import msgspec
from redis import exceptions as redis_faults
from sqlalchemy.exc import DBAPIError

from server.refusal import Refusal
from server.settings import Settings
from server.vault import VaultError

DEEPEST = 30
"""So many places of a fault are told, the innermost."""

_ROOT = str(Path(__file__).parent.parent) + "/"
# Their texts are ours or the operating system's, and speak of no message.
_HARMLESS = (Refusal, VaultError, ImportError, redis_faults.ConnectionError, redis_faults.TimeoutError)


def configure(settings: Settings, out: TextIO = sys.stderr) -> None:
    """Have everything that this process logs, libraries included, go to ``out`` as the settings say."""
    handler = logging.StreamHandler(out)
    handler.setFormatter(Json() if settings.log == "json" else Plain())
    level = getattr(logging, settings.log_level.upper())
    # What libraries tell below a warning is theirs to debug with, and may hold addresses and tokens.
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
    logging.getLogger("parley").setLevel(level)
    logging.captureWarnings(True)
    # A line that cannot be written would be told with all its values.
    logging.raiseExceptions = False
    sys.excepthook = _uncaught
    threading.excepthook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def trail(log: logging.Logger, said: str, rows: Iterable[Mapping[str, str]], level: int = logging.INFO) -> None:
    """The same thing happened to several events: a line for each, written at once; ``rows`` hold
    ids only, by what they are of: event, conversation, account, message."""
    if log.isEnabledFor(level) and (told := list(rows)):
        log.log(level, said, extra={"rows": told})


def described(fault: BaseException) -> str:
    """What may be said of a fault: its type, and more where its text cannot hold what a person wrote."""
    name = type(fault).__name__
    match fault:
        case DBAPIError():
            return f"{name}: {_of_database(fault.orig)}"
        case OSError() if fault.strerror:
            return f"{name}: {fault.strerror}"
        case _ if isinstance(fault, _HARMLESS):
            return f"{name}: {fault}"
    return name


class _Lines(logging.Formatter, ABC):
    """One line for each of a record's rows, or one."""

    def format(self, record: logging.LogRecord) -> str:
        rows: Sequence[Mapping[str, str]] = getattr(record, "rows", ({},))
        return self.lines(record, _text(record), rows)

    @abstractmethod
    def lines(self, record: logging.LogRecord, text: str, rows: Sequence[Mapping[str, str]]) -> str:
        """The record, of which ``text`` is the text, as lines."""


class Json(_Lines):
    """An object a line: at, level, log, text, the ids, and of a fault ``fault`` and ``where``."""

    def lines(self, record: logging.LogRecord, text: str, rows: Sequence[Mapping[str, str]]) -> str:
        head = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "log": record.name,
            "text": text,
        }
        tail: dict[str, Any] = {}
        if fault := _fault(record):
            tail = {"fault": [described(one) for one in _chain(fault)], "where": list(_places(fault))}
        return "\n".join(msgspec.json.encode({**head, **row, **tail}).decode() for row in rows)


class Plain(_Lines):
    """For a person at a terminal."""

    def lines(self, record: logging.LogRecord, text: str, rows: Sequence[Mapping[str, str]]) -> str:
        at = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        head = f"{at} {record.levelname.lower():7} {record.name}: {text}"
        tail = ""
        if fault := _fault(record):
            tail = "".join(f"\n    {line}" for line in (*map(described, _chain(fault)), *_places(fault)))
        return "\n".join(head + "".join(f"  {name}={value}" for name, value in row.items()) + tail for row in rows)


def _text(record: logging.LogRecord) -> str:
    """The record's own text, the faults in it described."""
    text = str(record.msg)
    args = record.args
    if isinstance(args, tuple) and args:
        text %= tuple(described(arg) if isinstance(arg, BaseException) else arg for arg in args)
    elif args:
        text %= args
    # asyncio tells in the further lines what it was about, values included.
    return text.partition("\n")[0]


def _fault(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if isinstance(record.exc_info, tuple) else None


def _chain(fault: BaseException) -> Iterator[BaseException]:
    """The fault, and those that it came from."""
    seen: set[int] = set()
    one: BaseException | None = fault
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            yield from one.exceptions
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _places(fault: BaseException) -> Iterator[str]:
    """Where the fault came about, the innermost last: file, line, function."""
    innermost = list(_chain(fault))[-1]
    for one in dict.fromkeys((fault, innermost)):
        for frame in traceback.extract_tb(one.__traceback__)[-DEEPEST:]:
            yield f"{frame.filename.removeprefix(_ROOT)}:{frame.lineno} {frame.name}"


def _of_database(fault: BaseException | None) -> str:
    """PostgreSQL's code, with the constraint; SQLite's own words, which hold no values."""
    code = getattr(fault, "sqlstate", None)
    if code:
        constraint = getattr(getattr(fault, "diag", None), "constraint_name", None)
        return f"{type(fault).__name__} {code}" + (f" ({constraint})" if constraint else "")
    return str(fault).partition("\n")[0]


def _uncaught(kind: type[BaseException], fault: BaseException | None, trace: TracebackType | None) -> None:
    if fault is None or issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, fault or kind(), trace)
        return
    logging.getLogger("parley").critical("This process had a fault", exc_info=(kind, fault, trace))
