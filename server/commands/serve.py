"""`parley serve`: the screens, the API and the webhooks, on one port."""

import argparse
import errno
import socket
from importlib import import_module
from types import FrameType

import uvicorn

from server import metrics
from server.admission import Admission
from server.first_start import prepare
from server.refusal import Refusal
from server.settings import Settings
from server.startup import add_supervised, ready_settings, say, table

# Only by name: the screens stand above the server, which may not import them.
APPLICATION = "builder_ui.asgi"
# Connections that wait for the server while it starts again.
BACKLOG = 2048
# Seconds that requests under way have when the server ends.
GRACE = 5
# Bytes of a WebSocket message: a screen's largest is a pasted flow, and anybody may open a socket.
LONGEST_FRAME = 2 * 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--fd`: a listening socket that `parley run` has made."""
    add_supervised(parser)
    parser.add_argument("--fd", type=int, help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to end."""
    settings = ready_settings(arguments)
    listener = listen(settings) if arguments.fd is None else socket.socket(fileno=arguments.fd)
    if not arguments.supervised:
        say(table([("Screens", settings.public_url), *prepare(settings)]))
    metrics.processes.labels("server").set(1)
    config = uvicorn.Config(
        Admission(import_module(APPLICATION).create_app()),
        # The process's own log has all (server.logs).
        log_config=None,
        access_log=False,
        server_header=False,
        # Which proxies to believe is PARLEY_TRUSTED_PROXIES' affair.
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
        ws_max_size=LONGEST_FRAME,
    )
    _Server(config).run(sockets=[listener])
    return 0


class _Server(uvicorn.Server):
    """Told to end, it answers what is under way, closes sockets with 1012 (RFC 6455: they come back) and stores what
    waits; told again, by whatever signal, it ends at once.
    """

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal."""
        self.force_exit = self.should_exit
        super().handle_exit(sig, frame)


def listen(settings: Settings) -> socket.socket:
    """A socket that listens where the settings say. Raises Refusal."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise Refusal(f"PARLEY_HOST should be an address of this machine, not {settings.host!r}.") from None
    listener = socket.socket(family, kind)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except PermissionError:
        listener.close()
        raise Refusal(f"Port {settings.port} needs more rights than you have: set PARLEY_PORT above 1023.") from None
    except OSError as error:
        listener.close()
        raise Refusal(_why_not(settings, error)) from None
    return listener


def _why_not(settings: Settings, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {settings.port} is taken: stop what listens there, or set PARLEY_PORT to another."
    return f"PARLEY_HOST should be an address of this machine, not {settings.host!r}."
