"""Queries answered outside the turn: the conversation waits, others do not."""

from datetime import timedelta

from sqlalchemy import update

from engine.queries import AnyAnswer, AnyQuery, Failed, Found, LookUp
from server import tables
from server.asking import answer_all
from server.parts import Parts
from server.store import utcnow
from tests.server.house import arrive, document, echo, publish, row, said, talk, telegram_account, turn


def later(query: AnyQuery) -> AnyAnswer | None:
    """As a turn asks that may not wait."""
    assert isinstance(query, LookUp)
    return None


def asking(parts: Parts) -> str:
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


def knows(query: AnyQuery) -> AnyAnswer:
    assert isinstance(query, LookUp)
    return Found(text=f"About {query.question}", score=1.0)


def test_messages_wait_for_the_answer_and_keep_their_order(parts: Parts) -> None:
    conversation = asking(parts)
    found = row(parts, conversation)
    assert talk(parts, conversation) == [("contact", "one")]
    assert (found.ready_at, found.ask_at is None) == (None, False)
    for _ in range(3):
        assert answer_all(parts, knows) == 1
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
    assert answer_all(parts, knows) == 0


def test_others_go_on_meanwhile(parts: Parts) -> None:
    conversation = asking(parts)
    publish(parts.engine, echo("other", trigger={"priority": 5}))
    second = arrive(parts, said("hello", 9, "200"))[0].conversation
    turn(parts, later)
    assert talk(parts, second)[-1] == ("flow", "You said hello")
    assert talk(parts, conversation) == [("contact", "one")]


def test_a_query_whose_worker_died_is_answered_by_another(parts: Parts) -> None:
    conversation = asking(parts)

    def dies(query: AnyQuery) -> AnyAnswer | None:
        raise KeyboardInterrupt

    try:
        answer_all(parts, dies)
    except KeyboardInterrupt:
        pass
    assert answer_all(parts, knows) == 0
    columns = tables.conversations.c
    with parts.engine.begin() as connection:
        waits = update(tables.conversations).where(columns.ask_at.is_not(None))
        connection.execute(waits.values(ask_at=utcnow() - timedelta(seconds=1)))
    assert answer_all(parts, knows) == 1
    turn(parts, later)
    assert ("flow", "About one") in talk(parts, conversation)


def test_a_person_need_not_wait_for_the_answer(parts: Parts) -> None:
    conversation = asking(parts)
    parts.inbox.reply(conversation, "", "I am here")
    turn(parts, later)
    assert talk(parts, conversation)[-1] == ("agent", "I am here")
    found = row(parts, conversation)
    assert (found.status, found.ask_at) == ("open", None)
    # What waited is shown now, and the late answer changes nothing.
    assert {text for author, text in talk(parts, conversation) if author == "contact"} == {"one", "two", "three"}
    assert answer_all(parts, knows) == 0


def test_what_fails_goes_on_as_unsure(parts: Parts) -> None:
    conversation = asking(parts)
    answer_all(parts, lambda query: Failed(reason="the model is away"))
    turn(parts, later)
    assert ("flow", "I do not know") in talk(parts, conversation)
