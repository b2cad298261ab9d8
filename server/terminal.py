"""What the sub-commands for flows and people share: files in, the installation's parts, faults as lines."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.document import LARGEST
from server.database import migrate
from server.errors import Fault
from server.parts import Parts
from server.refusal import Refusal
from server.settings import Settings
from server.startup import make_data_folder, say

FAULTY = 1
"""The exit code of a command that found what it looked for: faults."""


def file_bytes(path: str) -> bytes:
    """A file's content; `-` is the standard input. Raises Refusal."""
    try:
        if path == "-":
            return sys.stdin.buffer.read(LARGEST + 1)
        with Path(path).open("rb") as file:
            return file.read(LARGEST + 1)
    except IsADirectoryError:
        raise Refusal(f"{path} is a folder; a file is wanted.") from None
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.") from None


def say_faults(faults: Iterable[Fault]) -> int:
    """One line each, `path: message`; the exit code."""
    for fault in faults:
        say(f"{fault.path}: {fault.message}" if fault.path else fault.message)
    return FAULTY


@contextmanager
def installation() -> Iterator[Parts]:
    """The parts of the copy of Parley that the environment names, its database brought to its newest form."""
    settings = Settings.from_env()
    make_data_folder(settings.data)
    migrate(settings)
    parts = Parts(settings)
    try:
        yield parts
    finally:
        parts.close()
