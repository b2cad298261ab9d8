"""What a copy of Parley needs before its first message."""

from server.settings import Settings


def prepare(settings: Settings) -> list[tuple[str, str]]:
    """Make what is missing; the rows (title, text) that the terminal is to show once Parley runs."""
    return [("Demo shop", f"{settings.public_url}/shop")] if settings.demo else []
