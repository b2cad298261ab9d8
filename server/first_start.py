"""What a copy of Parley needs before its first message."""

from server.database import engine
from server.people import ensure_owner
from server.settings import Settings


def prepare(settings: Settings) -> list[tuple[str, str]]:
    """Make what is missing; the rows (title, text) that the terminal is to show once Parley runs."""
    database = engine(settings)
    try:
        owner = ensure_owner(database, settings)
    finally:
        database.dispose()
    rows = []
    if owner is not None:
        secret = f"{owner.password}  (made now, shown only this once)" if owner.made else "and PARLEY_OWNER_PASSWORD"
        rows.append(("Sign in", f"{owner.email}  {secret}"))
    if settings.demo:
        rows.append(("Demo shop", f"{settings.public_url}/shop"))
    return rows
