"""`python -m server.migrations MESSAGE`: write the revision that takes the newest form to what the models say."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlmodel import SQLModel

import server.knowledge_models
import server.models  # noqa: F401  (registers the tables)
from server.database import alembic_config, engine, migrate
from server.settings import Settings


def main() -> None:
    """Compare a fresh SQLite database at the newest revision with the models."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_env({"PARLEY_DATA": str(Path(folder))})
        migrate(settings)
        with engine(settings).begin() as connection:
            config = alembic_config(connection, metadata=SQLModel.metadata)
            command.revision(config, message=sys.argv[1], autogenerate=True)


if __name__ == "__main__":
    main()
