"""What the tests in a browser share."""

from collections.abc import Iterator

import pytest

from tests.widget_copy import WidgetCopy


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WidgetCopy]:
    made = WidgetCopy(tmp_path_factory.mktemp("widget"))
    made.start()
    yield made
    made.close()
