from engine.effects import Send
from engine.turn import Go
from nodes.message import Message
from tests.nodes.rows import Row, check, turn

TABLE = [Row("says its text and goes on", Message(text="Hi"), turn(), Go("next", (Send(text="Hi"),)))]


def test_table() -> None:
    check(TABLE)
