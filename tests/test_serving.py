"""What copies under test are started with."""

import errno
import socket

import pytest

from tests.serving import free_port


def test_a_port_stays_free_for_who_knows_its_number() -> None:
    port = free_port()
    for _ in range(2):
        with socket.socket() as any_other, pytest.raises(OSError, check=lambda fault: fault.errno == errno.EADDRINUSE):
            any_other.bind(("127.0.0.1", port))
        with socket.create_server(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port)):
            pass
