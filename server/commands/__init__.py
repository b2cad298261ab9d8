"""The sub-commands of `parley`, one file each: `add_arguments(parser)` and `run(arguments) -> exit code`.

A new one is its file and a line in `server.cli.COMMANDS`.
"""
