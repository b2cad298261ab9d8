"""What tests share: real parts, each as cheap as it can be made."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import msgspec
import pytest
import redis
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import Engine

from server.database import engine, migrate
from server.settings import Settings
from server.valkey import Valkey
from tests.postgres import Postgres
from tests.serving import Parley

# Else importing a screen would lay links to its assets into the working directory.
os.environ["REFLEX_BACKEND_ONLY"] = "true"

# What a run says is of the code: the same examples every time, and however slow the machine is. A failure tells how to
# have it again. ``pytest --hypothesis-profile=search`` looks among others.
hypothesis.settings.register_profile(
    "search",
    deadline=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large],
)
hypothesis.settings.register_profile("steady", hypothesis.settings.get_profile("search"), derandomize=True)
hypothesis.settings.load_profile("steady")

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# No window, no GPU, and nothing that reaches for the network by itself.
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a browser come last: Playwright's event loop stays in the thread, where asyncio.run() refuses it.

    Files stay whole, as each is one worker's, and those that have both kinds of tests stand in between.
    """

    def browses(item: pytest.Item) -> bool:
        return "browser" in getattr(item, "fixturenames", ())

    kinds: dict[Path, set[bool]] = {}
    for item in items:
        kinds.setdefault(item.path, set()).add(browses(item))
    places = {path: (True in found, False not in found, place) for place, (path, found) in enumerate(kinds.items())}
    items.sort(key=lambda item: (places[item.path], browses(item)))


def _settings(data: Path, **environ: str) -> Settings:
    return Settings.from_env({"PARLEY_DATA": str(data), "PARLEY_DEMO": "on", **environ})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a data folder of the test's own, SQLite and the embedded Valkey (not started)."""
    return _settings(tmp_path / "data")


@pytest.fixture
def valkey(settings: Settings) -> Iterator[redis.Redis]:
    """A client of a real Valkey of the test's own, at `settings.redis_url`."""
    server = Valkey(settings)
    server.start()
    with redis.Redis.from_url(settings.redis_url) as client:
        yield client
    server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The session's PostgreSQL server."""
    server = Postgres()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = _settings(tmp_path_factory.mktemp("sqlite"))
    migrate(settings)
    return settings.data / "parley.db"


@pytest.fixture(scope="session")
def _migrated_postgres(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    name = postgres.create()
    migrate(_settings(tmp_path_factory.mktemp("postgres"), DATABASE_URL=postgres.url(name)))
    return name


@pytest.fixture(params=["sqlite", "postgres"])
def database_settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """The test's settings with a migrated, empty database; the test runs once on each kind."""
    if request.param == "sqlite":
        settings.data.mkdir(parents=True, exist_ok=True)
        shutil.copy(request.getfixturevalue("_migrated_sqlite"), settings.data / "parley.db")
        return settings
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create(template=request.getfixturevalue("_migrated_postgres"))
    url = _settings(settings.data, DATABASE_URL=server.url(name)).database_url
    return msgspec.structs.replace(settings, database_url=url)


@pytest.fixture
def database(database_settings: Settings) -> Iterator[Engine]:
    """An engine on `database_settings`."""
    made = engine(database_settings)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium under Playwright."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path is not None, "These tests need a browser: apt-get install chromium"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of the test's own, in English, with nothing stored."""
    made = browser.new_context(locale="en-US", viewport={"width": 1440, "height": 900})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab of that profile; an error that no script of the page caught fails the test."""
    errors: list[str] = []
    tab = context.new_page()
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    assert errors == []


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Parley]]:
    """`serve(PARLEY_DEMO="off", ...)`: a copy of Parley by `parley run`, healthy, with an empty data folder."""
    running: list[Parley] = []

    def start(**environ: str) -> Parley:
        copy = Parley(tmp_path_factory.mktemp("parley"), **environ)
        running.append(copy)
        return copy.wait_until_healthy()

    yield start
    for copy in running:
        copy.stop()


@pytest.fixture(scope="session")
def served(serve: Callable[..., Parley]) -> Parley:
    """The session's own copy of Parley, the demo switched on; tests of screens share it."""
    return serve(PARLEY_DEMO="on", PARLEY_ALLOWED_HOSTS="127.0.0.1")
