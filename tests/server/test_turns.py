"""Conversations taken further, on both databases."""

from server.parts import Parts
from tests.server.house import arrive, echo, publish, row, said, send, talk, telegram_account, turn
from tests.server.platform import Platform


def test_a_message_is_answered(parts: Parts, platform: Platform) -> None:
    telegram_account(parts)
    publish(parts.engine, echo())
    landed = arrive(parts, said("hello"))[0]
    turn(parts)
    assert talk(parts, landed.conversation) == [("contact", "hello"), ("flow", "You said hello")]
    assert row(parts, landed.conversation).status == "bot"
    send(parts)
    assert platform.texts() == ["You said hello"]
    assert [one.delivery for one in parts.inbox.messages(landed.conversation)] == ["received", "sent"]
