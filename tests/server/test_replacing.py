"""Drafts replaced as a whole: by what a revision was, by a file."""

from typing import Any

import pytest
from sqlalchemy import Engine

from engine.flow import Flow
from server import publishing
from tests.server.house import ADA, document


def add(node: str) -> dict[str, Any]:
    return {"op": "add", "node": node, "config": {"type": "message", "text": "Hello"}, "at": [0, 0]}


@pytest.fixture
def flow(database: Engine) -> str:
    """A flow that can be published: it greets and closes."""
    nodes = {"greet": {"type": "message", "text": "Hello"}, "end": {"type": "close"}}
    return publishing.create_flow(database, ADA, flow=document("after-sales", nodes, ["greet > end"]))


def test_restoring_changes_the_draft_alone_and_can_be_taken_back(database: Engine, flow: str) -> None:
    publishing.publish(database, flow, "", ADA)
    old = publishing.draft(database, flow).flow
    newer = publishing.edit(database, flow, add("more"), ADA).flow
    restored = publishing.restore(database, flow, 1, ADA)
    assert publishing.draft(database, flow).flow == old
    assert "more" in restored.changed
    assert publishing.edit(database, flow, restored.inverse, ADA).flow == newer
    assert [one.number for one in publishing.revisions(database, flow)] == [1]


def test_restoring_reads_the_draft_once_and_again_only_where_somebody_was_faster(
    database: Engine, flow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publishing.publish(database, flow, "", ADA)
    old = publishing.edit(database, flow, add("more"), ADA).version
    reads: list[str] = []
    read, reckon = publishing._draft, publishing.inverse

    def counted(connection: Any, which: str, lock: bool = False) -> publishing.Draft:
        reads.append("held" if lock else "free")
        return read(connection, which, lock)

    monkeypatch.setattr(publishing, "_draft", counted)
    assert publishing.restore(database, flow, 1, ADA).version == old + 1
    assert reads == ["free"]

    def overtaken(now: Flow[Any], wanted: Flow[Any]) -> Any:
        if reads == ["free"]:
            publishing.edit(database, flow, add("theirs"), ADA)
        return reckon(now, wanted)

    mine = publishing.edit(database, flow, add("mine"), ADA).flow
    reads.clear()
    monkeypatch.setattr(publishing, "inverse", overtaken)
    restored = publishing.restore(database, flow, 1, ADA)
    # Of the three the second is the other person's edit.
    assert reads == ["free", "free", "held"]
    assert publishing.draft(database, flow).flow == publishing.revision(database, flow, 1)
    # What takes it back brings both people's edits back.
    back = publishing.edit(database, flow, restored.inverse, ADA).flow
    assert back.nodes.keys() == {*mine.nodes, "theirs"}


def test_an_import_replaces_the_draft_alone_and_can_be_taken_back(database: Engine, flow: str) -> None:
    publishing.publish(database, flow, "", ADA)
    data = publishing.export_flow(database, flow)
    mine = publishing.edit(database, flow, add("mine"), ADA).flow
    imported = publishing.import_flow(database, data, ADA)
    assert publishing.export_flow(database, flow) == data
    assert imported.inverse is not None
    assert publishing.edit(database, flow, imported.inverse, ADA).flow == mine
    assert [one.number for one in publishing.revisions(database, flow)] == [1]


def test_an_import_that_says_true_for_one_is_taken(database: Engine, flow: str) -> None:
    def wanting(value: Any) -> dict[str, Any]:
        when = {"kind": "compare", "fact": "value.member", "op": "is", "value": value}
        return {"op": "set_flow", "field": "trigger", "value": {"when": when}}

    old = publishing.edit(database, flow, wanting(value=True), ADA)
    data = publishing.export_flow(database, flow)
    assert publishing.import_flow(database, data, ADA).version == old.version
    publishing.edit(database, flow, wanting(1), ADA)
    assert publishing.import_flow(database, data, ADA).version == old.version + 2
    assert publishing.export_flow(database, flow) == data
