"""The editor's bench measures what it says, at a tiny size."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.bench.editor import BARE, OWN, PLAIN, Size, measured
from tests.bench.editor_tables import tell
from tests.bench.figures import Report, read
from tests.browser.editing import Desk
from tests.serving import Parley

pytestmark = pytest.mark.browser

TINY = Size(small=4, large=8, rounds=1, seconds=0.1, edits=1, pages=("sign-in",))


def test_a_tiny_run_tells_every_figure(browser: Browser, served: Parley, tmp_path: Path) -> None:
    found = measured(browser, Desk(served), TINY, tmp_path)
    assert {what for what, _ in found.drags} == {OWN, PLAIN, BARE}
    assert all(one.frames and one.work > 0 for drags in found.drags.values() for one in drags)
    for (edit,) in found.edits.values():
        assert edit.row > 0
        assert edit.other > 0
        assert edit.messages == 1
    assert min(js for js, _ in found.scripts.values()) > 100_000
    report = Report({})
    tell(report, found)
    assert read(report.json()) == report
    assert {table.title.split()[0] for table in report.tables} == {"Opening", "Dragging", "What"}
    counted = {target.what: target.met for target in report.targets}
    assert counted["Messages of a drag"]
    assert counted["Script of a page other than the editor"]
