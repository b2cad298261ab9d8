"""The gate before publishing: test cases that fail, and who may go through all the same."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from server import audit, publishing
from tests.server.house import ADA, refused


@pytest.fixture
def flow(database: Engine) -> str:
    """A flow that can be published: it greets and closes."""
    made = publishing.create_flow(database, ADA, "After-sales")
    edits: list[dict[str, Any]] = [
        {"op": "add", "node": "greet", "config": {"type": "message", "text": "Hello"}, "at": [0, 0]},
        {"op": "add", "node": "end", "config": {"type": "close"}, "at": [300, 0]},
        {"op": "connect", "source": "greet", "port": "next", "target": "end"},
    ]
    publishing.edit(database, made, {"op": "batch", "edits": edits}, ADA)
    return made


def tested(database: Engine, flow: str) -> None:
    """Give the flow a test case that holds."""
    case = {"op": "put_case", "id": "greeting", "text": "# Greeting\n\nopens\nbot: Hello\n- close\n"}
    publishing.edit(database, flow, case, ADA)


def broken(database: Engine, flow: str) -> None:
    """Let it fail."""
    publishing.edit(database, flow, {"op": "set", "node": "greet", "field": "text", "value": "Good day"}, ADA)


def test_a_failing_test_case_keeps_a_flow_back(database: Engine, flow: str) -> None:
    tested(database, flow)
    assert publishing.publish(database, flow, "", ADA).number == 1
    broken(database, flow)
    with refused("cases_fail") as failed:
        publishing.publish(database, flow, "", ADA)
    (fault,) = failed.value.faults
    assert (fault.path, fault.code) == ("cases/greeting", "case_fails")
    assert "“Greeting” does not go as written" in fault.message
    assert "-bot: Hello\n+bot: Good day" in fault.message
    with refused("cases_fail") as failed:
        publishing.publish(database, flow, "", ADA, language="zh", override_reason="  ")
    assert "“Greeting”与预期不符" in failed.value.faults[0].message
    assert [one.number for one in publishing.revisions(database, flow)] == [1]


def test_who_leads_may_publish_all_the_same_and_says_why(database: Engine, flow: str) -> None:
    tested(database, flow)
    broken(database, flow)
    with refused("not_allowed"):
        publishing.publish(database, flow, "", ADA, override_reason="No time")
    leads = msgspec.structs.replace(ADA, role="admin")
    made = publishing.publish(database, flow, "Greets", leads, override_reason=" The words\nare right ")
    assert (made.failing, made.override) == (1, "The words are right")
    (listed,) = publishing.revisions(database, flow)
    assert (listed.failing, listed.override) == (1, "The words are right")
    entry = audit.entries(database)[0]
    assert entry.details == {
        "revision": 1,
        "note": "Greets",
        "override": "The words are right",
        "failing": ["greeting"],
    }


def test_a_reason_that_nothing_asks_for_is_not_kept(database: Engine, flow: str) -> None:
    tested(database, flow)
    made = publishing.publish(database, flow, "", ADA, override_reason="To be sure")
    assert (made.failing, made.override) == (0, "")


def test_what_is_published_is_what_was_tested(database: Engine, flow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tested(database, flow)
    before = publishing.draft(database, flow)
    let_through = publishing.gate
    looked = []

    def meanwhile(engine: Engine, tested: Any, *others: Any) -> Any:
        looked.append(tested.nodes["greet"].text)
        passed = let_through(engine, tested, *others)
        if len(looked) == 1:
            broken(database, flow)
        return passed

    monkeypatch.setattr(publishing, "gate", meanwhile)
    with refused("cases_fail"):
        publishing.publish(database, flow, "", ADA)
    assert looked == ["Hello", "Good day"]
    with refused("conflict"):
        publishing.publish(database, flow, "", ADA, version=before.version)
    assert publishing.revisions(database, flow) == []


def test_a_flow_that_is_deleted_meanwhile_stays_deleted(
    database: Engine, flow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_through = publishing.gate

    def meanwhile(*given: Any) -> Any:
        publishing.delete_flow(database, flow, ADA)
        return let_through(*given)

    monkeypatch.setattr(publishing, "gate", meanwhile)
    with refused("in_trash"):
        publishing.publish(database, flow, "", ADA)
    assert publishing.draft(database, flow).state == "deleted"


def test_cases_travel_with_files_copies_and_revisions(database: Engine, flow: str) -> None:
    tested(database, flow)
    publishing.publish(database, flow, "", ADA)
    cases = publishing.draft(database, flow).flow.cases
    copy = publishing.duplicate_flow(database, ADA, flow, "Copy")
    assert publishing.draft(database, copy).flow.cases == cases
    imported = publishing.import_flow(database, publishing.export_flow(database, flow), ADA, if_exists="copy")
    assert publishing.draft(database, imported.id).flow.cases == cases
    publishing.edit(database, flow, {"op": "remove_case", "id": "greeting"}, ADA)
    publishing.restore(database, flow, 1, ADA)
    assert publishing.draft(database, flow).flow.cases == cases
