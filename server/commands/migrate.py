"""`parley migrate`: bring the database to the form that this version wants, before its processes start."""

import argparse

from server.database import migrate
from server.settings import Settings
from server.startup import make_data_folder, say


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_arguments: argparse.Namespace) -> int:
    """0 when it has it; nothing happens where it has had it already."""
    settings = Settings.from_env()
    make_data_folder(settings.data)
    migrate(settings)
    say("The database has the form that this version wants.")
    return 0
