"""Queries answered outside the turn: the conversation waits, others do not, and a service that hangs holds nobody."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.queries import AnyAnswer, AnyQuery, Failed, Fetch, Fetched, Found, LookUp
from server import claims, lanes, tables
from server.asking import MOST_TRIES, Answerer, Asking
from server.parts import Parts
from server.plans import Plans
from server.store import utcnow
from server.turns import take
from tests.server.house import arrive, document, echo, publish, row, said, send, talk, telegram_account, turn
from tests.server.platform import Platform
from tests.server.test_turns import person


def later(query: AnyQuery) -> AnyAnswer | None:
    """As a turn asks that may not wait."""
    assert isinstance(query, LookUp | Fetch)
    return None


def knows(query: AnyQuery, key: str = "") -> AnyAnswer:
    assert isinstance(query, LookUp)
    return Found(text=f"About {query.question}", score=1.0)


@contextmanager
def at_work(parts: Parts, answer: Answerer) -> Iterator[Asking]:
    asking = Asking(parts, answer)
    yield asking
    asking.close()


def answered(parts: Parts, answer: Answerer = knows) -> None:
    """Answer all that stands."""
    with at_work(parts, answer) as asking:
        asking.run()
        assert asking.wait(60)


def asks(parts: Parts) -> str:
    """A conversation whose query stands, with two more messages waiting behind it."""
    telegram_account(parts)
    flow = document(
        "ask",
        {
            "look": {"type": "knowledge_answer"},
            "next": {"type": "question", "text": ""},
            "sorry": {"type": "message", "text": "I do not know"},
        },
        ["look.answered > next", "look.unsure > sorry", "sorry > next", "next.answered > look"],
    )
    publish(parts.engine, flow)
    conversation = arrive(parts, said("one", 1), said("two", 2), said("three", 3))[0].conversation
    turn(parts, later)
    return conversation


def asks_service(parts: Parts, number: int, service: str = "orders", method: str = "GET") -> list[str]:
    """So many conversations, each with a question to a service that stands."""
    request = {"type": "http_request", "service": service, "method": method, "path": "/{text}"}
    keep = [{"path": "status", "name": "status"}]
    nodes: dict[str, dict[str, Any]] = {
        "ask": {**request, "keep": keep},
        "say": {"type": "message", "text": "It is {value.status}"},
        "sorry": {"type": "message", "text": "I do not know"},
    }
    publish(parts.engine, document(service, nodes, ["ask.ok > say", "ask.failed > sorry"]))
    landed = arrive(parts, *(said(f"{n}", f"{service}{n}", f"1{n:03}") for n in range(number)))
    turn(parts, later)
    return [one.conversation for one in landed]


def lapse(parts: Parts, *dead: Asking) -> None:
    """The leases of whoever asked run out: the dead renew none."""
    for asking in dead:
        asking._keeper.close()
    columns = tables.conversations.c
    with parts.engine.begin() as connection:
        waits = update(tables.conversations).where(columns.ask_at.is_not(None))
        connection.execute(waits.values(ask_at=utcnow() - timedelta(seconds=1)))


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    waiting = threading.Event()
    for _ in range(6000):
        if condition():
            return
        waiting.wait(0.01)
    raise AssertionError("it never came")


class Hanging:
    """Answers nothing before ``free`` is set; ``begun`` are the services that were asked, in order."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.begun: list[str] = []

    def __call__(self, query: AnyQuery, key: str) -> AnyAnswer:
        assert isinstance(query, Fetch)
        self.begun.append(query.service)
        assert self.free.wait(60)
        return Fetched(status=200, values={"status": f"done {query.path}"})


def test_messages_wait_for_the_answer_and_keep_their_order(parts: Parts) -> None:
    conversation = asks(parts)
    found = row(parts, conversation)
    assert talk(parts, conversation) == [("contact", "one")]
    assert (found.ready_at, found.ask_at is None, found.ask_lane) == (None, False, "look_up")
    for _ in range(3):
        answered(parts)
        turn(parts, later)
    # A message is shown where it was handled, an answer where it came.
    assert [text for author, text in talk(parts, conversation) if author == "contact"] == ["one", "two", "three"]
    assert [text for author, text in talk(parts, conversation) if author == "flow"] == [
        "About one",
        "About two",
        "About three",
    ]
    found = row(parts, conversation)
    assert (found.ready_at, found.ask_at) == (None, None)


def test_replies_leave_in_the_order_in_which_they_came_about(parts: Parts, platform: Platform) -> None:
    """The answer came after the messages that waited for it, and what it leads to is said before what they lead to."""
    conversation = asks(parts)
    for _ in range(3):
        answered(parts)
        turn(parts, later)
    send(parts)
    replies = ["About one", "About two", "About three"]
    assert platform.texts() == replies
    assert [text for _, text in talk(parts, conversation)] == [
        "one",
        replies[0],
        "two",
        replies[1],
        "three",
        replies[2],
    ]


