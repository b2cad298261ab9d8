from engine.effects import Send
from engine.events import Contact
from engine.turn import Go, Wait
from nodes.welcome import Welcome
from tests.nodes.rows import Row, check, returned, turn, wrote

HELLO = Welcome(text="Hello")
SAID = (Send(text="Hello"),)

TABLE = [
    Row("greets who wrote, and goes on", HELLO, turn(text="Hi"), Go("next", SAID, memory="greeted")),
    Row("greets who only opened, and waits", HELLO, turn(), Wait("reply", effects=SAID, memory="greeted")),
    Row(
        "goes on without a second greeting when they write then",
        HELLO,
        turn(wrote("Hi"), memory="greeted"),
        Go("next", memory="greeted", why={"greeted": "before"}),
    ),
    Row(
        "greets once, however often the flow comes by",
        HELLO,
        turn(text="Again", memory="greeted", contact=Contact(name="Ana")),
        Go("next", memory="greeted", why={"greeted": "before"}),
    ),
    Row(
        "waits on in silence when a person gives back what nobody has written to yet",
        HELLO,
        turn(event=returned(), memory="greeted"),
        Wait("reply", memory="greeted"),
    ),
]


def test_table() -> None:
    check(TABLE)
