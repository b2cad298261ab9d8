"""Flows that run other flows, on the real way of a message: what is pinned, what a draft reaches, who uses whom."""

from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from engine.flow import Flow
from server import publishing, staff, subflows, tables
from server.app import create_api
from server.checking import problems
from server.errors import RefusedError
from server.inbox import Filter
from server.parts import Parts
from server.people import PARLEY
from server.plans import Plans
from server.uses import Using, flows_that_run
from tests.server.house import arrive, document, row, said, talk, telegram_account, turn

ONLY_CALLED = {"only_called": True}


def returns(word: str, **more: Any) -> Flow[Any]:
    nodes = {
        "ask": {"type": "question", "text": f"{word}: why?", "save_as": "reason"},
        "note": {"type": "message", "text": f"{word} noted {{value.order}}: {{value.reason}}"},
        "person": {"type": "human_handoff", "reason": "r"},
    }
    words = {"inputs": ["order"], "outputs": ["reason"], "trigger": ONLY_CALLED}
    return document("returns", nodes, ["ask.answered > note"], **{**words, **more})


def shop(word: str) -> Flow[Any]:
    nodes = {
        "run": {"type": "subflow", "flow": "returns", "inputs": {"order": "{text}"}, "outputs": {"why": "reason"}},
        "end": {"type": "message", "text": f"{word} done: {{value.why}}"},
        "listen": {"type": "question", "text": ""},
        "person": {"type": "human_handoff", "reason": "r"},
    }
    edges = ["run.done > end", "end > listen", "listen.answered > run"]
    return document("shop", nodes, edges)


def put(parts: Parts, flow: Flow[Any]) -> None:
    """The flow as a draft, in place of the one that is there."""
    publishing.import_flow(parts.engine, msgspec.json.encode(flow), PARLEY)


def publish(parts: Parts, *flows: Flow[Any]) -> None:
    for flow in flows:
        put(parts, flow)
        publishing.publish(parts.engine, flow.id, "", PARLEY)


def pins(parts: Parts) -> list[tuple[str, int, str]]:
    columns = tables.revisions.c
    chosen = select(columns.flow, columns.number, columns.pins).order_by(columns.flow, columns.number)
    with parts.engine.begin() as connection:
        return [(one.flow, one.number, one.pins) for one in connection.execute(chosen) if one.pins != "{}"]


def ids(parts: Parts) -> list[str]:
    return [one.id for one in parts.inbox.conversations(Filter()).cards]


def codes(parts: Parts, flow: Flow[Any]) -> list[str]:
    return [one.code for one in problems(parts.engine, flow) if one.severity == "error"]


def bot(parts: Parts, conversation: str) -> list[str]:
    return [text for author, text in talk(parts, conversation) if author != "contact"]


def test_who_waits_within_a_sub_flow_finishes_on_what_it_began_with(parts: Parts) -> None:
    telegram_account(parts)
    publish(parts, returns("First"), shop("First"))
    arrive(parts, said("LU-1", 1, address="100"))
    turn(parts)
    (conversation,) = ids(parts)
    assert row(parts, conversation).revision == 1
    publish(parts, returns("Second"), shop("Second"))
    assert pins(parts) == [("shop", 1, '{"returns":1}'), ("shop", 2, '{"returns":2}')]
    arrive(parts, said("too small", 2, address="100"), said("LU-2", 3, address="200"))
    turn(parts)
    assert bot(parts, conversation) == ["First: why?", "First noted LU-1: too small", "First done: too small"]
    (other,) = (one for one in ids(parts) if one != conversation)
    assert bot(parts, other) == ["Second: why?"]
    # The first one goes on with its own revision for as long as it lives.
    arrive(parts, said("LU-3", 4, address="100"))
    turn(parts)
    assert bot(parts, conversation)[-1] == "First: why?"


def test_a_draft_of_a_sub_flow_never_reaches_anybody(parts: Parts) -> None:
    telegram_account(parts)
    publish(parts, returns("First"), shop("First"))
    put(parts, returns("Draft"))
    arrive(parts, said("LU-1"))
    turn(parts)
    (conversation,) = ids(parts)
    assert bot(parts, conversation) == ["First: why?"]
    # Nor does a new revision of it, before the flow that runs it is published again.
    publishing.publish(parts.engine, "returns", "", PARLEY)
    arrive(parts, said("LU-2", address="200"))
    turn(parts)
    assert {text for one in ids(parts) for text in bot(parts, one)} == {"First: why?"}
    assert subflows.outdated(parts.engine, "shop", 1, shop("First")) == ["returns"]
    publishing.publish(parts.engine, "shop", "", PARLEY)
    assert pins(parts)[-1] == ("shop", 2, '{"returns":2}')
    assert subflows.outdated(parts.engine, "shop", 2, shop("First")) == []
    with pytest.raises(RefusedError, match="Nothing has changed"):
        publishing.publish(parts.engine, "shop", "", PARLEY)


def test_an_earlier_revision_comes_back_with_what_it_ran(parts: Parts) -> None:
    publish(parts, returns("First"), shop("First"), returns("Second"), shop("Second"))
    publishing.roll_back(parts.engine, "shop", 1, PARLEY)
    assert pins(parts)[-1] == ("shop", 3, '{"returns":1}')
    plan = Plans(parts.engine).plan("shop", 3)
    assert plan.inner["returns"].revision == 1