def test_others_go_on_meanwhile(parts: Parts) -> None:
    conversation = asks(parts)
    publish(parts.engine, echo("other", trigger={"priority": 5}))
    second = arrive(parts, said("hello", 9, "200"))[0].conversation
    turn(parts, later)
    assert talk(parts, second)[-1] == ("flow", "You said hello")
    assert talk(parts, conversation) == [("contact", "one")]


def test_a_service_that_hangs_holds_neither_turns_nor_other_services(parts: Parts) -> None:
    telegram_account(parts)
    slow = asks_service(parts, 50)
    hanging = Hanging()
    with at_work(parts, lambda query, key: hanging(query, key) if isinstance(query, Fetch) else knows(query)) as asking:
        asking.run()
        until(lambda: len(hanging.begun) == lanes.OTHERS)
        # All that the dead service may have is taken; what follows is answered all the same.
        publish(parts.engine, echo("other", trigger={"priority": 5}))
        quick = arrive(parts, *(said(f"hello {n}", f"q{n}", f"2{n:03}") for n in range(20)))
        turn(parts, later)
        assert [talk(parts, one.conversation)[-1] for one in quick] == [
            ("flow", f"You said hello {n}") for n in range(20)
        ]
        knowing = asks_knowledge(parts)
        asking.run()
        until(lambda: row(parts, knowing).ask_at is None)
        turn(parts, later)
        assert talk(parts, knowing)[-1] == ("flow", "About care")
        assert hanging.begun == ["orders"] * lanes.OTHERS
        assert {talk(parts, one)[-1][0] for one in slow} == {"contact"}
        hanging.free.set()
        assert asking.wait(60)
    turn(parts, later)
    assert [talk(parts, one)[-1] for one in slow] == [("flow", f"It is done /{n}") for n in range(50)]
    assert len(hanging.begun) == 50


def asks_knowledge(parts: Parts) -> str:
    """A conversation that asks the knowledge base apart."""
    nodes = {"look": {"type": "knowledge_answer"}}
    publish(parts.engine, document("care", nodes, [], trigger={"priority": 9}))
    conversation = arrive(parts, said("care", "care", "300"))[0].conversation
    turn(parts, later)
    return conversation


def test_two_services_that_hang_leave_room_for_a_third(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "OTHERS", 2)
    telegram_account(parts)
    hanging = Hanging()
    answers: list[str] = []

    def answer(query: AnyQuery, key: str) -> AnyAnswer:
        assert isinstance(query, Fetch)
        if query.service == "stock":
            answers.append(query.path)
            return Fetched(status=200)
        return hanging(query, key)

    for number, service in enumerate(("orders", "parcels", "stock")):
        nodes = {"ask": {"type": "http_request", "service": service, "path": "/{text}"}}
        publish(parts.engine, document(service, nodes, [], trigger={"priority": number}))
        arrive(parts, *(said(f"{n}", f"{service}{n}", f"{number}{n:03}") for n in range(5)))
        turn(parts, later)
    with at_work(parts, answer) as asking:
        asking.run()
        until(lambda: len(answers) == 5)
        assert sorted(hanging.begun) == ["orders"] * 2 + ["parcels"] * 2
        hanging.free.set()
        assert asking.wait(60)
    assert len(hanging.begun) == 10


def test_a_query_whose_worker_died_is_answered_by_another(parts: Parts) -> None:
    telegram_account(parts)
    (conversation,) = asks_service(parts, 1)
    keys = []
    hanging = Hanging()

    def answer(query: AnyQuery, key: str) -> AnyAnswer:
        keys.append(key)
        return hanging(query, key)

    with at_work(parts, answer) as dead, at_work(parts, answer) as living:
        dead.run()
        until(lambda: len(keys) == 1)
        living.run()
        assert len(keys) == 1
        lapse(parts, dead)
        living.run()
        until(lambda: len(keys) == 2)
        hanging.free.set()
        assert dead.wait(60)
        assert living.wait(60)
    turn(parts, later)
    # It is the same request to the service, and one answer to the contact, whoever comes first.
    assert keys[0] == keys[1]
    assert talk(parts, conversation) == [("contact", "0"), ("flow", "It is done /0")]
    with parts.engine.begin() as connection:
        kinds = connection.execute(select(tables.events.c.kind)).scalars().all()
    assert list(kinds).count("answered") == 1


