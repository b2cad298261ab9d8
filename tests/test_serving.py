"""What copies under test are started with."""

import errno
import socket

import pytest

from server import supervisor, valkey
from tests.serving import STOP, free_port


def test_a_port_stays_free_for_who_knows_its_number() -> None:
    port = free_port()
    for _ in range(2):
        with socket.socket() as any_other, pytest.raises(OSError, check=lambda fault: fault.errno == errno.EADDRINUSE):
            any_other.bind(("127.0.0.1", port))
        with socket.create_server(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port)):
            pass


def test_a_copy_has_all_the_time_to_end_that_it_gives_its_processes() -> None:
    assert STOP > supervisor.PATIENCE + 2 * valkey.STOP
