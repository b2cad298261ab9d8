"""What the tests in a browser share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.editing import PATIENCE, Desk, Editor, Open
from tests.browser.visiting import sign_in
from tests.serving import Parley
from tests.widget_copy import WidgetCopy

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WidgetCopy]:
    made = WidgetCopy(tmp_path_factory.mktemp("widget"))
    made.start()
    yield made
    made.close()


@pytest.fixture
def owner(context: BrowserContext, served: Parley) -> None:
    """The profile is signed in as the owner."""
    sign_in(context, served)


@pytest.fixture(scope="session")
def desk(served: Parley) -> Desk:
    return Desk(served)


@pytest.fixture
def edit(page: Page, desk: Desk) -> Open:
    """`edit("Name")` opens a new empty flow, `edit("Name", flow)` a new one like `flow`."""
    return lambda name, flow=None, token="": Editor(page, desk, desk.create(name, flow), token)


@pytest.fixture
def theirs(browser: Browser) -> Iterator[BrowserContext]:
    """A profile of somebody else."""
    made = browser.new_context(locale="en-US", viewport={"width": 1440, "height": 900})
    yield made
    made.close()
