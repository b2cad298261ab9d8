"""Starting the real `parley run` for a test, and knowing when it is ready."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Seconds. Only a hanging start takes as long; the first builds the front-end. An end takes no longer than Parley's own
# patience with its processes.
START = 240
STOP = 60


# Bound, never listening: the system then gives these ports to nobody who asks for any, nor to a connection that begins.
_kept: list[socket.socket] = []


def free_port() -> int:
    """A port for who binds to it by its number, as servers do with SO_REUSEADDR; kept until the session ends.

    A copy starts seconds later, or is stopped and started again: meanwhile nothing else may come to have its port.
    """
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind(("127.0.0.1", 0))
    _kept.append(keeper)
    return int(keeper.getsockname()[1])


class Parley:
    """One running copy; `url` is its address, `log` what it has printed so far, `password` its owner's, `environ` its
    settings.

    It ends with the test session, however that ends.
    """

    password = "correct horse battery"

    def __init__(self, data: Path, *command: str, **environ: str) -> None:
        self.data = data
        self.port = int(environ.get("PARLEY_PORT") or free_port())
        self.url = f"http://127.0.0.1:{self.port}"
        data.mkdir(parents=True, exist_ok=True)
        self._log = data / "test.log"
        inherited = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
        own = {
            "PYTHONPATH": str(ROOT),
            "PARLEY_PORT": str(self.port),
            "PARLEY_DATA": str(data),
            "PARLEY_OWNER_PASSWORD": self.password,
            # Making the demo takes seconds; who tests with it switches it on.
            "PARLEY_DEMO": "off",
        }
        self.environ = own | environ
        with self._log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "server.cli", *(command or ("run", "--with-parent"))],
                env=inherited | self.environ,
                cwd=data,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def log(self) -> str:
        """Everything printed so far."""
        return self._log.read_text()

    def wait_until_healthy(self) -> "Parley":
        """Return once /health answers 200; fail with the log if the process ends before."""
        deadline = time.monotonic() + START
        while not self.healthy():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"Parley did not start:\n{self.log}")
            time.sleep(0.05)
        return self

    def healthy(self) -> bool:
        """Whether /health answers 200 now."""
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Stop as Ctrl-C does, wait for the end, and give the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(STOP)
