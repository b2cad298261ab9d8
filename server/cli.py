"""The command `parley`: finds the sub-command, and turns what stops it into one sentence."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

from server.errors import RefusedError
from server.refusal import Refusal
from server.settings import Settings


class Command(NamedTuple):
    """A sub-command; its module is imported only when it is the one asked for.

    One that ``counts`` shares its figures (server.metrics) with the others on its data folder.
    """

    name: str
    help: str
    module: str
    counts: bool = False


COMMANDS = (
    Command("run", "start everything: database, queue, server, worker, sweeper", "server.commands.run"),
    Command("serve", "start the server alone", "server.commands.serve", counts=True),
    Command("worker", "start one worker alone", "server.commands.worker", counts=True),
    Command("sweep", "start the sweeper alone", "server.commands.sweep", counts=True),
    Command("doctor", "say what is wrong, and what to do", "server.commands.doctor"),
    Command("migrate", "bring the database to the newest form", "server.commands.migrate"),
    Command("check", "say what is wrong with a flow's file", "server.commands.check"),
    Command("rehearse", "play a conversation on a flow's file", "server.commands.rehearse"),
    Command("import", "take a flow's file as a draft", "server.commands.import_flow"),
    Command("export", "write a flow's file", "server.commands.export"),
    Command("token", "make a key to the API", "server.commands.token"),
    Command("demo", "make the demo shop's flow, knowledge and chat", "server.commands.demo"),
    Command("password", "set the password of somebody who has lost it", "server.commands.password"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the sub-command that `argv` (else the process's arguments) names; the exit code."""
    argv = sys.argv[1:] if argv is None else argv
    try:
        arguments = _parser(argv).parse_args(argv)
        return int(arguments.run(arguments))
    except Refusal as refusal:
        sys.stderr.write(f"parley: {refusal}\n")
        return Refusal.EXIT_CODE
    except RefusedError as refused:
        sys.stderr.write(f"parley: {refused}\n")
        return Refusal.EXIT_CODE


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="parley", description="Conversations with customers, drawn as flows.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    asked = next((word for word in argv if not word.startswith("-")), None)
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.help)
        if command.name == asked:
            if command.counts and not {"-h", "--help"} & set(argv):
                _share_figures()
            module = import_module(command.module)
            module.add_arguments(sub)
            sub.set_defaults(run=module.run)
    return parser


def _share_figures() -> None:
    """Before the command's module is imported: what counts in it asks at its import where."""
    from server.metrics_files import share
    from server.startup import make_data_folder

    data = Settings.from_env().data
    make_data_folder(data)
    share(data)


if __name__ == "__main__":
    sys.exit(main())