def cased(flow: Flow[Any], answer: str) -> Flow[Any]:
    """With a test case that goes as written if the flow it runs asks this."""
    case = f"# Why\n\nvisitor: LU-1\nbot: {answer}\n"
    return msgspec.structs.replace(flow, cases={"why": case})


def test_what_is_published_holds_on_to_what_it_was_tested_with(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(parts, returns("First"))
    put(parts, cased(shop("Shop"), "First: why?"))
    put(parts, returns("Second"))
    let_through, tested = publishing.gate, []

    def meanwhile(*given: Any) -> Any:
        passed = let_through(*given)
        tested.append(passed.pins)
        publishing.publish(parts.engine, "returns", "", PARLEY)
        return passed

    monkeypatch.setattr(
        publishing, "gate", lambda *given: (let_through if tested or given[1].id != "shop" else meanwhile)(*given)
    )
    with pytest.raises(RefusedError) as refused:
        publishing.publish(parts.engine, "shop", "", PARLEY)
    assert tested == [{"returns": 1}]
    assert "+bot: Second: why?" in refused.value.faults[0].message
    assert pins(parts) == []


def test_a_rehearsal_of_a_revision_runs_what_it_holds_on_to(parts: Parts) -> None:
    publish(parts, returns("First"), shop("Shop"))
    put(parts, returns("Draft"))
    wanted = {"inputs": [{"say": "LU-1"}]}
    with TestClient(create_api(parts.settings)) as api:
        token = staff.create_token(parts.engine, PARLEY, "builder", "builder").token
        for revision, said_then in ((1, "First: why?"), (None, "Draft: why?")):
            asked = {**wanted, **({"revision": revision} if revision else {})}
            answer = api.post("/api/flows/shop/rehearse", json=asked, headers={"authorization": f"Bearer {token}"})
            (step,) = answer.json()["steps"]
            assert [one["text"] for one in step["effects"]] == [said_then]


def test_cases_run_what_a_published_flow_holds_on_to(parts: Parts) -> None:
    """Neither the newest revision of a flow within a flow within it, nor what their drafts run."""
    publish(parts, returns("First"), shop("Shop"), returns("Second"))
    outer = {"run": {"type": "subflow", "flow": "shop"}, "person": {"type": "human_handoff", "reason": "r"}}
    put(parts, cased(document("outer", outer, ["run.done > person"]), "First: why?"))
    put(parts, document("shop", {"person": {"type": "human_handoff", "reason": "r"}}, []))
    publishing.publish(parts.engine, "outer", "", PARLEY)
    assert pins(parts)[0] == ("outer", 1, '{"shop":1}')


def test_a_flow_that_only_others_run_takes_no_conversation(parts: Parts) -> None:
    telegram_account(parts)
    publish(parts, returns("First"))
    arrive(parts, said("Hello"))
    turn(parts)
    (conversation,) = ids(parts)
    assert row(parts, conversation).flow == ""
    assert Plans(parts.engine).ahead_of("shop", shop("First")) == ""


def test_what_is_not_published_cannot_be_run(parts: Parts) -> None:
    put(parts, returns("First"))
    put(parts, shop("First"))
    with pytest.raises(RefusedError) as refused:
        publishing.publish(parts.engine, "shop", "", PARLEY)
    assert [fault.code for fault in refused.value.faults] == ["subflow_unpublished"]
    publishing.publish(parts.engine, "returns", "", PARLEY)
    assert codes(parts, shop("First")) == []
    publishing.delete_flow(parts.engine, "returns", PARLEY)
    assert codes(parts, shop("First")) == ["unknown_subflow"]


def test_a_draft_that_takes_more_is_to_be_published_first(parts: Parts) -> None:
    publish(parts, returns("First"))
    put(parts, returns("Second", outputs=["reason", "label"], inputs=["order", "size"]))
    made = shop("First")
    run = msgspec.structs.replace(made.nodes["run"], inputs={"order": "x", "size": "y"}, outputs={"label": "label"})
    made = msgspec.structs.replace(made, nodes={**made.nodes, "run": run})
    assert [(one.code, one.field) for one in problems(parts.engine, made) if "draft" in one.code] == [
        ("output_in_draft", "outputs.label"),
        ("input_in_draft", "inputs.size"),
    ]
    publishing.publish(parts.engine, "returns", "", PARLEY)
    assert [one for one in problems(parts.engine, made) if "draft" in one.code] == []


def test_a_revision_that_is_gone_leaves_the_flow_its_other_way(parts: Parts) -> None:
    publish(parts, returns("First"), shop("First"))
    with parts.engine.begin() as connection:
        connection.execute(tables.revisions.delete().where(tables.revisions.c.flow == "returns"))
    assert Plans(parts.engine).plan("shop", 1).inner == {}


def test_tells_who_runs_a_flow(parts: Parts) -> None:
    publish(parts, returns("First"), shop("First"))
    assert flows_that_run(parts.engine, "returns") == [Using("shop", "shop")]
    assert flows_that_run(parts.engine, "shop") == []


def test_a_rehearsal_runs_drafts_all_the_way_down(parts: Parts) -> None:
    put(parts, returns("Draft"))
    put(parts, document("outer", {"run": {"type": "subflow", "flow": "shop"}}, []))
    put(parts, shop("Draft"))
    outer = publishing.draft(parts.engine, "outer").flow
    assert sorted(subflows.drafts(parts.engine, outer)) == ["returns", "shop"]
