"""What a visitor sees of their conversations, on both databases."""

from engine.queries import Citation
from server.parts import Parts
from server.widget import screen
from server.widget.screen import Line
from tests.server.house import arrive, document, opened, publish, row, said, telegram_account, turn

ASKS = document(
    "asks",
    {
        "greet": {"type": "welcome", "text": "Hello!"},
        "ask": {"type": "question", "text": "Which metal?", "choices": [{"id": "gold", "label": "Gold"}]},
        "end": {"type": "close", "text": "Goodbye"},
    },
    ["greet > ask", "ask.gold > end"],
)


def shop(parts: Parts) -> str:
    account = telegram_account(parts)
    publish(parts.engine, ASKS)
    return account


def texts(lines: list[Line]) -> list[tuple[str, str]]:
    return [(line.from_, line.text) for line in lines]


def test_a_stranger_sees_nothing(parts: Parts) -> None:
    account = shop(parts)
    assert screen.newest(parts.engine, account, "mina") == screen.Screen([], False, "bot")
    assert screen.older(parts.engine, account, "mina", "0.1").messages == []


def test_what_waits_is_there_with_the_id_it_keeps(parts: Parts) -> None:
    account = shop(parts)
    arrive(parts, said("Hi", "mina:first", "mina"))
    waiting = screen.newest(parts.engine, account, "mina").messages
    assert [(line.client, line.text) for line in waiting] == [("first", "Hi")]
    turn(parts)
    handled = screen.newest(parts.engine, account, "mina").messages
    assert texts(handled) == [("contact", "Hi"), ("flow", "Hello!"), ("flow", "Which metal?")]
    assert (handled[0].id, handled[0].client) == (waiting[0].id, "first")
    assert [choice.label for choice in handled[2].choices] == ["Gold"]


def test_the_lines_of_several_conversations_are_one_row(parts: Parts) -> None:
    account = shop(parts)
    [first] = arrive(parts, opened("mina:open", "mina"))
    turn(parts)
    arrive(parts, said("Gold", "mina:1", "mina"), said("Gold", "mina:2", "mina", choice="gold"))
    turn(parts)
    assert row(parts, first.conversation).status == "resolved"
    assert screen.newest(parts.engine, account, "mina").status == "resolved"
    [second] = arrive(parts, said("Me again", "mina:3", "mina"))
    turn(parts)
    shown = screen.newest(parts.engine, account, "mina")
    assert second.conversation != first.conversation
    assert texts(shown.messages)[0] == ("flow", "Hello!")
    assert texts(shown.messages)[-3:] == [("contact", "Me again"), ("flow", "Hello!"), ("flow", "Which metal?")]
    assert sorted({line.id for line in shown.messages}) == [line.id for line in shown.messages]
    assert shown.status == "bot"
    assert screen.visitor_of(parts.engine, second.conversation) == (account, "mina")
    assert screen.visitor_of(parts.engine, "nowhere") is None
    last = shown.messages[-1].id
    assert texts(screen.older(parts.engine, account, "mina", last).messages) == texts(shown.messages[:-1])


def test_each_visitor_has_their_own(parts: Parts) -> None:
    account = shop(parts)
    arrive(parts, said("Mine", "mina:1", "mina"), said("His", "tom:1", "tom"))
    turn(parts)
    mine = screen.newest(parts.engine, account, "mina").messages
    assert ("contact", "His") not in texts(mine)
    assert screen.older(parts.engine, account, "tom", f"{mine[0].id}9").messages != mine
    assert screen.newest(parts.engine, "other", "mina").messages == []


def test_notes_of_agents_are_not_the_visitors_to_read(parts: Parts) -> None:
    account = shop(parts)
    [landed] = arrive(parts, said("Hi", "mina:1", "mina"))
    turn(parts)
    parts.inbox.note(landed.conversation, "agent", "A difficult one")
    parts.inbox.reply(landed.conversation, "agent", "How can I help?")
    turn(parts)
    shown = texts(screen.newest(parts.engine, account, "mina").messages)
    assert shown[-1] == ("agent", "How can I help?")
    assert all("difficult" not in text for _, text in shown)


def test_an_answer_names_its_source(parts: Parts) -> None:
    account = telegram_account(parts)
    flow = {"know": {"type": "knowledge_answer"}, "person": {"type": "human_handoff", "reason": "Unsure"}}
    publish(parts.engine, document("knows", flow, ["know.unsure > person"]))
    parts.knowledge.add("care.md", b"# Care\n\n## How do I clean silver?\n\nWith the cloth that comes with it.\n", "en")
    arrive(parts, said("How do I clean silver?", "mina:1", "mina"))
    turn(parts)
    answer = screen.newest(parts.engine, account, "mina").messages[-1]
    assert "cloth" in answer.text
    assert isinstance(answer.citation, Citation)
    assert "How do I clean silver?" in answer.citation.place
