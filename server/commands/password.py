"""`parley password EMAIL`: a new password for somebody who has lost theirs."""

import argparse
import getpass
import sys

from server import staff
from server.startup import say
from server.terminal import installation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose."""
    parser.add_argument("email", metavar="EMAIL", help="what the person signs in with")


def run(arguments: argparse.Namespace) -> int:
    """0 when it is set; all sign-ins of the person end."""
    password = getpass.getpass("New password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    with installation() as parts:
        staff.set_password(parts.engine, arguments.email, password)
    say(f"{arguments.email}: the password is set; the sign-ins until now have ended.")
    return 0
