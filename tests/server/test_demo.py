"""The demo shop is made once, whole, and never against its owner's will."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from engine.queries import Found, LookUp
from server import publishing, tables
from server.cli import main
from server.demo import FLOW, demo_made, ensure_demo
from server.demo_shop.pages import ACCOUNT
from server.errors import RefusedError
from server.parts import Parts
from server.people import PARLEY
from server.settings import Settings


@pytest.fixture
def shop(database_settings: Settings) -> Iterator[Parts]:
    made = Parts(database_settings)
    yield made
    made.close()


@pytest.fixture
def without_knowledge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the knowledge in takes seconds, and is not what most of these tests are about."""
    monkeypatch.setattr("server.demo.add_documents", lambda knowledge, starter: 0)


def test_everything_the_shop_needs_is_made(shop: Parts) -> None:
    assert ensure_demo(shop)
    (card,) = publishing.flows_list(shop.engine)
    assert (card.id, card.state, card.revision) == (FLOW, "live", 1)
    assert shop.accounts.placed(ACCOUNT).active
    documents = shop.knowledge.documents()
    assert {document.status for document in documents} == {"ready"}
    assert {document.language for document in documents} == {"", "de", "en", "es", "th", "zh"}
    answer = shop.answers(LookUp(question="How much is shipping to Germany?", language="en", threshold=0.6))
    assert isinstance(answer, Found)
    assert answer.text
    # A flow that somebody makes beside it takes every other account.
    assert publishing.revision(shop.engine, FLOW, 1).trigger.accounts == (ACCOUNT,)
    assert not ensure_demo(shop)
    assert len(shop.knowledge.documents()) == len(documents)


def test_what_its_owner_deleted_stays_deleted(shop: Parts, without_knowledge: None) -> None:
    ensure_demo(shop)
    publishing.delete_flow(shop.engine, FLOW, PARLEY)
    shop.accounts.remove(ACCOUNT)
    assert not ensure_demo(shop)
    assert publishing.flows_list(shop.engine) == []
    assert shop.accounts.list() == []


def test_a_start_that_was_cut_short_goes_on(
    shop: Parts, without_knowledge: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RefusedError("unexpected", id="1")

    with monkeypatch.context() as patched:
        patched.setattr("server.publishing.publish", broken)
        with pytest.raises(RefusedError):
            ensure_demo(shop)
    assert not demo_made(shop.engine)
    assert ensure_demo(shop)
    with shop.engine.begin() as connection:
        assert connection.execute(select(tables.flows.c.published)).scalars().all() == [1]


def test_the_faster_process_wins(shop: Parts, without_knowledge: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process has made it between our look and our work."""
    other = Parts(shop.settings)
    looks = iter([False])
    monkeypatch.setattr("server.demo.demo_made", lambda engine: next(looks, True))
    ensure_demo(other)
    looks = iter([False])
    assert not ensure_demo(shop)
    assert len(publishing.revisions(shop.engine, FLOW)) == 1
    other.close()


def test_the_command_says_what_it_did(
    shop: Parts, without_knowledge: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PARLEY_DATA", str(shop.settings.data))
    monkeypatch.setenv("DATABASE_URL", shop.settings.database_url)
    assert main(["demo"]) == 0
    assert main(["demo"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "The demo shop Luna is made: its flow, its knowledge, its chat.",
        "The demo shop was made before.",
    ]
