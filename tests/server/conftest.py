"""What the tests of the server share."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from server.database import engine
from server.examples import add_documents
from server.knowledge import Knowledge
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
    settings = msgspec.structs.replace(database_settings, telegram_url=platform.url, allowed_hosts=("127.0.0.1",))
    settings.data.mkdir(parents=True, exist_ok=True)
    made = Parts(settings)
    yield made
    made.close()


@pytest.fixture(scope="session")
def luna(tmp_path_factory: pytest.TempPathFactory, _migrated_sqlite: Path) -> Iterator[Knowledge]:
    """The demo shop's knowledge, only to be asked."""
    data = tmp_path_factory.mktemp("luna")
    (data / "parley.db").write_bytes(_migrated_sqlite.read_bytes())
    made = engine(Settings.from_env({"PARLEY_DATA": str(data)}))
    knowledge = Knowledge(made)
    add_documents(knowledge, "luna")
    yield knowledge
    made.dispose()
