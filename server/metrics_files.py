"""Where the processes of one data folder keep their figures, so that each of them can show those of all.

A figure is eight bytes in a file of its process, mapped into memory; what a dead process has counted is added to one
file for all the dead, so that no counter ever falls and no number of restarts fills the folder.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import gethostname
from typing import Any

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""What prometheus-client looks at when it is first imported."""

KINDS = ("counter", "gauge_livesum", "histogram")
"""What files a process has."""

DEAD = "0"
"""Stands in a file's name for a process's number: no process has it."""


def share(data: Path) -> None:
    """Have this process's figures lie in the data folder; to be called before ``server.metrics`` is first imported.

    What earlier runs left goes, unless a process of this machine is still counting there.
    """
    # Containers that share a data folder count their processes from 1 each.
    folder = data / "metrics" / gethostname()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(folder):
        if not any(_lives(_process(path)) for path in folder.glob("*.db")):
            for path in folder.glob("*.db"):
                path.unlink()
        os.environ[VARIABLE] = str(folder)
        # They say that this process counts here, and are whole before anybody may read them.
        for kind in KINDS:
            _opened(folder / f"{kind}_{os.getpid()}.db").close()


def shared() -> Path | None:
    """The folder, if this process shares its figures."""
    folder = os.environ.get(VARIABLE)
    return Path(folder) if folder else None


@contextmanager
def tidy(folder: Path) -> Iterator[None]:
    """The files of dead processes put together; meanwhile nobody else tidies up."""
    with _locked(folder):
        for path in sorted(folder.glob("*.db")):
            process = _process(path)
            if process != DEAD and not _lives(process):
                if not path.name.startswith("gauge_"):
                    _bury(path, path.with_name(f"{path.name.partition('_')[0]}_{DEAD}.db"))
                path.unlink(missing_ok=True)
        yield


def _bury(path: Path, grave: Path) -> None:
    if not path.stat().st_size:
        return
    found, kept = _opened(path, read_mode=True), _opened(grave)
    try:
        for key, value, _ in found.read_all_values():
            kept.write_value(key, kept.read_value(key)[0] + value, 0.0)
    finally:
        found.close()
        kept.close()


def _opened(path: Path, read_mode: bool = False) -> Any:
    """A file of figures."""
    # Imported late: at its first import the library asks where figures are to lie.
    from prometheus_client import mmap_dict

    files: Any = mmap_dict
    return files.MmapedDict(str(path), read_mode=read_mode)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _process(path: Path) -> str:
    return path.stem.rpartition("_")[2]


def _lives(process: str) -> bool:
    if process == DEAD:
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