def test_what_may_have_been_done_is_not_done_again(parts: Parts) -> None:
    telegram_account(parts)
    (conversation,) = asks_service(parts, 1, method="POST")
    hanging = Hanging()
    with at_work(parts, hanging) as dead:
        dead.run()
        until(lambda: len(hanging.begun) == 1)
        lapse(parts, dead)
        answered(parts, hanging)
        turn(parts, later)
        hanging.free.set()
        assert dead.wait(60)
    turn(parts, later)
    assert hanging.begun == ["orders"]
    assert talk(parts, conversation) == [("contact", "0"), ("flow", "I do not know")]


def test_a_query_that_brings_down_whoever_asks_it_is_given_up(parts: Parts) -> None:
    telegram_account(parts)
    (conversation,) = asks_service(parts, 1)
    asked = []

    def dies(query: AnyQuery, key: str) -> AnyAnswer:
        asked.append(query)
        raise RuntimeError("out of memory")

    for _ in range(MOST_TRIES + 1):
        answered(parts, dies)
        lapse(parts)
    turn(parts, later)
    assert len(asked) == MOST_TRIES
    assert talk(parts, conversation)[-1] == ("flow", "I do not know")


def test_every_query_has_its_own_key(parts: Parts) -> None:
    telegram_account(parts)
    asks_service(parts, 3)
    keys = set()

    def answer(query: AnyQuery, key: str) -> AnyAnswer:
        keys.add(key)
        return Fetched(status=200)

    answered(parts, answer)
    assert len(keys) == 3


def test_a_turn_that_the_answer_overtook_is_taken_again(parts: Parts) -> None:
    """An agent takes over, and while a worker handles what had to wait until then, the answer comes after all."""
    conversation = asks(parts)
    parts.inbox.take(conversation, person(parts))
    [in_hand] = claims.claim(parts.engine, utcnow())
    plans = Plans(parts.engine)
    overtaken = take(in_hand, plans, later, parts.personal, utcnow())
    assert len(overtaken.done) == 3
    answered(parts)
    assert claims.commit(parts.engine, [overtaken], utcnow()) == []
    turn(parts, later)
    columns = tables.events.c
    with parts.engine.begin() as connection:
        query = select(columns.seq).where(columns.conversation == conversation, columns.state == "done")
        handled = set(connection.execute(query).scalars())
        turns = set(connection.execute(select(tables.turns.c.seq)).scalars())
    assert turns == handled
    assert [text for author, text in talk(parts, conversation) if author == "contact"] == ["one", "two", "three"]


def test_a_person_need_not_wait_for_the_answer(parts: Parts) -> None:
    conversation = asks(parts)
    parts.inbox.reply(conversation, "", "I am here")
    turn(parts, later)
    assert talk(parts, conversation)[-1] == ("agent", "I am here")
    found = row(parts, conversation)
    assert (found.status, found.ask_at) == ("open", None)
    # What waited is shown now, and nothing is asked any more.
    assert {text for author, text in talk(parts, conversation) if author == "contact"} == {"one", "two", "three"}
    answered(parts, lambda query, key: pytest.fail("nobody asks"))


@pytest.mark.parametrize("act", ["reply", "resolve"])
def test_an_answer_that_nobody_waits_for_any_more_is_dropped(parts: Parts, act: str) -> None:
    telegram_account(parts)
    (conversation,) = asks_service(parts, 1)
    hanging = Hanging()
    with at_work(parts, hanging) as asking:
        asking.run()
        until(lambda: hanging.begun == ["orders"])
        if act == "reply":
            parts.inbox.reply(conversation, "", "I am here")
        else:
            parts.inbox.resolve(conversation, "")
        turn(parts, later)
        hanging.free.set()
        assert asking.wait(60)
    before = row(parts, conversation)
    assert turn(parts, later) == 0
    assert row(parts, conversation) == before
    assert before.ask_at is None
    assert "flow" not in {author for author, _ in talk(parts, conversation)}


def test_a_note_neither_waits_nor_asks_again(parts: Parts) -> None:
    telegram_account(parts)
    (conversation,) = asks_service(parts, 1)
    hanging = Hanging()
    with at_work(parts, hanging) as asking:
        asking.run()
        until(lambda: hanging.begun == ["orders"])
        held = row(parts, conversation)
        parts.inbox.note(conversation, "", "Looks like a ring")
        turn(parts, later)
        noted = row(parts, conversation)
        assert (noted.ask_fence, noted.ask_tries) == (held.ask_fence, held.ask_tries)
        assert ("agent", "Looks like a ring") in talk(parts, conversation)
        hanging.free.set()
        assert asking.wait(60)
    turn(parts, later)
    assert talk(parts, conversation)[-1] == ("flow", "It is done /0")
    assert hanging.begun == ["orders"]


def test_what_fails_goes_on_as_unsure(parts: Parts) -> None:
    conversation = asks(parts)
    answered(parts, lambda query, key: Failed(reason="the model is away"))
    turn(parts, later)
    assert ("flow", "I do not know") in talk(parts, conversation)
