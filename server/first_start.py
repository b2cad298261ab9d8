"""What a copy of Parley needs before its first message."""

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Engine

import server
from server.database import engine
from server.demo import demo_made
from server.people import ensure_owner
from server.settings import Settings
from server.startup import say


def prepare(settings: Settings) -> list[tuple[str, str]]:
    """Make what is missing; the rows (title, text) that the terminal is to show once Parley runs."""
    database = engine(settings)
    try:
        owner = ensure_owner(database, settings)
        shop = _demo_shop(settings, database) if settings.demo else []
    finally:
        database.dispose()
    rows = []
    if owner is not None:
        secret = f"{owner.password}  (made now, shown only this once)" if owner.made else "and PARLEY_OWNER_PASSWORD"
        rows.append(("Sign in", f"{owner.email}  {secret}"))
    return rows + shop


def _demo_shop(settings: Settings, database: Engine) -> list[tuple[str, str]]:
    """Made by a process of its own: what reads its knowledge in would stay in this one's memory for ever."""
    if not demo_made(database):
        say("Making the demo shop, this once: its flow, its knowledge, its chat ...")
        root = str(Path(server.__file__).parent.parent)
        environ = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))}
        done = subprocess.run([sys.executable, "-m", "server.cli", "demo"], env=environ, check=False)
        if done.returncode:
            return [("Demo shop", "could not be made; what stands above says why")]
    return [("Demo shop", f"{settings.public_url}/shop")]
