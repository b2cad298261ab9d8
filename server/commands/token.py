"""`parley token create`: a program's key to the API."""

import argparse

from server import staff
from server.people import PARLEY
from server.permissions import ROLES
from server.startup import say
from server.terminal import installation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`create`, with a name and a role."""
    acts = parser.add_subparsers(required=True, metavar="ACT")
    create = acts.add_parser("create", help="make a token and print it, this once")
    create.add_argument("--name", required=True, help="what the program is called")
    create.add_argument("--role", choices=ROLES, default="viewer", help="what it may do (viewer)")


def run(arguments: argparse.Namespace) -> int:
    """0 with the token on a line of its own."""
    with installation() as parts:
        say(staff.create_token(parts.engine, PARLEY, arguments.name, arguments.role).token)
    return 0
