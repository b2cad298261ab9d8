from engine.effects import ChangeTags
from engine.turn import Go
from nodes.tag import Tag
from tests.nodes.rows import Row, check, turn

TABLE = [
    Row("adds", Tag(add=("vip", "new")), turn(), Go("next", (ChangeTags(add=("vip", "new")),))),
    Row("removes", Tag(remove=("new",)), turn(tags=("new",)), Go("next", (ChangeTags(remove=("new",)),))),
]


def test_table() -> None:
    check(TABLE)


def test_with_neither_it_has_something_missing() -> None:
    assert Tag().missing() == ("add",)
    assert Tag(remove=("x",)).missing() == ()
