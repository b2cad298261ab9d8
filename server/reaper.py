"""What ends a supervisor's children when the supervisor itself is killed.

A process of its own that reads `+PID` and `-PID` lines from its standard input: the process groups to look
after. The kernel closes that pipe however the supervisor dies; then each group is asked to end, and after a
while made to. It needs nothing but the standard library, and no help from the operating system beyond POSIX.
"""

import os
import signal
import subprocess
import sys
import time

# Seconds for the children to end by themselves: a worker gives the job under way twenty.
PATIENCE = 25.0
POLL = 0.05


def start() -> "subprocess.Popen[str]":
    """A reaper for the calling process, to be told of process groups on its standard input."""
    # -I and -S: it shall start in no time and depend on nothing that is installed.
    command = [sys.executable, "-I", "-S", __file__]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, text=True)


def main() -> None:
    """Follow the lines until the supervisor is gone, then end what is left."""
    # Ctrl-C is for the supervisor; it says by the pipe when all is over.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        change = groups.add if line[0] == "+" else groups.discard
        change(int(line[1:]))
    end(groups)


def end(groups: set[int]) -> None:
    """Ask every group to end, wait, then kill those that have not."""
    left = {group for group in groups if tell(group, signal.SIGTERM)}
    deadline = time.monotonic() + PATIENCE
    while left and time.monotonic() < deadline:
        time.sleep(POLL)
        left = {group for group in left if tell(group, 0)}
    for group in left:
        tell(group, signal.SIGKILL)


def tell(group: int, number: int) -> bool:
    """Send a signal to a group; False when there is none such any more."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
