"""What the processes `serve`, `worker` and `sweep` do before their work, by whomever they were started."""

import argparse
import sys
from pathlib import Path

from server import logs
from server.database import migrate
from server.refusal import Refusal
from server.settings import Settings, socket_path
from server.valkey import answers


def add_supervised(parser: argparse.ArgumentParser) -> None:
    """`--supervised`: for `parley run`, which has seen to database and queue already."""
    parser.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)


def ready_settings(arguments: argparse.Namespace) -> Settings:
    """The settings, with the database brought to its newest form and a queue at hand. Raises Refusal."""
    settings = Settings.from_env()
    logs.configure(settings)
    if not arguments.supervised:
        if settings.redis_embedded and not answers(socket_path(settings.data)):
            raise Refusal(
                "There is no queue: set REDIS_URL to a Redis or Valkey, or let `parley run` start everything."
            )
        make_data_folder(settings.data)
        migrate(settings)
    return settings


def make_data_folder(data: Path) -> None:
    """For this user alone, where there is none yet. Raises Refusal."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data / "run.lock").touch()
    except OSError as error:
        raise Refusal(
            f"The data folder {data} cannot be written ({error.strerror}): "
            "give yourself the right, or set PARLEY_DATA to another."
        ) from None


def table(rows: list[tuple[str, str]]) -> str:
    """Titles and texts in two columns, for a terminal."""
    width = max((len(title) for title, _ in rows), default=0)
    return "\n".join(f"  {title:<{width}}  {text}" for title, text in rows)


def say(text: str) -> None:
    """Print at once, also where the output is a file."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
