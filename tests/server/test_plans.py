"""Published flows as the workers have them."""

import logging
from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import update

import flows
from engine.session import Session
from server import tables
from server.parts import Parts
from server.plans import Plans
from tests.server.house import echo, publish

AT = datetime(2026, 11, 20, 23, tzinfo=UTC)


def chosen(plans: Plans) -> str:
    plans.refresh()
    found = plans.choose(Session("", 0, "c", channel="telegram", account="bot"), AT)
    return f"{found.flow} {found.revision}" if found else ""


def test_what_is_published_paused_and_published_again_is_seen(parts: Parts) -> None:
    plans = Plans(parts.engine)
    assert chosen(plans) == ""
    publish(parts.engine, echo("b"))
    publish(parts.engine, echo("a"))
    assert chosen(plans) == "a 1"
    with parts.engine.begin() as connection:
        connection.execute(update(tables.flows).where(tables.flows.c.id == "a").values(state="paused"))
    assert chosen(plans) == "b 1"
    publish(parts.engine, echo("b", trigger={"priority": -1}), revision=2)
    publish(parts.engine, echo("c"))
    assert chosen(plans) == "c 1"
    assert plans.plan("b", 1).revision == 1
    with pytest.raises(LookupError, match="no revision 9 of flow b"):
        plans.plan("b", 9)


def test_of_equal_priority_the_flow_that_names_what_it_takes_comes_first(parts: Parts) -> None:
    plans = Plans(parts.engine)
    evening = {"kind": "compare", "fact": "time.hour", "op": "at_least", "value": 18}
    for flow, trigger in [
        ("a", {}),
        ("b", {"channels": ["telegram"]}),
        ("c", {"when": evening}),
        ("d", {"accounts": ["bot"]}),
    ]:
        publish(parts.engine, echo(flow, trigger=trigger))
        assert chosen(plans) == f"{flow} 1"
    publish(parts.engine, echo("z", trigger={"priority": 1}))
    assert chosen(plans) == "z 1"


def test_a_trigger_knows_the_shops_time(parts: Parts) -> None:
    """23:00 in London is 8 in the morning in Tokyo."""
    morning = {"when": {"kind": "compare", "fact": "time.hour", "op": "at_most", "value": 9}}
    publish(parts.engine, echo("london", trigger=morning, timezone="Europe/London"))
    publish(parts.engine, echo("tokyo", trigger=morning, timezone="Asia/Tokyo"))
    assert chosen(Plans(parts.engine)) == "tokyo 1"


def test_a_published_flow_that_cannot_be_read_takes_nothing(parts: Parts, caplog: pytest.LogCaptureFixture) -> None:
    publish(parts.engine, echo("good", trigger={"priority": -5}))
    publish(parts.engine, echo("bad"))
    with parts.engine.begin() as connection:
        broken = update(tables.revisions).where(tables.revisions.c.flow == "bad")
        connection.execute(broken.values(document=b'{"format": 1, "id": "bad"}'))
    plans = Plans(parts.engine)
    with caplog.at_level(logging.ERROR, "parley.plans"):
        assert chosen(plans) == "good 1"
    assert "Revision 1 of flow bad cannot be read" in caplog.text
    with pytest.raises(flows.FlowError):
        plans.plan("bad", 1)


def test_what_a_worker_runs_does_without_the_test_cases(parts: Parts) -> None:
    flow = echo("tested")
    publish(parts.engine, msgspec.structs.replace(flow, cases={"none": "no conversation at all"}))
    plans = Plans(parts.engine)
    assert chosen(plans) == "tested 1"
    assert plans.plan("tested", 1).steps.keys() == flow.nodes.keys()


@pytest.mark.parametrize(
    ("live", "draft", "ahead"),
    [
        ({}, {}, "a"),
        ({}, {"accounts": ["bot"]}, ""),
        ({}, {"priority": 1}, ""),
        ({"priority": 1}, {"accounts": ["bot"]}, "a"),
        ({"accounts": ["bot", "shop"]}, {"accounts": ["bot"]}, "a"),
        ({"accounts": ["shop"]}, {"accounts": ["bot"]}, ""),
        ({"accounts": ["shop"], "priority": 1}, {}, ""),
        ({"channels": ["telegram"], "priority": 1}, {"channels": ["telegram"]}, "a"),
        ({"priority": 1, "when": {"kind": "compare", "fact": "country", "op": "is", "value": "DE"}}, {}, ""),
    ],
)
def test_a_flow_that_would_be_left_nothing_is_told_which_is_ahead(
    parts: Parts, live: dict[str, object], draft: dict[str, object], ahead: str
) -> None:
    publish(parts.engine, echo("a", trigger=live))
    assert Plans(parts.engine).ahead_of("b", echo("b", trigger=draft)) == ahead
    assert Plans(parts.engine).ahead_of("a", echo("a", trigger=draft)) == ""
