"""The bench measures what it says, at a tiny size: rounds, targets, the same figures in table and JSON."""

import os
from collections.abc import Iterator

import pytest

from tests.bench.copies import Client, Copy, bare, parley
from tests.bench.figures import Figure, Line, Report, Table, Target, figure, quantile, ratios, read
from tests.bench.load import ECHO, Load, Size, insert_name, stored, whole_name
from tests.bench.load_tables import tell

TINY = Size(levels=(2,), middle=2, rounds=1, seconds=0.2, paced=0.6, idle=0.1)


@pytest.fixture(scope="module")
def load() -> Iterator[Load]:
    """A bare route, a bare insert and Parley on SQLite, measured for moments."""
    client = Client()
    with (
        bare("echo", ECHO) as echo,
        bare("insert", insert_name("SQLite")) as insert,
        parley(whole_name("SQLite"), client) as whole,
    ):
        found = Load(client, TINY)
        whole.open(client, found.contacts)
        whole.wait_until_sent()
        found.rest(whole)
        found.measure([echo, insert], [whole], [])
        found.pace(whole)
    yield found
    client.close()


def test_each_message_has_its_answer_its_row_and_its_delivery(load: Load) -> None:
    for name in (ECHO, insert_name("SQLite"), whole_name("SQLite"), stored(whole_name("SQLite"))):
        (one,) = load.rounds(name)
        assert one.rate > 0
        assert one.cpu > 0
        assert one.client > 0
        assert min(one.answers) > 0
    (whole,) = load.rounds(whole_name("SQLite"))
    assert len(whole.answers) == len(whole.rows) == len(whole.delivered)
    # No reply's row stands before its webhook was sent, and none is delivered.
    assert quantile(whole.rows, 0) > 0
    assert quantile(whole.delivered, 0) > 0
    assert [len(one.rows) for one in load.paced[whole_name("SQLite")]] == [2, 2, 2]


def test_the_least_work_takes_time() -> None:
    this = Copy("this process", 0, os.getpid())
    before = this.cpu()
    assert sorted(range(1000)) != []
    assert this.cpu() > before


def test_the_table_and_the_json_tell_the_same(load: Load) -> None:
    report = Report({"cores": "2 cores"})
    tell(report, load, ["SQLite"])
    again = read(report.json())
    assert again == report
    assert again.markdown() == report.markdown()
    drawn = report.markdown()
    for table in again.tables:
        assert f"### {table.title}" in drawn
        for line in table.lines:
            assert line.what in drawn
            assert all(str(cell) in drawn for cell in line.cells)
    assert {target.what for target in again.targets} == {
        "CPU of a message against the bare insert's, with the reply's delivery",
        "p95 to the reply row at 10 messages/s",
    }


def test_a_figure_is_the_median_with_the_lowest_and_the_highest() -> None:
    assert figure([3.0, 1.0, 2.0], "/s") == Figure(2.0, 1.0, 3.0, "/s")
    assert str(figure([1234.5, 1000.0, 2000.0], "/s")) == "1,234/s (1,000/s to 2,000/s)".replace(
        "/s to", " to"
    ).replace("/s)", ")")
    assert str(figure([0.5])) == "0.50"
    assert ratios([2.0, 9.0], [1.0, 3.0]) == Figure(2.5, 2.0, 3.0, "x")
    assert quantile([5.0, 1.0, 3.0], 0.5) == 3.0
    with pytest.raises(ValueError, match="needs a value"):
        figure([])


@pytest.mark.parametrize(
    ("found", "sense", "met", "verdict"),
    [
        (2.0, "at least", True, "met"),
        (0.5, "at least", False, "missed: 4.00 times too little"),
        (2.0, "at most", True, "met"),
        (3.0, "at most", False, "missed: 1.50 times too much"),
    ],
)
def test_a_target_says_by_how_much_it_is_missed(found: float, sense: str, met: bool, verdict: str) -> None:
    target = Target("Rate", "SQLite", figure([found], "x"), sense, 2.0)  # type: ignore[arg-type]
    assert (target.met, target.verdict) == (met, verdict)
    assert verdict in Report({}, targets=[target]).markdown()


def test_the_readme_shows_the_tables_it_names() -> None:
    report = Report({}, [Table(title, ["", "x"], [Line("a", ["b"])]) for title in ("The limit", "Whose code it is")])
    assert "### The limit" in report.markdown(["The limit"])
    assert "Whose" not in report.markdown(["The limit"])
