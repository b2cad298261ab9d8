"""Keeps child processes running: starts them, starts them again when they die, and ends them all together."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from server import reaper
from server.refusal import Refusal

# Seconds.
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
# What ran for so long has not failed at its start: when it dies, it is back at once.
SETTLED = 15.0
PATIENCE = 25.0
POLL = 1.0


class Charge(Protocol):
    """What a supervisor looks after. `start` may raise; `stop` returns when the process is gone."""

    @property
    def name(self) -> str:
        """What the log calls it."""

    @property
    def pid(self) -> int | None:
        """The leader of its process group, once started."""

    def start(self) -> None:
        """Have it run."""

    @property
    def exit_code(self) -> int | None:
        """Its last exit code, where that is known."""

    def alive(self) -> bool:
        """Whether it runs."""

    def ask_to_end(self) -> None:
        """Begin its end, without waiting."""

    def stop(self) -> None:
        """End it and wait until it has ended."""


class Child:
    """A child process in a group of its own, so that Ctrl-C in a terminal reaches the supervisor alone."""

    def __init__(self, name: str, command: list[str], environ: Mapping[str, str], pass_fds: tuple[int, ...] = ()):
        self.name = name
        self._command = command
        self._environ = environ
        self._pass_fds = pass_fds
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The leader of its process group."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the process."""
        self._process = subprocess.Popen(
            self._command,
            env=self._environ,
            pass_fds=self._pass_fds,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self._process.poll() if self._process is not None else None

    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def ask_to_end(self) -> None:
        """Send SIGTERM to the process alone; how its own children end is its affair."""
        if self._process is not None and self.alive():
            self._process.terminate()

    def stop(self) -> None:
        """Wait for the end, and force it on the whole group after a while."""
        if self._process is None:
            return
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            pass
        reaper.tell(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Supervisor:
    """Runs its charges until a signal comes; for the main thread, whose signals it takes."""

    def __init__(self, log: Callable[[str], None]) -> None:
        self._log = log
        self._watched: list[_Watched] = []
        self._signals = 0
        self._wake_in, self._wake_out = os.pipe()
        os.set_blocking(self._wake_in, False)
        os.set_blocking(self._wake_out, False)
        signal.set_wakeup_fd(self._wake_out, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Under nohup a closed terminal is meant to change nothing.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._on_signal)
        # It does nothing; that there is a handler lets a child's end interrupt the waiting.
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._reaper = reaper.start()

    def add(self, charge: Charge) -> None:
        """Start a charge and look after it from now on; what its start raises passes through."""
        watched = _Watched(charge)
        self._watched.append(watched)
        self._start(watched)

    def run(self, goes_on: Callable[[], bool]) -> bool:
        """Look after the charges until a signal comes or `goes_on()`, asked every second, says no.

        True when it ended before, because a charge refused to run.
        """
        while not self._signals and goes_on():
            if self._reaper.poll() is not None:
                self._replace_reaper()
            for watched in self._watched:
                if not watched.charge.alive() and not self._bring_back(watched):
                    return True
            select.select([self._wake_in], [], [], POLL)
            self._forget_wakes()
        return False

    def stop(self) -> None:
        """End all charges, the last added first. A second Ctrl-C makes short work of it."""
        for watched in reversed(self._watched):
            watched.charge.ask_to_end()
        for watched in reversed(self._watched):
            pid = watched.charge.pid
            watched.charge.stop()
            self._tell_reaper(f"-{pid}\n")
        self._reaper.communicate()
        signal.set_wakeup_fd(-1)
        os.close(self._wake_in)
        os.close(self._wake_out)

    def _start(self, watched: "_Watched") -> None:
        before = watched.charge.pid
        watched.charge.start()
        watched.started = time.monotonic()
        watched.due = None
        if before is not None:
            self._tell_reaper(f"-{before}\n")
        self._tell_reaper(f"+{watched.charge.pid}\n")

    def _bring_back(self, watched: "_Watched") -> bool:
        """Start a dead charge again once its pause is over; False when it would only refuse again."""
        now = time.monotonic()
        if watched.due is None:
            if watched.charge.exit_code == Refusal.EXIT_CODE:
                return False
            if now - watched.started > SETTLED:
                watched.pause = FIRST_PAUSE
            self._log(f"{watched.charge.name} ended unexpectedly; it starts again in {watched.pause:g} s.")
            watched.due = now + watched.pause
            watched.pause = min(2 * watched.pause, LONGEST_PAUSE)
        elif now >= watched.due:
            try:
                self._start(watched)
            except (OSError, Refusal) as error:
                self._log(f"{watched.charge.name} did not start: {error}")
                watched.started, watched.due = now, None
        return True

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._signals += 1
        if self._signals > 1:
            for watched in self._watched:
                if isinstance(watched.charge, Child) and watched.charge.pid is not None:
                    reaper.tell(watched.charge.pid, signal.SIGKILL)

    def _forget_wakes(self) -> None:
        try:
            os.read(self._wake_in, 4096)
        except BlockingIOError:
            pass

    def _tell_reaper(self, line: str) -> None:
        lines = self._reaper.stdin
        try:
            if lines is not None:
                lines.write(line)
                lines.flush()
        except BrokenPipeError:
            # The next round replaces it, and tells the new one all.
            pass

    def _replace_reaper(self) -> None:
        self._reaper = reaper.start()
        for watched in self._watched:
            if watched.charge.alive():
                self._tell_reaper(f"+{watched.charge.pid}\n")


class _Watched:
    """A charge and when it is to start again."""

    def __init__(self, charge: Charge) -> None:
        self.charge = charge
        self.started = 0.0
        self.pause = FIRST_PAUSE
        self.due: float | None = None
