"""What the tests of the server share."""

from collections.abc import Iterator

import msgspec
import pytest

from server.parts import Parts
from server.settings import Settings
from tests.server.platform import Platform


@pytest.fixture
def platform() -> Iterator[Platform]:
    """A messaging platform on this machine."""
    made = Platform()
    yield made
    made.close()


@pytest.fixture
def parts(database_settings: Settings, platform: Platform) -> Iterator[Parts]:
    """What a process works with, on both databases; Redis is away, as it may be."""
    settings = msgspec.structs.replace(database_settings, telegram_url=platform.url)
    settings.data.mkdir(parents=True, exist_ok=True)
    made = Parts(settings)
    yield made
    made.close()
