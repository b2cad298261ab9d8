from engine.effects import Close as Resolve
from engine.effects import Send
from engine.turn import End
from nodes.close import Close
from tests.nodes.rows import Row, check, turn

TABLE = [
    Row("says its last words", Close(text="Bye"), turn(), End((Send(text="Bye"), Resolve()))),
    Row("closes in silence", Close(reason="done"), turn(), End((Resolve(reason="done"),))),
]


def test_table() -> None:
    check(TABLE)


def test_has_no_way_out() -> None:
    assert Close().ports() == ()
